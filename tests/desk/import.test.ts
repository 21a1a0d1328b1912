/** Imports: every row once, broken rows beside, exactly on after a stop, and nobody is told. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImportView } from '@dragoman/api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { startReceiver } from '../support/receiver.ts'
import { startTestHub, type TestDatabase, until } from '../support/test-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})
let number = 0
beforeEach(() => {
  number++
})

type Owner = ProbeHub['owner']

async function upload(kind: ImportView['kind'], content: string | Uint8Array, owner: Owner = hub.owner): Promise<ImportView> {
  const form = new FormData()
  form.append('file', new Blob([typeof content === 'string' ? content : Buffer.from(content)]), `test.${kind}`)
  return await owner.call('createImport', { query: { kind }, body: form })
}

async function inState(id: string, state: ImportView['state'], owner: Owner = hub.owner): Promise<ImportView> {
  return await until(
    async () => {
      const one = await owner.call('import', { params: { importId: id } })
      return one.state === state ? one : undefined
    },
    `the import to be ${state}`,
    30_000,
  )
}

const act = (id: string, deed: 'check' | 'start' | 'pause' | 'resume' | 'cancel' | 'undo', owner: Owner = hub.owner, acceptBroken = true) =>
  owner.call('actOnImport', { params: { importId: id }, body: { deed, acceptBroken } })

async function check(id: string, owner: Owner = hub.owner): Promise<ImportView> {
  await act(id, 'check', owner)
  return await inState(id, 'checked', owner)
}

async function runWhole(one: ImportView): Promise<ImportView> {
  await check(one.id)
  await act(one.id, 'start')
  return await inState(one.id, 'done')
}

const map = (one: ImportView, accounts: Record<string, string | null>) =>
  hub.owner.call('mapImport', { params: { importId: one.id }, body: { version: one.version, accounts } })

const lines = (...things: object[]) => things.map(thing => JSON.stringify(thing)).join('\n')

/** A contact with a conversation of some messages, as our own JSON. */
function talk(name: string, count: number, more: object = {}) {
  return [
    { type: 'contact', id: name, name, addresses: [{ account: 'shop', externalId: `user:${name}` }] },
    {
      type: 'conversation',
      id: name,
      account: 'shop',
      contactId: name,
      threadId: name,
      openedAt: 1_700_000_000,
      status: 'closed',
      ...more,
    },
    ...Array.from({ length: count }, (_, index) => ({
      type: 'message',
      id: `${name}-${index}`,
      conversationId: name,
      direction: index % 2 === 0 ? 'in' : 'out',
      at: 1_700_000_000 + index * 60,
      text: `${name} says ${index}`,
      authorName: index % 2 === 0 ? undefined : 'Old Colleague',
      platformId: `${name}-p${index}`,
    })),
  ]
}

const contactsLike = (pattern: string) =>
  hub.database.query<{
    name: string
    phone: string | null
    email: string | null
    customer_id: string | null
    attributes: Record<string, string>
  }>('select name, phone, email, customer_id, attributes from contact where name like $1 order by name', [pattern])

