/**
 * The way in for the many, beside the web framework, and the ordinary way: the same verdicts and words. Always holds: by default settings a plain webhook takes
 * the first one. It can only be told by its headers: it sends none of those that matter to pages.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(() => hub?.close())

const unknown = '/webhooks/probe/01a208f9-ab04-7000-955d-905b23179d7b'

async function post(path: string, secret: string, body: string) {
  const response = await fetch(`${hub.url}${path}`, { method: 'POST', headers: { 'x-probe-secret': secret }, body })
  const text = await response.text()
  return {
    isBeside: !response.headers.has('content-security-policy'),
    status: response.status,
    requestId: response.headers.get('x-request-id'),
    answer: text.startsWith('{') ? { ...JSON.parse(text), requestId: undefined } : text,
  }
}

test.each([
  ['that is good', () => `/webhooks/probe/${hub.account.endpointId}`, () => hub.secret, 200],
  ['with a wrong secret', () => `/webhooks/probe/${hub.account.endpointId}`, () => 'wrong', 401],
  ['for nobody', () => unknown, () => hub.secret, 404],
])('a webhook %s is answered alike on both ways', async (_what, path, secret, status) => {
  const body = JSON.stringify([{ account: 'probe-account', ...received('door', { thread: 'door' }) }])
  const plain = await post(path(), secret(), body)
  const ordinary = await post(`${path()}?ordinary=1`, secret(), body)
  expect([plain.isBeside, ordinary.isBeside]).toEqual([true, false])
  expect(plain.status).toBe(status)
  expect(plain.requestId).toMatch(/^[0-9a-f-]{36}$/)
  expect({ ...plain, isBeside: true, requestId: '' }).toEqual({ ...ordinary, isBeside: true, requestId: '' })
})
