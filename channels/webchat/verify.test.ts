/** A visitor's token: whose it is, where it counts, how long. */
import { createHmac } from 'node:crypto'
import type { EndpointView, RawWebhook } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { verify } from './verify.ts'

const secret = 'a-secret-of-this-endpoint-alone-000000'
const endpoint: EndpointView = { id: 'endpoint-a', secrets: { visitorSecret: [secret] } }
const now = 1_795_000_000_000
const visitor = 'Vq3kT9xZ1aPb7LmN0cRd2e'
const good = { kind: 'visitor', id: visitor, endpoint: 'endpoint-a', until: now + 1_000 }

function tokenOf(claims: object, key = secret): string {
  const claimed = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${claimed}.${createHmac('sha256', key).update(claimed).digest('base64url')}`
}

function rawOf(token: string, body: unknown = { visitor, events: [] }): RawWebhook {
  return { method: 'POST', headers: { authorization: `Bearer ${token}` }, query: {}, body: new TextEncoder().encode(JSON.stringify(body)) }
}

const reasonOf = (raw: RawWebhook) => {
  const verdict = verify(raw, endpoint, { now })
  return verdict.kind === 'rejected' ? verdict.reason : verdict.kind
}

describe('a visitor’s token', () => {
  test('is accepted for its own visitor', () => expect(reasonOf(rawOf(tokenOf(good)))).toBe('accepted'))
  test('of another endpoint is rejected, even if that one has the same secret', () =>
    expect(reasonOf(rawOf(tokenOf({ ...good, endpoint: 'endpoint-b' })))).toBe('other_endpoint'))
  test('without an endpoint is rejected', () => expect(reasonOf(rawOf(tokenOf({ ...good, endpoint: undefined })))).not.toBe('accepted'))
  test('cannot speak for another visitor', () =>
    expect(reasonOf(rawOf(tokenOf(good), { visitor: 'OtherVisitor0000000000', events: [] }))).toBe('other_visitor'))
  test('is over when it is over', () => expect(reasonOf(rawOf(tokenOf({ ...good, until: now })))).toBe('expired'))
  test('of a site’s own customer opens a session and nothing else', () =>
    expect(reasonOf(rawOf(tokenOf({ ...good, kind: 'user' })))).not.toBe('accepted'))
  test('signed with another secret is rejected', () => expect(reasonOf(rawOf(tokenOf(good, `${secret}x`)))).toBe('wrong_signature'))
  test('with any character altered is rejected', () => {
    const token = tokenOf(good)
    for (let place = 0; place < token.length; place++) {
      const altered = `${token.slice(0, place)}${token[place] === 'A' ? 'B' : 'A'}${token.slice(place + 1)}`
      // The last character of base64url may carry unused bits; the signature is compared as text, so even these count.
      expect(reasonOf(rawOf(altered)), String(place)).not.toBe('accepted')
    }
  })
})
