/** Saved replies over HTTP: who may what, two who edit at once, use counted, files in and out; a placeholder without a value never leaves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, textBody } from '../support/test-hub.ts'

let hub: ProbeHub
let anna: Agent
let boris: Agent

beforeAll(async () => {
  hub = await startProbeHub()
  anna = await joinAgent(hub, 'Anna', { online: false })
  boris = await joinAgent(hub, 'Boris', { online: false })
  await hub.deliver([
    received('m1', { thread: 't1', name: 'Olga Smirnova' }),
    received('m2', { thread: 't2', name: '+371 20 000 000', from: ['u2'] }),
  ])
})
afterAll(() => hub?.close())

const names = async (agent: { client: Agent['client'] }) => (await agent.client.call('savedReplies')).replies.map(reply => reply.name)
const problemOf = async (work: Promise<unknown>) =>
  await work.then(
    () => undefined,
    (error: { problem: { code: string } }) => error.problem,
  )
const create = (name: string, shortcut: string, text: string, client = hub.owner, mine = false) =>
  client.call('createSavedReply', { body: { name, shortcut, mine, bodies: { en: textBody(text) } } })

describe('whose they are', () => {
  test('everybody’s need the right, one’s own need none and nobody else sees them', async () => {
    await create('Delivery', 'delivery', 'Two days')
    expect(await problemOf(create('Not mine to make', 'nope', 'x', anna.client))).toMatchObject({ code: 'not_allowed' })
    const own = await create('Own', 'own', 'My words', anna.client, true)
    expect(await names(anna)).toEqual(['Delivery', 'Own'])
    expect(await names(boris)).toEqual(['Delivery'])
    const change = { params: { replyId: own.id }, body: { version: own.version, name: 'Taken' } }
    expect(await problemOf(boris.client.call('updateSavedReply', change))).toMatchObject({ code: 'not_found' })
    expect(await problemOf(hub.owner.call('updateSavedReply', change))).toMatchObject({ code: 'not_found' })
  })

  test('a shortcut leads to one reply; of two who take it at once one is told', async () => {
    expect(await problemOf(create('Second', 'DELIVERY', 'x'))).toMatchObject({ code: 'invalid_request', errors: [{ path: 'shortcut' }] })
    expect(await problemOf(create('Own delivery', 'delivery', 'x', anna.client, true))).toMatchObject({ code: 'invalid_request' })
    expect(await problemOf(create('Spaces', 'two words', 'x'))).toMatchObject({ code: 'invalid_request' })
    const both = await Promise.allSettled([create('A', 'same-time', 'a'), create('B', 'same-time', 'b')])
    expect(both.map(one => one.status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  test('the second of two managers is told what the first has made of it', async () => {
    const reply = await create('Prices', 'prices', 'From 10')
    const update = (name: string) =>
      hub.owner.call('updateSavedReply', { params: { replyId: reply.id }, body: { version: reply.version, name } })
    await update('Price list')
    expect(await problemOf(update('Tariffs'))).toMatchObject({ code: 'stale_version', current: { name: 'Price list', version: 2 } })
    const archived = await hub.owner.call('updateSavedReply', { params: { replyId: reply.id }, body: { version: 2, archived: true } })
    expect(archived.archived).toBe(true)
    expect(await names({ client: hub.owner })).not.toContain('Price list')
    expect((await hub.owner.call('savedReplies', { query: { archived: 'true' } })).replies.map(one => one.name)).toEqual(['Price list'])
  })
})

describe('sending', () => {
  test('counts each message once, however often it was posted, and not what was taken back', async () => {
    const reply = await create('Thanks', 'thanks', 'Thank you')
    const { id } = await hub.conversation('t1')
    const body = { clientId: clientId(), body: textBody('Thank you'), savedReplyId: reply.id }
    await hub.owner.call('sendMessage', { params: { conversationId: id }, body })
    await hub.owner.call('sendMessage', { params: { conversationId: id }, body })
    const used = async () => (await hub.owner.call('savedReplies')).replies.find(one => one.id === reply.id)!.usedCount
    expect(await used()).toBe(1)
    const held = { ...body, clientId: clientId(), undoSeconds: 30 }
    const { message } = await hub.owner.call('sendMessage', { params: { conversationId: id }, body: held })
    expect(await used()).toBe(2)
    await hub.owner.call('cancelMessage', { params: { messageId: message.id } })
    expect(await used()).toBe(1)
  })

  test('is refused while a placeholder of ours still stands, in a caption too; a note may hold one', async () => {
    const { id } = await hub.conversation('t1')
    const send = (text: string, note = false) =>
      hub.owner.call('sendMessage', { params: { conversationId: id }, body: { clientId: clientId(), body: textBody(text), note } })
    expect(await problemOf(send('Case {{case.number}} of {{ attribute.City }}'))).toMatchObject({
      code: 'placeholder_empty',
      missing: ['case.number', 'attribute.City'],
    })
    expect(await problemOf(send('Write {{case.number}} here', true))).toBeUndefined()
    expect(await problemOf(send('A {{1}} of a template and {{anything}} else'))).toBeUndefined()
  })

  test('placeholders of a conversation: a phone number is no first name', async () => {
    const first = await hub.owner.call('placeholders', { params: { conversationId: (await hub.conversation('t1')).id } })
    expect(first.values.en).toMatchObject({
      'customer.first_name': 'Olga',
      'customer.name': 'Olga Smirnova',
      'company.name': 'Test',
      'agent.name': 'Owner',
    })
    const second = await hub.owner.call('placeholders', { params: { conversationId: (await hub.conversation('t2')).id } })
    expect(second.values.en).toMatchObject({ 'customer.first_name': '', 'customer.name': '', 'case.number': '2' })
  })
})

describe.each(['json', 'csv'] as const)('as a file, %s', format => {
  test('what was exported changes nothing when it is taken in again, and makes the same in an empty place', async () => {
    const present = await hub.owner.call('setting', { params: { name: 'saved_reply_folders' } })
    if (present.version === 0)
      await hub.owner.call('saveSetting', {
        params: { name: 'saved_reply_folders' },
        body: { version: 0, value: { folders: [{ id: crypto.randomUUID(), name: 'Shop; and “more”' }] } },
      })
    const { value } = (await hub.owner.call('setting', { params: { name: 'saved_reply_folders' } })) as {
      value: { folders: { id: string }[] }
    }
    const bold = {
      content: {
        kind: 'text' as const,
        text: { text: 'Bold, "quoted"\nand; two lines', entities: [{ kind: 'bold' as const, offset: 0, length: 4 }] },
      },
    }
    await hub.owner.call('createSavedReply', {
      body: {
        name: 'With, everything',
        shortcut: `всё-${format}`,
        folderId: value.folders[0]!.id,
        bodies: { en: bold, ru: textBody('Жирно') },
        exceptions: { [hub.account.id]: { en: textBody('Otherwise') } },
      },
    })
    const { text } = await hub.owner.call('exportSavedReplies', { query: { format } })
    const again = await hub.owner.call('importSavedReplies', { body: { format, text, apply: true } })
    expect(again).toMatchObject({ created: 0, changed: 0, errors: [] })
    const before = (await hub.owner.call('savedReplies')).replies
    await hub.database.query('delete from saved_reply_use')
    await hub.database.query('delete from saved_reply')
    const taken = await hub.owner.call('importSavedReplies', { body: { format, text, apply: true } })
    expect(taken).toMatchObject({ created: before.filter(one => !one.mine).length, errors: [] })
    const facts = (replies: typeof before) =>
      replies.map(({ name, shortcut, folderId, bodies, exceptions }) => ({ name, shortcut, folderId, bodies, exceptions }))
    expect(facts((await hub.owner.call('savedReplies')).replies)).toEqual(facts(before.filter(one => !one.mine)))
  })

  test('broken rows are named, the rest is taken; looking changes nothing', async () => {
    const rows = [
      { shortcut: `good-${format}`, name: 'Good', folder: '', account: '', language: 'en', text: 'Fine' },
      { shortcut: 'bad one', name: 'Bad', folder: '', account: '', language: 'en', text: 'x' },
      { shortcut: 'no-text', name: 'No text', folder: '', account: '', language: 'en', text: '' },
      { shortcut: 'no-place', name: 'No place', folder: 'Nowhere', account: '', language: 'en', text: 'x' },
      { shortcut: 'no-account', name: 'No account', folder: '', account: 'Nobody’s', language: 'en', text: 'x' },
    ]
    const csv = ['shortcut,name,folder,account,language,text', ...rows.map(row => Object.values(row).join(','))].join('\r\n')
    const body = { format, text: format === 'json' ? JSON.stringify(rows) : csv }
    const looked = await hub.owner.call('importSavedReplies', { body })
    expect(looked).toMatchObject({ created: 1, changed: 0 })
    expect(looked.errors.map(one => one.row)).toEqual([2, 3, 4, 5])
    const there = async () => (await hub.owner.call('savedReplies')).replies.some(one => one.shortcut === `good-${format}`)
    expect(await there()).toBe(false)
    await hub.owner.call('importSavedReplies', { body: { ...body, apply: true } })
    expect(await there()).toBe(true)
    expect(await problemOf(hub.owner.call('importSavedReplies', { body: { format, text: '{"x": [' } }))).toMatchObject(
      format === 'json' ? { code: 'invalid_request' } : {},
    )
  })
})
