/**
 * The second factor of a member: an authenticator app and recovery codes (passkeys are beside it). Always holds: the app's secret is sealed and shown
 * once; a code is good once and guessing ends after ten misses for a quarter of an hour; recovery codes are kept as hashes, each good once; the last
 * factor stays where the firm asks for one.
 */
import { createHash, randomInt } from 'node:crypto'
import type { SecondFactorView } from '@dragoman/api'
import { generateSecret, generateURI, verify } from 'otplib'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import type { Actor } from './actor.ts'
import { assertItIsMe } from './sessions.ts'
import { secondFactorIn } from './views.ts'

const mostFailures = 10
const lockedMs = 15 * 60_000
/** Clocks of phones go wrong: one step before and after is taken too, in seconds. */
const tolerance = 30
/** No letters and figures that are taken for each other. */
const alphabet = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const codeCount = 10

/** My second factors. */
export async function readSecondFactor(hub: Hub, actor: Actor): Promise<SecondFactorView> {
  return await inWorkspace(hub, actor.workspaceId, tx => secondFactorView(tx, actor.memberId), { snapshot: true })
}

export async function secondFactorView(tx: Transaction, memberId: string): Promise<SecondFactorView> {
  const row = await tx.db.selectFrom('second_factor').select('totp_since').where('member_id', '=', memberId).executeTakeFirst()
  const passkeys = await tx.db
    .selectFrom('passkey')
    .select(['id', 'name', 'created_at', 'last_used_at'])
    .where('member_id', '=', memberId)
    .orderBy('id')
    .execute()
  const codes = await tx.db
    .selectFrom('recovery_code')
    .select(({ fn }) => fn.countAll<number>().as('left'))
    .where('member_id', '=', memberId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return {
    totpSince: row?.totp_since?.getTime() ?? null,
    passkeys: passkeys.map(one => ({
      id: one.id,
      name: one.name,
      since: one.created_at.getTime(),
      lastUsedAt: one.last_used_at?.getTime() ?? null,
    })),
    recoveryCodesLeft: Number(codes.left),
    required: (await secondFactorIn(tx, memberId)).required,
  }
}

/** Begins with an authenticator app: a new secret, which counts once a code of it was confirmed. Problems: confirm_password, wrong_state. */
export async function beginTotp(
  hub: Hub,
  actor: Actor,
  token: string,
  password: string | undefined,
): Promise<{ key: string; uri: string }> {
  await assertItIsMe(hub, actor, token, password)
  const key = generateSecret({ length: 20 })
  const email = await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rowCount } = await tx.client.query(
      `insert into second_factor (workspace_id, member_id, totp_secret) values ($1, $2, $3)
        on conflict (workspace_id, member_id) do update set totp_secret = excluded.totp_secret, totp_last_step = 0 where second_factor.totp_since is null`,
      [tx.workspaceId, actor.memberId, hub.codec.seal(tx.workspaceId, key)],
    )
    if (!rowCount) throw new HubProblem('wrong_state', 'An authenticator app is on already. Switch it off first.')
    const user = await tx.db.selectFrom('app_user').select('email').where('id', '=', actor.userId).executeTakeFirstOrThrow()
    return user.email
  })
  return { key, uri: generateURI({ issuer: 'Dragoman', label: email, secret: key }) }
}

/** Switches the app on by one of its codes. Problems: wrong_code, wrong_state, too_many_requests. */
export async function confirmTotp(
  hub: Hub,
  actor: Actor,
  code: string,
): Promise<{ secondFactor: SecondFactorView; recoveryCodes: string[] | null }> {
  const done = await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await lockFactor(tx, actor.memberId)
    if (!row?.totp_secret || row.totp_since) throw new HubProblem('wrong_state', 'Begin with the app first.')
    assertNotLocked(hub, row)
    const step = await stepOf(hub, tx.workspaceId, row, code)
    if (step === undefined) {
      await countFailure(hub, tx, actor.memberId)
      return undefined
    }
    await tx.db
      .updateTable('second_factor')
      .set({ totp_since: new Date(hub.now()), totp_last_step: step, failures: 0 })
      .where('member_id', '=', actor.memberId)
      .execute()
    const recoveryCodes = await firstCodes(tx, actor.memberId)
    await recordOperation(tx, actor, 'second_factor.totp_on', null, {})
    return { secondFactor: await secondFactorView(tx, actor.memberId), recoveryCodes }
  })
  if (!done) throw new HubProblem('wrong_code')
  return done
}

