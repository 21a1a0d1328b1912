/**
 * A hub whose lanes are drained by hand, so that a test decides what arrives together; and the canonical dump of a conversation. Always holds: bodies come by
 * HTTP as from a platform; a dump names nothing that may differ between two equal conversations (ids of ours, times of receipt, positions).
 */
import type { InboundEvent } from '@dragoman/core'
import { type Delivery, drainLane, type IngestEffects, startDelivery } from '@dragoman/hub'
import { type ProbeHub, startProbeHub } from '../support/probe-hub.ts'
import { clientId, textBody, until } from '../support/test-hub.ts'
import { type Arrival, eventsOf, type Scenario } from './scenario.ts'

export interface LaneHub extends ProbeHub {
  /** Applies all that waits. */
  drain(): Promise<void>
  /** Lets a scenario happen in a new conversation, in this order of arrival, and gives its dump. */
  play(scenario: Scenario, arrival: Arrival): Promise<object>
  dump(thread: string, base: number): Promise<object>
}

/** Nothing of what follows from events is looked at here. */
const noEffects: IngestEffects = { acknowledge: () => {} }

/** Starts a hub without workers. */
export async function startLaneHub(): Promise<LaneHub> {
  const hub = await startProbeHub({ existing: { role: 'web' } })
  const gates = new Map<string, Promise<void>>()
  hub.probe.answer = async request => {
    await gates.get(request.body.to ?? '')
    return { status: 200, body: { id: ownId(request.body.to ?? '') } }
  }
  await hub.database.query(`insert into node (id, role) values ($1, 'worker') on conflict do nothing`, [hub.hub.nodeId])
  const delivery: Delivery = startDelivery(hub.hub, { isHeld: () => true, release: async () => {} }, { slots: 16, sweepMs: 200 })
  let count = 0
  const drain = async () => {
    while ((await drainLane(hub.hub, hub.workspaceId, hub.account.id, noEffects)).count > 0);
  }
  const dump = (thread: string, base: number) => dumpConversation(hub, thread, base)
  const close = hub.close

  async function play(scenario: Scenario, arrival: Arrival): Promise<object> {
    const thread = `t${count++}`
    const base = Date.now() - 1_000_000
    const events = eventsOf(scenario, thread, base, ownId(thread))
    let answer: (() => void) | undefined
    let sentId: string | undefined
    if (scenario.ours) {
      // We can only answer in a conversation that is there.
      await hub.post([first(thread, base)])
      await drain()
      gates.set(thread, new Promise(resolve => (answer = resolve)))
      const conversationId = await conversationIdOf(hub, thread)
      sentId = (
        await hub.owner.call('sendMessage', { params: { conversationId }, body: { clientId: clientId(), body: textBody('from us') } })
      ).message.id
      await until(() => hub.probe.requests.some(request => request.body.to === thread), 'the request to be under way')
    }
    const settle = async () => {
      if (!answer) return
      answer()
      answer = undefined
      await until(
        async () => (await hub.database.query('select 1 from platform_message where message_id = $1', [sentId])).length > 0,
        'the answer to be recorded',
      )
    }
    const sequence = [...arrival.order, ...arrival.again].map(index => events[index]!)
    for (let body = 0, start = 0; start < sequence.length; body++) {
      if (body === arrival.answered) await settle()
      const size = arrival.bodies[body % arrival.bodies.length]!
      const status = await hub.post(sequence.slice(start, start + size))
      if (status !== 200) throw new Error(`The webhook was answered ${status}`)
      if (arrival.drains[body % arrival.drains.length]) await drain()
      start += size
    }
    await settle()
    await drain()
    return await dump(thread, base)
  }

  return Object.assign(hub, {
    drain,
    play,
    dump,
    close: async () => {
      await delivery.stop(1_000)
      await close()
    },
  })
}

/** The platform's id of what we send into this conversation. */
export function ownId(thread: string): string {
  return `own:${thread}`
}

