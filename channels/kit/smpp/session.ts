/**
 * One session with a carrier: bound once, kept alive, several requests under way at once.
 * Always holds: a request whose bytes were written and that got no answer is never said to be unsent; what the carrier delivers is acknowledged only by
 * `acknowledge`, so what we have not stored it delivers again.
 */
import { connect as connectOpen, type Socket } from 'node:net'
import { connect as connectEncrypted } from 'node:tls'
import type { OpenableServer } from '../server-login.ts'
import {
  bindBody,
  commands,
  type DeliveredMessage,
  decodePdus,
  encodePdu,
  type Pdu,
  readDeliver,
  response,
  statusOk,
  statusUnknownCommand,
} from './pdu.ts'

const connectTimeoutMs = 10_000
const answerTimeoutMs = 30_000
const enquireEveryMs = 25_000
/** As carriers usually allow. */
const windowSize = 10

export type BindAs = 'transmitter' | 'receiver' | 'transceiver'

export interface Arrived {
  /** Counts from 1 within the session. */
  number: number
  receivedAt: number
  message: DeliveredMessage
}

/** `wasWritten` is false only where certainly nothing of the request left. */
export class NoAnswer extends Error {
  readonly wasWritten: boolean
  constructor(message: string, wasWritten: boolean) {
    super(message)
    this.wasWritten = wasWritten
  }
}
/** The carrier refuses the session. */
export class BindRefused extends Error {
  readonly status: number
  constructor(status: number) {
    super(`The carrier refuses the session with status 0x${status.toString(16)}`)
    this.status = status
  }
}

export interface SmppSession {
  /** Tells one session from another. */
  id: string
  isOver(): boolean
  ask(command: number, body: Buffer, timeoutMs?: number): Promise<Pdu>
  /** What was delivered and not acknowledged, from a number on. */
  arrived(after: number): Arrived[]
  /** Resolves when something arrives, the session ends or the time is over. */
  news(ms: number): Promise<void>
  acknowledge(upTo: number): void
  onEnd(tell: () => void): void
  close(): void
}

