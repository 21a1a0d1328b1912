/** Members and workspaces as clients see them. Always holds: no hash, no token, nothing of another workspace. */
import type { Availability, Me, MemberView, Role, Shifts, WorkspaceView } from '@dragoman/api'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from './actor.ts'

export async function memberViews(tx: Transaction, ids?: readonly string[]): Promise<MemberView[]> {
  let query = tx.db
    .selectFrom('member')
    .innerJoin('app_user', 'app_user.id', 'member.user_id')
    .select([
      'member.id',
      'app_user.name',
      'app_user.email',
      'member.role',
      'member.active',
      'member.availability',
      'member.languages',
      'member.skills',
      'member.capacity',
      'member.role_id',
      'member.account_ids',
      'member.shifts',
      'member.zone',
      'member.version',
    ])
    .orderBy('member.created_at')
  // Machines are authors, not colleagues: they show only where they are named.
  query = ids ? query.where('member.id', 'in', [...ids]) : query.where('member.is_machine', '=', false)
  return (await query.execute()).map(row => ({
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role as Role,
    active: row.active,
    availability: row.availability as Availability,
    languages: row.languages,
    skills: row.skills,
    capacity: row.capacity,
    roleId: row.role_id,
    accountIds: row.account_ids,
    shifts: row.shifts as Shifts | null,
    zone: row.zone,
    version: row.version,
  }))
}

/** Names by member id. */
export async function memberNames(tx: Transaction, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const views = await memberViews(tx, [...new Set(ids)])
  return new Map(views.map(view => [view.id, view.name]))
}

export async function meView(tx: Transaction, actor: Actor): Promise<Me> {
  const row = await tx.db.selectFrom('app_user').selectAll().where('id', '=', actor.userId).executeTakeFirstOrThrow()
  const member = await tx.db
    .selectFrom('member')
    .select(['availability', 'role_id'])
    .where('id', '=', actor.memberId)
    .executeTakeFirstOrThrow()
  const factor = await secondFactorIn(tx, actor.memberId)
  return {
    userId: row.id,
    memberId: actor.memberId,
    name: row.name,
    email: row.email,
    role: actor.role,
    language: row.language as Me['language'],
    theme: row.theme as Me['theme'],
    density: row.density as Me['density'],
    sendKey: row.send_key as Me['sendKey'],
    undoSeconds: row.undo_seconds,
    rights: [...actor.rights],
    availability: member.availability as Availability,
    secondFactor: factor.has ? 'on' : factor.required ? 'missing' : 'off',
    roleId: member.role_id,
  }
}

/** Whether a member has a second factor, and whether the firm asks for one. */
export async function secondFactorIn(
  tx: Pick<Transaction, 'client' | 'workspaceId'>,
  memberId: string,
): Promise<{ has: boolean; totp: boolean; passkeys: number; required: boolean }> {
  const { rows } = await tx.client.query<{ totp: boolean; passkeys: number; required: boolean }>({
    name: 'second_factor_of',
    text: `select exists (select 1 from second_factor where workspace_id = $1 and member_id = $2 and totp_since is not null) as totp,
      (select count(*)::int from passkey where workspace_id = $1 and member_id = $2) as passkeys,
      coalesce((select (value->>'requireSecondFactor')::boolean from setting where workspace_id = $1 and name = 'security'), false) as required`,
    values: [tx.workspaceId, memberId],
  })
  const { totp, passkeys, required } = rows[0]!
  return { has: totp || passkeys > 0, totp, passkeys, required }
}

/** The workspace; what is ticked on the checklist comes from what has really happened. */
export async function workspaceView(hub: Hub, tx: Transaction): Promise<WorkspaceView> {
  const row = await tx.db.selectFrom('workspace').selectAll().executeTakeFirstOrThrow()
  const { rows } = await tx.client.query<{ connected: boolean; replied: boolean; invited: boolean }>({
    name: 'checklist',
    text: `select exists (select 1 from account where workspace_id = $1 and status <> 'disconnected') as connected,
      exists (select 1 from message where workspace_id = $1 and direction = 'out' and author_kind = 'member') as replied,
      (select count(*) > 1 from member where workspace_id = $1 and not is_machine) or exists (select 1 from invitation where workspace_id = $1) as invited`,
    values: [tx.workspaceId],
  })
  const kept = row.checklist as { widgetSeen?: boolean; dismissed?: boolean }
  return {
    id: row.workspace_id,
    name: row.name,
    languages: row.languages,
    countries: row.countries,
    businessKind: row.business_kind,
    simulator: [...hub.channels.keys()].some(id => hub.simulatorOrigins(id) !== undefined),
    publicUrl: hub.publicUrl ?? null,
    checklist: { ...rows[0]!, widgetSeen: kept.widgetSeen ?? false, dismissed: kept.dismissed ?? false },
  }
}
