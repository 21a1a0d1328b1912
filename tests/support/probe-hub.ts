/** A hub with the probe connected: post events, look at the rows. */
import { randomUUID } from 'node:crypto'
import type { AccountViewModel, ConversationView, MessageView } from '@dragoman/api'
import type { InboundEvent } from '@dragoman/core'
import { createTransport } from '../../server/src/start.ts'
import { type Probe, type ProbeOptions, startProbe } from './probe.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from './test-hub.ts'

export type Event = InboundEvent & { account?: string }

export interface ProbeHub extends TestHub {
  probe: Probe
  account: AccountViewModel
  secret: string
  /** Posts events as one webhook; gives the status. */
  post(events: unknown, options?: { secret?: string }): Promise<number>
  /** Posts and waits until nothing waits to be applied. */
  deliver(events: unknown): Promise<void>
  applied(): Promise<void>
  conversation(threadId: string): Promise<ConversationView>
  thread(threadId: string): Promise<MessageView[]>
  /** Sends a text into a conversation. */
  say(threadId: string, text: string, more?: { undoSeconds?: number; sendAt?: number }): Promise<MessageView>
  message(id: string, threadId: string): Promise<MessageView>
}

/** Loopback is allowed for the probe's platform by making it a simulated account's origin: the same rule as for the simulator. */
export async function startProbeHub(options: ProbeOptions & { existing?: Parameters<typeof startTestHub>[0] } = {}): Promise<ProbeHub> {
  const probe = await startProbe(options)
  const hub = await startTestHub({ ...options.existing, channels: probe.channels })
  allowLoopback(hub, probe)
  const secret = randomUUID()
  const account = await hub.owner.call('connectAccount', {
    body: { channel: 'probe', config: { token: 'probe-token-secret', secret }, way: 'webhook' },
  })
  const post: ProbeHub['post'] = async (events, { secret: given = secret } = {}) => {
    // Whoever is not named is the hub's first account.
    const body = Array.isArray(events)
      ? JSON.stringify(events.map(event => ({ account: 'probe-account', ...withoutEmpty(event) })))
      : String(events)
    const response = await fetch(`${hub.url}/webhooks/probe/${account.endpointId}`, {
      method: 'POST',
      headers: { 'x-probe-secret': given },
      body,
    })
    await response.text()
    return response.status
  }
  const applied = async () => {
    await until(
      async () =>
        (
          await hub.database.query<{ n: number }>(
            'select count(*)::int as n from lane_item where applied_at is null and account_id is not null',
          )
        )[0]!.n === 0,
      'an empty lane',
    )
  }
  const conversation = async (threadId: string) => {
    return await until(
      async () => (await hub.owner.call('conversations', { query: { limit: 100 } })).conversations.find(row => row.threadId === threadId),
      `conversation ${threadId}`,
    )
  }
  const thread = async (threadId: string) =>
    (await hub.owner.call('messages', { params: { conversationId: (await conversation(threadId)).id }, query: { limit: 200 } })).messages
  const close = hub.close
  return Object.assign(hub, {
    probe,
    account,
    secret,
    post,
    applied,
    conversation,
    thread,
    deliver: async (events: unknown) => {
      const status = await post(events)
      if (status !== 200) throw new Error(`The webhook was answered ${status}`)
      await applied()
    },
    say: async (threadId: string, text: string, more: { undoSeconds?: number; sendAt?: number } = {}) => {
      const { id } = await conversation(threadId)
      return (
        await hub.owner.call('sendMessage', {
          params: { conversationId: id },
          body: { clientId: clientId(), body: textBody(text), ...more },
        })
      ).message
    },
    message: async (id: string, threadId: string) => (await thread(threadId)).find(one => one.id === id)!,
    close: async () => {
      await close()
      await probe.close()
    },
  })
}

/** Lets this hub's runner reach the probe's platform, and nothing else on loopback. */
export function allowLoopback(hub: TestHub, probe: Pick<Probe, 'origin'>): void {
  const { perform, download, refusalOf } = hub.hub.transport
  const direct = createDirectTransport()
  hub.hub.transport = {
    refusalOf,
    perform: (request, context) =>
      request.url?.startsWith(`${probe.origin}/`) ? direct.perform(request, context) : perform(request, context),
    download: (request, context) =>
      request.url?.startsWith(`${probe.origin}/`) ? direct.download(request, context) : download(request, context),
  }
}

function createDirectTransport() {
  return createTransport({ fetch: (url, init) => fetch(url, init), refusalOf: async () => undefined }, { debug: () => {} })
}

function withoutEmpty(event: object): object {
  return JSON.parse(JSON.stringify(event)) as object
}

/** A customer's message. */
export function received(
  externalId: string,
  options: {
    thread?: string
    at?: number
    text?: string
    from?: string[]
    replyTo?: string
    name?: string
    account?: string
    tie?: number
  } = {},
): Event {
  const thread = options.thread ?? 't1'
  return {
    kind: 'message.received',
    externalId,
    at: options.at ?? Date.now(),
    threadId: thread,
    tie: options.tie,
    account: options.account,
    identity: { externalIds: options.from ?? [`user:${thread}`], name: options.name ?? 'Olivia' },
    message: { content: { kind: 'text', text: { text: options.text ?? `text of ${externalId}` } }, replyTo: options.replyTo },
  }
}

/** A receipt for one of our messages. */
export function receiptOf(
  of: string[],
  receipt: 'sent' | 'delivered' | 'read' | 'failed',
  more: { ref?: string; at?: number } = {},
): Event {
  return {
    kind: 'delivery.updated',
    externalId: `${of.join()}:${receipt}`,
    at: more.at ?? Date.now(),
    threadId: 't1',
    ref: more.ref,
    receipt,
    of: { externalIds: of },
  }
}
