/**
 * Recovered mode [mechanics 26]: a backup is taken in the middle of sending, the hub goes on, and is then brought back from the backup. The simulated platform’s
 * own record shows that nothing came a second time before a manager released it, and then only what the manager chose.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asOwner, backUp, claimParts, compare, markRecovered, type Origin, readLog, restoreBackup, settleOrigin } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowLoopback, type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { type Receiver, startReceiver } from '../support/receiver.ts'
import { clientId, startTestHub, type TestDatabase, type TestHub, textBody, until } from '../support/test-hub.ts'
import { createEmptyDatabase, testKeys } from './support.ts'

let first: ProbeHub
let again: TestHub
let database: TestDatabase
let shop: Receiver
let folder: string
/** The log’s place when the backup was taken. */
let cursor: { epoch: string; position: number }
let before: Map<string, number>

/** How often the platform got a text. */
const told = () => {
  const counts = new Map<string, number>()
  for (const { body } of first.probe.requests) if (body.text) counts.set(body.text, (counts.get(body.text) ?? 0) + 1)
  return counts
}
const conversationOf = async (hub: TestHub, thread: string) =>
  await until(
    async () => (await hub.owner.call('conversations', { query: { limit: 100 } })).conversations.find(row => row.threadId === thread),
    `conversation ${thread}`,
  )
const say = async (hub: TestHub, thread: string, text: string, more: { sendAt?: number } = {}) =>
  (
    await hub.owner.call('sendMessage', {
      params: { conversationId: (await conversationOf(hub, thread)).id },
      body: { clientId: clientId(), body: textBody(text), ...more },
    })
  ).message
const stateOf = async (hub: TestHub, id: string) =>
  (await hub.database.query<{ state: string }>('select state from message where id = $1', [id]))[0]?.state
const settledParts = async () => (await first.database.query(`select 1 from part where state in ('pending', 'sending')`)).length === 0
const post = async (hub: TestHub, events: object[]) =>
  (
    await fetch(`${hub.url}/webhooks/probe/${first.account.endpointId}`, {
      method: 'POST',
      headers: { 'x-probe-secret': first.secret },
      body: JSON.stringify(events.map(event => ({ account: 'probe-account', ...event }))),
    })
  ).status

