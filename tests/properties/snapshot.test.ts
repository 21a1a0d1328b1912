/** Old snapshot + events = new snapshot, whatever members of different rights do in whatever order, over real HTTP and a real stream [mechanics 8, 9]. */
import {
  type ApiClient,
  applyEvent,
  type InboxState,
  type Operation,
  openStream,
  routes,
  type StoredEvent,
  stateFromSnapshot,
  withMessages,
} from '@dragoman/api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Agent, joinAgent } from '../support/agents.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { until } from '../support/test-hub.ts'
import { propertyRuns } from './runs.ts'
import { elsewhere, useCases, type World } from './use-cases.ts'

let hub: ProbeHub
let manager: Agent
let agent: Agent
let shared: Pick<World, 'labelId' | 'teamId' | 'macroId'>
beforeAll(async () => {
  hub = await startProbeHub()
  manager = await joinAgent(hub, 'Mira', { role: 'manager', online: false })
  agent = await joinAgent(hub, 'Arno', { online: false })
  const labelId = (await hub.owner.call('createLabel', { body: { name: 'VIP' } })).id
  const teamId = (await hub.owner.call('createTeam', { body: { name: 'Sales' } })).id
  const macro = { name: 'Done', shared: true, actions: [{ kind: 'note' as const, text: 'done' }, { kind: 'close' as const }] }
  shared = { labelId, teamId, macroId: (await hub.owner.call('createMacro', { body: macro })).id }
})
afterAll(async () => {
  await hub?.close()
})

/** What an open inbox holds, and the stream that keeps it. */
interface Inbox {
  name: string
  client: ApiClient
  before: InboxState
  events: StoredEvent[]
  cursors: string[]
  close(): void
}

const conversationsOf = async (client: ApiClient, ids: readonly string[], state: InboxState) => {
  let loaded = state
  for (const conversationId of ids) {
    const { messages } = await client.call('messages', { params: { conversationId }, query: { limit: 200 } })
    loaded = withMessages(loaded, conversationId, messages)
  }
  return loaded
}

async function openInbox(name: string, client: ApiClient, cookie: string, ids: readonly string[]): Promise<Inbox> {
  const before = await conversationsOf(client, ids, stateFromSnapshot(await client.call('snapshot', { query: { limit: 100 } })))
  const events: StoredEvent[] = []
  const cursors: string[] = [before.cursor]
  class SignedInSocket extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols, { headers: { cookie } })
    }
  }
  const stream = openStream(
    `${hub.url.replace('http', 'ws')}/v1/events`,
    before.cursor,
    {
      onEvents: (more, cursor) => {
        events.push(...more)
        cursors.push(cursor)
      },
      onEphemeral: () => {},
      onResync: () => {},
      onState: () => {},
    },
    { WebSocket: SignedInSocket },
  )
  return { name, client, before, events, cursors, close: () => stream.close() }
}

/** What of a state must be the same, however one came to it. */
function comparable(state: InboxState, ids: readonly string[]) {
  const held = Object.values(state.drafts).filter(draft => draft.body !== null && ids.includes(draft.conversationId))
  return {
    conversations: Object.fromEntries(ids.flatMap(id => (state.conversations[id] ? [[id, state.conversations[id]]] : []))),
    messages: Object.fromEntries(ids.map(id => [id, state.messages[id]])),
    drafts: Object.fromEntries(held.map(draft => [`${draft.conversationId}:${draft.mode}`, draft])),
    reads: Object.fromEntries(ids.map(id => [id, state.reads[id]])),
    // When something last came in changes with every body: the account's page asks for it.
    accounts: Object.fromEntries(Object.values(state.accounts).map(account => [account.id, { ...account, lastInboundAt: null }])),
    members: state.members,
    workspace: state.workspace,
    setAsideOpen: state.setAsideOpen,
  }
}

