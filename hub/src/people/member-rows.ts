/** A member as use cases about people need him: role, rights, name. Always holds: whoever changes another's access has no fewer rights than he; only an owner touches an owner. */
import type { Right, Role } from '@dragoman/api'
import type { Transaction } from '../database/transaction.ts'
import { HubProblem } from '../problem.ts'
import { type Actor, rightsOf } from './actor.ts'

export interface MemberRow {
  id: string
  userId: string
  name: string
  email: string
  role: Role
  roleId: string | null
  rights: ReadonlySet<Right>
  active: boolean
  accountIds: string[] | null
  version: number
}

/** The member, or undefined. */
export async function memberFactsOf(tx: Pick<Transaction, 'client' | 'workspaceId'>, memberId: string): Promise<MemberRow | undefined> {
  const { rows } = await tx.client.query(
    `select m.id, m.user_id, m.role, m.role_id, m.active, m.account_ids, m.version, u.name, u.email, r.rights from member m
      join app_user u on u.id = m.user_id left join role r on r.workspace_id = m.workspace_id and r.id = m.role_id
      where m.workspace_id = $1 and m.id = $2`,
    [tx.workspaceId, memberId],
  )
  const row = rows[0]
  return (
    row && {
      id: row.id,
      userId: row.user_id,
      name: row.name,
      email: row.email,
      role: row.role,
      roleId: row.role_id,
      rights: rightsOf(row.role, row.rights),
      active: row.active,
      accountIds: row.account_ids,
      version: row.version,
    }
  )
}

/** Problem: not_allowed. */
export function assertMayTouch(actor: Actor, member: MemberRow): void {
  if (actor.memberId === member.id) return
  if (member.role === 'owner' && actor.role !== 'owner') throw new HubProblem('not_allowed', 'Only an owner makes or changes owners.')
  const more = [...member.rights].filter(right => !actor.rights.has(right))
  if (more.length > 0)
    throw new HubProblem('not_allowed', `${member.name} has rights that you do not have: ${more.join(', ')}.`, { missing: more })
}