function first(thread: string, base: number): InboundEvent {
  return {
    kind: 'message.received',
    externalId: `${thread}:first`,
    at: base - 1_000,
    threadId: thread,
    identity: { externalIds: [`user:${thread}`], name: 'Olivia' },
    message: { content: { kind: 'text', text: { text: 'first' } } },
  }
}

async function conversationIdOf(hub: ProbeHub, thread: string): Promise<string> {
  const [row] = await hub.database.query<{ id: string }>('select id from conversation where thread_id = $1 and account_id = $2', [
    thread,
    hub.account.id,
  ])
  if (!row) throw new Error(`No conversation ${thread}`)
  return row.id
}

/** All of a conversation that anybody can see, with our own ids replaced by the platform's and times counted from `base`. */
async function dumpConversation(hub: ProbeHub, thread: string, base: number): Promise<object> {
  const conversationId = await conversationIdOf(hub, thread)
  const view = (await hub.owner.call('conversation', { params: { conversationId } })).conversation
  const { messages } = await hub.owner.call('messages', { params: { conversationId }, query: { limit: 200 } })
  const plain = (id: string) => id.replaceAll(thread, 'T')
  const names = new Map(
    messages.map(message => [
      message.id,
      message.direction === 'out' && message.parts.length > 0 ? 'ours' : plain(message.order.externalId),
    ]),
  )
  const since = (at: number | null | undefined) => (at === null || at === undefined ? null : at - base)
  /** Moments of our own clock only say that they were. */
  const ours = (at: number | null) => (at === null ? null : at > base + 900_000 ? 'by our clock' : at - base)
  const [extra] = await hub.database.query<{ inbound: string | null; waiting: number }>(
    `select c.last_inbound_external_id as inbound,
        (select count(*)::int from pending_fact f where f.workspace_id = c.workspace_id and f.account_id = c.account_id and (f.external_id like $2 or f.external_id = $3)) as waiting
      from conversation c where c.id = $1`,
    [conversationId, `${thread}:%`, ownId(thread)],
  )
  const cases = await hub.database.query(
    `select extract(epoch from opened_at) * 1000 as opened, extract(epoch from first_answer_at) * 1000 as answered, closed_at is not null as closed from conversation_case where conversation_id = $1 order by number`,
    [conversationId],
  )
  const [person] = await hub.database.query(
    `select i.name, p.name as contact from conversation c join identity i on i.id = c.identity_id join contact p on p.id = c.contact_id where c.id = $1`,
    [conversationId],
  )
  return {
    // Lines of the hub's own tell what we learned when we learned it.
    messages: messages
      .filter(message => message.direction !== 'system')
      .map(message => ({
        name: names.get(message.id),
        at: ours(message.at),
        order: ours(message.order.at),
        direction: message.direction,
        author: message.author.kind,
        body: message.body,
        state: message.state,
        replyTo: message.replyTo && { to: names.get(message.replyTo.id), preview: message.replyTo.preview },
        edited: since(message.editedAt),
        deleted: since(message.deletedAt),
        revisions: message.revisions.map(revision => ({ body: revision.body, at: since(revision.at) })),
        reactions: message.reactions.map(reaction => reaction.emoji).toSorted(),
        system: message.system,
        parts: message.parts.map(part => ({
          state: part.state,
          failure: part.failure?.code,
          delivered: part.deliveredAt !== null,
          read: part.readAt !== null,
        })),
      })),
    conversation: {
      state: view.state,
      standing: view.standing,
      windows: view.windows.map(window => ({ ...window, until: since(window.until) })),
      inboundCount: view.inboundCount,
      unansweredSince: since(view.unansweredSince),
      lastMessage: view.lastMessage && {
        ...view.lastMessage,
        id: names.get(view.lastMessage.id),
        authorId: undefined,
        at: ours(view.lastMessage.at),
      },
      lastInbound: extra?.inbound && plain(extra.inbound),
      lastActivity: ours(view.lastActivityAt),
      spam: view.spam,
    },
    cases: cases.map(row => ({
      ...row,
      opened: ours(Number(row.opened)),
      answered: row.answered === null ? null : ours(Number(row.answered)),
    })),
    person,
    waiting: extra?.waiting,
  }
}
