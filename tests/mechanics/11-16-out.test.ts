/** The way out, decision by decision [mechanics 11-16]: each test would fail without its decision. */
import { claimParts, newId, sweepNodes } from '@dragoman/hub'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: ProbeHub
let defaultAnswer: ProbeHub['probe']['answer']
beforeAll(async () => {
  hub = await startProbeHub()
  defaultAnswer = hub.probe.answer
})
afterEach(() => {
  hub.probe.answer = defaultAnswer
})
afterAll(async () => {
  await hub?.close()
})

const begin = (thread: string) => hub.deliver([received(`${thread}-0`, { thread })])
const settled = (id: string, thread: string, ...states: string[]) =>
  until(async () => {
    const message = await hub.message(id, thread)
    return states.includes(message.state) ? message : undefined
  }, states.join(' or '))
const textsTo = (thread: string) => hub.probe.requests.filter(request => request.body.to === thread).map(request => request.body.text)

describe('11. sending is a chain, and may fan out', () => {
  let real: TestHub
  beforeAll(async () => {
    real = await startTestHub()
  })
  afterAll(async () => {
    await real?.close()
  })

  async function upload(name: string): Promise<string> {
    const { sampleMedia } = await import('@dragoman/channel-kit/simulator')
    const form = new FormData()
    form.set('file', new Blob([Buffer.from(sampleMedia().jpeg.bytes)], { type: 'image/jpeg' }), name)
    return (await real.owner.call('uploadFile', { body: form })).fileId
  }
  const openConversation = async (channel: string) => {
    const { accountId, phone } = await real.connect(channel)
    if (phone.view().abilities.start) await phone.act({ act: 'start' })
    await phone.act({ act: 'write', text: 'hello' })
    const conversation = await until(
      async () => (await real.owner.call('conversations', { query: { account: accountId } })).conversations[0],
      'the conversation',
    )
    return { conversation, phone }
  }
  const send = async (
    conversationId: string,
    body: Parameters<typeof real.owner.call<'sendMessage'>>[1] extends infer I
      ? I extends { body: { body: infer B } }
        ? B
        : never
      : never,
  ) => (await real.owner.call('sendMessage', { params: { conversationId }, body: { clientId: clientId(), body } })).message

  test('a retry repeats only the step that failed: the upload is kept', async () => {
    const { conversation, phone } = await openConversation('whatsapp')
    const simulator = real.simulators!.simulators.get('whatsapp')!
    const fileId = await upload('kettle.jpg')
    const first = await send(conversation.id, { content: { kind: 'image', media: { ref: { from: 'file', fileId } } } })
    await until(
      async () =>
        (await real.owner.call('messages', { params: { conversationId: conversation.id } })).messages.find(
          message => message.id === first.id && message.state !== 'pending' && message.state !== 'sending',
        ),
      'the first picture',
    )
    await send(conversation.id, { content: { kind: 'image', media: { ref: { from: 'file', fileId } } } })
    await until(
      () => phone.view().messages.filter(message => message.body.content.kind === 'image').length === 2,
      'two pictures on the phone',
    )
    expect(simulator.log.filter(entry => entry.direction === 'request' && /POST .*\/media$/.test(entry.what))).toHaveLength(1)
  })

  test('an album is one part and several platform messages', async () => {
    const { conversation, phone } = await openConversation('telegram')
    const items = [
      { kind: 'image' as const, media: { ref: { from: 'file' as const, fileId: await upload('a.jpg') } } },
      { kind: 'image' as const, media: { ref: { from: 'file' as const, fileId: await upload('b.jpg') } } },
    ]
    const message = await send(conversation.id, { content: { kind: 'album', items } })
    await until(
      () => phone.view().messages.filter(shown => shown.groupId !== undefined && shown.from === 'business').length === 2,
      'both pictures in one group',
    )
    expect(message.parts).toHaveLength(1)
    await until(
      async () => (await real.database.query('select 1 from platform_message where message_id = $1', [message.id])).length === 2,
      'two platform messages',
    )
  })
})

