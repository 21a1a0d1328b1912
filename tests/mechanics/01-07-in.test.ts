/** The way in, decision by decision [mechanics 1-7]: each test would fail without its decision. */
import { createJournal } from '@dragoman/hub'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProbeHub, receiptOf, received, startProbeHub } from '../support/probe-hub.ts'
import { until } from '../support/test-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

describe('1. endpoints and accounts', () => {
  test('one body for two accounts of one endpoint reaches both, each with its own events', async () => {
    const second = await hub.owner.call('connectAccount', {
      body: { channel: 'probe', config: { token: 'x'.repeat(12), number: 'second' }, way: 'webhook', endpointId: hub.account.endpointId },
    })
    const stored = async () => (await hub.database.query<{ bodies: number }>('select count(*)::int as bodies from journal'))[0]!.bodies
    const before = await stored()
    await hub.deliver([
      received('m1', { thread: 'shared-a', account: 'probe-account' }),
      received('m1', { thread: 'shared-b', account: 'second' }),
    ])
    expect((await hub.conversation('shared-a')).accountId).toBe(hub.account.id)
    expect((await hub.conversation('shared-b')).accountId).toBe(second.id)
    expect((await stored()) - before).toBe(1)
  })

  test('a body for an account that is not connected yet is kept, and applied when it is', async () => {
    expect(await hub.post([received('early-1', { thread: 'early', account: 'third', text: 'before you were there' })])).toBe(200)
    await hub.owner.call('connectAccount', {
      body: { channel: 'probe', config: { token: 'y'.repeat(12), number: 'third' }, way: 'webhook', endpointId: hub.account.endpointId },
    })
    await hub.applied()
    expect((await hub.thread('early')).map(message => message.body.content)).toEqual([
      { kind: 'text', text: { text: 'before you were there' } },
    ])
  })

  test('an address that is not ours is 404, a wrong signature is 401 and counted', async () => {
    expect((await fetch(`${hub.url}/webhooks/probe/${crypto.randomUUID()}`, { method: 'POST', body: '[]' })).status).toBe(404)
    expect(await hub.post([received('forged')], { secret: 'wrong' })).toBe(401)
    await until(
      async () => (await hub.owner.call('accounts')).accounts.find(account => account.id === hub.account.id)?.lastWebhookProblem,
      'the counted refusal',
    )
  })
})

describe('2. journal', () => {
  test('what arrives during a commit goes into the next one', async () => {
    const journal = createJournal(hub.hub)
    const [{ workspace_id: workspaceId }] = (await hub.database.query('select workspace_id from workspace')) as [{ workspace_id: string }]
    const positions = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        journal.accept({
          workspaceId,
          endpointId: hub.account.endpointId,
          channel: 'probe',
          body: Buffer.from(`group ${index}`),
          accounts: [],
        }),
      ),
    )
    expect(new Set(positions).size).toBe(200)
    const [{ transactions }] = (await hub.database.query<{ transactions: number }>(
      'select count(distinct xmin::text)::int as transactions from journal where id = any($1)',
      [positions],
    )) as [{ transactions: number }]
    expect(transactions).toBeLessThan(50)
  })

  test('a row that cannot be stored fails alone: its group is tried singly', async () => {
    const journal = createJournal(hub.hub)
    const [{ workspace_id: workspaceId }] = (await hub.database.query('select workspace_id from workspace')) as [{ workspace_id: string }]
    const accept = (endpointId: string) =>
      journal.accept({ workspaceId, endpointId, channel: 'probe', body: Buffer.from('x'), accounts: [] })
    const results = await Promise.allSettled([accept(hub.account.endpointId), accept('not a uuid'), accept(hub.account.endpointId)])
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})

