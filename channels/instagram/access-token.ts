/**
 * The token of Instagram login: it lives 60 days and is renewed by itself, as long as it is still good.
 * Always holds: only for Instagram login; a page's token is used as it stands. A token that is no longer good cannot renew itself (a person must
 * log in again), so a refusal is no reason to ask.
 * Vendor: https://developers.facebook.com/docs/instagram-platform/reference/refresh_access_token
 */
import { numericAt, textAt } from '@dragoman/channel-kit'
import { resultOf } from '@dragoman/channel-meta-graph'
import type { AccessToken } from '@dragoman/core'
import { isByPage } from './config.ts'
import { dialect } from './dialect.ts'

const day = 24 * 60 * 60_000

export const accessToken: AccessToken = {
  name: 'token',
  appliesTo: account => !isByPage(account),
  renewBeforeMs: 10 * day,
  obtain: {
    request: (_input, account) => ({
      via: 'http',
      method: 'GET',
      url: `${account.origins.instagram ?? ''}/refresh_access_token?grant_type=ig_refresh_token&access_token={token}`,
      body: { type: 'none' },
    }),
    outcome: transmission => {
      const result = resultOf(dialect, transmission, body => ({
        secret: textAt(body, 'access_token') ?? '',
        expiresInMs: (numericAt(body, 'expires_in') ?? 0) * 1000,
      }))
      if (!result.ok) return result
      if (result.value.secret !== '' && result.value.expiresInMs > 0) return result
      return { ok: false, failure: { kind: 'retryable', code: 'no_token', detail: 'Instagram answered without a token' } }
    },
  },
  refused: () => false,
}
