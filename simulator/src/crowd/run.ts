/**
 * Plays a script over the running simulators: each customer comes, writes, waits for an answer and goes on. Always holds: everything goes over the
 * platforms' own wires; a customer writes his next line after an answer, or when his patience ends; it can be stopped at any moment.
 */
import type { PhoneView, Simulator } from '@dragoman/channel-kit/simulator'
import { type CrowdReport, readPhone, sumUp } from './report.ts'
import { type CrowdOptions, makeScript } from './script.ts'

export interface CrowdPlace {
  channel: string
  simulator: Simulator
  /** The platform's id of a connected account. */
  accountId: string
}

export interface Crowd {
  /** Lines written and lines there are. */
  progress(): { written: number; lines: number; done: boolean; elapsedMs: number }
  report(): CrowdReport
  /** Resolves when all is said, or it was stopped. */
  finished: Promise<void>
  stop(): void
}

interface Person {
  place: CrowdPlace
  customerId: string
  name: string
  script: ReturnType<typeof makeScript>[number]
  next: number
  /** When he wrote last, ms of the script's time. */
  wroteAt: number
  /** How many messages of the business he had seen then. */
  answersThen: number
  answeredAt: number | undefined
  busy: boolean
}

const tickMs = 50

/** Starts a crowd over these places, `speed` times as fast as the script. */
export function startCrowd(places: readonly CrowdPlace[], options: CrowdOptions & { speed: number }): Crowd {
  const startedAt = Date.now()
  const people: Person[] = makeScript(options).map((script, index) => ({
    place: places[index % places.length]!,
    customerId: '',
    name: script.name,
    script,
    next: 0,
    wroteAt: 0,
    answersThen: 0,
    answeredAt: undefined,
    busy: false,
  }))
  const lines = people.reduce((sum, person) => sum + person.script.lines.length, 0)
  const refused = new Map<string, number>()
  let written = 0
  let stopped = false
  let endedAt: number | undefined
  let finish = () => {}
  const finished = new Promise<void>(resolve => {
    finish = resolve
  })
  const scriptTime = () => (Date.now() - startedAt) * options.speed

  async function write(person: Person): Promise<void> {
    person.busy = true
    const { simulator, accountId } = person.place
    const line = person.script.lines[person.next]!
    try {
      if (person.customerId === '') {
        const phone = simulator.newCustomer(accountId, { name: person.name, language: person.script.language })
        person.customerId = phone.customerId
        if (phone.abilities.start) await simulator.act(phone.customerId, { act: 'start' })
      }
      const result = await simulator.act(person.customerId, { act: 'write', text: line.text })
      if (!result.ok) refused.set(result.reason, (refused.get(result.reason) ?? 0) + 1)
      written++
      person.next++
      person.wroteAt = scriptTime()
      person.answeredAt = undefined
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      refused.set(reason, (refused.get(reason) ?? 0) + 1)
      person.next++
    } finally {
      person.busy = false
    }
  }

  function tick(): void {
    const now = scriptTime()
    const phones = phonesById(places)
    let open = false
    for (const person of people) {
      if (person.next >= person.script.lines.length) continue
      open = true
      if (person.busy) continue
      if (person.next === 0) {
        if (now >= person.script.arrivesMs) void write(person)
        continue
      }
      const line = person.script.lines[person.next]!
      const answers = answersOn(phones.get(person.customerId))
      if (answers > person.answersThen) {
        person.answersThen = answers
        person.answeredAt ??= now
      }
      const goesOn = person.answeredAt === undefined ? now >= person.wroteAt + line.patienceMs : now >= person.answeredAt + line.thinksMs
      if (goesOn) void write(person)
    }
    if (open && !stopped) setTimeout(tick, tickMs)
    else {
      endedAt = Date.now()
      finish()
    }
  }
  tick()

  return {
    progress: () => ({ written, lines, done: endedAt !== undefined, elapsedMs: (endedAt ?? Date.now()) - startedAt }),
    report() {
      const phones = phonesById(places)
      return sumUp(
        people.flatMap(person => {
          const phone = phones.get(person.customerId)
          if (!phone) return []
          const seen = readPhone({ name: person.name, channel: person.place.channel }, phone.messages, startedAt, Date.now())
          // Pressing Start, where a messenger has it, is no line of the script.
          return [{ ...seen, wrote: person.next }]
        }),
        refused,
      )
    },
    finished,
    stop() {
      stopped = true
    },
  }
}

function answersOn(phone: PhoneView | undefined): number {
  return phone?.messages.reduce((count, message) => count + Number(message.from === 'business'), 0) ?? 0
}

function phonesById(places: readonly CrowdPlace[]): Map<string, PhoneView> {
  const simulators = new Set(places.map(place => place.simulator))
  return new Map([...simulators].flatMap(simulator => simulator.phones().map(phone => [phone.customerId, phone] as const)))
}
