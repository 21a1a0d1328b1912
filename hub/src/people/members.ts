/** Setup, members, settings of people and workspace. Always holds: a workspace keeps an owner; nobody gives or takes what he does not have himself. */

import { randomUUID } from 'node:crypto'
import type { Me, MemberFacts, MemberView, Role, WorkspaceView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { asSystem, inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendRightsChange } from '../event-log/rights.ts'
import type { Hub } from '../hub.ts'
import { found, HubProblem } from '../problem.ts'
import { type Actor, assertRight } from './actor.ts'
import { assertMayTouch, type MemberRow, memberFactsOf } from './member-rows.ts'
import { givenRole, lockPeople } from './roles.ts'
import { hashPassword, openSession, type SignedIn } from './sessions.ts'
import { memberViews, meView, workspaceView } from './views.ts'

export interface NewPerson {
  name: string
  email: string
  password: string
  language: 'en' | 'ru'
}

/** Whether nobody owns this hub yet. */
export async function isSetupNeeded(hub: Hub): Promise<boolean> {
  const { rows } = await hub.pools.system.query<{ needed: boolean }>('select not exists (select 1 from member) as needed')
  return rows[0]!.needed
}

/** Creates the owner and the workspace. Problem: already_set_up. */
export async function setUp(
  hub: Hub,
  person: NewPerson,
  workspace: { name: string; countries: string[]; businessKind: string },
  userAgent: string,
): Promise<SignedIn> {
  const ids = { user: newId(), workspace: newId(), member: newId() }
  const passwordHash = await hashPassword(person.password)
  await asSystem(hub, async tx => {
    // Two browsers at once: one of them is the first.
    await tx.client.query('select pg_advisory_xact_lock($1)', [0x64726173])
    const { rows } = await tx.client.query('select 1 from member limit 1')
    if (rows.length > 0) throw new HubProblem('already_set_up')
    await insertUser(tx, ids.user, person, passwordHash)
    await tx.db
      .insertInto('workspace')
      .values({
        workspace_id: ids.workspace,
        name: workspace.name,
        languages: [person.language],
        countries: workspace.countries,
        business_kind: workspace.businessKind,
      })
      .execute()
    await tx.db.insertInto('log_head').values({ workspace_id: ids.workspace, epoch: randomUUID() }).execute()
    await tx.db.insertInto('member').values({ workspace_id: ids.workspace, id: ids.member, user_id: ids.user, role: 'owner' }).execute()
  })
  return await openSession(hub, ids.user, ids.workspace, ids.member, userAgent)
}

/** A user's row; the password is hashed already. */
export async function insertUser(tx: Pick<Transaction, 'db'>, id: string, person: NewPerson, passwordHash: string): Promise<void> {
  await tx.db
    .insertInto('app_user')
    .values({ id, email: person.email.trim(), name: person.name, password_hash: passwordHash, language: person.language })
    .execute()
}

export async function listMembers(hub: Hub, actor: Actor): Promise<MemberView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => memberViews(tx))
}

export interface MemberChange extends Partial<MemberFacts> {
  version?: number
  role?: Role
  roleId?: string
  active?: boolean
  accountIds?: string[] | null
  teamIds?: string[]
}

/** Changes a member. Problems: not_found, not_allowed, stale_version, last_owner, would_lock_out. */
export async function updateMember(hub: Hub, actor: Actor, memberId: string, change: MemberChange): Promise<MemberView> {
  const changesAccess = ['role', 'roleId', 'active', 'accountIds'].some(name => change[name as keyof MemberChange] !== undefined)
  if (changesAccess) assertRight(actor, 'people.manage')
  else assertRight(actor, 'people.manage', 'routing.manage')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockPeople(tx)
    const before = found(await memberFactsOf(tx, memberId), 'member')
    if (change.version !== undefined && change.version !== before.version)
      throw new HubProblem('stale_version', 'Someone has changed this member meanwhile.', {
        current: (await memberViews(tx, [memberId]))[0],
      })
    if (changesAccess) await changeAccess(hub, tx, actor, before, change)
    await changeFacts(tx, actor, before, change)
    if (change.teamIds) await changeTeams(hub, tx, actor, before, change.teamIds)
    await tx.db
      .updateTable('member')
      .set({ version: before.version + 1 })
      .where('id', '=', memberId)
      .execute()
    const [view] = await memberViews(tx, [memberId])
    tx.append({ event: { kind: 'member.changed', member: view! }, scope: {} })
    // Whom routing may choose has changed.
    tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
    return view!
  })
}

async function changeAccess(hub: Hub, tx: Transaction, actor: Actor, before: MemberRow, change: MemberChange): Promise<void> {
  assertMayTouch(actor, before)
  const gives = change.roleId !== undefined || change.role !== undefined
  const given = gives ? await givenRole(tx, actor, change) : { role: before.role, roleId: before.roleId, rights: before.rights, title: '' }
  const active = change.active ?? before.active
  if (before.role === 'owner' && before.active && (given.role !== 'owner' || !active)) await assertAnotherOwner(tx)
  if (before.id === actor.memberId && actor.role !== 'owner' && !(active && given.rights.has('people.manage')))
    throw new HubProblem('would_lock_out', 'You would take the managing of people from yourself.')
  const accountIds = change.accountIds === undefined ? before.accountIds : change.accountIds
  await tx.db
    .updateTable('member')
    .set({ role: given.role, role_id: given.roleId, active, account_ids: accountIds })
    .where('id', '=', before.id)
    .execute()
  const who = { member: before.name, memberId: before.id }
  if (given.role !== before.role || given.roleId !== before.roleId)
    await recordOperation(tx, actor, 'member.role_changed', null, { ...who, role: given.title })
  if (active !== before.active) await recordOperation(tx, actor, active ? 'member.switched_on' : 'member.switched_off', null, who)
  if (change.accountIds !== undefined) {
    await recordOperation(tx, actor, 'member.accounts_changed', null, { ...who, accounts: accountIds?.length ?? null })
    await appendRightsChange(hub, tx, before.id, before.accountIds, accountIds)
  }
  if (!active) await tx.client.query('delete from session where member_id = $1', [before.id])
  // Streams look their member up again.
  tx.afterCommit(() => hub.bell.ring('sessions'))
}