const sent: Record<'onItsWay' | 'behind' | 'later' | 'refusedFirst', string> = { onItsWay: '', behind: '', later: '', refusedFirst: '' }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dragoman-recovered-'))
  first = await startProbeHub()
  shop = await startReceiver()
  first.hub.transport = throughTo(first, shop.origin)
  await first.owner.call('saveSetting', {
    params: { name: 'automatic_answers' },
    body: {
      version: (await first.owner.call('setting', { params: { name: 'automatic_answers' } })).version,
      value: { greeting: { on: true, texts: { en: 'Greeting' }, afterDays: null } },
    },
  })
  shop.answer = () => ({ status: 503 })
  await first.database.query(
    `insert into webhook (workspace_id, id, name, url, secrets, log_epoch, log_position, created_by)
      select $1, gen_random_uuid(), 'Shop', $2, $3, h.epoch, h.position, m.id from log_head h, member m where h.workspace_id = $1 and m.workspace_id = $1 limit 1`,
    [
      first.workspaceId,
      `${shop.origin}/hook`,
      first.hub.codec.sealJson(first.workspaceId, [{ secret: `whsec_${Buffer.alloc(32, 1).toString('base64')}` }]),
    ],
  )
  for (const thread of ['a', 'b', 'c']) await first.deliver([received(`${thread}-1`, { thread })])
  await until(() => shop.received.length > 0, 'a webhook that fails')
  await until(async () => told().get('Greeting') === 3 && (await settledParts()), 'three greetings')

  // In the middle: one is on its way and gets no answer yet, one stands behind it, one is for next week, one was refused for now.
  const open = Promise.withResolvers<void>()
  const answer = first.probe.answer
  first.probe.answer = async request => {
    if (request.body.text === 'on its way') await open.promise
    return await answer(request)
  }
  sent.onItsWay = (await say(first, 'a', 'on its way')).id
  await until(() => told().get('on its way') === 1, 'the request at the platform')
  sent.behind = (await say(first, 'a', 'behind it')).id
  sent.later = (await say(first, 'b', 'next week', { sendAt: Date.now() + 7 * 86_400_000 })).id
  const [head] = await first.database.query<{ epoch: string; position: number }>('select epoch, position from log_head')
  cursor = { epoch: head!.epoch, position: Number(head!.position) }
  await backUp(
    { ownerUrl: first.database.url, ring: await testKeys(), filesFolder: join(first.home, 'files'), version: 'test', progress: () => {} },
    join(folder, 'backup'),
  )

  // And on: all of it leaves, more is written, and the shop hears what it had not heard.
  open.resolve()
  shop.answer = () => ({ status: 200 })
  await until(() => told().get('behind it') === 1, 'what stood behind it')
  const after = await say(first, 'c', 'after the backup')
  await until(async () => (await stateOf(first, after.id)) === 'sent', 'what came after the backup')
  await first.database.query(`update webhook_delivery set next_at = now() where state = 'pending'`)
  await until(
    async () => (await first.database.query(`select 1 from webhook_delivery where state <> 'delivered'`)).length === 0,
    'all webhooks delivered',
  )
  await first.stop()
  before = told()
  shop.received.length = 0

  database = await createEmptyDatabase()
  const home = join(folder, 'home')
  await restoreBackup(
    { ownerUrl: database.url, ring: await testKeys(), keyPath: '', filesFolder: join(home, 'files'), progress: () => {} },
    join(folder, 'backup'),
  )
  again = await startTestHub({ database, home, again: true, channels: first.probe.channels })
  allowLoopback(again, first.probe)
  again.hub.transport = throughTo(again, shop.origin)
})
afterAll(async () => {
  await again?.stop()
  await database?.drop()
  await first?.close()
  await shop?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The shop is on loopback: it is let through by hand. */
function throughTo(hub: TestHub, origin: string): TestHub['hub']['transport'] {
  const { perform, ...rest } = hub.hub.transport
  return {
    ...rest,
    perform: async (request, context) => {
      if (!request.url?.startsWith(origin)) return await perform(request, context)
      const body = request.body?.type === 'json' ? JSON.stringify(request.body.value) : ''
      const response = await fetch(request.url, { method: 'POST', headers: request.headers ?? {}, body })
      return { kind: 'answered', status: response.status, headers: {}, body: await response.text() }
    },
  }
}

describe('a hub that was brought back', () => {
  test('says so, with what is held and until when the data reaches', async () => {
    const { recovery } = await again.owner.call('recovery')
    expect(recovery).toMatchObject({ reason: 'restore', messages: 3, conversations: 2, waiting: 0 })
    expect(recovery!.dataUntil).toBeLessThan(recovery!.begunAt)
    const { messages, next } = await again.owner.call('heldMessages', { query: { limit: 2 } })
    expect(messages.map(one => [one.preview, one.was])).toEqual([
      ['on its way', 'sending'],
      ['behind it', 'pending'],
    ])
    const rest = await again.owner.call('heldMessages', { query: { after: next! } })
    expect(rest.messages.map(one => [one.preview, one.dueAt !== null])).toEqual([['next week', true]])
    for (const id of [sent.onItsWay, sent.behind, sent.later]) expect(await stateOf(again, id)).toBe('uncertain')
  })

  test('tells cursors of before to begin anew', async () => {
    expect((await readLog(again.hub, first.workspaceId, cursor, 10)).kind).toBe('resync')
  })

  test('ends every session of before', async () => {
    const response = await fetch(`${again.url}/v1/session`, { headers: { cookie: first.cookie } })
    expect(response.status).toBe(401)
  })

  test('takes webhooks in, greets nobody, and sends nothing: neither what is held nor what is written now', async () => {
    expect(await post(again, [received('d-1', { thread: 'd', text: 'hello after the restore' })])).toBe(200)
    await conversationOf(again, 'd')
    const written = await say(again, 'a', 'written since')
    // The log was read past that message, and a claim finds nothing to take.
    await until(
      async () =>
        (
          await database.query(
            `select 1 from automatic_answer_place p join log_head h using (workspace_id) where p.epoch = h.epoch and p.position = h.position`,
          )
        ).length > 0,
      'the log read on',
    )
    expect(await claimParts(again.hub, 100)).toEqual([])
    expect(await stateOf(again, written.id)).toBe('pending')
    expect((await again.owner.call('recovery')).recovery).toMatchObject({ messages: 3, waiting: 1 })
    expect(
      await database.query(
        `select a.state from automatic_answer a join conversation c on c.id = a.conversation_id where c.thread_id = 'd'`,
      ),
    ).toEqual([])
    expect(told()).toEqual(before)
  })

  test('does not tell the shop again, and keeps what is new for later', async () => {
    await until(
      async () => (await database.query(`select 1 from webhook_delivery where state = 'pending'`)).length > 0,
      'the new message gathered',
    )
    expect((await database.query(`select distinct state from webhook_delivery order by 1`)).map(row => row.state)).toContain('failed')
    expect(shop.received).toEqual([])
  })

  test('refuses what cannot wait', async () => {
    const { messages } = await again.owner.call('messages', { params: { conversationId: (await conversationOf(again, 'c')).id } })
    await expect(
      again.owner.call('react', { params: { messageId: messages.find(one => one.direction === 'in')!.id }, body: { emoji: '👍' } }),
    ).rejects.toMatchObject({ problem: { code: 'reply_not_allowed', reason: 'recovered' } })
  })

  test('starts recovered again after another restart, and holds the same', async () => {
    await again.stop()
    again = await startTestHub({ database, home: again.home, again: true, channels: first.probe.channels })
    allowLoopback(again, first.probe)
    again.hub.transport = throughTo(again, shop.origin)
    expect((await again.owner.call('recovery')).recovery).toMatchObject({ reason: 'restore', messages: 3, waiting: 1 })
    expect(told()).toEqual(before)
  })

  test('sends, once released, what the manager chose and what is new, and nothing else', async () => {
    expect(await again.owner.call('releaseRecovery', { body: { send: 'chosen', messageIds: [sent.behind] } })).toEqual({
      sent: 1,
      dropped: 2,
    })
    await until(() => told().get('written since') === 1 && told().get('behind it') === 2, 'the chosen one and the new one')
    expect(await stateOf(again, sent.onItsWay)).toBe('unknown')
    expect(await stateOf(again, sent.later)).toBe('unknown')
    expect(told()).toEqual(new Map([...before, ['behind it', 2], ['written since', 1]]))
    expect((await again.owner.call('recovery')).recovery).toBeNull()
    await until(() => shop.received.length > 0, 'the shop told of what is new')
    expect(shop.received.every(one => JSON.stringify(one.body).includes('Greeting') === false)).toBe(true)
    await expect(again.owner.call('releaseRecovery', { body: { send: 'all' } })).rejects.toMatchObject({ problem: { code: 'wrong_state' } })
    const { entries } = await again.owner.call('audit', { query: {} })
    expect(entries.map(one => one.what)).toEqual(expect.arrayContaining(['hub.recovered', 'hub.released']))
  })
})

describe('what is noticed', () => {
  const here: Origin = { systemIdentifier: '1', timeline: '00000001', databaseOid: '5', folder: '9' }
  test('another server, database or folder is a copy; another timeline a promotion; what is not known is not compared', () => {
    expect(compare(undefined, here)).toBeUndefined()
    expect(compare(here, { ...here })).toBeUndefined()
    expect(compare(here, { ...here, systemIdentifier: '2', timeline: '00000002' })).toBe('copy')
    expect(compare(here, { ...here, databaseOid: '6' })).toBe('copy')
    expect(compare(here, { ...here, folder: '8' })).toBe('copy')
    expect(compare(here, { ...here, folder: null })).toBeUndefined()
    expect(compare(here, { ...here, timeline: '00000002' })).toBe('promotion')
    expect(compare({ ...here, systemIdentifier: null }, { ...here, systemIdentifier: '2' })).toBeUndefined()
  })

  test('a promotion holds, unless every standby is synchronous; twice it is as if once', async () => {
    await asOwner(database.url, async client => {
      expect(await settleOrigin(client)).toBeUndefined()
      await client.query(`update database_mark set timeline = '00000099'`)
      expect(await settleOrigin(client, { afterPromotion: 'continue' })).toBeUndefined()
      await client.query(`update database_mark set timeline = '00000099'`)
      expect(await settleOrigin(client)).toMatchObject({ reason: 'promotion' })
      expect(await settleOrigin(client)).toBeUndefined()
      await markRecovered(client)
      await markRecovered(client)
      expect((await client.query('select reason from recovery where released_at is null')).rows).toEqual([{ reason: 'marked' }])
    })
    // Nobody is thrown out by a promotion.
    expect((await again.owner.call('recovery')).recovery).toMatchObject({ reason: 'marked', messages: 0 })
    expect(await again.owner.call('releaseRecovery', { body: { send: 'none' } })).toEqual({ sent: 0, dropped: 0 })
  })
})