/** Switches the app off. Problems: confirm_password, second_factor_required when it is the last one and the firm asks for one. */
export async function removeTotp(hub: Hub, actor: Actor, token: string, password: string | undefined): Promise<SecondFactorView> {
  await assertItIsMe(hub, actor, token, password)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockFactor(tx, actor.memberId)
    const now = await secondFactorIn(tx, actor.memberId)
    if (now.totp) {
      if (now.passkeys === 0) await endLastFactor(tx, actor.memberId, now.required)
      await tx.client.query(
        'update second_factor set totp_secret = null, totp_since = null, totp_last_step = 0 where workspace_id = $1 and member_id = $2',
        [tx.workspaceId, actor.memberId],
      )
      await recordOperation(tx, actor, 'second_factor.totp_off', null, {})
    }
    return await secondFactorView(tx, actor.memberId)
  })
}

/** Ten new recovery codes in place of the old ones. Problems: confirm_password, wrong_state. */
export async function newRecoveryCodes(
  hub: Hub,
  actor: Actor,
  token: string,
  password: string | undefined,
): Promise<{ secondFactor: SecondFactorView; recoveryCodes: string[] }> {
  await assertItIsMe(hub, actor, token, password)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockFactor(tx, actor.memberId)
    if (!(await secondFactorIn(tx, actor.memberId)).has) throw new HubProblem('wrong_state', 'There is no second factor to recover.')
    const recoveryCodes = await writeCodes(tx, actor.memberId)
    await recordOperation(tx, actor, 'second_factor.codes_renewed', null, {})
    return { secondFactor: await secondFactorView(tx, actor.memberId), recoveryCodes }
  })
}

/** Recovery codes with the first factor; null where there are some. */
export async function firstCodes(tx: Transaction, memberId: string): Promise<string[] | null> {
  const there = await tx.db.selectFrom('recovery_code').select('used_at').where('member_id', '=', memberId).limit(1).executeTakeFirst()
  return there ? null : await writeCodes(tx, memberId)
}

/** With the last factor its recovery codes go. Problem: second_factor_required. */
export async function endLastFactor(tx: Transaction, memberId: string, required: boolean): Promise<void> {
  if (required) throw new HubProblem('second_factor_required', 'The firm asks for a second factor: set up another one first.')
  await tx.db.deleteFrom('recovery_code').where('member_id', '=', memberId).execute()
}

async function writeCodes(tx: Transaction, memberId: string): Promise<string[]> {
  await tx.db.deleteFrom('recovery_code').where('member_id', '=', memberId).execute()
  const codes = Array.from({ length: codeCount }, () =>
    Array.from({ length: 10 }, () => alphabet[randomInt(alphabet.length)]!)
      .join('')
      .replace(/^(.{5})/, '$1-'),
  )
  await tx.db
    .insertInto('recovery_code')
    .values(codes.map(code => ({ workspace_id: tx.workspaceId, member_id: memberId, code_hash: recoveryHash(code) })))
    .execute()
  return codes
}

function recoveryHash(code: string): Buffer {
  return createHash('sha256')
    .update(code.toUpperCase().replace(/[^A-Z0-9]/g, ''))
    .digest()
}

interface FactorRow {
  totp_secret: Buffer | null
  totp_since: Date | null
  totp_last_step: number
  failures: number
  failed_at: Date | null
}

