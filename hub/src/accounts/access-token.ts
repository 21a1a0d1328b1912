/**
 * Short-lived access tokens [mechanics 18]: obtained when a request names one, kept sealed in `platform_fact`, renewed before they end.
 * Always holds: obtained under the row's lock and in single flight, so that neither two requests nor two nodes ask at once; a token that the
 * platform refuses is obtained anew once before anybody is told; a token of other credentials is never used; no view, log line or error shows one.
 */
import { createHash } from 'node:crypto'
import type { AccessToken, AccountView, Answered, Channel, NetworkRequest, Transmission } from '@dragoman/core'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { TransportContext } from '../transport.ts'

/** Whose token it is. Without a workspace the account is only being tried: its token is remembered by this process alone. */
export interface TokenHolder {
  channel: string | Channel
  view: AccountView
  workspaceId?: string
  /** Its requests go through this; absent: directly. */
  proxy?: string
}

interface Kept {
  secret: string
  /** ms since the epoch; null: it does not end. */
  expiresAt: number | null
  /** Of which credentials it is. */
  of: string
}
type Obtained = { ok: true; kept: Kept } | { ok: false; transmission: Transmission }

const factKey = 'access_token'
/** A token that cannot be renewed yet but is still good is asked for again after this long. */
const tryAgainMs = 10 * 60_000

/** What a hub has at hand, by credentials. Another node misses nothing: it reads the row. */
interface AtHand {
  known: Map<string, Kept>
  flights: Map<string, Promise<Obtained>>
}
const hubs = new WeakMap<Hub, AtHand>()

function atHand(hub: Hub): AtHand {
  const there = hubs.get(hub)
  if (there) return there
  const made: AtHand = { known: new Map(), flights: new Map() }
  hubs.set(hub, made)
  return made
}

/** Runs a request with its access token filled in, where it names one; once more with a new token where the platform refuses the old one. */
export async function withAccessToken<Answer extends { kind: string }>(
  hub: Hub,
  holder: TokenHolder,
  request: NetworkRequest,
  context: TransportContext,
  run: (secrets: TransportContext['secrets']) => Promise<Answer>,
): Promise<Answer | Transmission> {
  const channel = typeof holder.channel === 'string' ? channelOf(hub, holder.channel) : holder.channel
  const token = channel.accessToken
  if (!token || token.appliesTo?.(holder.view) === false || !names(request, token.name)) return await run(context.secrets)
  const of = credentialsOf(channel.id, holder, context.secrets)
  const remembered = atHand(hub).known.get(of)
  const isFresh = remembered !== undefined && isGood(hub, token, remembered)
  const first: Obtained = isFresh ? { ok: true, kept: remembered } : await renew(hub, holder, token, context, of, undefined)
  if (!first.ok) return first.transmission
  const answer = await run({ ...context.secrets, [token.name]: first.kept.secret })
  if (!isRefused(token, answer)) return answer
  const second = await renew(hub, holder, token, context, of, first.kept.secret)
  if (!second.ok || second.kept.secret === first.kept.secret) return answer
  if ('stream' in answer) await (answer.stream as ReadableStream).cancel().catch(() => {})
  return await run({ ...context.secrets, [token.name]: second.kept.secret })
}

function isRefused(token: AccessToken, answer: { kind: string }): boolean {
  if (answer.kind !== 'answered') return false
  const answered = answer as Answered
  return token.refused ? token.refused(answered) : answered.status === 401
}

function names(request: NetworkRequest, name: string): boolean {
  if (request.via !== 'http') return JSON.stringify(request).includes(`{${name}}`)
  const { url, headers, body } = request
  const inForm = body.type === 'form' ? (body.secrets ?? []).some(([, secret]) => secret === name) : false
  return inForm || [url, ...Object.values(headers ?? {})].some(text => text.includes(`{${name}}`))
}

/** A token belongs to the settings that it was obtained with: changed ones need another. */
function credentialsOf(channel: string, { view }: TokenHolder, secrets: TransportContext['secrets']): string {
  const sorted = (record: Readonly<Record<string, string>>) => Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([channel, sorted(view.config), sorted(view.origins), sorted(secrets)]))
    .digest('base64url')
}

function isGood(hub: Hub, token: AccessToken, kept: Kept): boolean {
  return kept.expiresAt === null || kept.expiresAt - token.renewBeforeMs > hub.now()
}

