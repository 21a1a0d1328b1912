/**
 * VK signs nothing: the secret that was entered at the Callback API comes back inside every body. A new address is asked for the confirmation string.
 * Always holds: without a secret nothing is accepted; each of several secrets (rotation) is; VK knows by the word `ok` that we have it.
 * https://dev.vk.com/ru/api/callback/getting-started
 */
import { idAt, matchesAny, readJson, stringAt } from '@dragoman/channel-kit'
import type { AccountsInBody, EndpointView, RawWebhook, Verdict } from '@dragoman/core'
import { groupIdOf } from './config.ts'

export function verify(raw: RawWebhook, endpoint: EndpointView): Verdict {
  if (raw.method !== 'POST') return { kind: 'rejected', reason: 'method' }
  const body = readJson(raw.body)
  const groupId = idAt(body, 'group_id')
  if (groupId === undefined) return { kind: 'rejected', reason: 'malformed' }
  // Comes before the secret is known to VK, perhaps; the string tells nothing to whoever asks for it.
  if (stringAt(body, 'type') === 'confirmation') {
    const account = (endpoint.accounts ?? []).find(candidate => groupIdOf(candidate) === groupId)
    const words = account?.config.confirmation
    if (!words) return { kind: 'rejected', reason: account ? 'no_confirmation_string' : 'unknown_community' }
    return { kind: 'challenge', status: 200, body: words, contentType: 'text/plain; charset=utf-8' }
  }
  const secrets = endpoint.secrets.webhookSecret ?? []
  if (secrets.length === 0) return { kind: 'rejected', reason: 'no_secret_set' }
  const given = stringAt(body, 'secret')
  if (given === undefined) return { kind: 'rejected', reason: 'no_secret' }
  if (!matchesAny(given, secrets)) return { kind: 'rejected', reason: 'wrong_secret' }
  return { kind: 'accepted', acknowledge: { body: 'ok', contentType: 'text/plain; charset=utf-8' } }
}

export function accountsOf(body: Uint8Array): AccountsInBody {
  const groupId = idAt(readJson(body), 'group_id')
  return groupId === undefined ? { kind: 'only' } : { kind: 'named', externalIds: [groupId] }
}