describe('3. ingest', () => {
  // An index entry of PostgreSQL holds at most 2,704 bytes: this id cannot be stored, whatever we do.
  const impossible = `bad:${Array.from({ length: 8_000 }, (_, index) => String.fromCharCode(97 + ((index * 7_919) % 26))).join('')}${Array.from({ length: 6_000 }, () => Math.random().toString(36).slice(2, 3)).join('')}`

  test('one bad event of a body is set aside with its reason; the others are applied', async () => {
    await hub.deliver([
      received('g1', { thread: 'good' }),
      received('g2', { thread: 'good', from: [impossible] }),
      received('g3', { thread: 'good' }),
    ])
    expect((await hub.thread('good')).map(message => message.order.externalId)).toEqual(['g1', 'g3'])
    const { items } = await hub.owner.call('setAside')
    expect(items.find(item => item.preview.includes('"g2"'))?.reason).toMatch(/index row|maximum/i)
  })

  test('a set-aside event can be replayed, and is applied when its reason is gone', async () => {
    await hub.database.query("alter table message add constraint no_kettles check (order_external <> 'r1')")
    await hub.deliver([received('r1', { thread: 'replayed', text: 'again' }), received('r2', { thread: 'replayed' })])
    const item = (await hub.owner.call('setAside')).items.find(row => row.preview.includes('"r1"'))!
    expect((await hub.owner.call('replaySetAside', { params: { setAsideId: item.id } })).resolvedAt).toBeNull()
    await hub.database.query('alter table message drop constraint no_kettles')
    expect((await hub.owner.call('replaySetAside', { params: { setAsideId: item.id } })).resolvedAt).not.toBeNull()
    expect((await hub.thread('replayed')).map(message => message.order.externalId).sort()).toEqual(['r1', 'r2'])
  })

  test('a malformed body is stored and set aside whole', async () => {
    await hub.deliver('this is not JSON')
    expect((await hub.owner.call('setAside')).items.some(item => item.preview.includes('this is not JSON'))).toBe(true)
  })

  test('a body that was in hand three times when its process died is set aside untouched', async () => {
    const [lane] = await hub.database.query<{ workspace_id: string }>('select workspace_id from lane where account_id = $1', [
      hub.account.id,
    ])
    // As after three deaths: unapplied, in hand, tried three times.
    const [row] = await hub.database.query<{ id: number }>(
      `with j as (insert into journal (workspace_id, endpoint_id, channel, body) select workspace_id, endpoint_id, channel, body from journal where body is not null order by id limit 1 returning id, workspace_id),
        i as (insert into lane_item (workspace_id, journal_id, account_key, account_id, attempts) select workspace_id, id, 'probe-account', $1, 2 from j)
        update lane set in_hand_to = (select id from j), crashes = 3 where account_id = $1 returning in_hand_to as id`,
      [hub.account.id],
    )
    expect(lane).toBeDefined()
    await hub.applied()
    const items = (await hub.owner.call('setAside')).items
    expect(items.some(item => item.reason.includes('three times'))).toBe(true)
    expect(row!.id).toBeGreaterThan(0)
  })

  test('NUL and lone surrogates are cleaned, not refused', async () => {
    await hub.deliver(`[${JSON.stringify(received('dirty', { thread: 'dirty' })).replace('text of dirty', 'a\\u0000b\\ud800c')}]`)
    expect((await hub.thread('dirty'))[0]!.body.content).toEqual({ kind: 'text', text: { text: 'ab\ufffdc' } })
  })
})

describe('4. repeats', () => {
  test('the same webhook three times is one message, one unread, one case', async () => {
    for (let count = 0; count < 3; count++) await hub.deliver([received('once', { thread: 'repeated' })])
    expect(await hub.thread('repeated')).toHaveLength(1)
    expect((await hub.conversation('repeated')).inboundCount).toBe(1)
  })

  test('presses and opt-outs pass the same gate', async () => {
    const press = {
      kind: 'action.chosen',
      externalId: 'press-1',
      at: Date.now(),
      threadId: 'pressed',
      identity: { externalIds: ['user:pressed'], name: 'Leo' },
      title: 'Yes',
      payload: 'yes',
    }
    await hub.deliver([press, press])
    await hub.deliver([press])
    expect(await hub.thread('pressed')).toHaveLength(1)
  })
})

