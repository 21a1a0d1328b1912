/**
 * What is let in when there is too much, and what is refused first (docs/decisions/0020). Always holds: whoever is refused is told so at once, before a body
 * is read, with the seconds after which to come again; what is let in is bounded in number and in bytes; an agent's own request is refused last.
 *
 * The order: first what is large and can wait (exports, imports, reports, search) and what machines read in bulk; then webhooks and visitors' messages, which
 * platforms and the widget repeat by themselves; then new streams; people's requests only when a thousand of them are under way.
 */

/** `heavy`: reads and writes in bulk; `machine`: a program's reads; `platform`: webhooks; `visitor`: the widget; `people`: everything else of the API. */
export type Kind = 'heavy' | 'machine' | 'platform' | 'visitor' | 'people'

export interface LoadNow {
  /** By how much timers are late, ms. */
  lagMs: number
  /** How many requests wait for a connection, per connection of the pool. */
  poolWaiting: number
}

export interface Admission {
  /** undefined: come in, and `leave` when it is answered; a number: refused, come again after so many seconds. Never waits. */
  admit(kind: Kind): number | undefined
  /** One that was let in is answered or gone. */
  leave(kind: Kind): void
  /** May a stream be opened now? Never waits. */
  admitStream(): number | undefined
  /** How many are under way, and how many were refused since the start. */
  figures(): Record<Kind, { underWay: number; refused: number }> & { stream: { refused: number } }
}

/** A webhook waits behind the others that were let in; so long at most, by what was answered lately. */
const longestQueueMs = 500
/** So many webhooks may always be under way: a closed loop of 128 connections is never refused. */
const fewest = 256
const most = 4_096
const mostPeople = 1_000
const mostHeavy = 64
const mostMachine = 128
/** Lag from which what can wait is refused. */
const busyLagMs = 150
/** Lag from which webhooks are refused as well, once many are under way. */
const overloadedLagMs = 1_000
/** Streams that may be opened a second, and at once. */
const streamsPerSecond = 500
const streamsAtOnce = 1_000

export function createAdmission(
  load: () => LoadNow,
  now: () => number = () => performance.now(),
  random: () => number = Math.random,
): Admission {
  const underWay: Record<Kind, number> = { heavy: 0, machine: 0, platform: 0, visitor: 0, people: 0 }
  const refused: Record<Kind | 'stream', number> = { heavy: 0, machine: 0, platform: 0, visitor: 0, people: 0, stream: 0 }
  // What was answered in this second and in the one before: the rate at which a queue becomes shorter.
  let second = Math.floor(now() / 1_000)
  let answered = 0
  let answeredBefore = 0
  let streamTokens = streamsAtOnce
  let streamsAt = now()

  function turn(): void {
    const current = Math.floor(now() / 1_000)
    if (current === second) return
    answeredBefore = current === second + 1 ? answered : 0
    answered = 0
    second = current
  }

  /** How many webhooks may be under way, so that the last of them waits no longer than `longestQueueMs`. */
  function room(): number {
    turn()
    const perSecond = Math.max(answeredBefore, answered)
    return Math.min(most, Math.max(fewest, (perSecond * longestQueueMs) / 1_000))
  }

  function isTooMuch(kind: Kind): boolean {
    const { lagMs, poolWaiting } = load()
    switch (kind) {
      case 'heavy':
        return underWay.heavy >= mostHeavy || lagMs > busyLagMs || poolWaiting > 2
      case 'machine':
        return underWay.machine >= mostMachine || lagMs > busyLagMs * 2 || poolWaiting > 4
      case 'platform':
      case 'visitor': {
        const waiting = underWay.platform + underWay.visitor
        return waiting >= room() || (lagMs > overloadedLagMs && waiting >= fewest / 4)
      }
      case 'people':
        return underWay.people >= mostPeople
    }
  }

  /** Spread, so that those who are refused together do not come again together. */
  const later = (least: number) => Math.ceil(least + random() * least * 2)

  return {
    admit(kind) {
      if (isTooMuch(kind)) {
        refused[kind]++
        return later(kind === 'people' ? 1 : 2)
      }
      underWay[kind]++
      return undefined
    },
    leave(kind) {
      underWay[kind]--
      if (kind !== 'platform' && kind !== 'visitor') return
      turn()
      answered++
    },
    admitStream() {
      const at = now()
      streamTokens = Math.min(streamsAtOnce, streamTokens + ((at - streamsAt) / 1_000) * streamsPerSecond)
      streamsAt = at
      if (streamTokens < 1 || load().lagMs > overloadedLagMs) {
        refused.stream++
        return later(2)
      }
      streamTokens--
      return undefined
    },
    figures: () => ({
      heavy: { underWay: underWay.heavy, refused: refused.heavy },
      machine: { underWay: underWay.machine, refused: refused.machine },
      platform: { underWay: underWay.platform, refused: refused.platform },
      visitor: { underWay: underWay.visitor, refused: refused.visitor },
      people: { underWay: underWay.people, refused: refused.people },
      stream: { refused: refused.stream },
    }),
  }
}

export interface Gate {
  /** Waits for a place; undefined when none became free in time. The returned function gives the place back (once). */
  enter(): Promise<(() => void) | undefined>
  waiting(): number
}

/** Lets so many in at once; the others wait in line, `longestMs` at most. What bounds the line is `admit`. */
export function createGate(places: number, longestMs: number): Gate {
  let free = places
  const line: ((leave: (() => void) | undefined) => void)[] = []
  const makeLeave = () => {
    let left = false
    return () => {
      if (left) return
      left = true
      const next = line.shift()
      if (next) next(makeLeave())
      else free++
    }
  }
  return {
    waiting: () => line.length,
    async enter() {
      if (free > 0) {
        free--
        return makeLeave()
      }
      return await new Promise(resolve => {
        const timer = setTimeout(() => {
          line.splice(line.indexOf(called), 1)
          resolve(undefined)
        }, longestMs)
        const called = (leave: (() => void) | undefined) => {
          clearTimeout(timer)
          resolve(leave)
        }
        line.push(called)
      })
    },
  }
}
