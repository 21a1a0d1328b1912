/**
 * Signing in: by password and, where there is one, a second factor; or by a passkey alone. Always holds: a wrong e-mail costs as much time as a wrong
 * password; a ticket between the two steps is random, stored as its hash, good for ten minutes and five tries; failures of a known user are noted.
 */
import { randomBytes } from 'node:crypto'
import { verify } from '@node-rs/argon2'
import { countOperation, recordOperation } from '../audit/record.ts'
import { asSystem, inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import { assertionOptions, type Credential, type RelyingParty, verifyPasskey } from './passkeys.ts'
import { takeCode } from './second-factor.ts'
import { hashPassword, openSession, type SignedIn, tokenHash } from './sessions.ts'
import { secondFactorIn } from './views.ts'

const ticketMs = 10 * 60_000
const mostTries = 5

/** From where somebody signs in. */
export interface Caller {
  userAgent: string
  ip: string
}
export type SecondWay = 'totp' | 'passkey' | 'recovery'
export interface SecondStep {
  needs: 'second_factor'
  ticket: string
  ways: SecondWay[]
}

let decoy: Promise<string> | undefined

/** The first step. Problem: wrong_credentials. */
export async function signIn(hub: Hub, email: string, password: string, caller: Caller): Promise<SignedIn | SecondStep> {
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
  if (found && !matches)
    await inWorkspace(hub, found.workspace_id, tx =>
      countOperation(tx, { memberId: found.member_id }, 'session.failed', { way: 'password' }, caller.ip),
    )
  if (!found || !matches) throw new HubProblem('wrong_credentials')
  const member = { workspaceId: found.workspace_id, memberId: found.member_id, userId: found.id }
  const factor = await inWorkspace(hub, member.workspaceId, tx => secondFactorIn(tx, member.memberId))
  if (!factor.has) return await enter(hub, member, 'password', caller)
  const ticket = randomBytes(32).toString('base64url')
  await hub.pools.system.query(
    `insert into sign_in_step (token_hash, kind, workspace_id, member_id, user_id, expires_at) values ($1, 'ticket', $2, $3, $4, $5)`,
    [tokenHash(ticket), member.workspaceId, member.memberId, member.userId, new Date(hub.now() + ticketMs)],
  )
  return {
    needs: 'second_factor',
    ticket,
    ways: [...(factor.passkeys > 0 ? (['passkey'] as const) : []), ...(factor.totp ? (['totp'] as const) : []), 'recovery'],
  }
}

/** The second step, by a code or a passkey. Problems: wrong_code, passkey_refused, sign_in_again, too_many_requests, invalid_request. */
export async function signInSecond(
  hub: Hub,
  ticket: string,
  proof: { code?: string; passkey?: Credential },
  party: RelyingParty | undefined,
  caller: Caller,
): Promise<SignedIn> {
  const member = await useTicket(hub, ticket)
  let way: SecondWay | undefined
  if (proof.passkey && party) {
    await verifyPasskey(hub, party, proof.passkey, member)
    way = 'passkey'
  } else if (proof.code !== undefined) {
    const { code } = proof
    way = await inWorkspace(hub, member.workspaceId, async tx => {
      const taken = await takeCode(hub, tx, member.memberId, code)
      if (!taken) await countOperation(tx, member, 'session.failed', { way: 'second_factor' }, caller.ip)
      return taken
    })
  } else throw new HubProblem('invalid_request', 'Send a code or a passkey.')
  if (!way) throw new HubProblem('wrong_code')
  const { rowCount } = await hub.pools.system.query('delete from sign_in_step where token_hash = $1', [tokenHash(ticket)])
  if (!rowCount) throw new HubProblem('sign_in_again')
  return await enter(hub, member, way, caller)
}

/** What to ask the browser for, when the second step is a passkey. Problem: sign_in_again. */
export async function secondPasskeyOptions(hub: Hub, ticket: string, party: RelyingParty) {
  const { rows } = await hub.pools.system.query<{ workspace_id: string; member_id: string }>(
    `select workspace_id, member_id from sign_in_step where token_hash = $1 and kind = 'ticket' and expires_at > $2`,
    [tokenHash(ticket), new Date(hub.now())],
  )
  if (!rows[0]) throw new HubProblem('sign_in_again')
  return await assertionOptions(hub, party, { workspaceId: rows[0].workspace_id, memberId: rows[0].member_id })
}

/** By a passkey alone. Problems: passkey_refused, sign_in_again. */
export async function signInWithPasskey(hub: Hub, passkey: Credential, party: RelyingParty, caller: Caller): Promise<SignedIn> {
  return await enter(hub, await verifyPasskey(hub, party, passkey), 'passkey', caller)
}

interface Entering {
  workspaceId: string
  memberId: string
  userId: string
}

async function useTicket(hub: Hub, ticket: string): Promise<Entering> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string; member_id: string; user_id: string; tries: number }>(
    `update sign_in_step set tries = tries + 1 where token_hash = $1 and kind = 'ticket' and expires_at > $2 and tries < $3
      returning workspace_id, member_id, user_id, tries`,
    [tokenHash(ticket), new Date(hub.now()), mostTries],
  )
  const row = rows[0]
  if (!row) throw new HubProblem('sign_in_again')
  return { workspaceId: row.workspace_id, memberId: row.member_id, userId: row.user_id }
}

async function enter(hub: Hub, member: Entering, way: SecondWay | 'password', caller: Caller): Promise<SignedIn> {
  const session = await openSession(hub, member.userId, member.workspaceId, member.memberId, caller.userAgent)
  await inWorkspace(hub, member.workspaceId, tx => recordOperation(tx, member, 'session.opened', null, { way }, caller.ip))
  return session
}