describe('5. order', () => {
  test('messages stand by the platform’s clock, whatever order they came in', async () => {
    const base = Date.now() - 60_000
    await hub.deliver([received('o3', { thread: 'ordered', at: base + 3_000 })])
    await hub.deliver([received('o1', { thread: 'ordered', at: base + 1_000 }), received('o2', { thread: 'ordered', at: base + 2_000 })])
    expect((await hub.thread('ordered')).map(message => message.order.externalId)).toEqual(['o1', 'o2', 'o3'])
    expect((await hub.conversation('ordered')).lastMessage?.preview).toBe('text of o3')
  })

  test('what a platform of whole seconds dates into the second of our own message stands after it, in its own order, and waits for an answer', async () => {
    await hub.deliver([received('second-0', { thread: 'second', at: Date.now() - 60_000 })])
    hub.probe.answer = () => ({ status: 200, body: { id: 'second-sent' } })
    const ours = await hub.say('second', 'a question')
    const second = Math.floor(ours.order.at / 1_000) * 1_000
    await hub.deliver([received('second-2', { thread: 'second', at: second, tie: 12 })])
    await hub.deliver([received('second-1', { thread: 'second', at: second, tie: 11 })])
    const said = (await hub.thread('second')).filter(message => message.direction !== 'system')
    expect(said.map(message => message.order.externalId)).toEqual(['second-0', ours.order.externalId, 'second-1', 'second-2'])
    const row = await hub.conversation('second')
    expect(row.lastMessage?.preview).toBe('text of second-2')
    expect(row.unansweredSince).not.toBeNull()
  })

  test('what one body says of one second stands as it stands in the body, whatever its ids are called', async () => {
    const at = Math.floor(Date.now() / 1_000) * 1_000 - 5_000
    await hub.deliver(['b9', 'b10', 'b11', 'a1'].map(id => received(id, { thread: 'one-body', at })))
    expect((await hub.thread('one-body')).map(message => message.order.externalId)).toEqual(['b9', 'b10', 'b11', 'a1'])
  })

  test('of one second of the customer’s, what comes late stands where it would have stood in time', async () => {
    await hub.deliver([received('late-0', { thread: 'late', at: Date.now() - 60_000 })])
    hub.probe.answer = () => ({ status: 200, body: { id: 'late-sent' } })
    const ours = await hub.say('late', 'an answer')
    const second = Math.floor(ours.order.at / 1_000) * 1_000
    await hub.deliver([received('late-1', { thread: 'late', at: second, tie: 1 })])
    await until(() => Date.now() > second + 1_000)
    await hub.deliver([received('late-3', { thread: 'late', at: second + 1_000, tie: 3 })])
    await hub.deliver([received('late-2', { thread: 'late', at: second, tie: 2 })])
    const said = (await hub.thread('late')).filter(message => message.direction !== 'system')
    expect(said.map(message => message.order.externalId)).toEqual(['late-0', ours.order.externalId, 'late-1', 'late-2', 'late-3'])
  })

  test('a clock that runs ahead is held to our receipt', async () => {
    await hub.deliver([received('future', { thread: 'clock', at: Date.now() + 3_600_000 })])
    expect((await hub.thread('clock'))[0]!.order.at).toBeLessThanOrEqual(Date.now())
  })

  test('receipts only rise: delivered after read changes nothing', async () => {
    await hub.deliver([received('q', { thread: 'rising' })])
    hub.probe.answer = () => ({ status: 200, body: { id: 'rise-1' } })
    const sent = await hub.say('rising', 'hello')
    await until(async () => (await hub.message(sent.id, 'rising')).state === 'sent', 'sent')
    await hub.deliver([receiptOf(['rise-1'], 'read')])
    await hub.deliver([receiptOf(['rise-1'], 'delivered')])
    await hub.deliver([receiptOf(['rise-1'], 'failed')])
    const message = await hub.message(sent.id, 'rising')
    expect(message.state).toBe('read')
    expect(message.parts[0]!.deliveredAt).not.toBeNull()
  })
})

