/** Where people are signed in, and ending that. Always holds: who ends a colleague's sessions has no fewer rights than that colleague; streams close at once. */
import type { OperationResponse, SessionView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { found, HubProblem } from '../problem.ts'
import type { Actor } from './actor.ts'
import { assertMayTouch, memberFactsOf } from './member-rows.ts'
import { tokenHash } from './sessions.ts'
import { describeUserAgent } from './user-agent.ts'

/** My sessions, the one used last first. */
export async function listSessions(hub: Hub, actor: Actor, token: string): Promise<SessionView[]> {
  const { rows } = await hub.pools.system.query<{
    id: string
    token_hash: Buffer
    created_at: Date
    last_seen_at: Date
    user_agent: string
  }>(
    'select id, token_hash, created_at, last_seen_at, user_agent from session where user_id = $1 and expires_at > now() order by last_seen_at desc limit 100',
    [actor.userId],
  )
  const mine = tokenHash(token)
  return rows
    .map(row => ({
      id: row.id,
      ...describeUserAgent(row.user_agent),
      since: row.created_at.getTime(),
      lastSeenAt: row.last_seen_at.getTime(),
      current: row.token_hash.equals(mine),
    }))
    .sort((a, b) => Number(b.current) - Number(a.current))
}

/** Ends one of my sessions. Problem: not_found. */
export async function endSession(hub: Hub, actor: Actor, sessionId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query<{ user_agent: string }>(
      'delete from session where user_id = $1 and id = $2 returning user_agent',
      [actor.userId, sessionId],
    )
    if (!rows[0]) throw new HubProblem('not_found', 'There is no such session.')
    await recordOperation(tx, actor, 'session.ended', null, describeUserAgent(rows[0].user_agent))
    tx.afterCommit(() => hub.bell.ring('sessions'))
  })
}

/** Ends all my sessions but this one. Returns how many. */
export async function endOtherSessions(hub: Hub, actor: Actor, token: string): Promise<number> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rowCount } = await tx.client.query('delete from session where user_id = $1 and token_hash <> $2', [
      actor.userId,
      tokenHash(token),
    ])
    if (rowCount) await recordOperation(tx, actor, 'session.others_ended', null, { count: rowCount })
    tx.afterCommit(() => hub.bell.ring('sessions'))
    return rowCount ?? 0
  })
}

/** Signs a member out everywhere. Problems: not_found, not_allowed. */
export async function endMemberSessions(hub: Hub, actor: Actor, memberId: string): Promise<number> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const member = found(await memberFactsOf(tx, memberId), 'member')
    assertMayTouch(actor, member)
    const { rowCount } = await tx.client.query('delete from session where member_id = $1', [memberId])
    await recordOperation(tx, actor, 'member.signed_out', null, { member: member.name, memberId, count: rowCount ?? 0 })
    tx.afterCommit(() => hub.bell.ring('sessions'))
    return rowCount ?? 0
  })
}

/** Who has a second factor, and who is signed in. */
export async function memberSecurity(hub: Hub, actor: Actor): Promise<OperationResponse<'memberSecurity'>['members']> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query<{ id: string; totp: boolean; passkeys: number; sessions: number; seen: Date | null }>(
      `select m.id, exists (select 1 from second_factor f where f.workspace_id = m.workspace_id and f.member_id = m.id and f.totp_since is not null) as totp,
          (select count(*)::int from passkey k where k.workspace_id = m.workspace_id and k.member_id = m.id) as passkeys,
          (select count(*)::int from session s where s.member_id = m.id and s.expires_at > now()) as sessions,
          (select max(s.last_seen_at) from session s where s.member_id = m.id) as seen
        from member m where m.workspace_id = $1`,
      [tx.workspaceId],
    )
    return rows.map(row => ({
      memberId: row.id,
      totp: row.totp,
      passkeys: row.passkeys,
      sessions: row.sessions,
      lastSeenAt: row.seen?.getTime() ?? null,
    }))
  })
}
