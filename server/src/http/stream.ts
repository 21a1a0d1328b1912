/**
 * `/v1/events`: the log as a WebSocket [mechanics 8, 9]. Always holds: one reader per workspace and node fans out; each socket gets what its member
 * may see, in order, and the cursor moves over the rest; a socket more than 1 MiB behind is dropped and resumes.
 */
import type { EphemeralEvent, ServerFrame, StoredEvent } from '@dragoman/api'
import { type Actor, actorOf, type Cursor, hideDetails, inWorkspace, type LoggedEvent, maySee, parseCursor, readLog } from '@dragoman/hub'
import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import type { WebContext } from './context.ts'
import { createEphemeral, type Ephemeral } from './ephemeral.ts'
import { isOwnOrigin, sessionToken } from './sessions.ts'

const pageSize = 500
const mostBehindBytes = 1024 * 1024
const enoughUnderWayBytes = 256 * 1024
/** A line that takes nothing for so long is dead; and so much is kept for who catches up. */
const patienceMs = 30_000
const mostWaiting = 5_000
/** Events that a reader remembers. */
const mostRecent = 2_000
/** After it has written to everybody, so many times as long the process does other work, and gathers what comes: a write to a socket costs what it costs, however little is in it. */
const restsPerFanOut = 3
const longestRestMs = 200
const aliveEveryMs = 20_000
const recheckEveryMs = 30_000

interface Client extends Ephemeral {
  socket: WebSocket
  actor: Actor
  token: string
  position: number
  /** Events that came while it was still catching up. */
  waiting: LoggedEvent[] | undefined
}

/** Whole frames, by what is in them: most members see the same, which is then encoded once for all of them. */
type Frames = Map<string, Buffer>

/** Events as text, by who may see what: written once, as long as they are remembered. */
const texts = { whole: new WeakMap<StoredEvent, string>(), hidden: new WeakMap<StoredEvent, string>() }

interface Reader {
  epoch: string
  position: number
  /** The newest events, up to `position`: who was away for a moment needs no reading of the log. */
  recent: LoggedEvent[]
  clients: Set<Client>
  reading: boolean
  again: boolean
  /** Until then what comes is gathered (`performance.now()`). */
  restUntil: number
  stop(): void
}

