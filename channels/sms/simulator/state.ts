/** What the simulated carrier remembers: its clients with their senders, phones, what waits to be delivered to a client. Plain JSON. */
import type { Faults, PhoneMessage, SimulatorEnvironment } from '@dragoman/channel-kit/simulator'

export interface Client {
  id: string
  name: string
  sender: string
  way: 'smpp' | 'http'
  systemId: string
  password: string
  webhook?: { url: string; secret: string }
  /** What the network reports of messages from now on; `nothing`: no receipts. */
  reports?: 'DELIVRD' | 'UNDELIV' | 'EXPIRED' | 'nothing'
  /** For clients that ask: all that happened, in order. */
  events: { number: number; event: Record<string, unknown> }[]
  /** Of a client with a line: what it has not acknowledged, body of deliver_sm in hexadecimal. */
  outbox: { id: number; body: string }[]
}

export interface Phone {
  id: string
  client: string
  name: string
  number: string
  language: string
  messages: PhoneMessage[]
  /** Pieces of messages that are not complete. */
  pieces: Record<string, { total: number; texts: Record<number, string> }>
}

export interface State {
  clients: Record<string, Client>
  phones: Record<string, Phone>
  taken: Record<string, string>
  port?: number
  count: number
}

export interface World {
  environment: SimulatorEnvironment
  state: State
  faults: Faults
  /** Tells the client's open sessions that something waits. */
  deliver(client: Client): void
  /** Posts to the client's webhook, where it has one. */
  post(client: Client, event: Record<string, unknown>): void
  waiters: Set<() => void>
}

export function restoreState(saved: unknown): State {
  const fresh: State = { clients: {}, phones: {}, taken: {}, count: 0 }
  if (typeof saved !== 'object' || saved === null || !('clients' in saved)) return fresh
  return { ...fresh, ...(structuredClone(saved) as State) }
}

/** Something for the client to know, by whichever way it has. */
export function tell(world: World, client: Client, event: Record<string, unknown>): void {
  client.events.push({ number: ++world.state.count, event })
  if (client.events.length > 500) client.events.splice(0, client.events.length - 500)
  for (const wake of [...world.waiters]) wake()
  world.post(client, event)
}
