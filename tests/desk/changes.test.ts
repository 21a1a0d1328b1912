/** Changes of one or many conversations, and taking them back: labels, priority, owners, snooze, closing with fields, spam, macros. */
import type { ConversationActionInput, StoredEvent } from '@dragoman/api'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Agent, joinAgent } from '../support/agents.ts'
import { clientId, type Phone, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let boris: Agent
let platformAccountId: string
let phones: Phone[]
let ids: string[]
let round = 0

beforeAll(async () => {
  hub = await startTestHub()
  boris = await joinAgent(hub, 'Boris')
  platformAccountId = (await hub.connect('whatsapp')).phone.platformAccountId
})
afterAll(() => hub?.close())

beforeEach(async () => {
  round++
  phones = [1, 2, 3].map(number => hub.newPhone('whatsapp', platformAccountId, { name: `Customer ${round}-${number}` }))
  for (const one of phones) await one.act({ act: 'write', text: 'Where is my order?' })
  const rows = await until(async () => {
    const { conversations } = await hub.owner.call('conversations', { query: { limit: 100 } })
    const mine = conversations.filter(row => row.contact.name.startsWith(`Customer ${round}-`))
    return mine.length === 3 && mine
  }, 'three conversations')
  ids = rows.toSorted((a, b) => a.contact.name.localeCompare(b.contact.name)).map(row => row.id)
})

/** Which of this test's conversations a list holds, in its order. */
const listed = async (query: Record<string, string | number>, client = hub.owner) =>
  (await client.call('conversations', { query: { ...query, limit: 100 } })).conversations.map(row => row.id).filter(id => ids.includes(id))
const change = (actions: ConversationActionInput[], conversationIds = ids, more: { zone?: string; undoSeconds?: number } = {}) =>
  hub.owner.call('changeConversations', { body: { conversationIds, actions, ...more } })
const viewOf = async (id: string) => (await hub.owner.call('conversation', { params: { conversationId: id } })).conversation
const linesOf = async (id: string) =>
  (await hub.owner.call('messages', { params: { conversationId: id } })).messages.flatMap(message =>
    message.system ? [message.system.what] : [],
  )
const undo = (undoId: string | null) => hub.owner.call('undo', { params: { undoId: undoId! } })
const figures = async () => {
  const { open, waiting, queued, opened } = await hub.owner.call('supervisor', { query: { since: 0 } })
  return { open, waiting, queued, opened }
}

describe('many at once', () => {
  test('each answers for itself; what was not possible is said, the rest is done, and one undo takes all of it back', async () => {
    const label = await hub.owner.call('createLabel', { body: { name: `Refund ${round}`, color: 'red' } })
    await hub.owner.call('close', { params: { conversationId: ids[2]! }, body: {} })
    const stranger = crypto.randomUUID()
    const before = await Promise.all(ids.map(viewOf))
    const { results, undoId } = await change(
      [
        { kind: 'labels', add: [label.id] },
        { kind: 'priority', priority: 'urgent' },
        { kind: 'assign', to: boris.id },
        { kind: 'snooze', phrase: 'завтра в 9' },
      ],
      [...ids, stranger],
      { zone: 'Europe/Berlin' },
    )
    expect(results.map(result => [result.ok, result.code])).toEqual([
      [true, undefined],
      [true, undefined],
      [false, 'wrong_state'],
      [false, 'not_found'],
    ])
    const after = await viewOf(ids[0]!)
    expect(after).toMatchObject({ labelIds: [label.id], priority: 'urgent', assigneeId: boris.id })
    expect(after.snoozedUntil).toBeGreaterThan(Date.now())
    expect(await viewOf(ids[2]!)).toMatchObject({ labelIds: [], priority: 'normal', assigneeId: null })
    expect(await linesOf(ids[0]!)).toEqual(['case.labelled', 'case.priority', 'case.assigned', 'case.snoozed'])
    expect((await undo(undoId)).leftAlone).toEqual([])
    for (const [index, id] of ids.entries()) {
      const { lastActivityAt: _, ...now } = await viewOf(id)
      expect(before[index]).toMatchObject(now)
    }
    await expect(undo(undoId)).rejects.toMatchObject({ problem: { code: 'wrong_state' } })
  })

  test('undo leaves alone what somebody has changed since, and says so', async () => {
    const { undoId } = await change([
      { kind: 'assign', to: boris.id },
      { kind: 'priority', priority: 'high' },
    ])
    await boris.client.call('assign', { params: { conversationId: ids[1]! }, body: { memberId: null } })
    const { leftAlone } = await undo(undoId)
    expect(leftAlone).toEqual([{ conversationId: ids[1], what: 'assignee' }])
    expect(await viewOf(ids[1]!)).toMatchObject({ assigneeId: null, priority: 'normal' })
    expect(await viewOf(ids[0]!)).toMatchObject({ assigneeId: null, priority: 'normal' })
  })

  test('a change is taken back by who made it, and by nobody else', async () => {
    const { undoId } = await change([{ kind: 'priority', priority: 'low' }])
    await expect(boris.client.call('undo', { params: { undoId: undoId! } })).rejects.toMatchObject({ problem: { code: 'not_found' } })
  })

  test('closing takes who waits out of the figures; undo brings the same wait back', async () => {
    const before = await figures()
    const waits = (await viewOf(ids[0]!)).unansweredSince
    const { undoId } = await change([{ kind: 'close' }])
    expect((await figures()).open).toBe(before.open - 3)
    await undo(undoId)
    expect(await figures()).toEqual(before)
    expect((await viewOf(ids[0]!)).unansweredSince).toBe(waits)
    expect((await hub.owner.call('conversation', { params: { conversationId: ids[0]! } })).cases[0]!.closedAt).toBeNull()
  })

  test('what cannot be understood is refused whole', async () => {
    for (const action of [
      { kind: 'snooze', phrase: 'когда-нибудь' },
      { kind: 'snooze', until: Date.now() - 1 },
    ] as ConversationActionInput[])
      await expect(change([action])).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
    await expect(change([{ kind: 'snooze', phrase: 'tomorrow' }], ids, { zone: 'Nowhere/Land' })).rejects.toMatchObject({
      problem: { code: 'invalid_request' },
    })
    await expect(change([{ kind: 'labels', add: [crypto.randomUUID()] }])).rejects.toMatchObject({ problem: { code: 'not_found' } })
  })

  test('all are marked read for me alone', async () => {
    await change([{ kind: 'read' }])
    const unread = async (client: TestHub['owner']) => (await listed({ view: 'unread' }, client)).length
    expect(await unread(hub.owner)).toBe(0)
    expect(await unread(boris.client)).toBe(3)
  })
})

describe('snooze', () => {
  test('leaves the views, wakes by itself on top with a mark, and tells who put it off', async () => {
    const events = boris.events as StoredEvent[]
    await boris.client.call('changeConversations', {
      body: { conversationIds: [ids[0]!], actions: [{ kind: 'snooze', until: Date.now() + 700 }] },
    })
    const inView = (view: 'all' | 'snoozed' | 'unanswered') => listed({ view })
    expect(await inView('snoozed')).toEqual([ids[0]])
    expect(await inView('all')).not.toContain(ids[0])
    expect(await inView('unanswered')).not.toContain(ids[0])
    await until(() => events.some(event => event.kind === 'snooze.woke' && event.conversationId === ids[0] && !event.early), 'the waking')
    expect((await inView('all'))[0]).toBe(ids[0])
    const woken = await viewOf(ids[0]!)
    expect(woken.wokenAt).toBe(woken.lastActivityAt)
    expect(await linesOf(ids[0]!)).toEqual(['case.snoozed', 'case.woke'])
  })

  test('the customer wakes it early by writing', async () => {
    await boris.client.call('changeConversations', {
      body: { conversationIds: [ids[1]!], actions: [{ kind: 'snooze', phrase: 'in 2 days' }] },
    })
    await phones[1]!.act({ act: 'write', text: 'Hello?' })
    await until(
      () => boris.events.some(event => event.kind === 'snooze.woke' && event.conversationId === ids[1] && event.early),
      'the early waking',
    )
    expect((await viewOf(ids[1]!)).snoozedUntil).toBeNull()
    expect(await linesOf(ids[1]!)).toContain('case.woke_early')
  })
})

describe('closing with fields', () => {
  test('required ones must be filled in, in their form; they stay when it is reopened', async () => {
    const value = {
      fields: [
        { id: 'reason', label: { en: 'Reason' }, kind: 'choice', choices: [{ id: 'late', label: { en: 'Late' } }] },
        { id: 'sum', label: { en: 'Sum' }, kind: 'number', required: false },
        { id: 'elsewhere', label: { en: 'Elsewhere' }, kind: 'text', accounts: [crypto.randomUUID()] },
      ],
    }
    const { version } = await hub.owner.call('setting', { params: { name: 'closing' } })
    await hub.owner.call('saveSetting', { params: { name: 'closing' }, body: { version, value } })
    try {
      const close = (fields: Record<string, string | number | boolean>) =>
        hub.owner.call('close', { params: { conversationId: ids[0]! }, body: { fields } })
      await expect(close({})).rejects.toMatchObject({ problem: { code: 'closing_fields_missing', missing: ['reason'] } })
      await expect(close({ reason: 'never heard of' })).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
      expect((await close({ reason: 'late', sum: 12.5 })).conversation.state).toBe('closed')
      await hub.owner.call('reopen', { params: { conversationId: ids[0]! } })
      expect((await close({})).conversation.state).toBe('closed')
      const { cases } = await hub.owner.call('conversation', { params: { conversationId: ids[0]! } })
      expect(cases[0]!.fields).toEqual({ reason: 'late', sum: 12.5 })
      const { results } = await change([{ kind: 'close', fields: {} }], ids.slice(1))
      expect(results.every(result => result.code === 'closing_fields_missing' && result.missing?.[0] === 'reason')).toBe(true)
    } finally {
      await hub.owner.call('saveSetting', { params: { name: 'closing' }, body: { version: version + 1, value: { fields: [] } } })
    }
  })
})

describe('spam', () => {
  test('is outside every figure and view but its own; not spam brings all of it back', async () => {
    const before = await figures()
    await change([{ kind: 'spam' }], [ids[0]!])
    const after = await figures()
    expect(after).toEqual({ open: before.open - 1, waiting: before.waiting - 1, queued: before.queued - 1, opened: before.opened - 1 })
    const { counts } = await hub.owner.call('counts', {})
    expect(counts.spam).toBeGreaterThan(0)
    expect(await listed({ view: 'spam' })).toEqual([ids[0]])
    expect(await listed({})).not.toContain(ids[0])
    await change([{ kind: 'notSpam' }], [ids[0]!])
    expect(await figures()).toEqual(before)
  })

  test('what a blocked contact writes is kept, opens no case and counts nowhere; unblocking lets it wait for an answer', async () => {
    const before = await figures()
    const { undoId } = await change([{ kind: 'spam', block: true }], [ids[1]!])
    await phones[1]!.act({ act: 'write', text: 'Buy my watches' })
    await until(async () => (await viewOf(ids[1]!)).lastMessage?.preview === 'Buy my watches', 'the message')
    expect(await viewOf(ids[1]!)).toMatchObject({ spam: true, contact: { blocked: true } })
    expect((await figures()).open).toBe(before.open - 1)
    expect((await undo(undoId)).leftAlone).toEqual([])
    expect(await viewOf(ids[1]!)).toMatchObject({ spam: false, contact: { blocked: false } })
    expect(await figures()).toEqual(before)
  })

  test('a blocked contact who writes after his case was closed does not open another', async () => {
    await change([{ kind: 'spam', block: true }, { kind: 'close' }], [ids[2]!])
    const before = await figures()
    await phones[2]!.act({ act: 'write', text: 'Again' })
    await until(async () => (await viewOf(ids[2]!)).lastMessage?.preview === 'Again', 'the message')
    expect(await figures()).toEqual(before)
    expect((await viewOf(ids[2]!)).state).toBe('closed')
    await change([{ kind: 'notSpam' }], [ids[2]!])
    expect(await viewOf(ids[2]!)).toMatchObject({ state: 'open', spam: false })
    expect((await viewOf(ids[2]!)).unansweredSince).not.toBeNull()
  })
})

describe('macros', () => {
  test('run all or nothing, name themselves in the thread, and one undo takes the reply back too', async () => {
    const label = await hub.owner.call('createLabel', { body: { name: `Macro ${round}` } })
    const macro = await hub.owner.call('createMacro', {
      body: {
        name: 'Refund',
        shared: true,
        actions: [
          { kind: 'reply', text: 'Dear {{customer.name|customer}}, it is on its way.' },
          { kind: 'note', text: 'Refunded' },
          { kind: 'labels', add: [label.id] },
          { kind: 'assign', to: 'me' },
          { kind: 'snooze', phrase: 'in 2 days' },
        ],
      },
    })
    const run = (conversationIds: string[]) =>
      hub.owner.call('runMacro', { params: { macroId: macro.id }, body: { conversationIds, undoSeconds: 20 } })
    await hub.owner.call('close', { params: { conversationId: ids[2]! }, body: {} })
    await expect(run(ids)).rejects.toMatchObject({ problem: { code: 'macro_not_possible' } })
    expect((await viewOf(ids[0]!)).labelIds).toEqual([])
    const before = await viewOf(ids[0]!)
    const { undoId } = await run(ids.slice(0, 2))
    const after = await viewOf(ids[0]!)
    expect(after).toMatchObject({ labelIds: [label.id], unansweredSince: null })
    expect(after.snoozedUntil).not.toBeNull()
    expect((await linesOf(ids[0]!))[0]).toBe('case.macro')
    expect((await undo(undoId)).leftAlone).toEqual([])
    expect(await viewOf(ids[0]!)).toMatchObject({
      labelIds: [],
      assigneeId: before.assigneeId,
      snoozedUntil: null,
      unansweredSince: before.unansweredSince,
      lastMessage: before.lastMessage,
    })
    expect(phones[0]!.view().messages.filter(message => message.from === 'business')).toEqual([])
  })

  test('a reply that has left stays with the customer, and is named', async () => {
    const macro = await hub.owner.call('createMacro', { body: { name: 'Hi', actions: [{ kind: 'reply', text: 'Hello' }] } })
    const { undoId } = await hub.owner.call('runMacro', { params: { macroId: macro.id }, body: { conversationIds: [ids[0]!] } })
    await until(() => phones[0]!.view().messages.some(message => message.from === 'business'), 'the reply on the phone')
    expect((await undo(undoId)).leftAlone).toContainEqual({ conversationId: ids[0], what: 'reply' })
  })

  test('a private one is its owner’s; a shared one needs the right', async () => {
    await boris.client.call('createMacro', { body: { name: 'Mine', actions: [{ kind: 'priority', priority: 'low' }] } })
    expect((await hub.owner.call('macros', {})).macros.some(macro => macro.name === 'Mine')).toBe(false)
    await expect(
      boris.client.call('createMacro', { body: { name: 'All', shared: true, actions: [{ kind: 'priority', priority: 'low' }] } }),
    ).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
    await expect(hub.owner.call('createMacro', { body: { name: 'Bad', actions: [{ kind: 'spam' }] } })).rejects.toMatchObject({
      problem: { code: 'invalid_request' },
    })
  })
})

test('handing over carries a line that is pinned until the new owner has read it', async () => {
  const { conversation } = await hub.owner.call('assign', {
    params: { conversationId: ids[0]! },
    body: { memberId: boris.id, summary: 'Paid twice, wants it back' },
  })
  expect(conversation.summary).toBe('Paid twice, wants it back')
  const { messages } = await boris.client.call('messages', { params: { conversationId: ids[0]! } })
  const line = messages.find(message => message.system?.what === 'case.handed')
  expect(line?.body.content).toMatchObject({ text: { text: 'Paid twice, wants it back' } })
  const { conversation: read } = await boris.client.call('dismissSummary', { params: { conversationId: ids[0]! } })
  expect(read.summary).toBeNull()
})

test('who is named in a note hears of it, finds it, and reads it away; who may not see it cannot be named', async () => {
  await hub.owner.call('sendMessage', {
    params: { conversationId: ids[0]! },
    body: { clientId: clientId(), body: textBody('@Boris, please look'), note: true, mentions: [boris.id] },
  })
  await until(() => boris.events.some(event => event.kind === 'mention.created' && event.conversationId === ids[0]), 'the mention')
  const page = await boris.client.call('conversations', { query: { view: 'mentions' } })
  expect(page.conversations.map(row => row.id)).toEqual([ids[0]])
  expect(page.mentions[0]).toMatchObject({ unread: 1, total: 1 })
  expect((await hub.owner.call('conversations', { query: { view: 'mentions' } })).conversations).toEqual([])
  await boris.client.call('readMentions', { params: { conversationId: ids[0]! } })
  expect((await boris.client.call('conversations', { query: { view: 'mentions' } })).conversations).toEqual([])
  await expect(
    hub.owner.call('sendMessage', {
      params: { conversationId: ids[0]! },
      body: { clientId: clientId(), body: textBody('@Stranger'), note: true, mentions: [crypto.randomUUID()] },
    }),
  ).rejects.toMatchObject({ problem: { code: 'not_found' } })
})

test('a reminder comes at its moment, to me alone', async () => {
  await boris.client.call('remind', { params: { conversationId: ids[0]! }, body: { at: Date.now() + 400, text: 'Call back' } })
  expect((await hub.owner.call('reminders', { params: { conversationId: ids[0]! } })).reminders).toEqual([])
  await until(() => boris.events.some(event => event.kind === 'reminder.due' && event.text === 'Call back'), 'the reminder')
  expect((await boris.client.call('reminders', { params: { conversationId: ids[0]! } })).reminders).toEqual([])
  await expect(boris.client.call('remind', { params: { conversationId: ids[0]! }, body: { at: Date.now() - 1 } })).rejects.toMatchObject({
    problem: { code: 'invalid_request' },
  })
})

test('labels: one name once, stale versions are told, merging and putting away say how many conversations it was', async () => {
  const one = await hub.owner.call('createLabel', { body: { name: `VIP ${round}` } })
  await expect(hub.owner.call('createLabel', { body: { name: `vip ${round}` } })).rejects.toMatchObject({ problem: { code: 'name_taken' } })
  await expect(boris.client.call('createLabel', { body: { name: 'Mine' } })).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
  const other = await hub.owner.call('createLabel', { body: { name: `Important ${round}` } })
  await change([{ kind: 'labels', add: [one.id] }])
  await change([{ kind: 'labels', add: [other.id] }], [ids[0]!])
  await hub.owner.call('updateLabel', { params: { labelId: one.id }, body: { version: 1, color: 'blue' } })
  await expect(hub.owner.call('updateLabel', { params: { labelId: one.id }, body: { version: 1, color: 'red' } })).rejects.toMatchObject({
    problem: { code: 'stale_version', current: { color: 'blue', version: 2 } },
  })
  expect((await hub.owner.call('mergeLabel', { params: { labelId: one.id }, body: { into: other.id } })).conversations).toBe(3)
  expect((await viewOf(ids[0]!)).labelIds).toEqual([other.id])
  expect((await viewOf(ids[1]!)).labelIds).toEqual([other.id])
  expect((await hub.owner.call('archiveLabel', { params: { labelId: other.id } })).conversations).toBe(3)
  expect((await viewOf(ids[0]!)).labelIds).toEqual([])
})

test('saved views have counts, keep their order, and a stale change is told', async () => {
  const make = (name: string, priority: 'urgent' | 'low') =>
    hub.owner.call('createView', { body: { name, filter: { priority: [priority] }, shared: true } })
  const [urgent, low] = [await make('Urgent', 'urgent'), await make('Low', 'low')]
  await change([{ kind: 'priority', priority: 'urgent' }], ids.slice(0, 2))
  const { counts } = await hub.owner.call('counts', {})
  expect(counts[urgent.id]).toBe(2)
  expect(counts[low.id]).toBe((await hub.owner.call('conversations', { query: { priority: ['low'] } })).conversations.length)
  await hub.owner.call('updateView', { params: { viewId: low.id }, body: { version: 1, after: null } })
  const { views } = await boris.client.call('savedViews', {})
  expect(views[0]!.id).toBe(low.id)
  await expect(hub.owner.call('updateView', { params: { viewId: low.id }, body: { version: 1, name: 'X' } })).rejects.toMatchObject({
    problem: { code: 'stale_version' },
  })
  await expect(boris.client.call('deleteView', { params: { viewId: low.id } })).rejects.toMatchObject({ problem: { code: 'not_allowed' } })
})
