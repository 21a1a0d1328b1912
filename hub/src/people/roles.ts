/**
 * The firm's own roles: names for sets of rights. Always holds: nobody gives a right that he does not have, nor takes the managing of people from
 * himself; a change counts at once for everybody who has the role; a role that somebody has cannot go.
 */
import type { FirmRoleView, Right, Role } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { found, HubProblem } from '../problem.ts'
import { type Actor, assertMayGive, rightsOf } from './actor.ts'
import { memberViews } from './views.ts'

/** Roles in a transaction, oldest first. */
export async function roleViews(tx: Transaction): Promise<FirmRoleView[]> {
  const { rows } = await tx.client.query(
    `select r.id, r.name, r.rank, r.rights, r.version,
        (select count(*)::int from member m where m.workspace_id = r.workspace_id and m.role_id = r.id) as members
      from role r where r.workspace_id = $1 order by r.id`,
    [tx.workspaceId],
  )
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    rank: row.rank,
    rights: [...rightsOf(row.rank, row.rights)],
    version: row.version,
    members: row.members,
  }))
}

export async function listRoles(hub: Hub, actor: Actor): Promise<FirmRoleView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => roleViews(tx), { snapshot: true })
}

export interface RoleChange {
  name?: Record<string, string>
  rank?: 'agent' | 'manager'
  rights?: readonly Right[]
}

/** Problem: not_allowed. */
export async function createRole(hub: Hub, actor: Actor, input: Required<RoleChange>): Promise<FirmRoleView> {
  assertMayGive(actor, input.rank, input.rights)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const id = newId()
    await assertNameIsFree(tx, id, input.name)
    await tx.db
      .insertInto('role')
      .values({
        workspace_id: tx.workspaceId,
        id,
        name: JSON.stringify(input.name),
        rank: input.rank,
        rights: [...new Set(input.rights)],
      })
      .execute()
    await recordOperation(tx, actor, 'role.created', null, { name: anyName(input.name), rights: input.rights })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'roles' }, scope: {} })
    return (await roleViews(tx)).find(role => role.id === id)!
  })
}

/** Problems: not_found, stale_version, not_allowed, would_lock_out. */
export async function updateRole(hub: Hub, actor: Actor, roleId: string, version: number, change: RoleChange): Promise<FirmRoleView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockPeople(tx)
    const present = await roleIn(tx, roleId)
    if (present.version !== version) throw new HubProblem('stale_version', 'Someone has changed this role meanwhile.', { current: present })
    const after = {
      name: change.name ?? present.name,
      rank: change.rank ?? present.rank,
      rights: change.rights ? [...new Set(change.rights)] : present.rights,
    }
    assertMayGive(
      actor,
      after.rank,
      after.rights.filter(right => !present.rights.includes(right)),
    )
    if (present.rank === 'manager') assertMayGive(actor, present.rank, [])
    const given = await tx.db.selectFrom('member').select('id').where('role_id', '=', roleId).execute()
    if (given.some(member => member.id === actor.memberId) && !after.rights.includes('people.manage'))
      throw new HubProblem('would_lock_out', 'You have this role yourself, and would no longer be able to manage people.')
    await assertNameIsFree(tx, roleId, after.name)
    await tx.db
      .updateTable('role')
      .set({ name: JSON.stringify(after.name), rank: after.rank, rights: after.rights, version: version + 1 })
      .where('id', '=', roleId)
      .execute()
    await tx.db.updateTable('member').set({ role: after.rank }).where('role_id', '=', roleId).execute()
    await recordOperation(tx, actor, 'role.changed', null, {
      name: anyName(after.name),
      added: after.rights.filter(right => !present.rights.includes(right)),
      removed: present.rights.filter(right => !after.rights.includes(right)),
      members: given.length,
    })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'roles' }, scope: {} })
    if (given.length > 0) {
      const ids = given.map(member => member.id)
      for (const member of await memberViews(tx, ids)) tx.append({ event: { kind: 'member.changed', member }, scope: {} })
      tx.afterCommit(() => hub.bell.ring('sessions'))
    }
    return await roleIn(tx, roleId)
  })
}

/** Problems: not_found, role_in_use. */
export async function deleteRole(hub: Hub, actor: Actor, roleId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockPeople(tx)
    const present = await roleIn(tx, roleId)
    assertMayGive(actor, present.rank, present.rights)
    if (present.members > 0)
      throw new HubProblem('role_in_use', `${present.members} members still have this role.`, { members: present.members })
    const { rows } = await tx.client.query<{ waiting: number }>(
      'select count(*)::int as waiting from invitation where workspace_id = $1 and role_id = $2 and accepted_at is null and expires_at > now()',
      [tx.workspaceId, roleId],
    )
    if (rows[0]!.waiting > 0)
      throw new HubProblem('role_in_use', `${rows[0]!.waiting} invitations to this role wait.`, { invitations: rows[0]!.waiting })
    await tx.client.query('delete from invitation where workspace_id = $1 and role_id = $2 and accepted_at is null', [
      tx.workspaceId,
      roleId,
    ])
    await tx.client.query('update invitation set role_id = null where workspace_id = $1 and role_id = $2', [tx.workspaceId, roleId])
    await tx.db.deleteFrom('role').where('id', '=', roleId).execute()
    await recordOperation(tx, actor, 'role.deleted', null, { name: anyName(present.name) })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'roles' }, scope: {} })
  })
}

/** What a member becomes: a built-in role, or one of the firm's. Problems: not_found, not_allowed. */
export async function givenRole(
  tx: Transaction,
  actor: Actor,
  wanted: { role?: Role; roleId?: string },
): Promise<{ role: Role; roleId: string | null; rights: ReadonlySet<Right>; title: string }> {
  if (wanted.roleId !== undefined) {
    const own = await roleIn(tx, wanted.roleId)
    assertMayGive(actor, own.rank, own.rights)
    return { role: own.rank, roleId: own.id, rights: rightsOf(own.rank, own.rights), title: anyName(own.name) }
  }
  const role = wanted.role ?? 'agent'
  if (role === 'owner' && actor.role !== 'owner') throw new HubProblem('not_allowed', 'Only an owner makes or changes owners.')
  assertMayGive(actor, role, rightsOf(role))
  return { role, roleId: null, rights: rightsOf(role), title: role }
}

/** One at a time: two who change roles at once must not lock each other out. */
export async function lockPeople(tx: Transaction): Promise<void> {
  await tx.client.query('select 1 from workspace where workspace_id = $1 for update', [tx.workspaceId])
}

async function roleIn(tx: Transaction, roleId: string): Promise<FirmRoleView> {
  return found(
    (await roleViews(tx)).find(role => role.id === roleId),
    'role',
  )
}

async function assertNameIsFree(tx: Transaction, roleId: string, name: Record<string, string>): Promise<void> {
  const wanted = new Set(Object.values(name).map(text => text.trim().toLocaleLowerCase()))
  const taken = (await roleViews(tx)).some(
    role => role.id !== roleId && Object.values(role.name).some(text => text !== '' && wanted.has(text.toLocaleLowerCase())),
  )
  if (taken)
    throw new HubProblem('invalid_request', 'There is a role with this name already.', {
      errors: [{ path: 'name', message: 'taken' }],
    })
}

/** A role's name in some language: English where there is one. */
export function anyName(name: Readonly<Record<string, string>>): string {
  return name.en || Object.values(name).find(text => text !== '') || ''
}
