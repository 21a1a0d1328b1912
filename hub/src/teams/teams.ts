/** Teams: whose queue it is and how it is worked. Always holds: a change names the version it knows; a team that is put away leaves its conversations in the queue without a team. */
import { type TeamSettings, type TeamView, teamSettings } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'

/** Teams in a transaction, in the order of their names. */
export async function teamViews(tx: Transaction): Promise<TeamView[]> {
  const { rows } = await tx.client.query<{ id: string; name: string; settings: unknown; version: number; member_ids: string[] }>({
    name: 'teams',
    text: `select t.id, t.name, t.settings, t.version, coalesce(array_agg(m.member_id order by m.member_id) filter (where m.member_id is not null), '{}') as member_ids
      from team t left join team_member m on m.workspace_id = t.workspace_id and m.team_id = t.id
      where t.workspace_id = $1 and t.archived_at is null group by t.workspace_id, t.id order by t.name, t.id`,
    values: [tx.workspaceId],
  })
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    settings: teamSettings.parse(row.settings),
    memberIds: row.member_ids,
    version: row.version,
  }))
}

export async function listTeams(hub: Hub, actor: Actor): Promise<TeamView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => teamViews(tx), { snapshot: true })
}

export interface TeamChange {
  name?: string
  settings?: Partial<TeamSettings>
  memberIds?: string[]
}

export async function createTeam(hub: Hub, actor: Actor, input: TeamChange & { name: string }): Promise<TeamView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const id = newId()
    const settings = await checkedSettings(tx, id, teamSettings.parse(input.settings ?? {}))
    await tx.db
      .insertInto('team')
      .values({ workspace_id: tx.workspaceId, id, name: input.name, settings: JSON.stringify(settings) })
      .execute()
    await setMembers(tx, id, input.memberIds ?? [])
    await recordOperation(tx, actor, 'team.created', null, { name: input.name })
    return await announced(hub, tx, id)
  })
}

/** Changes a team. Problems: not_found, stale_version, invalid_request. */
export async function updateTeam(hub: Hub, actor: Actor, teamId: string, version: number, change: TeamChange): Promise<TeamView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.client.query('select 1 from team where workspace_id = $1 and id = $2 for update', [tx.workspaceId, teamId])
    const present = found(
      (await teamViews(tx)).find(team => team.id === teamId),
      'team',
    )
    if (present.version !== version) throw new HubProblem('stale_version', 'Someone has changed this team meanwhile.', { current: present })
    const settings = await checkedSettings(tx, teamId, { ...present.settings, ...change.settings })
    await tx.db
      .updateTable('team')
      .set({ name: change.name ?? present.name, settings: JSON.stringify(settings), version: version + 1 })
      .where('id', '=', teamId)
      .execute()
    if (change.memberIds) await setMembers(tx, teamId, change.memberIds)
    await recordOperation(tx, actor, 'team.changed', null, { name: change.name ?? present.name })
    return await announced(hub, tx, teamId)
  })
}

/** Puts a team away. */
export async function archiveTeam(hub: Hub, actor: Actor, teamId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query<{ id: string }>(
      'select id from conversation where workspace_id = $1 and team_id = $2 order by id for update',
      [tx.workspaceId, teamId],
    )
    const team = await tx.db
      .updateTable('team')
      .set({ archived_at: new Date(hub.now()) })
      .where('id', '=', teamId)
      .where('archived_at', 'is', null)
      .returning('name')
      .executeTakeFirst()
    const { name } = found(team, 'team')
    await tx.db.deleteFrom('team_member').where('team_id', '=', teamId).execute()
    await tx.client.query('update conversation set team_id = null where workspace_id = $1 and team_id = $2', [tx.workspaceId, teamId])
    await appendChanges(hub, tx, { conversations: rows.map(row => row.id) })
    await recordOperation(tx, actor, 'team.archived', null, { name })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'teams' }, scope: {} })
    tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
  })
}

async function setMembers(tx: Transaction, teamId: string, memberIds: readonly string[]): Promise<void> {
  await tx.db.deleteFrom('team_member').where('team_id', '=', teamId).execute()
  const { rowCount } = await tx.client.query(
    'insert into team_member (workspace_id, team_id, member_id) select $1, $2, id from member where workspace_id = $1 and id = any($3::uuid[])',
    [tx.workspaceId, teamId, memberIds],
  )
  if (rowCount !== new Set(memberIds).size) throw new HubProblem('not_found', 'One of these members is not here.')
}

/** A team cannot overflow into itself, nor into a ring: a conversation would go round for ever. */
async function checkedSettings(tx: Transaction, teamId: string, settings: TeamSettings): Promise<TeamSettings> {
  const teams = new Map((await teamViews(tx)).map(team => [team.id, team.settings.overflow?.teamId]))
  if (!settings.overflow) return settings
  if (!teams.has(settings.overflow.teamId)) throw new HubProblem('not_found', 'There is no such team to overflow into.')
  const met = new Set([teamId])
  for (let next: string | undefined = settings.overflow.teamId; next; next = teams.get(next)) {
    if (met.has(next))
      throw new HubProblem('invalid_request', 'The teams would overflow into each other in a ring.', {
        errors: [{ path: 'settings.overflow', message: 'a ring' }],
      })
    met.add(next)
  }
  return settings
}

async function announced(hub: Hub, tx: Transaction, teamId: string): Promise<TeamView> {
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'teams' }, scope: {} })
  tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
  return (await teamViews(tx)).find(team => team.id === teamId)!
}
