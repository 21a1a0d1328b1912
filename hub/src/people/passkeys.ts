/**
 * Passkeys (WebAuthn). Always holds: a challenge is ours, short-lived and used once; what a browser signs must name our own origin; a counter never
 * goes back; a passkey alone is enough only where the device has asked who it is.
 */
import { createHash } from 'node:crypto'
import type { PasskeyView, SecondFactorView } from '@dragoman/api'
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import type { Actor } from './actor.ts'
import { endLastFactor, firstCodes, lockFactor, secondFactorView } from './second-factor.ts'
import { assertItIsMe } from './sessions.ts'
import { secondFactorIn } from './views.ts'

/** Under which name and address passkeys are made: the host, and the origin of our pages. */
export interface RelyingParty {
  id: string
  origin: string
}
type Signed = AuthenticationResponseJSON
/** What a browser sends, of which only the outline is known yet. */
export interface Credential {
  id: string
  response: { clientDataJSON: string }
}

/** Large and seldom needed: loaded when somebody uses a passkey, so that a process that was killed is back sooner. */
const webauthn = async () => await import('@simplewebauthn/server')

const challengeMs = 5 * 60_000
const mostPasskeys = 20
/** EdDSA, ES256, RS256: what devices have today. */
const algorithms = [-8, -7, -257]

/** What to ask the browser for, to make a passkey. Problem: confirm_password. */
export async function newPasskeyOptions(
  hub: Hub,
  actor: Actor,
  party: RelyingParty,
  token: string,
  password: string | undefined,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  await assertItIsMe(hub, actor, token, password)
  const { email, known } = await inWorkspace(hub, actor.workspaceId, async tx => ({
    email: (await tx.db.selectFrom('app_user').select('email').where('id', '=', actor.userId).executeTakeFirstOrThrow()).email,
    known: await tx.db.selectFrom('passkey').select(['credential_id', 'transports']).where('member_id', '=', actor.memberId).execute(),
  }))
  if (known.length >= mostPasskeys) throw new HubProblem('wrong_state', `At most ${mostPasskeys} passkeys. Remove one first.`)
  const options = await (await webauthn()).generateRegistrationOptions({
    rpName: 'Dragoman',
    rpID: party.id,
    userName: email,
    userDisplayName: actor.name,
    userID: new TextEncoder().encode(actor.memberId),
    excludeCredentials: known.map(one => ({ id: one.credential_id, transports: one.transports })),
    supportedAlgorithmIDs: algorithms,
    authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
  })
  await keepChallenge(hub, options.challenge, 'registration', actor)
  return options
}

/** Keeps a passkey that the browser has made. Problems: passkey_refused, sign_in_again. */
export async function addPasskey(
  hub: Hub,
  actor: Actor,
  party: RelyingParty,
  name: string,
  credential: Credential,
): Promise<{ passkey: PasskeyView; secondFactor: SecondFactorView; recoveryCodes: string[] | null }> {
  const { challenge, memberId } = await takeChallenge(hub, credential, 'registration')
  if (memberId !== actor.memberId) throw new HubProblem('sign_in_again')
  const verified = await (await webauthn())
    .verifyRegistrationResponse({
      response: credential as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    })
    .catch(refuse)
  if (!verified.verified) throw new HubProblem('passkey_refused')
  const made = verified.registrationInfo.credential
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const id = newId()
    const { rowCount } = await tx.client.query(
      `insert into passkey (workspace_id, id, member_id, credential_id, public_key, counter, transports, name)
        values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (workspace_id, credential_id) do nothing`,
      [tx.workspaceId, id, actor.memberId, made.id, Buffer.from(made.publicKey), made.counter, made.transports ?? [], name],
    )
    if (!rowCount) throw new HubProblem('wrong_state', 'This passkey is here already.')
    const recoveryCodes = await firstCodes(tx, actor.memberId)
    await recordOperation(tx, actor, 'second_factor.passkey_added', null, { name })
    const secondFactor = await secondFactorView(tx, actor.memberId)
    return { passkey: secondFactor.passkeys.find(one => one.id === id)!, secondFactor, recoveryCodes }
  })
}

/** Problem: not_found. */
export async function renamePasskey(hub: Hub, actor: Actor, passkeyId: string, name: string): Promise<SecondFactorView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { numUpdatedRows } = await tx.db
      .updateTable('passkey')
      .set({ name })
      .where('id', '=', passkeyId)
      .where('member_id', '=', actor.memberId)
      .executeTakeFirstOrThrow()
    if (!numUpdatedRows) throw new HubProblem('not_found', 'There is no such passkey.')
    return await secondFactorView(tx, actor.memberId)
  })
}

