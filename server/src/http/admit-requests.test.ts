/** Admission over real HTTP: three times as many webhooks as are let in [R12]. Who is refused is told so while the others still wait; people are served; then all come in again. */
import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { createAdmission } from './admission.ts'
import { registerAdmission } from './admit-requests.ts'
import type { WebContext } from './context.ts'

test('some are refused at once, people are served, and it recovers', async () => {
  const admission = createAdmission(() => ({ lagMs: 0, poolWaiting: 0 }))
  const web = { admission, metrics: { webhooks: { inc: () => {} } }, hub: { channels: new Map() } } as unknown as WebContext
  const app = fastify()
  registerAdmission(app, web)
  let release = () => {}
  let stored: Promise<void> = new Promise(resolve => {
    release = resolve
  })
  app.post('/webhooks/:channel/:endpoint', { config: { rule: 'platform' } }, async () => {
    await stored
    return { ok: true }
  })
  app.get('/v1/session', { config: { rule: 'signed_in', operation: 'session' } }, async () => ({ me: true }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const answered: { status: number; retryAfter: string | null; code: unknown }[] = []
  const post = async () => {
    const response = await fetch(`${origin}/webhooks/any/one`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    const { code } = (await response.json()) as { code?: unknown }
    answered.push({ status: response.status, retryAfter: response.headers.get('retry-after'), code })
  }
  try {
    const flood = Array.from({ length: 768 }, post)
    while (answered.length < 512) await new Promise(resolve => setTimeout(resolve, 10))
    expect(answered.every(one => one.status === 503 && one.code === 'overloaded' && Number(one.retryAfter) >= 1)).toBe(true)
    expect(admission.figures().platform).toEqual({ underWay: 256, refused: 512 })
    expect((await fetch(`${origin}/v1/session`)).status).toBe(200)
    release()
    await Promise.all(flood)
    expect(answered.filter(one => one.status === 200)).toHaveLength(256)
    stored = Promise.resolve()
    answered.length = 0
    for (let round = 0; round < 4; round++) await Promise.all(Array.from({ length: 128 }, post))
    expect(answered.every(one => one.status === 200)).toBe(true)
    while (admission.figures().platform.underWay > 0) await new Promise(resolve => setTimeout(resolve, 10))
    expect(admission.figures().people.underWay).toBe(0)
  } finally {
    release()
    await app.close()
  }
})
