/**
 * What the visitor has done and the hub does not have yet. Always holds: everything leaves in order and until it is taken; ids are made here once, so
 * that a repeat after a lost answer changes nothing.
 */

import { forget, keep, queued, remembered } from './storage.ts'
import type { Host } from './types.ts'

/** One event of the protocol, with its place in line. */
export interface Queued {
  id: string
  n: number
  at: number
  event: Record<string, unknown> & { type: string }
  /** The hub refused it for good. */
  refused?: boolean
}

export interface Queue {
  items(): readonly Queued[]
  add(event: Queued['event']): Queued
  /** Delivered and read up to a moment; only the latest of each is posted. */
  receipt(kind: 'delivered' | 'read', until: number): void
  drop(id: string): void
  flush(): void
  stop(): void
}

export interface QueueEnvironment {
  host: Host
  token(): string | undefined
  visitor(): string
  /** The token was refused: a new session, then on. */
  renew(): Promise<void>
  /** The hub has these now. */
  taken(items: readonly Queued[]): void
  changed(): void
}

/** Events in one body. */
const mostAtOnce = 20
const longestWaitMs = 20_000

let lastN = 0
function nextN(): number {
  lastN = Math.max(lastN + 1, Date.now())
  return lastN
}

export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), byte => byte.toString(36).padStart(2, '0')).join('')
}

export function createQueue(environment: QueueEnvironment): Queue {
  const { host } = environment
  let items = queued(host.key)
  const wanted = { delivered: 0, read: 0 }
  const told = { delivered: 0, read: 0 }
  let busy = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const queue: Queue = {
    items: () => items,
    add(event) {
      const id = newId()
      const n = nextN()
      const item: Queued = { id, n, at: Date.now(), event: { ...event, id, n } }
      items = [...items, item]
      keep(host.key, item)
      flush()
      return item
    },
    receipt(kind, until) {
      if (until <= wanted[kind]) return
      wanted[kind] = until
      if (kind === 'read') wanted.delivered = Math.max(wanted.delivered, until)
      // A moment's patience: several messages make one receipt.
      timer ??= setTimeout(flush, 150)
    },
    drop(id) {
      items = items.filter(item => item.id !== id)
      forget(host.key, id)
      environment.changed()
    },
    flush,
    stop: () => clearTimeout(timer),
  }
  return queue

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (!busy && environment.token()) void post()
  }

  async function post(): Promise<void> {
    const batch = items.filter(item => !item.refused).slice(0, mostAtOnce)
    const receipts = (['delivered', 'read'] as const).filter(
      kind => wanted[kind] > told[kind] && !(kind === 'delivered' && wanted.read === wanted.delivered),
    )
    if (batch.length === 0 && receipts.length === 0) return
    busy = true
    const until = { ...wanted }
    const { person } = remembered(host.key)
    const response = await fetch(`${host.base}/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${environment.token()}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        visitor: environment.visitor(),
        person: { ...person, language: document.documentElement.lang || navigator.language },
        page: { url: location.href, title: document.title, referrer: document.referrer },
        events: [...batch.map(item => item.event), ...receipts.map(type => ({ type, until: until[type] }))],
      }),
    }).catch(() => undefined)
    busy = false
    if (response?.ok) {
      failures = 0
      Object.assign(told, until)
      items = items.filter(item => !batch.includes(item))
      environment.taken(batch)
      for (const item of batch) forget(host.key, item.id)
      environment.changed()
      return flush()
    }
    const status = response?.status ?? 0
    if (status === 401) await environment.renew().catch(() => {})
    else if (status >= 400 && status < 500 && status !== 429 && status !== 408) {
      // For good: it stays visible, with the word that it was not sent.
      for (const item of batch) item.refused = true
      Object.assign(told, until)
      environment.changed()
      return
    }
    environment.changed()
    const wait = Number(response?.headers.get('retry-after')) * 1_000 || Math.min(longestWaitMs, 800 * 2 ** failures++)
    timer = setTimeout(flush, wait)
  }
}