export async function openSession(
  server: OpenableServer,
  as: BindAs,
  systemType: string,
  id: string,
  timeoutMs: number = answerTimeoutMs,
): Promise<SmppSession> {
  const socket = await connected(server)
  const waiting = new Map<number, { resolve(pdu: Pdu): void; reject(error: Error): void }>()
  const unacknowledged: (Arrived & { sequence: number })[] = []
  const wakers = new Set<() => void>()
  const enders = new Set<() => void>()
  const turns: (() => void)[] = []
  let sequence = 0
  let count = 0
  let isOver = false
  let rest: Buffer = Buffer.alloc(0)

  const wake = () => {
    for (const one of [...wakers]) one()
  }
  const end = (why: string) => {
    if (isOver) return
    isOver = true
    clearInterval(pulse)
    socket.destroy()
    for (const { reject } of waiting.values()) reject(new NoAnswer(why, true))
    waiting.clear()
    for (const turn of turns.splice(0)) turn()
    for (const tell of enders) tell()
    wake()
  }
  const write = (pdu: Pdu) => socket.write(encodePdu(pdu))
  const answer = (to: Pdu, body: Buffer = Buffer.alloc(0), status: number = statusOk) =>
    write({ command: (to.command | response) >>> 0, status, sequence: to.sequence, body })

  const hear = (pdu: Pdu) => {
    if (pdu.command >= response) {
      const asked = waiting.get(pdu.sequence)
      waiting.delete(pdu.sequence)
      asked?.resolve(pdu)
      return
    }
    switch (pdu.command) {
      case commands.deliver:
        unacknowledged.push({ number: ++count, receivedAt: Date.now(), message: readDeliver(pdu.body), sequence: pdu.sequence })
        return wake()
      case commands.enquireLink:
        return void answer(pdu)
      case commands.unbind:
        answer(pdu)
        return end('The carrier has ended the session')
      default:
        write({ command: commands.genericNack, status: statusUnknownCommand, sequence: pdu.sequence, body: Buffer.alloc(0) })
    }
  }
  socket.on('data', chunk => {
    const { pdus, rest: left, isBroken } = decodePdus(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk)
    rest = left
    for (const pdu of pdus) hear(pdu)
    if (isBroken) end('The carrier sent what is no PDU')
  })
  socket.on('error', error => end(error.message))
  socket.on('close', () => end('The carrier closed the connection'))

  const session: SmppSession = {
    id,
    isOver: () => isOver,
    async ask(command, body, limitMs = timeoutMs) {
      while (waiting.size >= windowSize && !isOver) await new Promise<void>(resolve => turns.push(resolve))
      if (isOver) throw new NoAnswer('The session is over', false)
      const own = ++sequence & 0x7fffffff
      let timer: NodeJS.Timeout | undefined
      try {
        return await new Promise<Pdu>((resolve, reject) => {
          waiting.set(own, { resolve, reject })
          timer = setTimeout(() => reject(new NoAnswer(`The carrier gave no answer within ${limitMs} ms`, true)), limitMs)
          write({ command, status: 0, sequence: own, body })
        })
      } finally {
        clearTimeout(timer)
        waiting.delete(own)
        turns.shift()?.()
      }
    },
    arrived: after =>
      unacknowledged.filter(one => one.number > after).map(({ number, receivedAt, message }) => ({ number, receivedAt, message })),
    async news(ms) {
      if (isOver) return
      let done = () => {}
      await new Promise<void>(resolve => {
        const timer = setTimeout(() => done(), ms)
        done = () => {
          clearTimeout(timer)
          wakers.delete(done)
          resolve()
        }
        wakers.add(done)
      })
    },
    acknowledge(upTo) {
      while (unacknowledged[0] && unacknowledged[0].number <= upTo) {
        const { sequence: theirs } = unacknowledged.shift()!
        // message_id is unused in this response, but has its end.
        if (!isOver) write({ command: (commands.deliver | response) >>> 0, status: statusOk, sequence: theirs, body: Buffer.from([0]) })
      }
    },
    onEnd: tell => void enders.add(tell),
    close() {
      if (isOver) return
      // Whether the carrier answers is all the same to us: what is under way has been answered, and what was not is in doubt anyway.
      write({ command: commands.unbind, status: 0, sequence: ++sequence & 0x7fffffff, body: Buffer.alloc(0) })
      const why = 'The session was ended'
      setTimeout(() => end(why), 200).unref()
    },
  }
  const pulse = setInterval(() => {
    session.ask(commands.enquireLink, Buffer.alloc(0)).catch(() => end('The carrier is silent'))
  }, enquireEveryMs)
  pulse.unref()

  const kind = as === 'transceiver' ? commands.bindTransceiver : as === 'receiver' ? commands.bindReceiver : commands.bindTransmitter
  try {
    const bound = await session.ask(kind, bindBody(server.user, server.password, systemType))
    if (bound.status !== statusOk) throw new BindRefused(bound.status)
    return session
  } catch (error) {
    end('The session was not opened')
    throw error instanceof NoAnswer ? new NoAnswer(error.message, false) : error
  }
}

function connected(server: OpenableServer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const ready = () => {
      clearTimeout(timer)
      socket.removeListener('error', reject)
      socket.setNoDelay(true)
      resolve(socket)
    }
    const socket: Socket = server.isEncrypted
      ? connectEncrypted(
          { host: server.address, port: server.port, ...(server.servername ? { servername: server.servername } : {}) },
          ready,
        )
      : connectOpen({ host: server.address, port: server.port }, ready)
    socket.once('error', reject)
    const timer = setTimeout(() => {
      socket.destroy()
      reject(Object.assign(new Error('The carrier does not answer'), { code: 'ETIMEDOUT' }))
    }, connectTimeoutMs)
  })
}
