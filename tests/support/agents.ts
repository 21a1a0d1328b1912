/** Colleagues of a test: signed in by invitation, with a stream open as their browsers would have it. */
import { type ApiClient, type EphemeralEvent, openStream, type StoredEvent } from '@dragoman/api'
import { WebSocket } from 'ws'
import { clientWith, type TestHub, until } from './test-hub.ts'

export interface Agent {
  id: string
  name: string
  cookie: string
  client: ApiClient
  events: StoredEvent[]
  ephemeral: EphemeralEvent[]
  /** Says which conversation is open, as the inbox does. */
  look(conversationId: string | null, doing?: 'viewing' | 'replying' | 'noting'): void
  /** Says whether the tab is before his eyes. */
  see(visible: boolean): void
  /** Closes the stream: the browser is gone. */
  leave(): void
}

/** Invites and signs in a colleague; with `online`, his stream is open and he counts as there. */
export async function joinAgent(
  hub: TestHub,
  name: string,
  { role = 'agent', online = true }: { role?: 'agent' | 'manager'; online?: boolean } = {},
): Promise<Agent> {
  const { url } = await hub.owner.call('invite', { body: { role } })
  const response = await fetch(`${hub.url}/v1/invitations/by-token/${url.split('/').at(-1)}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify({ name, email: `${crypto.randomUUID()}@example.com`, password: 'long enough here', language: 'en' }),
  })
  if (!response.ok) throw new Error(await response.text())
  const cookie = response.headers.get('set-cookie')!.split(';')[0]!
  const client = clientWith(hub.url, cookie)
  const { me } = await client.call('session')
  const stream = online ? await openAgentStream(hub.url, cookie, client) : undefined
  if (stream) await until(() => hub.hub.presence.connected(hub.workspaceId).has(me.memberId), `${name} to be there`)
  return {
    id: me.memberId,
    name,
    cookie,
    client,
    events: stream?.events ?? [],
    ephemeral: stream?.ephemeral ?? [],
    look: (conversationId, doing = 'viewing') => stream?.stream.send({ frame: 'looking', conversationId, doing }),
    see: visible => stream?.stream.send({ frame: 'visible', visible }),
    leave: () => stream?.stream.close(),
  }
}

/** A stream with a session's cookie, from a snapshot on. */
export async function openAgentStream(origin: string, cookie: string, client: ApiClient) {
  const events: StoredEvent[] = []
  const ephemeral: EphemeralEvent[] = []
  class SignedInSocket extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols, { headers: { cookie } })
    }
  }
  const { cursor } = await client.call('snapshot', { query: {} })
  const stream = openStream(
    `${origin.replace('http', 'ws')}/v1/events`,
    cursor,
    {
      onEvents: more => void events.push(...more),
      onEphemeral: more => void ephemeral.push(...more),
      onResync: () => {},
      onState: () => {},
    },
    { WebSocket: SignedInSocket },
  )
  return { events, ephemeral, stream }
}