describe('a table of contacts', () => {
  test('is read with Russian headings, semicolons, a byte order mark and CRLF; columns are guessed', async () => {
    const one = await upload(
      'csv',
      '\uFEFFФИО;Телефон;Почта;Город\r\n"Иванова; Анна 👩🏽‍🚀";8 (916) 555-01-01;anna@example.com;"Тверь\r\nцентр"\r\nمحمد علي;+79165550102;;\r\n',
    )
    expect(one).toMatchObject({
      headers: ['ФИО', 'Телефон', 'Почта', 'Город'],
      mapping: { columns: ['name', 'phone', 'email', 'attribute:Город'] },
    })
    expect(one.sample[0]![0]).toBe('Иванова; Анна 👩🏽‍🚀')
    const done = await runWhole(one)
    expect(done.counts).toMatchObject({ records: 2, contactsMade: 2, failed: 0 })
    expect(await contactsLike('Иванова%')).toMatchObject([
      { phone: '+79165550101', email: 'anna@example.com', attributes: { Город: 'Тверь\r\nцентр' } },
    ])
    expect(await contactsLike('محمد%')).toHaveLength(1)
  })

  test('in the old Russian encoding is read too, and UTF-16 is refused with what to do', async () => {
    const old = Uint8Array.from([0xc8, 0xec, 0xff, 0x3b, 0xd2, 0xe5, 0xeb, 0xe5, 0xf4, 0xee, 0xed, 0x0a, 0xce, 0xeb, 0xff, 0x3b, 0x0a])
    expect(await upload('csv', old)).toMatchObject({ headers: ['Имя', 'Телефон'], sample: [['Оля', '']] })
    await expect(upload('csv', Uint8Array.from([0xff, 0xfe, 0x41, 0]))).rejects.toMatchObject({
      problem: { code: 'invalid_request', detail: expect.stringContaining('UTF-8') },
    })
    await expect(upload('csv', '')).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
    await expect(upload('json', 'hello')).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
  })

  test('keeps going past broken rows and gives them back with line and reason', async () => {
    const rows = [
      'name,phone,email',
      `Good ${number},+79165550201,`,
      `Bad phone ${number},12,`,
      `Bad mail ${number},,nobody`,
      `"Never closed ${number},+79165550202,`,
      `Too many ${number},,,,x`,
      ',,',
      `=1+1 ${number},abc,`,
      `Last ${number},,last${number}@example.com`,
    ]
    const one = await upload('csv', rows.join('\n'))
    const found = await check(one.id)
    expect(found.findings).toMatchObject({ counts: { failed: 5, contactsMade: 2 } })
    expect(await contactsLike(`Good ${number}`)).toHaveLength(0)
    await expect(act(one.id, 'start', hub.owner, false)).rejects.toMatchObject({ problem: { code: 'wrong_state', reason: 'many_broken' } })
    await act(one.id, 'start')
    const done = await inState(one.id, 'done')
    expect(done.counts).toMatchObject({ failed: 5, contactsMade: 2 })
    const { csv } = await hub.owner.call('importErrors', { params: { importId: one.id } })
    expect(csv).toContain('quotation mark')
    expect(csv).toMatch(/\n3,.*no phone number/)
    // A spreadsheet must not run what a stranger wrote.
    expect(csv).not.toMatch(/,=1/)
  })

  test('finds people by number, phone or mail, fills in what is missing, and never doubles', async () => {
    const first = `name,phone,customer id\nRosa ${number},+7916555030${number % 10},R-${number}\n`
    expect((await runWhole(await upload('csv', first))).counts).toMatchObject({ contactsMade: 1 })
    expect((await runWhole(await upload('csv', first))).counts).toMatchObject({ contactsMade: 0, skipped: 1 })
    const second = `name,customer id,email\nAnother name,R-${number},rosa${number}@example.com\n`
    await runWhole(
      await upload(
        'json',
        lines({ type: 'contact', id: `r${number}`, customerId: `R-${number}`, email: `rosa${number}@example.com`, name: 'X' }),
      ),
    )
    expect(await contactsLike(`Rosa ${number}`)).toMatchObject([{ email: `rosa${number}@example.com`, customer_id: `R-${number}` }])
    expect((await runWhole(await upload('csv', second))).counts).toMatchObject({ contactsMade: 0 })
  })

  test('with a huge cell costs only that row', async () => {
    const one = await upload('csv', `name,notes\nHuge ${number},"${'x'.repeat(1_200_000)}"\nSmall ${number},ok\n`)
    const done = await runWhole(one)
    expect(done.counts).toMatchObject({ contactsMade: 1, failed: 1 })
    expect(await contactsLike(`Small ${number}`)).toHaveLength(1)
  })
})

