/** Admission: who is refused first, that nobody waits, that it recovers, and that the line behind a gate is bounded and fair. */
import { describe, expect, test } from 'vitest'
import { createAdmission, createGate, type Kind } from './admission.ts'

function made(load = { lagMs: 0, poolWaiting: 0 }) {
  let at = 0
  return {
    load,
    admission: createAdmission(
      () => load,
      () => at,
      () => 0.5,
    ),
    pass: (ms: number) => {
      at += ms
    },
  }
}
const kinds: Kind[] = ['heavy', 'machine', 'platform', 'visitor', 'people']

describe('who is let in', () => {
  test('everybody, while there is room', () => {
    const { admission } = made()
    for (const kind of kinds) expect(admission.admit(kind), kind).toBeUndefined()
    expect(admission.admitStream()).toBeUndefined()
  })

  test('a busy loop refuses what is large first, then machines; webhooks and people come in', () => {
    const busy = made({ lagMs: 200, poolWaiting: 0 }).admission
    expect(kinds.filter(kind => busy.admit(kind) !== undefined)).toEqual(['heavy'])
    const busier = made({ lagMs: 400, poolWaiting: 0 }).admission
    expect(kinds.filter(kind => busier.admit(kind) !== undefined)).toEqual(['heavy', 'machine'])
  })

  test('a line for connections refuses what is large, then machines, never people', () => {
    const { admission } = made({ lagMs: 0, poolWaiting: 5 })
    expect(kinds.filter(kind => admission.admit(kind) !== undefined)).toEqual(['heavy', 'machine'])
  })

  test('webhooks are bounded by what is answered in half a second; agents are not touched by it', () => {
    const { admission, pass } = made()
    const flood = () => {
      let admitted = 0
      while (admission.admit('platform') === undefined) admitted++
      return admitted
    }
    expect(flood()).toBe(256)
    expect(admission.admit('people')).toBeUndefined()
    expect(admission.admit('visitor')).toBeGreaterThan(0)
    // 2,000 are answered within a second: a thousand may be under way in the next.
    for (let count = 0; count < 2_000; count++) {
      admission.leave('platform')
      expect(admission.admit('platform')).toBeUndefined()
    }
    pass(1_000)
    expect(flood()).toBe(1_000 - 256)
    expect(admission.figures().platform).toEqual({ underWay: 1_000, refused: 2 })
    // A second in which nothing is answered: back to the least.
    pass(2_000)
    expect(admission.admit('platform')).toBeGreaterThan(0)
  })

  test('after an overload everybody comes in again', () => {
    const { admission, load } = made({ lagMs: 2_000, poolWaiting: 9 })
    for (let count = 0; count < 64; count++) expect(admission.admit('platform')).toBeUndefined()
    expect(admission.admit('platform')).toBeGreaterThan(0)
    expect(admission.admitStream()).toBeGreaterThan(0)
    for (let count = 0; count < 64; count++) admission.leave('platform')
    load.lagMs = 0
    load.poolWaiting = 0
    for (const kind of kinds) expect(admission.admit(kind), kind).toBeUndefined()
    expect(admission.admitStream()).toBeUndefined()
  })

  test('streams come in at a rate', () => {
    const { admission, pass } = made()
    for (let count = 0; count < 1_000; count++) expect(admission.admitStream()).toBeUndefined()
    expect(admission.admitStream()).toBe(4)
    pass(1_000)
    let opened = 0
    while (admission.admitStream() === undefined) opened++
    expect(opened).toBe(500)
  })

  test('people are refused last, and are told when to come again', () => {
    const { admission } = made({ lagMs: 5_000, poolWaiting: 50 })
    for (let count = 0; count < 1_000; count++) expect(admission.admit('people')).toBeUndefined()
    expect(admission.admit('people')).toBe(2)
  })
})

describe('a gate', () => {
  test('lets so many in, the others in the order in which they came', async () => {
    const gate = createGate(1, 60_000)
    const order: number[] = []
    const first = await gate.enter()
    const others = [1, 2].map(async number => {
      const leave = await gate.enter()
      order.push(number)
      leave!()
    })
    expect(gate.waiting()).toBe(2)
    first!()
    first!()
    await Promise.all(others)
    expect(order).toEqual([1, 2])
    expect(await gate.enter()).toBeTypeOf('function')
  })

  test('who waits too long is told so, and is out of the line', async () => {
    const gate = createGate(1, 5)
    const leave = await gate.enter()
    expect(await gate.enter()).toBeUndefined()
    expect(gate.waiting()).toBe(0)
    leave!()
    expect(await gate.enter()).toBeTypeOf('function')
  })
})
