/**
 * Sessions: opened, asked, listed, ended. Always holds: the token is random, stored only as its SHA-256, new at every sign-in; a session ends after 30
 * days, or 14 days unused; rights are read anew at every request; where the firm asks for a second factor, a session without one can do nothing else.
 */

import { createHash, randomBytes } from 'node:crypto'
import type { Me, Role, WorkspaceView } from '@dragoman/api'
import { hash, verify } from '@node-rs/argon2'
import { recordOperation } from '../audit/record.ts'
import { asSystem, inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import { type Actor, rightsOf } from './actor.ts'
import { meView, workspaceView } from './views.ts'

const longestMs = 30 * 24 * 3_600_000
const unusedMs = 14 * 24 * 3_600_000
/** How often the time of last use is written. */
const touchEveryMs = 5 * 60_000
/** So long after signing in nobody is asked for the password again. */
const freshMs = 10 * 60_000

export interface SignedIn {
  token: string
  actor: Actor
  me: Me
  workspace: WorkspaceView
}

/** A session as a request sees it. */
export interface OpenSession {
  actor: Actor
  /** The firm asks for a second factor and this member has none: he may set one up, and nothing else. */
  mustSetUp: boolean
}

export async function hashPassword(password: string): Promise<string> {
  // OWASP's second recommendation for Argon2id: 19 MiB, two passes.
  return await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
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
  const session = await sessionOf(hub, token)
  if (!session) throw new HubProblem('wrong_credentials')
  return { token, actor: session.actor, ...(await whoAmI(hub, session.actor)) }
}

/** Who may work with a session token, or undefined when it is not good (any more), or good only for setting up a second factor. */
export async function actorOf(hub: Hub, token: string): Promise<Actor | undefined> {
  const session = await sessionOf(hub, token)
  return session && !session.mustSetUp ? session.actor : undefined
}

/** Whose a session token is, or undefined when it is not good (any more). */
export async function sessionOf(hub: Hub, token: string): Promise<OpenSession | undefined> {
  const { rows } = await hub.pools.system.query({
    name: 'session_actor',
    text: `select s.user_id, s.workspace_id, s.member_id, s.last_seen_at, m.role, r.rights, m.account_ids, u.name,
        coalesce((v.value->>'requireSecondFactor')::boolean, false)
          and not exists (select 1 from second_factor f where f.workspace_id = m.workspace_id and f.member_id = m.id and f.totp_since is not null)
          and not exists (select 1 from passkey k where k.workspace_id = m.workspace_id and k.member_id = m.id) as must_set_up
      from session s
      join member m on m.workspace_id = s.workspace_id and m.id = s.member_id join app_user u on u.id = s.user_id
      left join role r on r.workspace_id = m.workspace_id and r.id = m.role_id
      left join setting v on v.workspace_id = m.workspace_id and v.name = 'security'
      where s.token_hash = $1 and m.active and s.expires_at > now() and s.last_seen_at > now() - $2 * interval '1 millisecond'`,
    values: [tokenHash(token), unusedMs],
  })
  const row = rows[0]
  if (!row) return undefined
  if (hub.now() - row.last_seen_at.getTime() > touchEveryMs)
    void hub.pools.system.query('update session set last_seen_at = now() where token_hash = $1', [tokenHash(token)]).catch(() => {})
  const role = row.role as Role
  return {
    actor: {
      userId: row.user_id,
      workspaceId: row.workspace_id,
      memberId: row.member_id,
      role,
      accountIds: row.account_ids,
      name: row.name,
      rights: rightsOf(role, row.rights),
    },
    mustSetUp: row.must_set_up,
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
  await assertPassword(hub, actor, current)
  const passwordHash = await hashPassword(next)
  await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.db.updateTable('app_user').set({ password_hash: passwordHash }).where('id', '=', actor.userId).execute()
    await tx.db.deleteFrom('session').where('user_id', '=', actor.userId).where('token_hash', '<>', tokenHash(token)).execute()
    await recordOperation(tx, actor, 'session.password_changed', null, {})
    tx.afterCommit(() => hub.bell.ring('sessions'))
  })
}

/** Whether it is really this person: the session is fresh, or the password is right. Problems: confirm_password, wrong_credentials. */
export async function assertItIsMe(hub: Hub, actor: Actor, token: string, password: string | undefined): Promise<void> {
  if (password !== undefined && password !== '') return await assertPassword(hub, actor, password)
  const { rows } = await hub.pools.system.query<{ created_at: Date }>('select created_at from session where token_hash = $1', [
    tokenHash(token),
  ])
  const since = rows[0]?.created_at.getTime() ?? 0
  if (hub.now() - since > freshMs) throw new HubProblem('confirm_password')
}

async function assertPassword(hub: Hub, actor: Actor, password: string): Promise<void> {
  const { rows } = await hub.pools.system.query<{ password_hash: string }>('select password_hash from app_user where id = $1', [
    actor.userId,
  ])
  if (!(await verify(rows[0]!.password_hash, password))) throw new HubProblem('wrong_credentials', 'The present password is not right.')
}

export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