describe('6. facts before their message', () => {
  test('an edit, a reaction and a deletion that come first wait for their message', async () => {
    const at = Date.now() - 10_000
    const identity = { externalIds: ['user:early2'], name: 'Ada' }
    await hub.deliver([
      {
        kind: 'message.edited',
        externalId: 'e1:edit',
        at: at + 1_000,
        threadId: 'early2',
        identity,
        of: 'e1',
        message: { content: { kind: 'text', text: { text: 'second' } } },
      },
      { kind: 'reaction.changed', externalId: 'e1:react', at: at + 2_000, threadId: 'early2', identity, of: 'e1', emojis: ['👍'] },
    ])
    await hub.deliver([received('e1', { thread: 'early2', at, text: 'first' })])
    const [message] = await hub.thread('early2')
    expect(message!.body.content).toEqual({ kind: 'text', text: { text: 'second' } })
    expect(message!.revisions.map(revision => revision.body.content)).toEqual([{ kind: 'text', text: { text: 'first' } }])
    expect(message!.reactions.map(reaction => reaction.emoji)).toEqual(['👍'])
    expect(await hub.database.query('select 1 from pending_fact where external_id = $1', ['e1'])).toEqual([])
  })

  test('a receipt that overtakes our own send’s answer counts when the answer comes', async () => {
    await hub.deliver([received('s1', { thread: 'overtaken' })])
    hub.probe.answer = async () => {
      await hub.deliver([receiptOf(['slow-1'], 'delivered')])
      return { status: 200, body: { id: 'slow-1' } }
    }
    const sent = await hub.say('overtaken', 'wait for it')
    await until(async () => (await hub.message(sent.id, 'overtaken')).state === 'delivered', 'delivered')
  })

  test('an uncertain part is settled by a receipt that carries its reference', async () => {
    await hub.deliver([received('u1', { thread: 'uncertain' })])
    hub.probe.answer = () => ({ status: 502 })
    const sent = await hub.say('uncertain', 'did it arrive?')
    await until(async () => (await hub.message(sent.id, 'uncertain')).state === 'uncertain', 'uncertain')
    await hub.deliver([receiptOf(['late-1'], 'delivered', { ref: sent.parts[0]!.id })])
    expect((await hub.message(sent.id, 'uncertain')).state).toBe('delivered')
  })

  test('an echo of our own message is no message written elsewhere', async () => {
    await hub.deliver([received('h1', { thread: 'echoed' })])
    hub.probe.answer = () => ({ status: 200, body: { id: 'mine-1' } })
    const sent = await hub.say('echoed', 'from us')
    await until(async () => (await hub.message(sent.id, 'echoed')).state === 'sent', 'sent')
    const echo = (externalId: string, ref?: string) => ({
      kind: 'message.echoed',
      externalId,
      at: Date.now(),
      threadId: 'echoed',
      identity: { externalIds: ['user:echoed'] },
      ref,
      message: { content: { kind: 'text', text: { text: 'from us' } } },
    })
    await hub.deliver([echo('mine-1'), echo('theirs-1')])
    expect((await hub.thread('echoed')).filter(message => message.direction === 'out').map(message => message.author.kind)).toEqual([
      'member',
      'elsewhere',
    ])
  })
})

