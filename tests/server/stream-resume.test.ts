/**
 * The event stream and lines that break: clients cut off at seeded moments while a thousand messages come, a client that sends too much, one that does
 * not read. Always holds: whoever comes back has every message once and in order; nobody costs the hub more than his share.
 */
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type EventStream, openStream, type StoredEvent } from '@dragoman/api'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

// Many lines on a busy machine: waits only end a hang.
vi.setConfig({ testTimeout: 180_000 })

let hub: TestHub
let post: (texts: readonly string[]) => Promise<void>

beforeAll(async () => {
  hub = await startTestHub()
  const account = await hub.owner.call('connectSimulated', { body: { channel: 'whatsapp' } })
  const { appSecret, wabaId, phoneNumberId } = hub.simulators!.simulators.get('whatsapp')!.simulator.accounts().at(-1)!.config
  let clock = Math.floor(Date.now() / 1_000) - 5_000
  // Many in one request, as the platform sends them after a pause.
  post = async texts => {
    const messages = texts.map(body => ({
      from: '491571000001',
      id: `wamid.${randomUUID()}`,
      timestamp: String(clock++),
      type: 'text',
      text: { body },
    }))
    const value = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: '4930555010', phone_number_id: phoneNumberId },
      contacts: [{ profile: { name: 'Ada' }, wa_id: '491571000001' }],
      messages,
    }
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: wabaId, changes: [{ field: 'messages', value }] }] })
    const response = await fetch(account.webhookUrl!, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret!).update(body).digest('hex')}`,
      },
      body,
    })
    expect(response.status).toBe(200)
  }
})
afterAll(() => hub?.close())

const streamUrl = () => `${hub.url.replace('http', 'ws')}/v1/events`
const headers = () => ({ cookie: hub.cookie })

/** The texts of new messages, with a word before the number. */
const numbersOf = (events: readonly StoredEvent[], word: string) =>
  events.flatMap(event => {
    if (event.kind !== 'message.created' || event.message.body.content.kind !== 'text') return []
    const [first, number] = event.message.body.content.text.text.split(' ')
    return first === word ? [Number(number)] : []
  })

/** The same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Wanderer {
  numbers: number[]
  resyncs: number
  stream: EventStream
  /** Cuts the line in the middle of whatever it does; while away every attempt fails. */
  leave(): void
  come(): void
}

function wander(cursor: string): Wanderer {
  let isAway = false
  const sockets = new Set<WebSocket>()
  class Line extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(isAway ? 'ws://127.0.0.1:9/' : url, protocols, { headers: headers() })
      sockets.add(this)
      this.on('close', () => sockets.delete(this))
    }
  }
  const wanderer: Wanderer = {
    numbers: [],
    resyncs: 0,
    stream: openStream(
      streamUrl(),
      cursor,
      {
        onEvents: events => wanderer.numbers.push(...numbersOf(events, 'while')),
        onEphemeral: () => {},
        onResync: () => wanderer.resyncs++,
        onState: () => {},
      },
      { WebSocket: Line, soonestBackMs: 5, spreadMs: 60, longestPauseMs: 200 },
    ),
    leave() {
      isAway = true
      for (const socket of sockets) socket.terminate()
    },
    come() {
      isAway = false
    },
  }
  return wanderer
}

test('sixty clients, each cut off at moments of its own while a thousand messages come: every one has each message once and in order', async () => {
  const seed = Number(process.env.STREAM_SEED ?? 20_261_123)
  const random = seeded(seed)
  const rounds = 25
  const { cursor } = await hub.owner.call('snapshot', { query: { limit: 1 } })
  const clients = Array.from({ length: Number(process.env.STREAM_CLIENTS ?? 60) }, () => wander(cursor))
  try {
    // From which round to which each is away; some from the first to the last.
    const absences = clients.map(() =>
      Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
        const from = Math.floor(random() * rounds)
        return { from, to: from + 1 + Math.floor(random() ** 2 * rounds) }
      }),
    )
    for (let round = 0; round < rounds; round++) {
      for (const [index, client] of clients.entries()) {
        const isAway = absences[index]!.some(({ from, to }) => round >= from && round < to)
        if (isAway) client.leave()
        else client.come()
      }
      await post(Array.from({ length: 40 }, (_, index) => `while ${round * 40 + index}`))
    }
    for (const client of clients) client.come()
    await until(() => clients.every(client => client.numbers.length >= rounds * 40), `all messages at all clients (seed ${seed})`, 150_000)
    const exact = Array.from({ length: rounds * 40 }, (_, index) => index)
    for (const client of clients) {
      expect(client.resyncs).toBe(0)
      expect(client.numbers).toEqual(exact)
    }
  } finally {
    for (const client of clients) client.stream.close()
  }
})

test('a frame of more than 64 KiB ends the line', async () => {
  const { cursor } = await hub.owner.call('snapshot', { query: { limit: 1 } })
  const socket = new WebSocket(`${streamUrl()}?cursor=${encodeURIComponent(cursor)}`, { headers: headers() })
  await once(socket, 'open')
  socket.send(JSON.stringify({ frame: 'typing', conversationId: 'x'.repeat(65_536) }))
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1009)
})

test('who does not read is dropped, and goes on later without a gap', async () => {
  const { cursor } = await hub.owner.call('snapshot', { query: { limit: 1 } })
  const socket = new WebSocket(`${streamUrl()}?cursor=${encodeURIComponent(cursor)}`, { headers: headers() })
  const numbers: number[] = []
  let at = cursor
  const hear = (data: unknown) => {
    const frame = JSON.parse(String(data)) as { frame: string; cursor: string; events: StoredEvent[] }
    if (frame.frame !== 'events') return
    at = frame.cursor
    numbers.push(...numbersOf(frame.events, 'slow'))
  }
  socket.on('message', hear)
  socket.on('error', () => {})
  await once(socket, 'open')
  await post(['slow 0'])
  await until(() => numbers.length === 1, 'the first message')
  socket.pause()
  const streams = async () => Number(/^dragoman_streams\S* (\d+)/m.exec(await hub.app!.inject('/metrics').then(answer => answer.body))?.[1])
  const before = await streams()
  let count = 1
  // What lies in the buffers of two systems counts too: so much that they cannot hold it.
  for (let part = 0; part < 100 && (await streams()) >= before; part++) {
    await post(Array.from({ length: 50 }, () => `slow ${count++} ${'x'.repeat(4_000)}`))
    await until(async () => (await hub.database.query('select 1 from lane_item where applied_at is null limit 1')).length === 0, 'applied')
  }
  expect(await streams()).toBeLessThan(before)
  socket.resume()
  await once(socket, 'close')
  const again = openStream(
    streamUrl(),
    at,
    {
      onEvents: events => numbers.push(...numbersOf(events, 'slow')),
      onEphemeral: () => {},
      onResync: () => numbers.push(-1),
      onState: () => {},
    },
    {
      WebSocket: class extends WebSocket {
        constructor(url: string, protocols?: string[]) {
          super(url, protocols, { headers: headers() })
        }
      },
    },
  )
  await until(() => numbers.length >= count, 'the rest', 60_000)
  again.close()
  expect(numbers).toEqual(Array.from({ length: count }, (_, index) => index))
})