describe('12. delivery without jobs', () => {
  test('order holds within a conversation; a slow one delays only itself', async () => {
    await begin('slow')
    await begin('quick')
    const gate = Promise.withResolvers<void>()
    let count = 0
    hub.probe.answer = async request => {
      if (request.body.text === 'slow 0') await gate.promise
      return { status: 200, body: { id: `order-${++count}` } }
    }
    for (let index = 0; index < 5; index++) await hub.say('slow', `slow ${index}`)
    const quick = await hub.say('quick', 'quick 0')
    await settled(quick.id, 'quick', 'sent')
    expect(textsTo('slow')).toEqual(['slow 0'])
    gate.resolve()
    await until(() => textsTo('slow').length === 5, 'all five')
    expect(textsTo('slow')).toEqual(['slow 0', 'slow 1', 'slow 2', 'slow 3', 'slow 4'])
  })

  test('talk goes before bulk', async () => {
    await begin('lanes')
    const gate = Promise.withResolvers<void>()
    let count = 0
    hub.probe.answer = async request => {
      if (request.body.text === 'first') await gate.promise
      return { status: 200, body: { id: `lane-${++count}` } }
    }
    await hub.say('lanes', 'first')
    await until(() => textsTo('lanes').length === 1, 'the first')
    const bulk = await hub.say('lanes', 'bulk')
    await hub.database.query(`update part set lane = 'bulk' where message_id = $1`, [bulk.id])
    await hub.say('lanes', 'talk')
    gate.resolve()
    await until(() => textsTo('lanes').length === 3, 'all')
    expect(textsTo('lanes')).toEqual(['first', 'talk', 'bulk'])
  })

  test('undo and schedule are a moment before which nothing leaves; a scheduled one does not hold others up', async () => {
    await begin('later')
    const scheduled = await hub.say('later', 'tomorrow', { sendAt: Date.now() + 86_400_000 })
    const undone = await hub.say('later', 'oops', { undoSeconds: 30 })
    const now = await hub.say('later', 'now')
    await settled(now.id, 'later', 'sent')
    expect((await hub.owner.call('cancelMessage', { params: { messageId: undone.id } })).message.state).toBe('cancelled')
    await hub.owner.call('sendNow', { params: { messageId: scheduled.id } })
    await settled(scheduled.id, 'later', 'sent')
    expect(textsTo('later')).toEqual(['now', 'tomorrow'])
  })
})

describe('12. what cannot be read', () => {
  test('a part that cannot be opened holds up nobody else', async () => {
    await begin('unreadable')
    const broken = await hub.say('unreadable', 'sealed with another key', { undoSeconds: 30 })
    const threads = ['readable-1', 'readable-2', 'readable-3']
    for (const thread of threads) await begin(thread)
    const good = await Promise.all(threads.map(thread => hub.say(thread, 'hello', { undoSeconds: 30 })))
    await hub.database.query(`update part set body = 'x' where message_id = $1`, [broken.id])
    // All are due at once, so that one claim takes them together.
    await hub.database.query(`update part set due_at = now(), not_before = now() where message_id = any($1::uuid[])`, [
      [broken.id, ...good.map(message => message.id)],
    ])
    hub.hub.bell.ring('parts')
    for (const [index, message] of good.entries()) await settled(message.id, threads[index]!, 'sent')
    await until(
      async () =>
        (await hub.database.query(`select 1 from part where message_id = $1 and state = 'pending' and not_before > now()`, [broken.id]))
          .length > 0,
      'the broken one to be put off',
    )
    expect(textsTo('unreadable')).toEqual([])
    await hub.database.query(`update part set state = 'cancelled' where message_id = $1`, [broken.id])
  })
})