describe('7. who and where', () => {
  test('a person known by one id, then two, then the other alone stays one person with one conversation', async () => {
    await hub.deliver([received('w1', { thread: 'phone:49', from: ['phone:49'] })])
    await hub.deliver([received('w2', { thread: 'bsuid:X', from: ['bsuid:X', 'phone:49'] })])
    await hub.deliver([received('w3', { thread: 'bsuid:X', from: ['bsuid:X'] })])
    expect((await hub.thread('phone:49')).map(message => message.order.externalId)).toEqual(['w1', 'w2', 'w3'])
  })

  test('two identities found to be one are merged, their conversations stay', async () => {
    await hub.deliver([received('x1', { thread: 'chat-a', from: ['a:1'] }), received('x2', { thread: 'chat-b', from: ['b:1'] })])
    await hub.deliver([received('x3', { thread: 'chat-a', from: ['a:1', 'b:1'] })])
    const [a, b] = [await hub.conversation('chat-a'), await hub.conversation('chat-b')]
    expect(a.identityId).toBe(b.identityId)
    expect(a.contact.id).toBe(b.contact.id)
  })

  test('a case is closed and a new one opened inside one endless conversation', async () => {
    await hub.deliver([received('c1', { thread: 'cases' })])
    const first = await hub.conversation('cases')
    await hub.owner.call('close', { params: { conversationId: first.id }, body: {} })
    await hub.deliver([received('c2', { thread: 'cases' })])
    const again = await hub.conversation('cases')
    expect(again.id).toBe(first.id)
    expect(again.state).toBe('open')
    expect(again.caseId).not.toBe(first.caseId)
  })
})

describe('3-6 together', () => {
  test('any order and repetition of a conversation’s events ends in the same state', async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }),
        fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 7 }),
        async (order, repeats, size) => {
          const thread = `p${run++}`
          const at = Date.now() - 100_000
          const identity = { externalIds: [`user:${thread}`], name: 'Prop' }
          const events = [
            received(`${thread}:1`, { thread, at }),
            received(`${thread}:2`, { thread, at: at + 1_000, replyTo: `${thread}:1` }),
            received(`${thread}:3`, { thread, at: at + 2_000 }),
            {
              kind: 'message.edited',
              externalId: `${thread}:1:e1`,
              at: at + 3_000,
              threadId: thread,
              identity,
              of: `${thread}:1`,
              message: { content: { kind: 'text', text: { text: 'edit one' } } },
            },
            {
              kind: 'message.edited',
              externalId: `${thread}:1:e2`,
              at: at + 4_000,
              threadId: thread,
              identity,
              of: `${thread}:1`,
              message: { content: { kind: 'text', text: { text: 'edit two' } } },
            },
            { kind: 'message.deleted', externalId: `${thread}:3:d`, at: at + 5_000, threadId: thread, identity, of: [`${thread}:3`] },
            {
              kind: 'reaction.changed',
              externalId: `${thread}:2:r`,
              at: at + 6_000,
              threadId: thread,
              identity,
              of: `${thread}:2`,
              emojis: ['❤️'],
            },
          ]
          const sequence = [...order, ...repeats].map(index => events[index])
          for (let start = 0; start < sequence.length; start += size) await hub.post(sequence.slice(start, start + size))
          await hub.applied()
          const messages = (await hub.thread(thread)).map(message => ({
            id: message.order.externalId,
            text: message.body.content,
            quoted: message.replyTo !== null,
            deleted: message.deletedAt !== null,
            reactions: message.reactions.length,
            edited: message.editedAt !== null,
          }))
          expect(messages).toEqual([
            {
              id: `${thread}:1`,
              text: { kind: 'text', text: { text: 'edit two' } },
              quoted: false,
              deleted: false,
              reactions: 0,
              edited: true,
            },
            {
              id: `${thread}:2`,
              text: { kind: 'text', text: { text: `text of ${thread}:2` } },
              quoted: true,
              deleted: false,
              reactions: 1,
              edited: false,
            },
            { id: `${thread}:3`, text: { kind: 'text', text: { text: '' } }, quoted: false, deleted: true, reactions: 0, edited: false },
          ])
          expect((await hub.conversation(thread)).inboundCount).toBe(3)
        },
      ),
      { numRuns: 25 },
    )
  })
})
