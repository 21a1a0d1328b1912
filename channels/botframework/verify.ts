/**
 * The signed token that the Connector puts before every activity. The body itself is not signed: the token binds it by its service address only.
 * Always holds: RS256 only; issuer, audience (one of the endpoint's bots), life, service address and the key's endorsement of the channel are all
 * checked; a service address outside the listed origins is refused, whoever signed it; a key that is not known is asked for again.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#connector-to-bot
 */
import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { arrayAt, type JsonObject, numberAt, objectAt, parseJson, readJson, stringAt, textAt } from '@dragoman/channel-kit'
import type { AccountsInBody, AccountView, EndpointView, RawWebhook, Verdict, VerifyContext } from '@dragoman/core'
import { originOf } from './config.ts'
import { readServiceUrl } from './ids.ts'

const issuer = 'https://api.botframework.com'
/** Clocks may differ by this much. */
const skewMs = 5 * 60_000

export function verify(raw: RawWebhook, endpoint: EndpointView, context: VerifyContext): Verdict {
  if (raw.method !== 'POST') return rejected('method')
  const token = /^Bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(raw.headers.authorization ?? '')
  if (!token) return rejected('no_token')
  const [, head, claims, signature] = token as unknown as [string, string, string, string]
  const header = jsonOf(head)
  const payload = jsonOf(claims)
  const activity = objectAt(readJson(raw.body))
  if (!header || !payload) return rejected('malformed_token')
  if (!activity) return rejected('malformed_activity')
  const kid = textAt(header, 'kid')
  if (stringAt(header, 'alg') !== 'RS256' || kid === undefined) return rejected('algorithm')
  const account = audienceOf(payload, endpoint)
  if (!account) return rejected('audience')
  const wrong = problemWith(payload, activity, account, context.now)
  if (wrong) return rejected(wrong)

  const metadataUrl = `${originOf(account, 'keys')}/v1/.well-known/openidconfiguration`
  const metadata = at(context, metadataUrl)
  if (metadata === undefined) return { kind: 'needs', keys: { url: metadataUrl } }
  const keysUrl = textAt(metadata, 'jwks_uri') ?? ''
  // Keys from any other place would let whoever wrote the page sign for Microsoft.
  if (!keysUrl.startsWith(`${originOf(account, 'keys')}/`)) return rejected('keys_elsewhere')
  const key = objectAt(arrayAt(at(context, keysUrl), 'keys').find(candidate => stringAt(candidate, 'kid') === kid))
  if (!key) return { kind: 'needs', keys: { url: keysUrl, kid } }
  if (!arrayAt(key, 'endorsements').includes(stringAt(activity, 'channelId'))) return rejected('endorsement')
  if (!isSigned(`${head}.${claims}`, signature, key)) return rejected('signature')
  return { kind: 'accepted', acknowledge: wordsFor(activity) }
}

function problemWith(payload: JsonObject, activity: JsonObject, account: AccountView, now: number): string | undefined {
  if (stringAt(payload, 'iss') !== issuer) return 'issuer'
  const expires = numberAt(payload, 'exp')
  if (expires === undefined || expires * 1000 + skewMs < now) return 'expired'
  if ((numberAt(payload, 'nbf') ?? 0) * 1000 - skewMs > now) return 'not_yet_valid'
  const serviceUrl = stringAt(activity, 'serviceUrl')
  const claimed = stringAt(payload, 'serviceurl') ?? stringAt(payload, 'serviceUrl')
  if (serviceUrl === undefined || claimed !== serviceUrl) return 'service_url'
  return readServiceUrl(serviceUrl, account) ? undefined : 'service_url_not_listed'
}

/** The bot that the token is for. */
function audienceOf(payload: JsonObject, endpoint: EndpointView): AccountView | undefined {
  const audience = textAt(payload, 'aud')?.toLowerCase()
  return (endpoint.accounts ?? []).find(account => audience !== undefined && account.config.appId?.toLowerCase() === audience)
}

/** What was fetched from an address; own members only. */
function at(context: VerifyContext, url: string): unknown {
  return context.keys && Object.hasOwn(context.keys, url) ? context.keys[url] : undefined
}

function isSigned(signed: string, signature: string, key: JsonObject): boolean {
  try {
    const { kty, n, e } = key
    if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return false
    const publicKey = createPublicKey({ key: { kty, n, e }, format: 'jwk' })
    return verifySignature('RSA-SHA256', Buffer.from(signed, 'ascii'), publicKey, Buffer.from(signature, 'base64url'))
  } catch {
    return false
  }
}

/** An `invoke` is answered by the response itself: without these words the person is shown an error. */
function wordsFor(activity: JsonObject): { body: string; contentType: string } {
  const isAction = stringAt(activity, 'type') === 'invoke' && stringAt(activity, 'name') === 'adaptiveCard/action'
  const words = isAction ? { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: '✓' } : {}
  return { body: JSON.stringify(words), contentType: 'application/json; charset=utf-8' }
}

/** A bot's messaging address is set per bot, but several bots may have the same one: Teams and Skype name the bot by its app id. */
export function accountsOf(body: Uint8Array): AccountsInBody {
  const id = /^28:([0-9a-fA-F-]{36})$/.exec(stringAt(readJson(body), 'recipient', 'id') ?? '')?.[1]
  return id === undefined ? { kind: 'only' } : { kind: 'named', externalIds: [id.toLowerCase()] }
}

function jsonOf(encoded: string): JsonObject | undefined {
  return objectAt(parseJson(Buffer.from(encoded, 'base64url').toString('utf8')))
}

function rejected(reason: string): Verdict {
  return { kind: 'rejected', reason }
}
