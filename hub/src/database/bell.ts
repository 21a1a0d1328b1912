/**
 * Wakes whoever waits for work or events, in this process at once and in others by NOTIFY. Always holds: it only wakes (a lost ring costs at most
 * the sweep of a second); NOTIFY goes out after the commit, once per batch, on a connection of its own [mechanics 8].
 */
import pg from 'pg'
import { nodeLock } from '../nodes/alive.ts'
import { connectionSettings } from './servers.ts'

/** `events:<workspace>`, `lane`, `parts`, `files`, `visitors`, `typing:<json>`. */
export type Listener = (topic: string, detail: string) => void

export interface Bell {
  /** Rings for a topic; rings of the same few milliseconds go out as one. */
  ring(topic: string, detail?: string): void
  /** Calls back for each ring, our own and others'; returns the way to stop. */
  listen(topic: string, listener: Listener): () => void
  /** For how long others have known without a break that this process lives, ms; 0 where they do not. */
  knownAliveMs(): number
  close(): Promise<void>
}

const channel = 'dragoman'
// PostgreSQL takes at most 8,000 bytes; longer ephemeral details are not sent to other processes.
const longestNotice = 7_500
/** Rings within so many ms go out as one. */
const gatherMs = 2

/** A bell for one process only. */
export function createLocalBell(): Bell {
  const listeners = new Map<string, Set<Listener>>()
  return {
    ring(topic, detail = '') {
      for (const listener of listeners.get(topic) ?? []) listener(topic, detail)
    },
    listen(topic, listener) {
      const set = listeners.get(topic) ?? new Set()
      listeners.set(topic, set.add(listener))
      return () => set.delete(listener)
    },
    knownAliveMs: () => 0,
    close: async () => {},
  }
}

/** A bell that rings in every process on the database. Reconnects by itself, to whichever server `Client` finds; `onTrouble` hears of it. */
export function createBell(url: string, nodeId: string, onTrouble: (error: Error) => void, Client: typeof pg.Client = pg.Client): Bell {
  const local = createLocalBell()
  const waiting = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let client: pg.Client | undefined
  let lockedAt: number | undefined
  let closed = false

  async function connect(): Promise<void> {
    const next = new Client({ connectionString: url, ...connectionSettings, application_name: 'dragoman bell' })
    next.on('error', error => {
      onTrouble(error)
      if (client === next) client = lockedAt = undefined
      if (!closed) setTimeout(() => void connect().catch(onTrouble), 500).unref()
    })
    next.on('notification', ({ payload = '' }) => {
      const [from, topic, ...detail] = payload.split('|')
      if (from !== nodeId && topic) local.ring(topic, detail.join('|'))
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      client = next
      void sayAlive(next).catch(onTrouble)
    } catch (error) {
      onTrouble(error as Error)
      if (!closed) setTimeout(() => void connect().catch(onTrouble), 1_000).unref()
    }
  }
  void connect()

  /** For as long as this connection lasts, others know that this process lives. A connection before it, cut off, may still have the lock. */
  async function sayAlive(connection: pg.Client): Promise<void> {
    if (client !== connection || closed) return
    const { rows } = await connection.query<{ held: boolean }>(nodeLock(nodeId))
    if (rows[0]!.held) lockedAt = performance.now()
    else setTimeout(() => void sayAlive(connection).catch(onTrouble), 1_000).unref()
  }

  /** One statement at a time: what rings meanwhile goes into the next. */
  async function send(): Promise<void> {
    const notices = [...waiting].filter(notice => notice.length < longestNotice)
    waiting.clear()
    await client
      ?.query({
        name: 'ring',
        text: `select pg_notify('${channel}', notice) from unnest($1::text[]) notice`,
        values: [notices.map(notice => `${nodeId}|${notice}`)],
      })
      .catch(error => {
        if (!closed) onTrouble(error as Error)
      })
    timer = waiting.size > 0 && !closed ? setTimeout(() => void send(), gatherMs) : undefined
  }

  return {
    ring(topic, detail = '') {
      local.ring(topic, detail)
      waiting.add(detail ? `${topic}|${detail}` : topic)
      if (!closed) timer ??= setTimeout(() => void send(), gatherMs)
    },
    listen: local.listen,
    knownAliveMs: () => (lockedAt === undefined ? 0 : performance.now() - lockedAt),
    async close() {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => {})
    },
  }
}