async function assertAnotherOwner(tx: Transaction): Promise<void> {
  const { count } = await tx.db
    .selectFrom('member')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('role', '=', 'owner')
    .where('active', '=', true)
    .executeTakeFirstOrThrow()
  if (Number(count) < 2) throw new HubProblem('last_owner')
}

async function changeFacts(tx: Transaction, actor: Actor, before: MemberRow, change: MemberChange): Promise<void> {
  const values = {
    languages: change.languages && [...new Set(change.languages)],
    skills: change.skills && [...new Set(change.skills)],
    capacity: change.capacity,
    shifts: change.shifts && JSON.stringify(change.shifts),
    zone: change.zone,
  }
  const given = Object.fromEntries(
    Object.entries({ ...values, ...(change.shifts === null ? { shifts: null } : {}) }).filter(([, value]) => value !== undefined),
  )
  if (Object.keys(given).length === 0) return
  await tx.db.updateTable('member').set(given).where('id', '=', before.id).execute()
  await recordOperation(tx, actor, 'member.facts_changed', null, { member: before.name, memberId: before.id, facts: Object.keys(given) })
}

/** Puts a member into exactly these teams. Teams' versions rise: whoever edits one at this moment is told. */
export async function changeTeams(
  hub: Hub,
  tx: Transaction,
  actor: { memberId: string },
  member: { id: string; name: string },
  teamIds: readonly string[],
): Promise<void> {
  const teams = await tx.db.selectFrom('team').select(['id', 'name']).where('archived_at', 'is', null).execute()
  if (teamIds.some(id => !teams.some(team => team.id === id))) throw new HubProblem('not_found', 'There is no such team.')
  const before = await tx.db.selectFrom('team_member').select('team_id').where('member_id', '=', member.id).execute()
  const left = before.map(row => row.team_id).filter(id => !teamIds.includes(id))
  const joined = teamIds.filter(id => !before.some(row => row.team_id === id))
  if (left.length + joined.length === 0) return
  if (left.length > 0) await tx.db.deleteFrom('team_member').where('member_id', '=', member.id).where('team_id', 'in', left).execute()
  if (joined.length > 0)
    await tx.db
      .insertInto('team_member')
      .values([...new Set(joined)].map(id => ({ workspace_id: tx.workspaceId, team_id: id, member_id: member.id })))
      .execute()
  await tx.client.query('update team set version = version + 1 where workspace_id = $1 and id = any($2::uuid[])', [
    tx.workspaceId,
    [...left, ...joined],
  ])
  await recordOperation(tx, actor, 'member.teams_changed', null, {
    member: member.name,
    memberId: member.id,
    teams: teams.filter(team => teamIds.includes(team.id)).map(team => team.name),
  })
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'teams' }, scope: {} })
  tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
}

/** Changes my own settings. */
export async function updateMe(
  hub: Hub,
  actor: Actor,
  change: Partial<Pick<Me, 'name' | 'language' | 'theme' | 'density' | 'sendKey' | 'undoSeconds'>>,
): Promise<Me> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const values = {
      name: change.name,
      language: change.language,
      theme: change.theme,
      density: change.density,
      send_key: change.sendKey,
      undo_seconds: change.undoSeconds,
    }
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
    if (Object.keys(given).length > 0) await tx.db.updateTable('app_user').set(given).where('id', '=', actor.userId).execute()
    if (change.name !== undefined)
      tx.append({ event: { kind: 'member.changed', member: (await memberViews(tx, [actor.memberId]))[0]! }, scope: {} })
    return await meView(tx, actor)
  })
}

/** Changes the workspace. */
export async function updateWorkspace(
  hub: Hub,
  actor: Actor,
  change: {
    name?: string
    languages?: string[]
    countries?: string[]
    businessKind?: string
    checklistDismissed?: boolean
    widgetSeen?: boolean
  },
): Promise<WorkspaceView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db.selectFrom('workspace').select('checklist').forUpdate().executeTakeFirstOrThrow()
    const checklist = {
      ...(row.checklist as object),
      ...(change.checklistDismissed === undefined ? {} : { dismissed: change.checklistDismissed }),
      ...(change.widgetSeen === undefined ? {} : { widgetSeen: change.widgetSeen }),
    }
    await tx.db
      .updateTable('workspace')
      .set({
        checklist: JSON.stringify(checklist),
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.languages === undefined ? {} : { languages: change.languages }),
        ...(change.countries === undefined ? {} : { countries: change.countries }),
        ...(change.businessKind === undefined ? {} : { business_kind: change.businessKind }),
      })
      .execute()
    const view = await workspaceView(hub, tx)
    tx.append({ event: { kind: 'workspace.changed', workspace: view }, scope: {} })
    return view
  })
}
