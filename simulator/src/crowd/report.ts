/** What each customer of a crowd saw on his own phone: answers, doubles, waits. Always holds: pure; told from the phones alone, never from the hub. */

import type { PhoneMessage } from '@dragoman/channel-kit/simulator'
import { plainText } from '@dragoman/core'

export interface CustomerReport {
  name: string
  channel: string
  /** Lines of his script. */
  wrote: number
  /** Messages of the business on this phone. */
  answers: number
  /** Of them, such as say the same again within two minutes. */
  doubles: number
  /** From each first unanswered line to the next answer, ms of real time. */
  waitsMs: number[]
  /** Since when he waits at the end, ms of real time; null: the last word was ours. */
  stillWaitingMs: number | null
}

export interface CrowdReport {
  customers: number
  wrote: number
  refused: { reason: string; times: number }[]
  answers: number
  doubles: number
  answeredCustomers: number
  stillWaiting: number
  waits: { count: number; medianMs: number | null; p90Ms: number | null; longestMs: number | null }
  people: CustomerReport[]
}

const doubleWithinMs = 120_000

/** Reads one phone. `from` and `until` bound the run (ms): what stood there before is not its doing. */
export function readPhone(
  person: { name: string; channel: string },
  messages: readonly PhoneMessage[],
  from: number,
  until: number,
): CustomerReport {
  const seen = messages.filter(message => message.at >= from && !message.deleted)
  const waitsMs: number[] = []
  let waitingSince: number | null = null
  let doubles = 0
  const said: { text: string; at: number }[] = []
  for (const message of seen) {
    if (message.from === 'customer') {
      waitingSince ??= message.at
      continue
    }
    if (waitingSince !== null) waitsMs.push(Math.max(0, message.at - waitingSince))
    waitingSince = null
    const text = `${message.body.content.kind} ${plainText(message.body.content)}`
    if (said.some(one => one.text === text && message.at - one.at < doubleWithinMs)) doubles++
    said.push({ text, at: message.at })
  }
  const answers = seen.filter(message => message.from === 'business').length
  return {
    ...person,
    wrote: seen.length - answers,
    answers,
    doubles,
    waitsMs,
    stillWaitingMs: waitingSince === null ? null : until - waitingSince,
  }
}

/** Sums phones up. */
export function sumUp(people: CustomerReport[], refused: ReadonlyMap<string, number>): CrowdReport {
  const waits = people.flatMap(person => person.waitsMs).sort((a, b) => a - b)
  const at = (share: number) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))] ?? null
  const total = (value: (person: CustomerReport) => number) => people.reduce((sum, person) => sum + value(person), 0)
  return {
    customers: people.length,
    wrote: total(person => person.wrote),
    refused: [...refused].map(([reason, times]) => ({ reason, times })),
    answers: total(person => person.answers),
    doubles: total(person => person.doubles),
    answeredCustomers: people.filter(person => person.answers > 0).length,
    stillWaiting: people.filter(person => person.stillWaitingMs !== null).length,
    waits: { count: waits.length, medianMs: at(0.5), p90Ms: at(0.9), longestMs: waits.at(-1) ?? null },
    people,
  }
}
