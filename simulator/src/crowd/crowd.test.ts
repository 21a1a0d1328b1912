/** The crowd's script and what is read from phones. Always holds: the same seed plays the same hour. */
import type { PhoneMessage } from '@dragoman/channel-kit/simulator'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPhone, sumUp } from './report.ts'
import { makeScript } from './script.ts'

describe('the script', () => {
  test('has as many customers and lines as asked for, all within the hour, in both languages', () => {
    const script = makeScript({ customers: 550, messages: 2_760, minutes: 60, seed: 7 })
    expect(script).toHaveLength(550)
    expect(script.reduce((sum, customer) => sum + customer.lines.length, 0)).toBe(2_760)
    expect(Math.max(...script.map(customer => customer.arrivesMs))).toBeLessThan(60 * 60_000)
    for (const language of ['en', 'ru']) expect(script.filter(customer => customer.language === language).length).toBeGreaterThan(200)
    expect(script.flatMap(customer => customer.lines).every(line => line.text !== '' && !/[{}]/.test(line.text))).toBe(true)
  })

  test('is the same for the same seed, another for another', () => {
    const options = { customers: 20, messages: 80, minutes: 10, seed: 1 }
    expect(makeScript(options)).toEqual(makeScript(options))
    expect(makeScript({ ...options, seed: 2 })).not.toEqual(makeScript(options))
  })

  test('adds up for any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(200), fc.nat(), (customers, more, seed) => {
        const script = makeScript({ customers, messages: customers + more, minutes: 5, seed })
        expect(script.reduce((sum, customer) => sum + customer.lines.length, 0)).toBe(customers + more)
        expect(script.every(customer => customer.lines.length > 0 && customer.arrivesMs >= 0)).toBe(true)
      }),
    )
  })
})

describe('what a customer saw', () => {
  let number = 0
  const message = (from: PhoneMessage['from'], at: number, text: string): PhoneMessage => ({
    id: String(number++),
    from,
    at,
    body: { content: { kind: 'text', text: { text } } },
    reactions: [],
  })
  const person = { name: 'Ivy', channel: 'probe' }

  test('waits run from the first line without an answer; the same said twice is a double; what came before does not count', () => {
    const messages = [
      message('business', 5, 'long ago'),
      message('customer', 100, 'Hello'),
      message('customer', 150, 'Where is it?'),
      message('business', 400, 'On its way'),
      message('business', 420, 'On its way'),
      message('customer', 500, 'Thanks'),
    ]
    expect(readPhone(person, messages, 50, 900)).toEqual({
      ...person,
      wrote: 3,
      answers: 2,
      doubles: 1,
      waitsMs: [300],
      stillWaitingMs: 400,
    })
  })

  test('sums tell how many were answered, how long they waited and who still waits', () => {
    const answered = readPhone(person, [message('customer', 1, 'a'), message('business', 11, 'b')], 0, 20)
    const waiting = readPhone(person, [message('customer', 1, 'a')], 0, 20)
    expect(sumUp([answered, waiting], new Map([['blocked', 2]]))).toMatchObject({
      customers: 2,
      wrote: 2,
      answers: 1,
      answeredCustomers: 1,
      stillWaiting: 1,
      doubles: 0,
      waits: { count: 1, medianMs: 10, longestMs: 10 },
      refused: [{ reason: 'blocked', times: 2 }],
    })
  })
})