describe('13. leases', () => {
  test('what a dead node was sending becomes uncertain and is not sent again; a late answer’s receipt still settles it', async () => {
    await begin('orphan')
    const message = await hub.say('orphan', 'was it sent?', { undoSeconds: 30 })
    // As a node that claimed it and died: no heartbeat, no row.
    await hub.database.query(
      `update part set state = 'sending', node_id = $2, attempt_id = $3, attempt = 1, sending_since = now() - interval '30 seconds' where message_id = $1`,
      [message.id, newId(), newId()],
    )
    await sweepNodes(hub.hub)
    await settled(message.id, 'orphan', 'uncertain')
    expect(textsTo('orphan')).toEqual([])
    // Its own time-out has passed: later messages go.
    const next = await hub.say('orphan', 'next')
    await settled(next.id, 'orphan', 'sent')
    await hub.deliver([
      {
        kind: 'delivery.updated',
        externalId: 'orphan:delivered',
        at: Date.now(),
        threadId: 'orphan',
        ref: message.parts[0]!.id,
        receipt: 'delivered',
        of: { externalIds: ['orphan-late'] },
      },
    ])
    await settled(message.id, 'orphan', 'delivered')
  })

  test('an uncertain part holds its lane until its own time-out has passed, and the rest of its message for good', async () => {
    await begin('holding')
    const message = await hub.say('holding', 'held', { undoSeconds: 30 })
    await hub.database.query(
      `update part set state = 'uncertain', due_at = now(), sending_since = now(), holds_until = now() + interval '1 hour' where message_id = $1`,
      [message.id],
    )
    await hub.say('holding', 'behind it')
    expect((await claimParts(hub.hub, 50)).length).toBe(0)
    await hub.database.query(`update part set holds_until = now() where message_id = $1`, [message.id])
    await until(() => textsTo('holding').includes('behind it'), 'the one behind')
    expect(
      (await hub.owner.call('retryMessage', { params: { messageId: message.id }, body: { evenIfUncertain: true } })).message.state,
    ).toBe('pending')
    await until(() => textsTo('holding').includes('held'), 'the held one')
  })

  test('after a day nobody knows, and that is said', async () => {
    await begin('unknown')
    const message = await hub.say('unknown', 'long ago', { undoSeconds: 30 })
    await hub.database.query(`update part set state = 'uncertain', sending_since = now() - interval '25 hours' where message_id = $1`, [
      message.id,
    ])
    await sweepNodes(hub.hub)
    await settled(message.id, 'unknown', 'unknown')
  })
})

describe('14. what may be sent again', () => {
  test('502 is uncertain and is not repeated; 503 with the vendor’s word is', async () => {
    await begin('again')
    let tries = 0
    hub.probe.answer = () => (++tries === 1 ? { status: 503 } : { status: 200, body: { id: `again-${tries}` } })
    const retried = await hub.say('again', 'try me')
    await settled(retried.id, 'again', 'sent')
    expect(tries).toBe(2)
    hub.probe.answer = () => ({ status: 502 })
    const uncertain = await hub.say('again', 'who knows')
    await settled(uncertain.id, 'again', 'uncertain')
    expect(textsTo('again').filter(text => text === 'who knows')).toHaveLength(1)
  })

  test('a connection cut after the request left is uncertain', async () => {
    await begin('cut')
    hub.probe.answer = () => ({ status: 200, cut: true })
    const message = await hub.say('cut', 'half way')
    await settled(message.id, 'cut', 'uncertain')
    expect(textsTo('cut')).toHaveLength(1)
  })

  test('where the platform takes an idempotency key, an uncertain part is sent again with the same key', async () => {
    const other = await startProbeHub({ repeatable: true })
    try {
      await other.deliver([received('k0', { thread: 'keyed' })])
      let tries = 0
      other.probe.answer = () => (++tries === 1 ? { status: 502 } : { status: 200, body: { id: 'keyed-1' } })
      const message = await other.say('keyed', 'once only')
      await until(async () => (await other.message(message.id, 'keyed')).state === 'sent', 'sent')
      expect(new Set(other.probe.requests.map(request => request.body.key)).size).toBe(1)
    } finally {
      await other.close()
    }
  })

  test('refused credentials pause the account and burn no attempt; it goes on when it is resumed', async () => {
    await begin('paused')
    hub.probe.answer = () => ({ status: 401 })
    const message = await hub.say('paused', 'wait')
    const account = await until(
      async () => (await hub.owner.call('accounts')).accounts.find(row => row.id === hub.account.id && row.status === 'paused'),
      'a paused account',
    )
    expect(account.problem?.code).toBe('401')
    expect((await hub.message(message.id, 'paused')).parts[0]!.attempt).toBe(0)
    hub.probe.answer = defaultAnswer
    await hub.owner.call('updateAccount', { params: { accountId: hub.account.id }, body: { status: 'active' } })
    await settled(message.id, 'paused', 'sent')
  })
})

