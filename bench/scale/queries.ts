/** What is asked of a large database: each kind of question with its variants by number. Always holds: through the API's use cases, as a member, under row-level security. */
import { type ApiClient, presets } from '@dragoman/api'
import {
  type Actor,
  conversationDetail,
  countViews,
  type Hub,
  inWorkspace,
  listContacts,
  listConversations,
  readLog,
  report,
  search,
  supervisorFigures,
  threadPage,
} from '@dragoman/hub'
import { idOf, type Seeded } from './seed.ts'
import { goods, mistyped, nameOf, pick } from './words.ts'

export interface Question {
  name: string
  /** Gives how much was found. */
  ask(index: number): Promise<number>
}

export interface Asking {
  hub: Hub
  owner: Actor
  /** Somebody who sees two of the accounts and has work of his own. */
  agent: Actor
  client: ApiClient
  seeded: Seeded
  labelIds: readonly string[]
  teamIds: readonly string[]
}

const page = 50

export async function questions(asking: Asking): Promise<Question[]> {
  return [...(await lists(asking)), ...threads(asking), ...searches(asking), ...figures(asking), ...overHttp(asking)]
}

async function lists({ hub, owner, agent, labelIds, teamIds }: Asking): Promise<Question[]> {
  const listed = (name: string, actor: Actor, query: Partial<Parameters<typeof listConversations>[2]>): Question => ({
    name: `list: ${name}`,
    ask: async () => (await listConversations(hub, actor, { view: 'all', limit: page, ...query })).conversations.length,
  })
  const deep = await deepCursor(hub, owner)
  return [
    listed('all open', owner, {}),
    listed('mine', agent, { view: 'mine' }),
    listed('all, of two accounts', agent, {}),
    listed('queue', owner, { view: 'queue' }),
    listed('unanswered', owner, { view: 'unanswered' }),
    listed('unread', agent, { view: 'unread' }),
    listed('my teams', agent, { team: 'mine' }),
    listed('one team, closed', owner, { view: 'closed', team: teamIds[1]! }),
    listed('closed', owner, { view: 'closed' }),
    listed('closed, in the middle of the history', owner, { view: 'closed', cursor: deep }),
    listed('closed, of two accounts', agent, { view: 'closed' }),
    listed('closed, a label of many', owner, { view: 'closed', labels: [labelIds[0]!] }),
    listed('closed, a label of few', owner, { view: 'closed', labels: [labelIds[9]!] }),
    listed('closed, a label of none', owner, { view: 'closed', labels: [labelIds[10]!] }),
    listed('closed, a language', owner, { view: 'closed', language: 'en' }),
    listed('closed, a language of none', owner, { view: 'closed', language: 'pt' }),
    listed('closed, high priority', owner, { view: 'closed', priority: ['urgent'] }),
    listed('everything by an agent', owner, { state: 'any', assignee: agent.memberId }),
    listed('spam', owner, { view: 'spam' }),
    listed('drafts', agent, { view: 'drafts' }),
    listed('mentions', agent, { view: 'mentions' }),
    { name: 'contacts: by name, a page', ask: async () => (await listContacts(hub, owner, { limit: page })).contacts.length },
    {
      name: 'contacts: a name',
      ask: async index => (await listContacts(hub, owner, { limit: page, q: nameOf(index * 31).split(' ')[1] })).contacts.length,
    },
  ]
}

/** A cursor as the list itself makes it, by walking would be slow: the one that stands at the middle conversation. */
async function deepCursor(hub: Hub, actor: Actor): Promise<string> {
  const { rows } = await inWorkspace(hub, actor.workspaceId, tx =>
    tx.client.query<{ id: string; at: Date }>(
      `select id, last_activity_at as at from conversation where workspace_id = $1 and state = 'closed' and last_activity_at <= (select min(last_activity_at) + (max(last_activity_at) - min(last_activity_at)) / 2 from conversation where workspace_id = $1)
        order by last_activity_at desc limit 1`,
      [actor.workspaceId],
    ),
  )
  return Buffer.from(`${rows[0]!.at.toISOString()}|${rows[0]!.id}`).toString('base64url')
}

function threads({ hub, owner, seeded }: Asking): Question[] {
  const some = (index: number) => idOf(3, (index * 7_919) % (seeded.conversations - 1))
  const messageIn = (n: number) => idOf(5, seeded.messages - 10_000 + n)
  return [
    {
      name: 'open: a conversation',
      ask: async index => Number((await conversationDetail(hub, owner, some(index))).conversation.id !== ''),
    },
    { name: 'open: its last page', ask: async index => (await threadPage(hub, owner, some(index), { limit: page })).messages.length },
    {
      name: 'open: 10,000 messages, the last page',
      ask: async () => (await threadPage(hub, owner, seeded.longThreadId, { limit: page })).messages.length,
    },
    {
      name: 'open: 10,000 messages, an older page',
      ask: async index =>
        (await threadPage(hub, owner, seeded.longThreadId, { before: messageIn(1_000 + ((index * 97) % 8_000)), limit: page })).messages
          .length,
    },
    {
      name: 'open: 10,000 messages, around one',
      ask: async index =>
        (await threadPage(hub, owner, seeded.longThreadId, { around: messageIn(1_000 + ((index * 89) % 8_000)), limit: page })).messages
          .length,
    },
  ]
}