/** Problems: confirm_password, not_found, second_factor_required. */
export async function removePasskey(
  hub: Hub,
  actor: Actor,
  passkeyId: string,
  token: string,
  password: string | undefined,
): Promise<SecondFactorView> {
  await assertItIsMe(hub, actor, token, password)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await lockFactor(tx, actor.memberId)
    const removed = await tx.db
      .deleteFrom('passkey')
      .where('id', '=', passkeyId)
      .where('member_id', '=', actor.memberId)
      .returning('name')
      .executeTakeFirst()
    if (!removed) throw new HubProblem('not_found', 'There is no such passkey.')
    const left = await secondFactorIn(tx, actor.memberId)
    if (!left.has) await endLastFactor(tx, actor.memberId, left.required)
    await recordOperation(tx, actor, 'second_factor.passkey_removed', null, { name: removed.name })
    return await secondFactorView(tx, actor.memberId)
  })
}

/** What to ask the browser for, to sign in. Without a member: by a passkey alone, whichever the person chooses. */
export async function assertionOptions(
  hub: Hub,
  party: RelyingParty,
  member?: { workspaceId: string; memberId: string },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const known = member
    ? await inWorkspace(hub, member.workspaceId, tx =>
        tx.db.selectFrom('passkey').select(['credential_id', 'transports']).where('member_id', '=', member.memberId).execute(),
      )
    : []
  const options = await (await webauthn()).generateAuthenticationOptions({
    rpID: party.id,
    allowCredentials: known.map(one => ({ id: one.credential_id, transports: one.transports })),
    userVerification: member ? 'discouraged' : 'required',
  })
  await keepChallenge(hub, options.challenge, 'assertion', member)
  return options
}

/** Whose passkey has signed. `member`: it must be his, as a second step. Problems: passkey_refused, sign_in_again. */
export async function verifyPasskey(
  hub: Hub,
  party: RelyingParty,
  credential: Credential,
  member?: { workspaceId: string; memberId: string },
): Promise<{ workspaceId: string; memberId: string; userId: string }> {
  const asked = await takeChallenge(hub, credential, 'assertion')
  if ((asked.memberId ?? undefined) !== member?.memberId) throw new HubProblem('sign_in_again')
  const { rows } = await hub.pools.system.query<{
    workspace_id: string
    id: string
    member_id: string
    user_id: string
    public_key: Buffer
    counter: number
    transports: string[]
  }>(
    `select k.workspace_id, k.id, k.member_id, m.user_id, k.public_key, k.counter, k.transports from passkey k
      join member m on m.workspace_id = k.workspace_id and m.id = k.member_id where k.credential_id = $1 and m.active`,
    [credential.id],
  )
  const row = rows[0]
  if (!row || (member && member.memberId !== row.member_id)) throw new HubProblem('passkey_refused')
  const result = await (await webauthn())
    .verifyAuthenticationResponse({
      response: credential as Signed,
      expectedChallenge: asked.challenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: {
        id: credential.id,
        publicKey: new Uint8Array(row.public_key),
        counter: row.counter,
        transports: row.transports,
      },
      requireUserVerification: !member,
    })
    .catch(refuse)
  if (!result.verified) throw new HubProblem('passkey_refused')
  await hub.pools.system.query('update passkey set counter = $3, last_used_at = now() where workspace_id = $1 and id = $2', [
    row.workspace_id,
    row.id,
    result.authenticationInfo.newCounter,
  ])
  return { workspaceId: row.workspace_id, memberId: row.member_id, userId: row.user_id }
}

function refuse(): never {
  throw new HubProblem('passkey_refused')
}

async function keepChallenge(
  hub: Hub,
  challenge: string,
  kind: 'assertion' | 'registration',
  member: { workspaceId: string; memberId: string } | undefined,
): Promise<void> {
  await hub.pools.system.query(
    'insert into sign_in_step (token_hash, kind, workspace_id, member_id, expires_at) values ($1, $2, $3, $4, $5)',
    [
      createHash('sha256').update(challenge).digest(),
      kind,
      member?.workspaceId ?? null,
      member?.memberId ?? null,
      new Date(hub.now() + challengeMs),
    ],
  )
}

/** Uses up the challenge that a browser's answer names. Problem: sign_in_again when it is none of ours, too old, or used. */
async function takeChallenge(
  hub: Hub,
  credential: Credential,
  kind: 'assertion' | 'registration',
): Promise<{ challenge: string; memberId: string | null }> {
  const challenge = challengeOf(credential)
  const { rows } = await hub.pools.system.query<{ member_id: string | null }>(
    'delete from sign_in_step where token_hash = $1 and kind = $2 and expires_at > $3 returning member_id',
    [createHash('sha256').update(challenge).digest(), kind, new Date(hub.now())],
  )
  if (!rows[0]) throw new HubProblem('sign_in_again')
  return { challenge, memberId: rows[0].member_id }
}

function challengeOf(credential: Credential): string {
  try {
    const data = JSON.parse(Buffer.from(credential.response.clientDataJSON, 'base64url').toString('utf8')) as { challenge?: unknown }
    if (typeof data.challenge === 'string') return data.challenge
  } catch {
    // Not what a browser writes.
  }
  throw new HubProblem('passkey_refused')
}
