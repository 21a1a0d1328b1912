/**
 * `/visitor/:endpoint/stream`: what is new for a visitor, as a WebSocket. Always holds: the token comes in the first frame; a socket gets the rows of its
 * own thread only, each once and in order after its cursor; the page's origin must be allowed; a socket too far behind is dropped and resumes.
 */
import type { VisitorServerFrame } from '@dragoman/api'
import {
  type HeardEvent,
  inWorkspace,
  parseCursor,
  readVisitorLog,
  readVisitorToken,
  type VisitorPlace,
  visitorConversation,
  visitorMessages,
  visitorSeenUntil,
} from '@dragoman/hub'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { WebContext } from '../http/context.ts'
import type { VisitorAccess } from './access.ts'

const mostBehindBytes = 1024 * 1024
const aliveEveryMs = 20_000
/** A socket that does not say who it is within this time is closed. */
const helloWithinMs = 10_000
const typingForMs = 6_000
const typingEveryMs = 3_000
/** Windows of one visitor. */
const mostSockets = 12
/** Frames that one socket may send within so long. */
const mostFrames = 40
const framesWithinMs = 10_000

const clientFrame = z.discriminatedUnion('frame', [
  z.object({ frame: z.literal('hello'), token: z.string().max(1_024), cursor: z.string().max(64) }),
  z.object({ frame: z.literal('typing') }),
  z.object({ frame: z.literal('alive') }),
])

interface Client {
  socket: WebSocket
  place: VisitorPlace
  visitor: string
  until: number
  position: number
  /** Positions that came while it was still catching up. */
  waiting: HeardEvent[] | undefined
  /** One delivery after another. */
  chain: Promise<void>
  lastTyping: number
}

interface Reader {
  epoch: string
  position: number
  /** By `account|thread`. */
  clients: Map<string, Set<Client>>
  reading: boolean
  again: boolean
  stops: Map<string, () => void>
}