export function registerStream(app: FastifyInstance, web: WebContext): void {
  const { hub } = web
  const readers = new Map<string, Reader>()
  const ephemeral = createEphemeral<Client>(hub, workspaceId => readers.get(workspaceId)?.clients ?? [], sendEphemeral)

  app.get('/v1/events', { websocket: true, config: { rule: 'agent' } }, (socket, request) => {
    const token = sessionToken(request)
    const cursor = parseCursor(String((request.query as { cursor?: string }).cursor ?? ''))
    socket.on('error', () => socket.terminate())
    if (!isOwnOrigin(web, request) || !token) return socket.close(4403, 'not allowed')
    // Frames may come before we know who it is: they are only read later.
    void join(socket, token, cursor).catch(error => {
      hub.log.error({ err: error }, 'a stream could not be opened')
      socket.close(1011, 'try again')
    })
  })

  async function join(socket: WebSocket, token: string, cursor: Cursor | undefined): Promise<void> {
    const actor = await actorOf(hub, token)
    if (!actor) return socket.close(4401, 'not signed in')
    if (!cursor) return send(socket, { frame: 'resync' })
    const reader = await readerOf(actor.workspaceId)
    if (cursor.epoch !== reader.epoch) return send(socket, { frame: 'resync' })
    const client: Client = {
      socket,
      actor,
      token,
      position: cursor.position,
      waiting: [],
      looking: undefined,
      visible: false,
      places: new Map(),
    }
    reader.clients.add(client)
    web.metrics.streams.inc({ kind: 'member' })
    socket.on('close', () => {
      reader.clients.delete(client)
      web.metrics.streams.dec({ kind: 'member' })
      ephemeral.left(client)
    })
    socket.on('message', data => receive(client, String(data)))
    if (!(await catchUp(client))) {
      reader.clients.delete(client)
      return send(socket, { frame: 'resync' })
    }
    if (socket.readyState !== 1) return
    const missed = client.waiting ?? []
    client.waiting = undefined
    deliver(client, missed, reader.epoch)
    ephemeral.joined(client)
  }

  /** Reads a client up to where its reader stands. */
  async function catchUp(client: Client): Promise<boolean> {
    for (;;) {
      const reader = readers.get(client.actor.workspaceId)
      if (!reader) return false
      // Gone again: nothing is read for it.
      if (client.socket.readyState !== 1) return true
      // Just where the reader stands: it brings whatever comes.
      if (client.position === reader.position) return true
      const { epoch, recent } = reader
      const first = recent[0]?.position
      if (first !== undefined && client.position + 1 >= first && client.position <= reader.position) {
        const page = recent.slice(client.position + 1 - first, client.position + 1 - first + pageSize)
        deliver(client, page, epoch)
        if (page.length < pageSize) return true
        await drained(client)
        continue
      }
      const page = await readLog(hub, client.actor.workspaceId, { epoch, position: client.position }, pageSize)
      if (page.kind === 'resync') return false
      deliver(client, page.events, page.epoch)
      if (!page.more) return true
      await drained(client)
    }
  }

  /** Who was long away is not sent more than he can take in: the rest is read when the line has room again. */
  async function drained({ socket, waiting }: Client): Promise<void> {
    const end = hub.now() + patienceMs
    while (socket.readyState === 1 && socket.bufferedAmount > enoughUnderWayBytes) {
      if (hub.now() > end || (waiting?.length ?? 0) > mostWaiting) return socket.terminate()
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }

  async function readerOf(workspaceId: string): Promise<Reader> {
    const known = readers.get(workspaceId)
    if (known) return known
    const head = await inWorkspace(hub, workspaceId, tx =>
      tx.db.selectFrom('log_head').select(['epoch', 'position']).executeTakeFirstOrThrow(),
    )
    const raced = readers.get(workspaceId)
    if (raced) return raced
    const stops = [hub.bell.listen(`events:${workspaceId}`, () => void read(workspaceId)), ephemeral.hear(workspaceId)]
    const reader: Reader = {
      epoch: head.epoch,
      position: head.position,
      recent: [],
      clients: new Set(),
      reading: false,
      again: false,
      restUntil: 0,
      stop: () => {
        for (const stop of stops) stop()
      },
    }
    readers.set(workspaceId, reader)
    web.metrics.readers.set(workspaceId, () => reader.position)
    return reader
  }

  /** Reads what is new and hands it to everybody. */
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
        const restMs = reader.restUntil - performance.now()
        if (restMs > 1) await new Promise(resolve => setTimeout(resolve, restMs))
        reader.again = false
        const page = await readLog(hub, workspaceId, { epoch: reader.epoch, position: reader.position }, pageSize)
        if (page.kind === 'resync') {
          for (const client of reader.clients) send(client.socket, { frame: 'resync' })
          reader.stop()
          readers.delete(workspaceId)
          web.metrics.readers.delete(workspaceId)
          return
        }
        if (page.events.length > 0) {
          reader.position = page.events.at(-1)!.position
          reader.recent.push(...page.events)
          if (reader.recent.length > 2 * mostRecent) reader.recent = reader.recent.slice(-mostRecent)
          const startedAt = performance.now()
          fanOut(reader, page.events)
          const endedAt = performance.now()
          // A whole page waits already: there is nothing to gather.
          reader.restUntil = page.more ? 0 : endedAt + Math.min(longestRestMs, restsPerFanOut * (endedAt - startedAt))
        }
        if (page.more) reader.again = true
      } while (reader.again)
    } catch (error) {
      hub.log.warn({ err: error }, 'the log could not be read; the sweep tries again')
    } finally {
      reader.reading = false
    }
  }

  function fanOut(reader: Reader, events: readonly LoggedEvent[]): void {
    // Most events go to everybody in the same form: encoded once for who may see customers' details, once for who may not.
    const frames: Frames = new Map()
    for (const client of reader.clients) {
      if (client.waiting) client.waiting.push(...events)
      else deliver(client, events, reader.epoch, frames)
    }
  }

  function deliver(client: Client, events: readonly LoggedEvent[], epoch: string, frames: Frames = new Map()): void {
    const fresh = events.filter(event => event.position > client.position)
    const last = fresh.at(-1)
    if (!last) return
    client.position = last.position
    const isWhole = client.actor.rights.has('contacts.details')
    const seen = fresh.filter(({ scope }) => maySee(client.actor, scope))
    const view = `${isWhole} ${last.position} ${seen.map(({ position }) => position).join()}`
    let frame = frames.get(view)
    if (!frame) {
      const known = isWhole ? texts.whole : texts.hidden
      const parts = seen.map(({ event }) => {
        const text = known.get(event) ?? JSON.stringify(isWhole ? event : hideDetails(event))
        known.set(event, text)
        return text
      })
      frame = Buffer.from(`{"frame":"events","cursor":"${epoch}:${last.position}","events":[${parts.join(',')}]}`)
      frames.set(view, frame)
    }
    write(client.socket, frame)
  }

  function receive(client: Client, text: string): void {
    if (text.length > 65_536) return client.socket.close(1009, 'too long')
    if (!ephemeral.receive(client, text)) client.socket.close(1007, 'not JSON')
  }

  /** Members whose session has ended lose their stream; changed rights count from now on. */
  async function recheck(): Promise<void> {
    for (const reader of readers.values()) {
      for (const client of reader.clients) {
        const actor = await actorOf(hub, client.token).catch(() => client.actor)
        if (actor) client.actor = actor
        else client.socket.close(4401, 'not signed in')
      }
    }
  }

  const timers = [
    setInterval(() => {
      for (const workspaceId of readers.keys()) void read(workspaceId)
    }, 1_000),
    setInterval(() => {
      for (const reader of readers.values()) for (const client of reader.clients) send(client.socket, { frame: 'alive', at: hub.now() })
    }, aliveEveryMs),
    setInterval(() => void recheck(), recheckEveryMs),
  ]
  const stopListening = hub.bell.listen('sessions', () => void recheck())
  app.addHook('preClose', async () => {
    stopListening()
    for (const timer of timers) clearInterval(timer)
  })
}

function sendEphemeral(client: Client, events: EphemeralEvent[]): void {
  send(client.socket, { frame: 'ephemeral', events })
}

function send(socket: WebSocket, frame: ServerFrame): void {
  write(socket, JSON.stringify(frame))
}

function write(socket: WebSocket, text: string | Buffer): void {
  if (socket.readyState !== 1) return
  // Too slow to follow: it is dropped and resumes from its cursor.
  if (socket.bufferedAmount > mostBehindBytes) return socket.terminate()
  socket.send(text, { binary: false })
}
