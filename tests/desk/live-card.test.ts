/** The live card: the firm's own system, asked and checked; dead for half a minute it is said to be, and replying works as ever. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { clientId, textBody } from '../support/test-hub.ts'

let hub: ProbeHub
let shop: Receiver
let conversationId: string
const good = { sections: [{ title: 'Orders', fields: [{ label: '1024', value: 'On its way', link: 'https://shop.example.com/1024' }] }] }

beforeAll(async () => {
  shop = await startReceiver()
  hub = await startProbeHub({ existing: { environment: { OUTGOING_ALLOW: shop.origin } } })
  hub.probe.answer = () => ({ status: 200, body: { id: crypto.randomUUID() } })
})
afterAll(async () => {
  await hub?.close()
  await shop?.close()
})
let number = 0
beforeEach(async () => {
  const thread = `card-${number++}`
  await hub.deliver([received(thread, { thread, from: [thread] })])
  conversationId = (await hub.conversation(thread)).id
  // Another path is another system: what one test has broken does not rest in the next.
  await setUp({ url: `${shop.origin}/card/${number}` })
})
afterEach(() => {
  shop.received.length = 0
})

async function setUp(value: object) {
  const present = await hub.owner.call('setting', { params: { name: 'live_card' } })
  return await hub.owner.call('saveSetting', {
    params: { name: 'live_card' },
    body: { version: present.version, value: { on: true, goodForSeconds: 0, ...value } },
  })
}
const look = (query = {}) => hub.owner.call('card', { params: { conversationId }, query })
const answer = (body: unknown, status = 200) => {
  shop.answer = () => ({
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
}

describe('the live card', () => {
  test('asks with a signature, tells who it is about, and shows what comes back', async () => {
    const { secret } = await hub.owner.call('rotateCardSecret')
    answer(good)
    expect(await look()).toMatchObject({ state: 'ok', card: good, reason: null })
    shop.verify(shop.received[0]!, secret)
    expect(shop.received[0]!.body).toMatchObject({ type: 'card.requested', data: { conversationId, contact: { name: 'Olivia' } } })
  })

  test('a good answer is kept as long as is set; two who look at once ask once', async () => {
    await setUp({ url: `${shop.origin}/kept`, goodForSeconds: 60 })
    answer(good)
    await Promise.all([look(), look(), look()])
    await look()
    expect(shop.received).toHaveLength(1)
    await look({ refresh: 'true' })
    expect(shop.received).toHaveLength(2)
  })

  test('dead for half a minute: the card says so at once, shows the last good one, and replying works', async () => {
    answer(good)
    await look()
    shop.answer = () => ({ status: 500 })
    for (let tries = 0; tries < 3; tries++) expect((await look()).state).toBe('stale')
    const asked = shop.received.length
    const resting = await look()
    expect(resting).toMatchObject({ state: 'stale', card: good, reason: 'http' })
    expect(resting.retryAt! - Date.now()).toBeGreaterThan(20_000)
    expect(shop.received).toHaveLength(asked)
    shop.answer = () => 'hang'
    const sent = await hub.owner.call('sendMessage', {
      params: { conversationId },
      body: { clientId: clientId(), body: textBody('We are looking into it') },
    })
    expect(sent.message.direction).toBe('out')
  })

  test('while it hangs, replies go out: nothing waits for it', async () => {
    shop.answer = () => 'hang'
    const waiting = look()
    await hub.owner.call('sendMessage', { params: { conversationId }, body: { clientId: clientId(), body: textBody('Hello') } })
    let isOver = false
    void waiting.then(() => {
      isOver = true
    })
    await Promise.resolve()
    expect(isOver).toBe(false)
    expect(await waiting).toMatchObject({ state: 'unavailable', reason: 'no_answer' })
  }, 20_000)

  test('what is no card is not shown: wrong shape, dangerous links, too much, no JSON', async () => {
    for (const [index, body] of [
      { sections: 'none' },
      { sections: [{ fields: [{ label: 'x', value: 'y', link: 'javascript:alert(1)' }] }] },
      { sections: [{ title: 'x'.repeat(500) }] },
      '<b>hello</b>',
    ].entries()) {
      await setUp({ url: `${shop.origin}/bad/${index}` })
      answer(body)
      expect(await look(), JSON.stringify(body)).toMatchObject({ state: 'unavailable', card: null, reason: 'not_a_card' })
    }
  })

  test('an inside address is refused where it is set; who may not see details sees no card unless it is for all', async () => {
    await expect(setUp({ url: 'http://127.0.0.1:1/card' })).rejects.toMatchObject({ problem: { code: 'address_not_allowed' } })
    const role = await hub.owner.call('createRole', { body: { name: { en: 'Trainee' }, rank: 'agent', rights: [] } })
    const agent = await joinAgent(hub, 'Anna', { online: false })
    await hub.owner.call('updateMember', { params: { memberId: agent.id }, body: { roleId: role.id } })
    answer(good)
    const asAgent = () => agent.client.call('card', { params: { conversationId }, query: {} })
    expect((await asAgent()).state).toBe('off')
    await setUp({ url: `${shop.origin}/for-all`, forAll: true })
    expect((await asAgent()).state).toBe('ok')
  })
})