/** A good token that is not the refused one: this process's, the row's, or a new one. */
async function renew(
  hub: Hub,
  holder: TokenHolder,
  token: AccessToken,
  context: TransportContext,
  of: string,
  refused: string | undefined,
): Promise<Obtained> {
  const { known, flights } = atHand(hub)
  const flight = flights.get(of)
  if (flight) {
    const obtained = await flight
    if (!obtained.ok || obtained.kept.secret !== refused) return obtained
  }
  const started = (
    holder.workspaceId === undefined ? obtain(hub, holder, token, context, of, known.get(of)) : underLock(holder.workspaceId)
  )
    .then(obtained => {
      if (known.size > 10_000) known.clear()
      if (obtained.ok) known.set(of, obtained.kept)
      return obtained
    })
    .finally(() => flights.delete(of))
  flights.set(of, started)
  return await started

  async function underLock(workspaceId: string): Promise<Obtained> {
    return await inWorkspace(hub, workspaceId, async tx => {
      const kept = await lockFact(hub, tx, holder.view.id)
      const mine = kept?.of === of ? kept : undefined
      if (mine && mine.secret !== refused && isGood(hub, token, mine)) return { ok: true, kept: mine }
      const obtained = await obtain(hub, holder, token, context, of, mine?.secret === refused ? undefined : mine)
      if (obtained.ok) await keepFact(hub, tx, holder.view.id, obtained.kept)
      return obtained
    })
  }
}

async function lockFact(hub: Hub, tx: Transaction, accountId: string): Promise<Kept | undefined> {
  // The row is there before it is locked, so that the first two who need a token also wait for each other.
  await tx.client.query(
    `insert into platform_fact (workspace_id, account_id, key, value, expires_at) values ($1, $2, $3, ''::bytea, '-infinity') on conflict do nothing`,
    [tx.workspaceId, accountId, factKey],
  )
  const { rows } = await tx.client.query<{ value: Buffer }>(
    'select value from platform_fact where workspace_id = $1 and account_id = $2 and key = $3 for update',
    [tx.workspaceId, accountId, factKey],
  )
  const value = rows[0]?.value
  return value?.length ? hub.codec.openJson<Kept>(tx.workspaceId, value) : undefined
}

async function keepFact(hub: Hub, tx: Transaction, accountId: string, kept: Kept): Promise<void> {
  await tx.client.query(
    'update platform_fact set value = $4, fetched_at = $5, expires_at = $6 where workspace_id = $1 and account_id = $2 and key = $3',
    [
      tx.workspaceId,
      accountId,
      factKey,
      hub.codec.sealJson(tx.workspaceId, kept),
      new Date(hub.now()),
      kept.expiresAt === null ? null : new Date(kept.expiresAt),
    ],
  )
}

/** Asks the platform. What it refuses becomes the answer 401 of the request itself; what did not work at all, a request that never left. */
async function obtain(
  hub: Hub,
  holder: TokenHolder,
  token: AccessToken,
  context: TransportContext,
  of: string,
  old: Kept | undefined,
): Promise<Obtained> {
  const secrets = old ? { ...context.secrets, [token.name]: old.secret } : context.secrets
  const transmission = await hub.transport.perform(token.obtain.request(undefined, holder.view), { ...context, secrets })
  const result = token.obtain.outcome(transmission, undefined, holder.view)
  if (result.ok) {
    const { secret, expiresAt, expiresInMs } = result.value
    const until = expiresAt ?? (expiresInMs === undefined ? null : hub.now() + expiresInMs)
    return { ok: true, kept: { secret, expiresAt: until, of } }
  }
  const { failure } = result
  hub.log.warn({ accountId: holder.view.id, code: failure.code }, 'no access token was given')
  // One that still lasts, or that a person typed in, is better than none; renewing is tried again later.
  const typed = context.secrets[token.name]
  const lasting = old && (old.expiresAt === null || old.expiresAt > hub.now()) ? old.secret : typed
  if (lasting) return { ok: true, kept: { secret: lasting, expiresAt: hub.now() + token.renewBeforeMs + tryAgainMs, of } }
  if (failure.kind === 'auth') return { ok: false, transmission: { kind: 'answered', status: 401, headers: {}, body: failure.detail } }
  return { ok: false, transmission: { kind: 'not_sent', cause: `No access token was given: ${failure.detail}` } }
}
