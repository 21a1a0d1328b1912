/**
 * Sign-in and sessions. Always holds: the token is random, stored only as its SHA-256, new at every sign-in; a session ends after 30 days, or 14 days
 * unused; a wrong e-mail costs as much time as a wrong password.
 */

import { createHash, randomBytes } from 'node:crypto'
import type { Me, Role, WorkspaceView } from '@dragoman/api'
import { hash, verify } from '@node-rs/argon2'
import { asSystem, inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import { type Actor, rightsOf } from './actor.ts'
import { meView, workspaceView } from './views.ts'

const longestMs = 30 * 24 * 3_600_000
const unusedMs = 14 * 24 * 3_600_000
/** How often the time of last use is written. */
const touchEveryMs = 5 * 60_000

export interface SignedIn {
  token: string
  actor: Actor
  me: Me
  workspace: WorkspaceView
}

export async function hashPassword(password: string): Promise<string> {
  // OWASP's second recommendation for Argon2id: 19 MiB, two passes.
  return await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
}

let decoy: Promise<string> | undefined

/** Signs in. Problem: wrong_credentials. */
export async function signIn(hub: Hub, email: string, password: string, userAgent: string): Promise<SignedIn> {
  const found = await asSystem(
    hub,
    async tx =>
      await tx.db
        .selectFrom('app_user')
        .innerJoin('member', 'member.user_id', 'app_user.id')
        .select(['app_user.id', 'app_user.password_hash', 'member.workspace_id', 'member.id as member_id'])
        .where(({ fn }) => fn('lower', ['app_user.email']), '=', email.trim().toLowerCase())
        .where('member.active', '=', true)
        .orderBy('member.created_at')
        .executeTakeFirst(),
  )
  decoy ??= hashPassword(randomBytes(12).toString('hex'))
  const matches = await verify(found?.password_hash ?? (await decoy), password)
  if (!found || !matches) throw new HubProblem('wrong_credentials')
  return await openSession(hub, found.id, found.workspace_id, found.member_id, userAgent)
}

/** Opens a session for a member. */
export async function openSession(hub: Hub, userId: string, workspaceId: string, memberId: string, userAgent: string): Promise<SignedIn> {
  const token = randomBytes(32).toString('base64url')
  await asSystem(hub, async tx => {
    await tx.db
      .insertInto('session')
      .values({
        token_hash: tokenHash(token),
        user_id: userId,
        workspace_id: workspaceId,
        member_id: memberId,
        expires_at: new Date(hub.now() + longestMs),
        user_agent: userAgent.slice(0, 300),
      })
      .execute()
  })
  const actor = await actorOf(hub, token)
  if (!actor) throw new HubProblem('wrong_credentials')
  return { token, actor, ...(await whoAmI(hub, actor)) }
}

/** Who a session token belongs to, or undefined when it is not good (any more). */
export async function actorOf(hub: Hub, token: string): Promise<Actor | undefined> {
  const { rows } = await hub.pools.system.query({
    name: 'session_actor',
    text: `select s.user_id, s.workspace_id, s.member_id, s.last_seen_at, m.role, m.account_ids, u.name from session s
      join member m on m.workspace_id = s.workspace_id and m.id = s.member_id join app_user u on u.id = s.user_id
      where s.token_hash = $1 and m.active and s.expires_at > now() and s.last_seen_at > now() - $2 * interval '1 millisecond'`,
    values: [tokenHash(token), unusedMs],
  })
  const row = rows[0]
  if (!row) return undefined
  if (hub.now() - row.last_seen_at.getTime() > touchEveryMs)
    void hub.pools.system.query('update session set last_seen_at = now() where token_hash = $1', [tokenHash(token)]).catch(() => {})
  return {
    userId: row.user_id,
    workspaceId: row.workspace_id,
    memberId: row.member_id,
    role: row.role as Role,
    accountIds: row.account_ids,
    name: row.name,
    rights: rightsOf(row.role as Role),
  }
}

export async function whoAmI(hub: Hub, actor: Actor): Promise<{ me: Me; workspace: WorkspaceView }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => ({ me: await meView(tx, actor), workspace: await workspaceView(hub, tx) }))
}

/** Ends one session. Its streams are closed by the bell. */
export async function signOut(hub: Hub, token: string): Promise<void> {
  await hub.pools.system.query('delete from session where token_hash = $1', [tokenHash(token)])
  hub.bell.ring('sessions')
}

/** Changes a password; every other session of the user ends. */
export async function changePassword(hub: Hub, actor: Actor, token: string, current: string, next: string): Promise<void> {
  await asSystem(hub, async tx => {
    const user = await tx.db.selectFrom('app_user').select('password_hash').where('id', '=', actor.userId).executeTakeFirstOrThrow()
    if (!(await verify(user.password_hash, current))) throw new HubProblem('wrong_credentials', 'The present password is not right.')
    await tx.db
      .updateTable('app_user')
      .set({ password_hash: await hashPassword(next) })
      .where('id', '=', actor.userId)
      .execute()
    await tx.db.deleteFrom('session').where('user_id', '=', actor.userId).where('token_hash', '<>', tokenHash(token)).execute()
  })
  hub.bell.ring('sessions')
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