describe('conversations and messages', () => {
  test('keep times, authors and order; are found by search; and nobody is told', async () => {
    const shop = await startReceiver()
    const name = `quiet${number}`
    const position = async () => (await hub.database.query<{ n: number }>('select position::int as n from log_head'))[0]!.n
    const figures = async () =>
      (
        await hub.database.query<{ opened: number; open: number }>(
          `select (select coalesce(sum(opened), 0)::int from (select opened from case_change union all select opened from case_count) c) as opened,
          (select coalesce(sum(open), 0)::int from (select open from desk_change union all select open from desk_count) d) as open`,
        )
      )[0]
    const one = await map(await upload('json', lines(...talk(name, 6))), { shop: hub.account.id })
    await check(one.id)
    const before = { figures: await figures(), position: await position(), requests: hub.probe.requests.length }
    await act(one.id, 'start')
    const done = await inState(one.id, 'done')
    expect(done.counts).toMatchObject({ contactsMade: 1, conversationsMade: 1, messagesMade: 6, failed: 0 })
    const [{ id }] = (await hub.database.query<{ id: string }>('select id from conversation where thread_id = $1', [name])) as [
      { id: string },
    ]
    const { conversation } = await hub.owner.call('conversation', { params: { conversationId: id } })
    expect(conversation).toMatchObject({
      state: 'closed',
      unansweredSince: null,
      inboundCount: 0,
      lastMessage: { preview: `${name} says 5` },
    })
    const messages = (await hub.owner.call('messages', { params: { conversationId: id }, query: { limit: 50 } })).messages.toSorted(
      (a, b) => a.at - b.at,
    )
    expect(messages.map(message => message.at)).toEqual(messages.map((_, index) => (1_700_000_000 + index * 60) * 1_000))
    expect(messages[1]!.author).toMatchObject({ kind: 'elsewhere', name: 'Old Colleague' })
    const hits = await hub.owner.call('search', { query: { q: `${name} says`, limit: 20 } })
    expect(hits.messages.length).toBeGreaterThan(0)
    // Started, and done: what the lists have changed, no message and no conversation.
    const kinds = await hub.database.query<{ kind: string }>('select kind from event_log where position > $1', [before.position])
    expect(new Set(kinds.map(row => row.kind))).toEqual(new Set(['catalogue.changed']))
    expect(await figures()).toEqual(before.figures)
    const [told] = await hub.database.query<{ n: number }>(
      `select ((select count(*) from part where conversation_id = $1) + (select count(*) from webhook_delivery) + (select count(*) from automatic_answer where conversation_id = $1)
        + (select count(*) from conversation where id = $1 and queued_at is not null) + (select count(*) from mention))::int as n`,
      [conversation.id],
    )
    expect(told!.n).toBe(0)
    expect(hub.probe.requests.length).toBe(before.requests)
    await shop.close()
  })

  test('are not doubled by what came by webhook, before or after', async () => {
    const name = `both${number}`
    await hub.deliver([received(`${name}-p0`, { thread: name, from: [`user:${name}`], at: 1_700_000_000_000, text: `${name} says 0` })])
    const one = await map(await upload('json', lines(...talk(name, 3))), { shop: hub.account.id })
    const done = await runWhole(one)
    expect(done.counts).toMatchObject({ conversationsMatched: 1, messagesMade: 2, messagesSkipped: 1 })
    await hub.deliver([received(`${name}-p2`, { thread: name, from: [`user:${name}`], text: 'again' })])
    expect((await hub.thread(name)).filter(message => message.direction !== 'system')).toHaveLength(3)
    const again = await runWhole(await map(await upload('json', lines(...talk(name, 3))), { shop: hub.account.id }))
    expect(again.counts).toMatchObject({ messagesMade: 0 })
  })

  test('are open only where they were open there, without a place in the queue', async () => {
    const name = `open${number}`
    await runWhole(await map(await upload('json', lines(...talk(name, 1, { status: 'open' }))), { shop: hub.account.id }))
    expect(await hub.conversation(name)).toMatchObject({ state: 'open', unansweredSince: null })
    const rows = await hub.database.query(`select 1 from conversation where thread_id = $1 and queued_at is not null`, [name])
    expect(rows).toHaveLength(0)
  })

  test('of an account that nobody has mapped are left out, with the reason; those left out by choice are not broken', async () => {
    const one = await upload('json', lines(...talk(`lost${number}`, 1)))
    const found = await check(one.id)
    expect(found.findings!.accounts).toEqual({ shop: 'shop' })
    expect(found.findings!.problems[0]!.reason).toContain('shop')
    const mapped = await map(found, { shop: null })
    expect((await check(mapped.id)).findings!.counts).toMatchObject({ conversationsMade: 0 })
  })

  test('can be taken back: what nobody has touched goes, and the rest stays', async () => {
    const [gone, kept] = [`gone${number}`, `kept${number}`]
    const one = await map(await upload('json', lines(...talk(gone, 2), ...talk(kept, 2))), { shop: hub.account.id })
    await runWhole(one)
    await hub.deliver([received(`${kept}-new`, { thread: kept, from: [`user:${kept}`], text: 'I am here again' })])
    const count = await hub.owner.call('importUndo', { params: { importId: one.id } })
    expect(count).toMatchObject({ messages: 4, conversations: 1 })
    await act(one.id, 'undo')
    await inState(one.id, 'undone')
    expect(await hub.database.query('select 1 from conversation where thread_id = $1', [gone])).toHaveLength(0)
    expect(await contactsLike(gone)).toHaveLength(0)
    expect((await hub.thread(kept)).filter(message => message.direction === 'in').map(message => message.at > 1_750_000_000_000)).toEqual([
      true,
    ])
  })
})

