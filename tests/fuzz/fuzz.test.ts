/** The short form of the fuzz [R17]: ten thousand mutated bodies and as many texts without a database, some hundreds through a whole hub. The long form: `npm run fuzz`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '../../server/src/channels.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'
import { readSeeds, type Seed } from './corpus.ts'
import { fuzzHub, signers } from './hub-stage.ts'
import { fuzzPure } from './pure.ts'
import { createRandom } from './random.ts'
import { fuzzTexts } from './texts.ts'

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
let seeds: Seed[]
beforeAll(async () => {
  process.stdout.write(`fuzz seed ${seed}\n`)
  seeds = await readSeeds()
})

describe('without a database', () => {
  test('there are seeds of every channel', () => {
    expect([...new Set(seeds.map(one => one.channel.id))].toSorted()).toEqual([...channels.keys()].toSorted())
  })

  test('what is fuzzed is read when it is not: the accounts are those of the fixtures', () => {
    for (const id of channels.keys()) {
      const read = seeds.filter(
        one => one.channel.id === id && one.channel.parse(Buffer.from(one.text), one.account).some(event => event.kind !== 'ignored'),
      )
      expect(read.length, id).toBeGreaterThan(3)
    }
  })

  test('nothing throws, every body gives an event, every event can be stored', () => {
    const result = fuzzPure(seeds, 10_000, createRandom(seed))
    expect(result.findings).toEqual([])
    // A gross stall only: an expression that never ends.
    expect(result.slowestMs).toBeLessThan(5_000)
  })

  test('names of JavaScript’s own are words like any other, wherever they stand', () => {
    const findings: string[] = []
    for (const one of seeds)
      for (const name of ['constructor', '__proto__'])
        for (const text of withEachText(one.text, name)) {
          try {
            const events = one.channel.parse(Buffer.from(text), one.account)
            if (events.length === 0 || events.some(event => JSON.stringify(event).includes('[native code]')))
              findings.push(`${one.name}: ${text}`)
          } catch (error) {
            findings.push(`${one.name}: ${String(error)}: ${text}`)
          }
        }
    expect(findings.slice(0, 5)).toEqual([])
  })

  test('hostile texts throw nowhere and end', () => {
    const result = fuzzTexts(1_000, createRandom(seed))
    expect(result.findings).toEqual([])
    expect(result.slowest[0]!.ms).toBeLessThan(5_000)
  })
})

/** The body with each of its texts in turn replaced by a word. */
function withEachText(body: string, word: string): string[] {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return []
  }
  let count = 0
  JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member === 'string') count++
    return member
  })
  return Array.from({ length: Math.min(count, 12) }, (_, chosen) => {
    let index = 0
    return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' && index++ === chosen ? word : member))
  })
}

describe('through a whole hub', () => {
  let hub: TestHub
  beforeAll(async () => {
    hub = await startTestHub()
  })
  afterAll(async () => {
    await hub?.close()
  })

  test('no 5xx, no acknowledged body lost, every lane done, and real messages in between all appear', async () => {
    const count = Number(process.env.FUZZ_HUB_BODIES ?? 600)
    const stage = await fuzzHub(hub, seeds, count, createRandom(seed))
    expect(stage).toMatchObject({ posted: count, wrong: [], lost: 0, missing: [] })
    // Correctly signed: most of it must have got in, and some of it must have been of no use.
    expect(stage.acknowledged).toBeGreaterThan(count * 0.7)
    expect(stage.setAside).toBeGreaterThan(0)
    expect(stage.written).toBeGreaterThan(Object.keys(signers).length)
    expect((await fetch(`${hub.url}/health/ready`)).status).toBe(200)
  })
})
