/**
 * The sessions of a process with its carriers, and what requests want of them.
 * Always holds: messages that came are given out until the cursor says that they are stored, and only then acknowledged; a session for sending is opened only
 * where none for both directions is here; nobody but `receive` opens one that can be delivered to, or messages would come where nobody reads.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { SmppRequest, Transmission } from '@dragoman/core'
import { describeError } from '../connection-failure.ts'
import { admit, type ServerEnvironment } from '../server-login.ts'
import { commands, type DeliveredMessage, messageIdOf, submitBody } from './pdu.ts'
import { type Arrived, type BindAs, BindRefused, NoAnswer, openSession, type SmppSession } from './session.ts'

const lingerMs = 90_000
const mostAtOnce = 100
/** A carrier pushes: what it has sent needs a moment to come in. */
const shortestWaitMs = 60

export interface Carriers {
  perform(request: SmppRequest, environment: ServerEnvironment): Promise<Transmission>
  close(): Promise<void>
}

interface Kept {
  session: SmppSession
  linger?: NodeJS.Timeout
  /** Ids that messages have been given out under, by their number. */
  ids: Map<number, string>
  /** Acknowledged a moment ago: the carrier may not have heard it before the session ended. */
  told: { print: string; id: string; at: number }[]
}

/** Given out, but the session ended before the carrier was told: it delivers the same again, and the same id makes the repeat a repeat. */
interface GivenOut {
  print: string
  id: string
  until: number
}

/** As long as a carrier may take to try again after a lost session. */
const rememberMs = 6 * 3_600_000
const unheardMs = 5_000
/** Short: a person may well write the same word again. */
const rememberToldMs = 2 * 60_000

export function createCarriers(): Carriers {
  const open = new Map<string, Promise<Kept>>()
  const givenOut = new Map<string, GivenOut[]>()

  async function take(key: string, make: () => Promise<SmppSession>): Promise<Kept> {
    let opening = open.get(key)
    if (!opening) {
      opening = make().then(session => ({ session, ids: new Map(), told: [] }))
      open.set(key, opening)
      const forget = () => open.get(key) === opening && open.delete(key)
      opening.then(kept => {
        kept.session.onEnd(() => {
          forget()
          remember(key, kept)
        })
      }, forget)
    }
    const kept = await opening
    clearTimeout(kept.linger)
    return kept
  }

  function remember(key: string, { session, ids, told }: Kept): void {
    const now = Date.now()
    const known = (givenOut.get(key) ?? []).filter(one => one.until > now)
    for (const { number, message } of session.arrived(0)) {
      const id = ids.get(number)
      if (id !== undefined) known.push({ print: printOf(message), id, until: now + rememberMs })
    }
    for (const { print, id, at } of told) if (now - at < unheardMs) known.push({ print, id, until: now + rememberToldMs })
    if (known.length > 0) givenOut.set(key, known.slice(-1_000))
    else givenOut.delete(key)
  }

  /** The id of a message: the one that it had in a session before, else one of its own. */
  function idOf(key: string, { session, ids }: Kept, { number, message }: Arrived): string {
    const given = ids.get(number)
    if (given !== undefined) return given
    const known = givenOut.get(key) ?? []
    const print = known.length > 0 ? printOf(message) : ''
    const place = known.findIndex(one => one.print === print && one.until > Date.now())
    const id = place < 0 ? `${session.id}-${number}` : known.splice(place, 1)[0]!.id
    ids.set(number, id)
    return id
  }

  function letLinger(kept: Kept): void {
    kept.linger = setTimeout(() => kept.session.close(), lingerMs)
    kept.linger.unref()
  }

  async function run(request: SmppRequest, environment: ServerEnvironment): Promise<Transmission> {
    const admission = await admit(request, environment, { mayBeOpen: true })
    if (!admission.ok) return { kind: 'not_sent', cause: admission.cause }
    const { server } = admission
    const { command } = request
    const secret = createHash('sha256').update(server.password).digest('hex')
    const keyOf = (as: BindAs) => [request.server, server.user, secret, as].join('\n')
    const receiving: BindAs = request.bind === 'transceiver' ? 'transceiver' : 'receiver'
    const timeoutMs = command.kind === 'receive' ? environment.timeoutMs : (request.timeoutMs ?? environment.timeoutMs)
    const both = keyOf('transceiver')
    const as: BindAs = command.kind === 'receive' ? receiving : open.has(both) ? 'transceiver' : 'transmitter'
    const make = () => openSession(server, as, request.systemType, randomBytes(6).toString('hex'), timeoutMs)
    if (command.kind === 'check') {
      // A session that is bound proves it; else one is bound for a moment.
      if (open.has(keyOf(as))) return answered({ commandStatus: (await take(keyOf(as), make)).session.isOver() ? -1 : 0 })
      const session = await make()
      session.close()
      return answered({ commandStatus: 0 })
    }
    const kept = await take(keyOf(as), make)
    try {
      if (command.kind === 'submit') {
        const answer = await kept.session.ask(commands.submit, submitBody(command.message), timeoutMs)
        return answered({ commandStatus: answer.status, messageId: messageIdOf(answer.body) })
      }
      return answered(await receive(kept, command.cursor, command.waitMs, arrived => idOf(keyOf(as), kept, arrived)))
    } finally {
      letLinger(kept)
    }
  }

  return {
    async perform(request, environment) {
      try {
        return await run(request, environment)
      } catch (error) {
        if (error instanceof BindRefused) return answered({ commandStatus: error.status, command: 'bind' })
        if (error instanceof NoAnswer) return { kind: error.wasWritten ? 'no_answer' : 'not_sent', cause: error.message }
        return { kind: 'not_sent', cause: describeError(error) }
      }
    },
    async close() {
      const all = [...open.values()]
      open.clear()
      for (const opening of all) {
        const kept = await opening.catch(() => undefined)
        clearTimeout(kept?.linger)
        kept?.session.close()
      }
    },
  }
}

/** The cursor is `session:number`: what came up to this number is stored. One of another session says nothing of this one. */
async function receive({ session, ids, told }: Kept, cursor: string, waitMs: number, idOf: (arrived: Arrived) => string) {
  const [id, number] = cursor.split(':')
  const stored = id === session.id ? Number(number) || 0 : 0
  for (const { number, message } of session.arrived(0)) {
    const given = ids.get(number)
    if (number <= stored && given !== undefined) told.push({ print: printOf(message), id: given, at: Date.now() })
  }
  told.splice(0, Math.max(0, told.length - mostAtOnce))
  session.acknowledge(stored)
  for (const number of ids.keys()) if (number <= stored) ids.delete(number)
  const until = Date.now() + Math.max(waitMs, shortestWaitMs)
  for (;;) {
    const messages = session.arrived(stored).slice(0, mostAtOnce)
    // What was not acknowledged on a session that is over comes again on the next.
    if (session.isOver()) throw new NoAnswer('The carrier has ended the session', false)
    if (messages.length > 0 || Date.now() >= until)
      return {
        now: Date.now(),
        messages: messages.map(one => ({ id: idOf(one), receivedAt: one.receivedAt, ...one.message })),
        cursor: `${session.id}:${messages.at(-1)?.number ?? stored}`,
      }
    await session.news(until - Date.now())
  }
}

function printOf(message: DeliveredMessage): string {
  return createHash('sha256').update(JSON.stringify(message)).digest('base64')
}

function answered(body: unknown): Transmission {
  return { kind: 'answered', status: 200, headers: {}, body }
}