export function registerVisitorStream(app: FastifyInstance, web: WebContext, access: VisitorAccess): void {
  const { hub } = web
  const readers = new Map<string, Reader>()

  app.get('/visitor/:endpoint/stream', { websocket: true, config: { rule: 'visitor' } }, (socket, request) => {
    socket.on('error', () => socket.terminate())
    const patience = setTimeout(() => socket.close(4408, 'nobody spoke'), helloWithinMs)
    let client: Client | undefined
    let greeted = false
    let frames = 0
    let since = hub.now()
    socket.on('close', () => {
      clearTimeout(patience)
      if (client) leave(client)
    })
    socket.on('message', data => {
      const now = hub.now()
      if (now - since >= framesWithinMs) [frames, since] = [0, now]
      if (++frames > mostFrames) return socket.close(1008, 'too many frames')
      const frame = parse(String(data))
      if (!frame) return socket.close(1007, 'not a frame')
      if (frame.frame === 'hello' && !greeted) {
        greeted = true
        clearTimeout(patience)
        join(socket, request, frame.token, frame.cursor).then(
          joined => {
            client = joined
            if (joined && socket.readyState !== 1) leave(joined)
          },
          error => {
            hub.log.info({ err: error }, 'a visitor’s stream could not be opened')
            socket.close(1011, 'try again')
          },
        )
      } else if (frame.frame === 'typing' && client) void typing(client).catch(() => {})
    })
  })

  async function join(socket: WebSocket, request: FastifyRequest, token: string, cursorText: string): Promise<Client | undefined> {
    const place = await access.enter(request).catch(() => undefined)
    if (!place) {
      socket.close(4403, 'not allowed')
      return undefined
    }
    const claim = readVisitorToken(place.secrets, place.endpointId, token, hub.now())
    if (claim?.kind !== 'visitor') {
      socket.close(4401, 'no good token')
      return undefined
    }
    const cursor = parseCursor(cursorText)
    const reader = await readerOf(place.workspaceId)
    if (!cursor || cursor.epoch !== reader.epoch) {
      write(socket, { frame: 'resync' })
      return undefined
    }
    const key = `${place.accountId}|${claim.id}`
    const siblings = reader.clients.get(key) ?? new Set()
    if (siblings.size >= mostSockets) {
      socket.close(4429, 'too many windows')
      return undefined
    }
    listen(reader, place)
    const client: Client = {
      socket,
      place,
      visitor: claim.id,
      until: claim.until,
      position: cursor.position,
      waiting: [],
      chain: Promise.resolve(),
      lastTyping: 0,
    }
    reader.clients.set(key, siblings.add(client))
    web.metrics.streams.inc({ kind: 'visitor' })
    // Where the reader stands just there, nothing was missed: the reader brings whatever comes.
    if (client.position !== reader.position && !(await catchUp(client, reader.epoch))) {
      leave(client)
      write(socket, { frame: 'resync' })
      return undefined
    }
    const missed = client.waiting ?? []
    client.waiting = undefined
    await deliver(client, missed, reader.epoch, client.position)
    write(socket, { frame: 'ready', cursor: `${reader.epoch}:${client.position}` })
    await tellSeen(client)
    return client
  }

  async function catchUp(client: Client, epoch: string): Promise<boolean> {
    for (;;) {
      const page = await readVisitorLog(
        hub,
        client.place.workspaceId,
        { epoch, position: client.position },
        { accountId: client.place.accountId, threadId: client.visitor },
      )
      if (page.kind === 'resync') return false
      const before = client.position
      await deliver(client, page.events, epoch, page.head)
      if (page.events.length === 0 || client.position === before) return true
    }
  }

  function leave(client: Client): void {
    const reader = readers.get(client.place.workspaceId)
    const key = `${client.place.accountId}|${client.visitor}`
    const siblings = reader?.clients.get(key)
    if (!siblings?.delete(client)) return
    if (siblings.size === 0) reader?.clients.delete(key)
    web.metrics.streams.dec({ kind: 'visitor' })
  }

  async function readerOf(workspaceId: string): Promise<Reader> {
    const known = readers.get(workspaceId)
    if (known) return known
    const head = await inWorkspace(hub, workspaceId, tx =>
      tx.db.selectFrom('log_head').select(['epoch', 'position']).executeTakeFirstOrThrow(),
    )
    const raced = readers.get(workspaceId)
    if (raced) return raced
    const reader: Reader = {
      epoch: head.epoch,
      position: head.position,
      clients: new Map(),
      reading: false,
      again: false,
      stops: new Map(),
    }
    reader.stops.set(
      'events',
      hub.bell.listen(`events:${workspaceId}`, () => void read(workspaceId)),
    )
    readers.set(workspaceId, reader)
    return reader
  }

  /** Typing and read marks of the desk, for one account. */
  function listen(reader: Reader, { accountId }: VisitorPlace): void {
    if (reader.stops.has(accountId)) return
    reader.stops.set(
      accountId,
      hub.bell.listen(`visitor:${accountId}`, (_topic, detail) => {
        const told = JSON.parse(detail) as { threadId: string; typingUntil?: number; seen?: boolean }
        for (const client of reader.clients.get(`${accountId}|${told.threadId}`) ?? []) {
          if (told.typingUntil !== undefined)
            write(client.socket, { frame: 'typing', forMs: Math.max(0, Math.min(typingForMs, told.typingUntil - hub.now())) })
          if (told.seen) void tellSeen(client).catch(() => {})
        }
      }),
    )
  }

  async function tellSeen(client: Client): Promise<void> {
    const until = await visitorSeenUntil(hub, client.place, client.visitor)
    if (until > 0) write(client.socket, { frame: 'seen', until })
  }

  /** Reads what is new in a workspace and hands it to those whom it concerns. */
  async function read(workspaceId: string): Promise<void> {
    const reader = readers.get(workspaceId)
    if (!reader) return
    if (reader.reading) {
      reader.again = true
      return
    }
    reader.reading = true
    try {
      do {
        reader.again = false
        const page = await readVisitorLog(hub, workspaceId, { epoch: reader.epoch, position: reader.position })
        if (page.kind === 'resync') {
          for (const client of clientsOf(reader)) write(client.socket, { frame: 'resync' })
          for (const stop of reader.stops.values()) stop()
          readers.delete(workspaceId)
          return
        }
        if (page.head > reader.position && page.events.length >= 500) reader.again = true
        reader.position = page.head
        fanOut(reader, page.events)
      } while (reader.again)
    } catch (error) {
      hub.log.warn({ err: error }, 'the log could not be read for visitors; the sweep tries again')
    } finally {
      reader.reading = false
    }
  }

  function fanOut(reader: Reader, events: readonly HeardEvent[]): void {
    const byThread = Map.groupBy(events, event => `${event.accountId}|${event.threadId}`)
    for (const [key, mine] of byThread) {
      for (const client of reader.clients.get(key) ?? []) {
        if (client.waiting) client.waiting.push(...mine)
        else {
          client.chain = client.chain
            .then(() => deliver(client, mine, reader.epoch, mine.at(-1)!.position))
            .catch(error => {
              hub.log.info({ err: error }, 'a visitor’s messages could not be read')
              // It resumes from its cursor: nothing is lost.
              client.socket.close(1011, 'try again')
            })
        }
      }
    }
  }

  /** Reads the changed messages as they are now, and sends them. `head`: up to where there is nothing else for this client. */
  async function deliver(client: Client, events: readonly HeardEvent[], epoch: string, head: number): Promise<void> {
    const fresh = events.filter(event => event.position > client.position)
    if (fresh.length > 0) {
      const ids = [...new Set(fresh.map(event => event.messageId))]
      const { place, visitor } = client
      const messages = await inWorkspace(hub, place.workspaceId, tx => visitorMessages(hub, tx, place, visitor, ids, 0))
      const last = fresh.at(-1)!.position
      if (messages.length > 0) write(client.socket, { frame: 'messages', cursor: `${epoch}:${last}`, messages })
    }
    client.position = Math.max(client.position, head, fresh.at(-1)?.position ?? 0)
  }

  async function typing(client: Client): Promise<void> {
    const now = hub.now()
    if (now - client.lastTyping < typingEveryMs) return
    client.lastTyping = now
    const conversationId = await visitorConversation(hub, client.place, client.visitor)
    if (conversationId)
      hub.bell.ring(`typing:${client.place.workspaceId}`, JSON.stringify({ conversationId, by: 'customer', until: now + typingForMs }))
  }

  const timers = [
    setInterval(() => {
      for (const workspaceId of readers.keys()) void read(workspaceId)
    }, 1_000),
    setInterval(() => {
      for (const reader of readers.values()) {
        for (const client of clientsOf(reader)) {
          if (client.until <= hub.now()) client.socket.close(4401, 'the token is over')
          else write(client.socket, { frame: 'alive', cursor: `${reader.epoch}:${client.position}` })
        }
      }
    }, aliveEveryMs),
  ]
  app.addHook('preClose', async () => {
    for (const timer of timers) clearInterval(timer)
    for (const reader of readers.values()) for (const stop of reader.stops.values()) stop()
  })
}

function clientsOf(reader: Reader): Client[] {
  return [...reader.clients.values()].flatMap(set => [...set])
}

function parse(text: string): z.infer<typeof clientFrame> | undefined {
  try {
    return clientFrame.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function write(socket: WebSocket, frame: VisitorServerFrame): void {
  if (socket.readyState !== 1) return
  if (socket.bufferedAmount > mostBehindBytes) return socket.terminate()
  socket.send(JSON.stringify(frame))
}
