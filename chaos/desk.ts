/**
 * The agents: they answer what they see, over the API, and press again with the same client id until it is taken. Always holds: one answer of a
 * conversation is under way at a time, so that their order is defined; what was taken has a 2xx with its message.
 */
import { Agent, request } from 'node:http'
import { outText } from './platform/words.ts'
import { type Random, randomOf } from './random.ts'

export interface Seat {
  cookie: string
}

export interface DeskReport {
  /** By conversation: how many answers were taken. */
  answered: Map<number, number>
  /** Before each answer: how many of the customer's messages had been seen. Key `conversation number`. */
  after: Map<string, number>
  statuses: Record<string, number>
  retries: number
  /** Refusals that no retry can help, and answers that named another message for the same client id. */
  wrong: string[]
}

export interface Desk {
  report: DeskReport
  /** An agent sees a customer's message. */
  see(conversation: number, number: number, conversationId: string): void
  taken(): number
  /** No more will be seen: what is still to be answered is taken from those seen. */
  finish(): void
  idle(): boolean
  close(): void
}

export interface DeskOptions {
  seed: number
  ports: readonly number[]
  seats: readonly Seat[]
  /** Answers to give in all. */
  answers: number
  /** Answers for each message seen. */
  share: number
}

/** An agent's patience with one press, ms. */
const answerWithinMs = 15_000
/** What each session may ask in a minute is limited: a pause between answers keeps far below. */
const pauseMs = 25

export function startDesk({ seed, ports, seats, answers, share }: DeskOptions): Desk {
  const random = randomOf(seed, 'desk')
  const report: DeskReport = { answered: new Map(), after: new Map(), statuses: {}, retries: 0, wrong: [] }
  const seen = new Map<number, { conversationId: string; number: number }>()
  const busy = new Set<number>()
  const queue: number[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let given = 0
  let taken = 0
  let seenCount = 0
  let isFinishing = false
  let closed = false

  function see(conversation: number, number: number, conversationId: string): void {
    const known = seen.get(conversation)
    if (known) known.number = Math.max(known.number, number)
    else seen.set(conversation, { conversationId, number })
    seenCount++
    // Which ones are answered is the seed's matter, how many is the share's.
    if (given < answers && given < seenCount * share && random.chance(Math.min(1, share * 2))) {
      given++
      queue.push(conversation)
    }
  }

  function next(): number | undefined {
    const index = queue.findIndex(conversation => !busy.has(conversation))
    if (index >= 0) return queue.splice(index, 1)[0]
    if (!isFinishing || given >= answers || seen.size === 0) return undefined
    const all = [...seen.keys()].filter(conversation => !busy.has(conversation))
    if (all.length === 0) return undefined
    given++
    return random.pick(all)
  }

  async function sit({ cookie }: Seat, own: Random): Promise<void> {
    while (!closed) {
      const conversation = next()
      if (conversation === undefined) {
        await pause(20)
        continue
      }
      busy.add(conversation)
      const number = (report.answered.get(conversation) ?? 0) + 1
      report.after.set(`${conversation} ${number}`, seen.get(conversation)!.number)
      const twice = own.chance(0.03)
      await answer(cookie, conversation, number, own)
      // The same press again, after it was taken: nothing may come of it.
      if (twice) await answer(cookie, conversation, number, own)
      report.answered.set(conversation, number)
      taken++
      busy.delete(conversation)
      await pause(pauseMs)
    }
  }

  const taken_ = new Map<string, string>()
  async function answer(cookie: string, conversation: number, number: number, own: Random): Promise<void> {
    const { conversationId } = seen.get(conversation)!
    const body = JSON.stringify({
      clientId: `chaos-${conversation}-${number}`,
      body: { content: { kind: 'text', text: { text: outText(conversation, number) } } },
    })
    for (let tries = 1; !closed; tries++) {
      const { status, text } = await post(own.pick(ports), `/v1/conversations/${conversationId}/messages`, cookie, body)
      report.statuses[status] = (report.statuses[status] ?? 0) + 1
      if (status === 200) {
        const { message } = JSON.parse(text) as { message: { id: string } }
        const key = `${conversation} ${number}`
        const before = taken_.get(key)
        if (before !== undefined && before !== message.id) report.wrong.push(`${key}: two messages for one client id`)
        if (tries > 1 || before === undefined) taken_.set(key, message.id)
        if (taken_.size > 2_000) for (const old of [...taken_.keys()].slice(0, 1_000)) taken_.delete(old)
        return
      }
      report.retries++
      // What no retry can help is told, and tried a while all the same: it might have been the moment.
      if (status >= 400 && status < 500 && status !== 429 && status !== 408) {
        if (tries === 1) report.wrong.push(`${conversation} ${number}: ${status} ${text.slice(0, 300)}`)
        if (tries > 20) return
      }
      await pause(Math.min(1_500, own.between(40, 150) * tries))
    }
  }

  async function post(port: number, path: string, cookie: string, body: string): Promise<{ status: number; text: string }> {
    return await new Promise(resolve => {
      const lost = () => resolve({ status: 0, text: '' })
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path,
          method: 'POST',
          agent,
          timeout: answerWithinMs,
          headers: { cookie, 'x-dragoman': '1', 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        response => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', chunk => (text += chunk))
          response.on('end', () => (response.complete ? resolve({ status: response.statusCode ?? 0, text }) : lost()))
          response.on('error', lost)
        },
      )
      outgoing.on('timeout', () => outgoing.destroy())
      outgoing.on('error', lost)
      outgoing.end(body)
    })
  }

  for (const [index, seat] of seats.entries()) void sit(seat, randomOf(seed, `seat ${index}`))

  return {
    report,
    see,
    taken: () => taken,
    finish: () => (isFinishing = true),
    idle: () => taken >= answers || (isFinishing && seen.size === 0),
    close() {
      closed = true
      agent.destroy()
    },
  }
}

async function pause(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms))
}