describe('an export of Chatwoot', () => {
  test('brings contacts, conversations, notes, labels and agents, each once', async () => {
    const content = await readFile(join(import.meta.dirname, '../fixtures/chatwoot-export.json'), 'utf8')
    const one = await upload('chatwoot', content)
    const found = await check(one.id)
    expect(found.findings!.accounts).toEqual({ 5: 'Shop bot' })
    const done = await runWhole(await map(found, { 5: hub.account.id }))
    expect(done.counts).toMatchObject({ conversationsMade: 1, messagesMade: 3 })
    const conversation = await hub.conversation('chat-11')
    expect(conversation).toMatchObject({ state: 'open', assigneeId: expect.any(String), inboundCount: 0 })
    expect(conversation.labelIds).toHaveLength(1)
    const messages = (await hub.thread('chat-11')).filter(message => message.direction !== 'system').toSorted((a, b) => a.at - b.at)
    expect(messages.map(message => [message.direction, message.author.kind, message.author.name])).toEqual([
      ['in', 'customer', 'Olga Petrova'],
      ['note', 'elsewhere', 'Former Colleague'],
      ['out', 'member', 'Owner'],
    ])
    expect(messages[0]!.body.content).toMatchObject({ text: { text: 'Good day 👋🏽 مرحبا' } })
    const { csv } = await hub.owner.call('importErrors', { params: { importId: one.id } })
    expect(csv).toContain('999')
    expect(csv).toContain('neither a contact')
    expect(await contactsLike('Olga Petrova')).toMatchObject([{ customer_id: 'C-11', attributes: { plan: 'gold', city: 'Tver' } }])
  })
})

describe('a worker that stops in the middle', () => {
  test('leaves the rest to the next one, which doubles nothing', async () => {
    const database: TestDatabase = hub.database
    const rows = ['name,customer id', ...Array.from({ length: 6_000 }, (_, index) => `Many ${number} ${index},M${number}-${index}`)]
    const one = await upload('csv', rows.join('\n'))
    await check(one.id)
    await act(one.id, 'start')
    await until(async () => (await hub.owner.call('import', { params: { importId: one.id } })).counts.records > 0, 'a beginning')
    await hub.stop()
    const [half] = await database.query<{ n: number; state: string }>(
      `select (counts->>'records')::int as n, state from import where id = $1`,
      [one.id],
    )
    expect(half!.state).toBe('running')
    const second = await startTestHub({ database, home: hub.home, channels: hub.probe.channels, again: true })
    const done = await inState(one.id, 'done', second.owner)
    expect(half!.n).toBeLessThan(6_000)
    expect(done.counts).toMatchObject({ records: 6_000, contactsMade: 6_000, failed: 0 })
    expect(await database.query('select 1 from contact where customer_id like $1', [`M${number}-%`])).toHaveLength(6_000)
    await second.close()
  })
})
