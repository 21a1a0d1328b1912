/**
 * Agents with their streams open, in a process of their own: each notes every message that he is told of, and answers those conversations that are his.
 * Always holds: a stream that breaks goes on from its cursor; what an agent was told is kept whole, so that it can be held against the database.
 */
import { createHash, randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'

export interface AgentSettings {
  origin: string
  cursor: string
  agents: { cookie: string; sees: 'all' | 'second' }[]
  /** Of ten messages of customers so many are answered. */
  answersOfTen: number
  mostAnswers: number
}
export type ToAgents = { do: 'start'; settings: AgentSettings } | { do: 'status' } | { do: 'compare'; all: string[]; second: string[] }
export interface AgentStatus {
  told: number
  answers: number
  underWay: number
  refused: number
}
export interface AgentResult {
  missing: number
  foreign: number
  twice: number
  dropped: number
  events: number
  lag: { count: number; p50Ms: number; p99Ms: number; mostMs: number }
  rssMiB: number
}

interface Seat {
  cookie: string
  sees: 'all' | 'second'
  index: number
  cursor: string
  told: Set<string>
  twice: number
}

const seats: Seat[] = []
const lastOut = new Map<string, string>()
/** How many events came so many ms late. */
const lags = new Int32Array(600_000)
let settings: AgentSettings
let events = 0
let dropped = 0
let answers = 0
let underWay = 0
let refused = 0

process.on('message', (message: ToAgents) => {
  if (message.do === 'start') {
    settings = message.settings
    for (const [index, agent] of settings.agents.entries()) {
      const seat: Seat = { ...agent, index, cursor: settings.cursor, told: new Set(), twice: 0 }
      seats.push(seat)
      open(seat)
    }
    process.send!({ told: 0, answers: 0, underWay: 0, refused: 0 } satisfies AgentStatus)
  } else if (message.do === 'status')
    process.send!({ told: seats.reduce((sum, seat) => sum + seat.told.size, 0), answers, underWay, refused } satisfies AgentStatus)
  else process.send!(compare(new Set(message.all), new Set(message.second)))
})

function open(seat: Seat): void {
  const socket = new WebSocket(`${settings.origin.replace('http', 'ws')}/v1/events?cursor=${encodeURIComponent(seat.cursor)}`, {
    headers: { cookie: seat.cookie },
  })
  socket.on('message', data => hear(seat, data.toString()))
  socket.on('error', () => {})
  socket.on('close', () => {
    dropped++
    setTimeout(() => open(seat), 200)
  })
}

const opening = '{"frame":"events","cursor":"'
const created = '"kind":"message.created","message":{"id":"'
const written = 'bench day'

/** A piece of a string holds the whole of it in memory: what is kept of a frame is copied. */
function copied(piece: string): string {
  return Buffer.from(piece).toString()
}

/** Looks into the text of a frame instead of parsing it: fifty browsers have fifty processors for that, this process has one. */
function hear(seat: Seat, frame: string): void {
  if (!frame.startsWith(opening)) return
  const now = Date.now()
  seat.cursor = copied(frame.slice(opening.length, frame.indexOf('"', opening.length)))
  for (let at = frame.indexOf(created); at >= 0; at = frame.indexOf(created, at + 1)) {
    const id = copied(frame.slice(at + created.length, at + created.length + 36))
    events++
    if (seat.told.has(id)) seat.twice++
    seat.told.add(id)
    const head = frame.slice(at, at + 400)
    const found = /"conversationId":"([^"]{36})"/.exec(head)?.[1]
    if (!found) continue
    const conversationId = copied(found)
    if (head.includes('"direction":"out"')) {
      if (isHis(seat, conversationId)) lastOut.set(conversationId, id)
      continue
    }
    if (!head.includes('"direction":"in"')) continue
    const text = frame.indexOf(written, at)
    // The tag of the second account is one letter longer.
    const [, number, sentAt] = frame
      .slice(text + written.length, text + written.length + 40)
      .split(' ')
      .map(Number)
    lags[Math.max(0, Math.min(lags.length - 1, now - sentAt!))]!++
    if (number! % 10 < settings.answersOfTen && isHis(seat, conversationId)) void answer(seat, conversationId)
  }
}

/** Every conversation is one agent's, of those who may see it: here, of those who see only the second account, where he does. */
function isHis(seat: Seat, conversationId: string): boolean {
  const place = createHash('sha1').update(conversationId).digest().readUInt32BE(0)
  const seers = seats.filter(one => one.sees === 'all')
  return seers[place % seers.length] === seat
}

async function answer(seat: Seat, conversationId: string): Promise<void> {
  if (answers + underWay >= settings.mostAnswers) return
  underWay++
  try {
    const response = await fetch(`${settings.origin}/v1/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1', cookie: seat.cookie },
      body: JSON.stringify({
        clientId: randomUUID(),
        body: { content: { kind: 'text', text: { text: 'It is on its way and will be with you tomorrow.' } } },
        lastOutId: lastOut.get(conversationId) ?? null,
      }),
    })
    await response.text()
    if (response.ok) answers++
    else refused++
  } catch {
    refused++
  } finally {
    underWay--
  }
}

function compare(all: Set<string>, second: Set<string>): AgentResult {
  let missing = 0
  let foreign = 0
  for (const seat of seats) {
    const should = seat.sees === 'all' ? all : second
    for (const id of should) if (!seat.told.has(id)) missing++
    for (const id of seat.told) if (!should.has(id)) foreign++
  }
  const count = lags.reduce((sum, one) => sum + one, 0)
  const at = (share: number) => {
    let before = 0
    for (let ms = 0; ms < lags.length; ms++) {
      before += lags[ms]!
      if (before > 0 && before >= share * count) return ms
    }
    return 0
  }
  return {
    missing,
    foreign,
    twice: seats.reduce((sum, seat) => sum + seat.twice, 0),
    dropped,
    events,
    lag: { count, p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1) },
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  }
}