/** The member's row, locked, so that one code cannot be used by two at once. */
export async function lockFactor(tx: Transaction, memberId: string): Promise<FactorRow | undefined> {
  const { rows } = await tx.client.query<FactorRow>(
    'select totp_secret, totp_since, totp_last_step, failures, failed_at from second_factor where workspace_id = $1 and member_id = $2 for update',
    [tx.workspaceId, memberId],
  )
  return rows[0]
}

/** Takes a code of the app or a recovery code. undefined: it is not right, which is counted. Problem: too_many_requests. */
export async function takeCode(hub: Hub, tx: Transaction, memberId: string, code: string): Promise<'totp' | 'recovery' | undefined> {
  await tx.client.query('insert into second_factor (workspace_id, member_id) values ($1, $2) on conflict do nothing', [
    tx.workspaceId,
    memberId,
  ])
  const row = (await lockFactor(tx, memberId))!
  assertNotLocked(hub, row)
  const step = row.totp_since ? await stepOf(hub, tx.workspaceId, row, code) : undefined
  if (step !== undefined) {
    await tx.db.updateTable('second_factor').set({ totp_last_step: step, failures: 0 }).where('member_id', '=', memberId).execute()
    return 'totp'
  }
  const { rowCount } = await tx.client.query(
    'update recovery_code set used_at = now() where workspace_id = $1 and member_id = $2 and code_hash = $3 and used_at is null',
    [tx.workspaceId, memberId, recoveryHash(code)],
  )
  if (rowCount) {
    await tx.db.updateTable('second_factor').set({ failures: 0 }).where('member_id', '=', memberId).execute()
    return 'recovery'
  }
  await countFailure(hub, tx, memberId)
  return undefined
}

async function stepOf(hub: Hub, workspaceId: string, row: FactorRow, code: string): Promise<number | undefined> {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token) || !row.totp_secret) return undefined
  const secret = hub.codec.open(workspaceId, row.totp_secret).toString('utf8')
  const epoch = Math.floor(hub.now() / 1_000)
  const result = await verify({ secret, token, epoch, epochTolerance: tolerance })
  if (!result.valid || !('timeStep' in result)) return undefined
  // Seen already: somebody looked over the shoulder.
  return result.timeStep > row.totp_last_step ? result.timeStep : undefined
}

async function countFailure(hub: Hub, tx: Transaction, memberId: string): Promise<void> {
  await tx.client.query(
    `update second_factor set failures = case when failed_at > $3 then failures + 1 else 1 end, failed_at = $4 where workspace_id = $1 and member_id = $2`,
    [tx.workspaceId, memberId, new Date(hub.now() - lockedMs), new Date(hub.now())],
  )
}

function assertNotLocked(hub: Hub, row: FactorRow): void {
  const until = (row.failed_at?.getTime() ?? 0) + lockedMs
  if (row.failures < mostFailures || until <= hub.now()) return
  const seconds = Math.ceil((until - hub.now()) / 1_000)
  throw new HubProblem('too_many_requests', `Too many wrong codes. Try again in ${Math.ceil(seconds / 60)} min.`, {
    retryAfterSeconds: seconds,
  })
}

/** The operator takes somebody's second factor away, who has lost it. Problem: not_found. */
export async function resetSecondFactor(hub: Hub, email: string): Promise<{ name: string; removed: number }> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string; id: string; name: string }>(
    'select m.workspace_id, m.id, u.name from member m join app_user u on u.id = m.user_id where lower(u.email) = lower($1)',
    [email.trim()],
  )
  const member = rows[0]
  if (!member) throw new HubProblem('not_found', `Nobody here has the e-mail ${email}.`)
  return await inWorkspace(hub, member.workspace_id, async tx => {
    const before = await secondFactorIn(tx, member.id)
    for (const table of ['second_factor', 'passkey', 'recovery_code'] as const)
      await tx.db.deleteFrom(table).where('member_id', '=', member.id).execute()
    await tx.client.query('delete from sign_in_step where member_id = $1', [member.id])
    await recordOperation(tx, { memberId: null }, 'second_factor.reset', null, { member: member.name, memberId: member.id })
    return { name: member.name, removed: before.passkeys + Number(before.totp) }
  })
}
