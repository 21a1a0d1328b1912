/**
 * The access token for calls of the Connector: client credentials, good for a day.
 * Always holds: the secret is named in the form, never written into it; what Entra refuses is `auth`, whatever its status.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#step-1-request-an-access-token
 */
import { numberAt, objectAt, statusFailure, stringAt, textAt, transmissionFailure } from '@dragoman/channel-kit'
import type { AccessToken, AccountView, Failure, HttpRequest, Result, Transmission } from '@dragoman/core'
import { originOf } from './config.ts'

/** Renewed this long before its end, so that no request leaves with one that dies on its way. */
const renewBeforeMs = 10 * 60_000

export function tokenRequest(account: AccountView): HttpRequest {
  const { appId = '', tenantId } = account.config
  const tenant = /^[0-9a-fA-F-]{36}$/.test(tenantId ?? '') ? tenantId : 'botframework.com'
  return {
    via: 'http',
    method: 'POST',
    url: `${originOf(account, 'login')}/${tenant}/oauth2/v2.0/token`,
    body: {
      type: 'form',
      fields: [
        ['grant_type', 'client_credentials'],
        ['client_id', appId],
        ['scope', 'https://api.botframework.com/.default'],
      ],
      secrets: [['client_secret', 'appSecret']],
    },
  }
}

export function readToken(transmission: Transmission): Result<{ secret: string; expiresInMs?: number }> {
  const lost = transmissionFailure(transmission, { commits: false })
  if (lost || transmission.kind !== 'answered') return { ok: false, failure: lost ?? unreadable }
  const secret = textAt(transmission.body, 'access_token')
  const seconds = numberAt(transmission.body, 'expires_in')
  if (transmission.status === 200 && secret !== undefined)
    return { ok: true, value: { secret, ...(seconds === undefined ? {} : { expiresInMs: Math.max(0, seconds * 1000) }) } }
  const error = objectAt(transmission.body)
  const code = stringAt(error, 'error')
  if (code === undefined) return { ok: false, failure: statusFailure(transmission, { commits: false }) }
  const detail = stringAt(error, 'error_description') ?? code
  // `temporarily_unavailable` is the one that passes by itself.
  if (code === 'temporarily_unavailable' || transmission.status >= 500) return { ok: false, failure: { kind: 'retryable', code, detail } }
  return { ok: false, failure: { kind: 'auth', code: /AADSTS\d+/.exec(detail)?.[0] ?? code, detail } }
}

const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer has not the documented shape' }

export const accessToken: AccessToken = {
  name: 'accessToken',
  renewBeforeMs,
  obtain: { request: (_, account) => tokenRequest(account), outcome: transmission => readToken(transmission) },
}
