/** Meta's signatures and proofs of address. */
import type { EndpointView, RawWebhook } from '@dragoman/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { verifyMetaWebhook } from './index.ts'
import { metaJson, signatureHeader } from './simulator/index.ts'

const endpoint: EndpointView = { id: 'e', secrets: { appSecret: ['newer-secret', 'tern-and-teal'], verifyToken: ['teal-secret'] } }
const post = (body: string | Uint8Array, signature?: string): RawWebhook => ({
  method: 'POST',
  headers: signature === undefined ? {} : { 'x-hub-signature-256': signature },
  query: {},
  body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
})

const vectors = [
  ['{"object":"page","entry":[]}', '254664c5841248eeb6ad9fd97a603f83c2d523f9b7cf1e32cd636707bf7f0fb7'],
  [
    '{"object":"page","entry":[{"id":"1","time":1,"messaging":[{"message":{"mid":"m","text":"Gr\\u00fcn \\ud83c\\udf75"}}]}]}',
    '70c0260dc9e3b28ac4f6164bfbfff487ef1d1ae5915797f6cc44c5ce348551eb',
  ],
] as const

describe('signatures of Meta webhooks', () => {
  test.each(vectors)('the published vector %s is accepted and made', (body, hex) => {
    expect(verifyMetaWebhook(post(body, `sha256=${hex}`), endpoint)).toEqual({ kind: 'accepted' })
    expect(signatureHeader('tern-and-teal', new TextEncoder().encode(body))).toBe(`sha256=${hex}`)
  })

  test('one altered byte, another secret, no header or no secret is rejected', () => {
    const [body, hex] = vectors[0]
    expect(verifyMetaWebhook(post(`${body} `, `sha256=${hex}`), endpoint).kind).toBe('rejected')
    expect(verifyMetaWebhook(post(body, signatureHeader('other', post(body).body)), endpoint).kind).toBe('rejected')
    expect(verifyMetaWebhook(post(body), endpoint).kind).toBe('rejected')
    expect(verifyMetaWebhook(post(body, `sha1=${hex}`), endpoint).kind).toBe('rejected')
    expect(verifyMetaWebhook(post(body, `sha256=${hex}`), { id: 'e', secrets: {} }).kind).toBe('rejected')
    expect(verifyMetaWebhook(post(body, signatureHeader('', post(body).body)), { id: 'e', secrets: { appSecret: [''] } }).kind).toBe(
      'rejected',
    )
  })

  test('what the simulator signs is accepted whatever text it holds', () => {
    fc.assert(
      fc.property(fc.json(), json => {
        const bytes = metaJson(JSON.parse(json))
        expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(JSON.parse(json))
        expect(verifyMetaWebhook(post(bytes, signatureHeader('newer-secret', bytes)), endpoint).kind).toBe('accepted')
      }),
    )
  })
})

describe('the challenge of Meta webhooks', () => {
  const get = (query: Record<string, string>): RawWebhook => ({ method: 'GET', headers: {}, query, body: new Uint8Array() })

  test('is given back as plain text to whoever knows the token', () => {
    const verdict = verifyMetaWebhook(
      get({ 'hub.mode': 'subscribe', 'hub.verify_token': 'teal-secret', 'hub.challenge': '7714209331' }),
      endpoint,
    )
    expect(verdict).toEqual({ kind: 'challenge', status: 200, body: '7714209331', contentType: 'text/plain' })
  })

  test('is refused with a wrong token, a wrong mode or nothing to give back', () => {
    for (const query of [
      { 'hub.mode': 'subscribe', 'hub.verify_token': 'wrong', 'hub.challenge': '1' },
      { 'hub.mode': 'unsubscribe', 'hub.verify_token': 'teal-secret', 'hub.challenge': '1' },
      { 'hub.mode': 'subscribe', 'hub.verify_token': 'teal-secret' },
      {},
    ]) {
      expect(verifyMetaWebhook(get(query as Record<string, string>), endpoint).kind).toBe('rejected')
    }
  })
})
