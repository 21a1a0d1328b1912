/**
 * Filters: the hub's SQL and the client's own rule say the same over random conversations, whatever is asked; pages in every order give each row once.
 * The rows are written straight into the database, so that every combination occurs.
 */
import {
  type ConversationFilter,
  type ConversationPage,
  type ConversationView,
  combined,
  compareRows,
  type FilterFacts,
  fits,
  presetSort,
  presets,
  type SortOrder,
  view as viewSchema,
} from '@dragoman/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
let memberId: string
let all: ConversationPage
let labels: string[]
let teams: string[]
let accounts: string[]
let members: string[]

let seed = 7
const random = () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return seed / 2_147_483_648
}
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
const some = <Item>(items: readonly Item[]): Item[] => items.filter(() => random() < 0.4)

beforeAll(async () => {
  hub = await startTestHub()
  memberId = (await hub.owner.call('session', {})).me.memberId
  accounts = [(await hub.connect('whatsapp')).accountId, (await hub.connect('telegram')).accountId]
  labels = []
  for (const name of ['One', 'Two', 'Three']) labels.push((await hub.owner.call('createLabel', { body: { name } })).id)
  teams = [
    (await hub.owner.call('createTeam', { body: { name: 'Mine', memberIds: [memberId] } })).id,
    (await hub.owner.call('createTeam', { body: { name: 'Theirs' } })).id,
  ]
  const { query } = hub.database
  const [workspace] = await query<{ workspace_id: string }>('select workspace_id from workspace')
  const workspaceId = workspace!.workspace_id
  members = [memberId]
  for (let number = 0; number < 160; number++) {
    const [contact, identity, conversation, message] = [1, 2, 3, 4].map(() => crypto.randomUUID())
    const account = pick(accounts)
    const now = Date.now()
    await query('insert into contact (workspace_id, id, name, language) values ($1, $2, $3, $4)', [
      workspaceId,
      contact,
      `C${number}`,
      pick(['en', 'ru', null]),
    ])
    await query('insert into identity (workspace_id, id, account_id, contact_id, name) values ($1, $2, $3, $4, $5)', [
      workspaceId,
      identity,
      account,
      contact,
      `C${number}`,
    ])
    const waits = random() < 0.5
    await query(
      `insert into conversation (workspace_id, id, account_id, thread_id, identity_id, contact_id, state, assignee_id, team_id, priority, label_ids, snoozed_until, spam_at,
        inbound_count, unanswered_since, promised_at, windows, source, last_activity_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '[]', $17, $18)`,
      [
        workspaceId,
        conversation,
        account,
        `thread-${number}`,
        identity,
        contact,
        pick(['open', 'open', 'closed']),
        pick([memberId, null]),
        pick([...teams, null]),
        pick(['low', 'normal', 'high', 'urgent']),
        some(labels),
        random() < 0.2 ? new Date(now + 86_400_000) : null,
        random() < 0.15 ? new Date(now) : null,
        Math.floor(random() * 3),
        waits ? new Date(now - Math.floor(random() * 3 * 86_400_000)) : null,
        waits && random() < 0.5 ? new Date(now + Math.floor((random() - 0.5) * 7_200_000)) : null,
        random() < 0.3 ? JSON.stringify({ source: pick(['ad', 'link']) }) : null,
        new Date(now - Math.floor(random() * 30) * 3_600_000),
      ],
    )
    if (random() < 0.4)
      await query('insert into conversation_read (workspace_id, conversation_id, member_id, read_count) values ($1, $2, $3, $4)', [
        workspaceId,
        conversation,
        memberId,
        Math.floor(random() * 3),
      ])
    if (random() < 0.3)
      await hub.owner.call('saveDraft', {
        params: { conversationId: conversation!, mode: 'reply' },
        body: { version: 0, body: { content: { kind: 'text', text: { text: 'x' } } }, replyToId: null },
      })
    if (random() < 0.3) {
      await query(
        `insert into message (workspace_id, id, conversation_id, account_id, direction, author_kind, author_name, kind, body, order_at, order_tie, order_external, at)
          values ($1, $2, $3, $4, 'note', 'member', 'B', 'text', '', now(), 0, $5, now())`,
        [workspaceId, message, conversation, account, message],
      )
      await query(
        'insert into mention (workspace_id, member_id, message_id, conversation_id, by_id, at, read_at) values ($1, $2, $3, $4, $2, now(), $5)',
        [workspaceId, memberId, message, conversation, random() < 0.5 ? new Date() : null],
      )
    }
  }
  all = await everything({ state: 'any', snoozed: 'any', spam: 'no' })
  const spam = await everything({ state: 'any', snoozed: 'any', spam: 'yes' })
  for (const name of ['conversations', 'reads', 'drafts', 'mentions'] as const) (all[name] as unknown[]).push(...spam[name])
})
afterAll(() => hub?.close())

