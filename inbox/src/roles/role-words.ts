/** Roles and rights in words. */
import { builtInRights, type FirmRoleView, type MemberView, type Right, type Role } from '@dragoman/api'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { call } from '../client.ts'
import { localizedText } from '../i18n.ts'

/** The firm's own roles; asked for anew when somebody changes them. */
export function useRoles(): readonly FirmRoleView[] {
  return useQuery({ queryKey: ['catalogue', 'roles'], queryFn: () => call('roles') }).data?.roles ?? []
}

/** A right's name and what it means, one sentence. */
export function rightWords(right: Right, t: TFunction): { name: string; text: string } {
  const key = right.replace('.', '_')
  return { name: t(`rights.${key}.name`), text: t(`rights.${key}.text`) }
}

export function roleName(role: Role, roleId: string | null, roles: readonly FirmRoleView[], t: TFunction): string {
  const own = roleId === null ? undefined : roles.find(one => one.id === roleId)
  return own ? nameOf(own.name) : t(`roles.${role}`)
}

export function nameOf(name: Readonly<Record<string, string>>): string {
  return localizedText(name) || Object.values(name).find(text => text !== '') || ''
}

const rank: Record<Role, number> = { agent: 1, manager: 2, owner: 3 }

/** What I may give, for a select: built-in roles and the firm's own, as `role` or `own:<id>`. */
export function roleChoices(
  me: { role: Role; rights: readonly Right[] },
  roles: readonly FirmRoleView[],
  t: TFunction,
): { value: string; label: string }[] {
  const mine = (rights: readonly Right[]) => rights.every(right => me.rights.includes(right))
  return [
    ...(['owner', 'manager', 'agent'] as const)
      .filter(role => rank[role] <= rank[me.role] && mine(builtInRights[role]))
      .map(role => ({ value: role, label: t(`roles.${role}`) })),
    ...roles
      .filter(role => rank[role.rank] <= rank[me.role] && mine(role.rights))
      .map(role => ({ value: `own:${role.id}`, label: nameOf(role.name) })),
  ]
}

/** The other way round: what a choice means for the API. */
export function roleOfChoice(choice: string): { role: Role } | { roleId: string } {
  return choice.startsWith('own:') ? { roleId: choice.slice(4) } : { role: choice as Role }
}

export function choiceOf(role: Role, roleId: string | null): string {
  return roleId === null ? role : `own:${roleId}`
}

/** Whether I may change somebody's access: I manage people, and he has no right that I lack. The hub decides; this only greys. */
export function mayChangeAccess(
  me: { memberId: string; role: string; rights: readonly string[] },
  member: MemberView,
  roles: readonly FirmRoleView[],
): boolean {
  if (!me.rights.includes('people.manage')) return false
  if (member.role === 'owner') return me.role === 'owner'
  const rights = member.roleId === null ? builtInRights[member.role] : (roles.find(role => role.id === member.roleId)?.rights ?? [])
  return rights.every(right => me.rights.includes(right))
}