describe('15. pace', () => {
  test('never more than the burst at once; the rest waits for the rate, also at the edge of a window', async () => {
    const provenance = { source: 'test', checkedOn: '2026-11-22' }
    // One sending in 100 s, four at once: no machine is so slow that a fifth would be due while this test runs.
    const paced = await startProbeHub({ pace: [{ scope: 'account', perSecond: 0.01, burst: 4, ...provenance }] })
    try {
      for (let index = 0; index < 10; index++) await paced.deliver([received(`pace-${index}`, { thread: `pace-${index}` })])
      await Promise.all(Array.from({ length: 10 }, (_, index) => paced.say(`pace-${index}`, `p${index}`)))
      const waiting = async () => (await paced.database.query("select 1 from part where state = 'pending'")).length
      await until(async () => paced.probe.requests.length >= 4 && (await waiting()) === 6, 'the four that may leave')
      expect(paced.probe.requests).toHaveLength(4)
      expect(await claimParts(paced.hub, 50)).toEqual([])
      // A limiter with fixed windows would let four more through at once in the next one; here time gives back one by one.
      await paced.database.query("update pace set tat = tat - interval '100 seconds' where scope = 'account'")
      paced.hub.bell.ring('parts')
      await until(async () => paced.probe.requests.length >= 5 && (await waiting()) === 5, 'one more')
      expect(paced.probe.requests).toHaveLength(5)
      expect(await claimParts(paced.hub, 50)).toEqual([])
    } finally {
      await paced.close()
    }
  })

  test('a limit that the platform states holds the whole account for as long as it says', async () => {
    await begin('limited')
    await begin('limited-too')
    let limitedAt = 0
    hub.probe.answer = request => {
      if (request.body.text === 'one' && !limitedAt) {
        limitedAt = request.at
        return { status: 429, body: { retryAfterMs: 700 } }
      }
      return { status: 200, body: { id: `limit-${request.body.text}` } }
    }
    const one = await hub.say('limited', 'one')
    const settledOne = await settled(one.id, 'limited', 'sent')
    const again = hub.probe.requests.filter(request => request.body.text === 'one')
    expect(again).toHaveLength(2)
    expect(again[1]!.at - limitedAt).toBeGreaterThanOrEqual(650)
    expect(settledOne.parts[0]!.attempt).toBe(1)
  })
})

describe('16. when one may write', () => {
  test('a window that is closed refuses before anything is stored; a message that waited past it is not sent', async () => {
    const provenance = { source: 'test', checkedOn: '2026-11-22' }
    const windowed = await startProbeHub({
      change: channel => ({
        replyPolicy: {
          ...channel.replyPolicy,
          rules: [
            { allows: 'freeform', window: 'service', priceClass: 'service', ...provenance },
            { allows: 'template', priceClass: 'template', ...provenance },
          ],
        },
      }),
    })
    try {
      await windowed.deliver([{ ...received('win-1', { thread: 'win' }), opens: [{ window: 'service', until: Date.now() + 60_000 }] }])
      const conversation = await windowed.conversation('win')
      const waiting = await windowed.say('win', 'too late', { undoSeconds: 30 })
      await windowed.database.query(
        `update conversation set windows = jsonb_build_array(jsonb_build_object('window', 'service', 'until', $2::bigint)) where id = $1`,
        [conversation.id, Date.now() - 1_000],
      )
      await windowed.owner.call('sendNow', { params: { messageId: waiting.id } })
      const failed = await until(async () => {
        const message = await windowed.message(waiting.id, 'win')
        return message.state === 'failed' ? message : undefined
      }, 'failed')
      expect(failed.parts[0]!.failure?.reason).toBe('window_closed')
      expect(windowed.probe.requests).toEqual([])
      const before = (await windowed.thread('win')).length
      await expect(windowed.say('win', 'closed')).rejects.toMatchObject({ problem: { code: 'reply_not_allowed', reason: 'window_closed' } })
      expect(await windowed.thread('win')).toHaveLength(before)
    } finally {
      await windowed.close()
    }
  })

  test('a customer who blocks us closes the conversation; writing again opens it', async () => {
    await begin('blocked')
    await hub.deliver([
      {
        kind: 'contact.opted_out',
        externalId: 'block-1',
        at: Date.now(),
        threadId: 'blocked',
        identity: { externalIds: ['user:blocked'] },
        scope: 'all',
      },
    ])
    await expect(hub.say('blocked', 'hello?')).rejects.toMatchObject({ problem: { code: 'reply_not_allowed', reason: 'blocked' } })
    await hub.deliver([received('block-2', { thread: 'blocked' })])
    await settled((await hub.say('blocked', 'welcome back')).id, 'blocked', 'sent')
  })
})