/** All pages of a list, small ones, so that their seams are tried too. */
async function everything(filter: ConversationFilter, sort?: SortOrder): Promise<ConversationPage> {
  const whole: ConversationPage = { conversations: [], reads: [], drafts: [], mentions: [], next: null }
  let cursor: string | undefined
  do {
    const page = await hub.owner.call('conversations', { query: { ...filter, sort, cursor, limit: 37 } })
    for (const name of ['conversations', 'reads', 'drafts', 'mentions'] as const) (whole[name] as unknown[]).push(...page[name])
    cursor = page.next ?? undefined
  } while (cursor)
  return whole
}

function factsOf({ id }: ConversationView): FilterFacts {
  return {
    memberId,
    teamIds: [teams[0]!],
    readCount: all.reads.find(read => read.conversationId === id)?.readCount ?? 0,
    hasDraft: all.drafts.some(draft => draft.conversationId === id && draft.body !== null),
    mentions: all.mentions.find(mention => mention.conversationId === id) ?? { unread: 0, total: 0 },
    now: Date.now(),
  }
}

function byClient(filter: ConversationFilter, sort: SortOrder): string[] {
  return all.conversations
    .filter(conversation => fits(filter, conversation, factsOf(conversation)))
    .sort(compareRows(sort))
    .map(conversation => conversation.id)
}

function randomFilter(): ConversationFilter {
  const maybe = <Value>(chance: number, value: () => Value) => (random() < chance ? value() : undefined)
  return {
    state: maybe(0.6, () => pick(['open', 'closed', 'any'] as const)),
    assignee: maybe(0.2, () => pick(['me', 'none', members[0]!])),
    team: maybe(0.2, () => pick(['mine', 'none', teams[1]!])),
    labels: maybe(0.4, () => some(labels)),
    labelMatch: maybe(0.5, () => pick(['any', 'all', 'none'] as const)),
    priority: maybe(0.3, () => some(['low', 'normal', 'high', 'urgent'] as const)),
    account: maybe(0.1, () => pick(accounts)),
    channel: maybe(0.1, () => pick(['whatsapp', 'telegram'])),
    waiting: maybe(0.2, () => pick(['yes', 'no'] as const)),
    unread: maybe(0.2, () => pick(['yes', 'no'] as const)),
    draft: maybe(0.15, () => pick(['yes', 'no'] as const)),
    snoozed: maybe(0.5, () => pick(['yes', 'no', 'any'] as const)),
    spam: maybe(0.3, () => pick(['yes', 'no'] as const)),
    mentioned: maybe(0.15, () => pick(['unread', 'any'] as const)),
    due: maybe(0.15, () => 'overdue' as const),
    language: maybe(0.15, () => pick(['en', 'ru'])),
    source: maybe(0.1, () => pick(['ad', 'link'])),
  }
}

test('hub and client hold the same rows in the same order, whatever is asked', async () => {
  let found = 0
  for (let round = 0; round < 150; round++) {
    const filter = randomFilter()
    const sort = pick(['newest', 'oldest', 'due'] as const)
    const rows = (await everything(filter, sort)).conversations.map(conversation => conversation.id)
    // What a query does not name is as in the view of all.
    expect(rows, JSON.stringify({ filter, sort })).toEqual(byClient(combined(presets.all, filter), sort))
    found += rows.length
  }
  expect(found).toBeGreaterThan(500)
})

test('every built-in view is the same on both sides, and its count is its length', async () => {
  const { counts } = await hub.owner.call('counts', {})
  for (const name of viewSchema.options) {
    const rows = (await hub.owner.call('conversations', { query: { view: name, limit: 100 } })).conversations.map(
      conversation => conversation.id,
    )
    const expected = byClient(presets[name], presetSort(name))
    expect(rows, name).toEqual(expected.slice(0, 100))
    expect(counts[name], name).toBe(expected.length)
  }
})

test('what is not a filter of ours is refused, not left out', async () => {
  for (const query of [{ labels: 'nonsense' }, { priority: 'huge' }, { state: 'half' }, { assignee: 'Boris' }])
    await expect(hub.owner.call('conversations', { query: query as never })).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
})