function searches({ hub, owner, agent, seeded }: Asking): Question[] {
  const searched = (name: string, words: (index: number) => string, actor = owner): Question => ({
    name: `search: ${name}`,
    ask: async index => {
      const found = await search(hub, actor, { q: words(index), limit: 20, filter: {} })
      return found.contacts.length + found.messages.length + found.files.length
    },
  })
  const contact = (index: number) => (index * 7_919) % (seeded.conversations - 1)
  const phone = (index: number) => String((contact(index) * 7_919) % 1_000_000_000).padStart(9, '0')
  const everySecond = (index: number) => pick(index % 2 ? goods.russian : goods.english, index)
  return [
    searched('stem, Russian and English', index => everySecond(index)),
    searched('other endings', index => (index % 2 ? `${pick(goods.russian, index).slice(0, -1)}ами` : `${pick(goods.english, index)}s`)),
    searched('two words', index => (index % 2 ? `доставка ${pick(goods.russian, index)}` : `delivery ${pick(goods.english, index)}`)),
    searched('two words never together', index => `${pick(goods.russian, index)} ${pick(goods.english, index)}`),
    searched('rare word', index => (index % 2 ? `тема${(index * 37) % 2_000}` : `topic${(index * 37) % 2_000}`)),
    searched('mistyped word', index => mistyped(everySecond(index))),
    searched('stem, as one who sees two accounts', index => everySecond(index), agent),
    searched('two letters', index => pick(['Ол', 'Ha', 'Ив', 'Wi'], index)),
    searched('name', index => nameOf(contact(index))),
    searched('last name', index => nameOf(contact(index)).split(' ')[1]!),
    searched('mistyped name', index => mistyped(nameOf(contact(index)))),
    searched('mistyped last name', index => mistyped(nameOf(contact(index)).split(' ')[1]!)),
    searched(
      'phone, national form',
      index => `8 (9${phone(index).slice(0, 2)}) ${phone(index).slice(2, 5)}-${phone(index).slice(5, 7)}-${phone(index).slice(7)}`,
    ),
    searched('phone, international form', index => `+7 9${phone(index).slice(0, 2)} ${phone(index).slice(2)}`),
    searched('phone, its last four digits', index => phone(index).slice(-4)),
    searched('order number of a contact', index => `A-${10_000 + contact(index)}`),
    searched('order number in a message', index => String(40_000_007 + ((index * 50 * 7_919) % (seeded.messages - 20_000)))),
    searched('file name', index => `invoice-${100_000 + ((index * 150 * 379) % (seeded.messages - 20_000))}`),
    searched('part of many file names', () => 'invoice'),
  ]
}

function figures({ hub, owner, agent }: Asking): Question[] {
  return [
    { name: `counters: ${Object.keys(presets).length} views`, ask: async () => Object.keys(await countViews(hub, owner)).length },
    { name: 'counters: as an agent', ask: async () => Object.keys(await countViews(hub, agent)).length },
    { name: 'supervisor: the last day', ask: async () => (await supervisorFigures(hub, owner, hub.now() - 36 * 3_600_000)).rows.length },
    { name: 'report: a month', ask: async () => (await report(hub, owner, {})).rows.length },
    {
      name: 'report: a month, of two accounts',
      ask: async () => (await report(hub, { ...owner, accountIds: agent.accountIds }, {})).rows.length,
    },
    {
      name: 'events: a hundred, from a cursor',
      ask: async index => {
        const { rows } = await hub.pools.system.query<{ epoch: string; position: number }>(
          'select epoch, position from log_head where workspace_id = $1',
          [owner.workspaceId],
        )
        const read = await readLog(
          hub,
          owner.workspaceId,
          { epoch: rows[0]!.epoch, position: Math.max(10, rows[0]!.position - 200 - index * 13) },
          100,
        )
        return read.kind === 'events' ? read.events.length : 0
      },
    },
  ]
}

function overHttp({ client, seeded }: Asking): Question[] {
  const some = (index: number) => idOf(3, (index * 7_919) % (seeded.conversations - 1))
  return [
    {
      name: 'HTTP: list, all open',
      ask: async () => (await client.call('conversations', { query: { view: 'all', limit: page } })).conversations.length,
    },
    {
      name: 'HTTP: a thread',
      ask: async index =>
        (await client.call('messages', { params: { conversationId: some(index) }, query: { limit: page } })).messages.length,
    },
    {
      name: 'HTTP: search, a stem',
      ask: async index => (await client.call('search', { query: { q: pick(goods.russian, index), limit: 20 } })).messages.length,
    },
    { name: 'HTTP: counters', ask: async () => Object.keys((await client.call('counts')).counts).length },
    { name: 'HTTP: report, a month', ask: async () => (await client.call('report', { query: {} })).rows.length },
  ]
}