/** The same, from the API, at a cursor that the stream has reached. */
async function freshOf(inbox: Inbox, ids: readonly string[]): Promise<InboxState> {
  return await until(async () => {
    let state = stateFromSnapshot(await inbox.client.call('snapshot', { query: { limit: 100 } }))
    state = await conversationsOf(inbox.client, ids, state)
    for (const conversationId of ids) {
      // The list holds what is open; what is closed or spam is asked for singly.
      const one = await inbox.client.call('conversation', { params: { conversationId } })
      state = {
        ...state,
        conversations: { ...state.conversations, [conversationId]: one.conversation },
        drafts: { ...state.drafts, ...Object.fromEntries(one.drafts.map(draft => [`${conversationId}:${draft.mode}`, draft])) },
        reads: one.read ? { ...state.reads, [conversationId]: one.read } : state.reads,
      }
    }
    const again = await inbox.client.call('snapshot', { query: { limit: 1 } })
    if (again.cursor !== state.cursor) return false
    await until(() => inbox.cursors.at(-1) === state.cursor || inbox.cursors.length > 1_000_000, 'the stream', 5_000).catch(() => {})
    return inbox.cursors.at(-1) === state.cursor && state
  }, `${inbox.name} to be up to date`)
}

const names = Object.keys(useCases) as Operation[]
const step = fc.record({
  operation: fc.constantFrom(...names),
  who: fc.nat({ max: 2 }),
  where: fc.nat({ max: 1 }),
  picks: fc.nat({ max: 2 ** 20 }),
  writes: fc.boolean(),
})

describe('the list of use cases', () => {
  test('is that of the routes: whatever changes something is tried, or has a reason why not', () => {
    const changing = Object.entries(routes).flatMap(([operation, { method }]) => (method === 'GET' ? [] : [operation]))
    expect([...names, ...Object.keys(elsewhere)].toSorted()).toEqual(changing.toSorted())
  })
})

describe('an open inbox', () => {
  test('has after the events what a new snapshot has', async () => {
    let run = 0
    const done = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async steps => {
        const threads = [`s${run}-a`, `s${run}-b`]
        run++
        await hub.deliver(threads.map(thread => received(`${thread}:1`, { thread, at: Date.now() - 5_000 })))
        const ids: string[] = []
        const contacts: string[] = []
        for (const thread of threads) {
          const conversation = await hub.conversation(thread)
          ids.push(conversation.id)
          contacts.push(conversation.contact.id)
        }
        const people = [
          { client: hub.owner, cookie: hub.cookie, name: 'the owner' },
          { client: manager.client, cookie: manager.cookie, name: 'the manager' },
          { client: agent.client, cookie: agent.cookie, name: 'the agent' },
        ]
        const memberIds = [manager.id, agent.id]
        const inboxes = await Promise.all(people.map(one => openInbox(one.name, one.client, one.cookie, ids)))
        const undoIds: string[] = []
        const mergeIds: string[] = []
        try {
          for (const [index, { operation, who, where, picks, writes }] of steps.entries()) {
            if (writes) await hub.deliver([received(`${threads[where]}:${index + 2}`, { thread: threads[where] })])
            let left = picks
            const { messages } = await hub.owner.call('messages', { params: { conversationId: ids[where]! }, query: { limit: 200 } })
            const world: World = {
              client: people[who]!.client,
              memberId: memberIds[who - 1] ?? '',
              memberIds,
              conversationId: ids[where]!,
              contactId: contacts[where]!,
              otherContactId: contacts[1 - where]!,
              ourMessageId: messages.findLast(message => message.direction === 'out')?.id,
              theirMessageId: messages.findLast(message => message.direction === 'in')?.id,
              ...shared,
              accountId: hub.account.id,
              undoIds,
              mergeIds,
              reminderIds: [],
              pick: count => {
                const picked = left % count
                left = Math.floor(left / count)
                return picked
              },
            }
            await useCases[operation]!(world).then(
              () => done.set(operation, (done.get(operation) ?? 0) + 1),
              (error: { status?: number; problem?: { status?: number } }) => {
                const status = error.problem?.status ?? error.status ?? 0
                if (status < 400 || status >= 500) throw error
              },
            )
          }
          for (const inbox of inboxes) {
            const fresh = await freshOf(inbox, ids)
            const replayed = inbox.events.reduce(applyEvent, inbox.before)
            expect(comparable(replayed, ids), inbox.name).toEqual(comparable(fresh, ids))
          }
        } finally {
          for (const inbox of inboxes) inbox.close()
        }
      }),
      propertyRuns(6, {
        endOnFailure: true,
        // The first reply of all ticks a box of the first steps, of which nobody was told.
        examples: [[[{ operation: 'sendMessage', who: 0, where: 0, picks: 99, writes: false }]]],
      }),
    )
    if (process.env.PROPERTY_SHOW) process.stdout.write(`${JSON.stringify([...done].toSorted((a, b) => b[1] - a[1]))}\n`)
  })
})
