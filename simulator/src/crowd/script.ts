/**
 * A peak hour as a script: who comes when and says what. Always holds: pure; the same options and seed give the same script; the lines add up to the
 * number of messages asked for, every customer has at least one.
 */
import { afterthoughts, type CrowdLanguage, fillings, names, plots } from './plots.ts'

export interface CrowdOptions {
  customers: number
  messages: number
  minutes: number
  seed: number
}

export interface CrowdLine {
  text: string
  /** The customer goes on so long after an answer … */
  thinksMs: number
  /** … or so long after his own last line, when none comes. */
  patienceMs: number
}

export interface CrowdCustomer {
  name: string
  language: CrowdLanguage
  /** When he comes, ms from the start. */
  arrivesMs: number
  lines: CrowdLine[]
}

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Makes the script of an hour. */
export function makeScript({ customers, messages, minutes, seed }: CrowdOptions): CrowdCustomer[] {
  const random = seededRandom(seed)
  const pick = <Item>(list: readonly Item[]): Item => list[Math.floor(random() * list.length)]!
  const between = (least: number, most: number) => Math.round(least + random() * (most - least))
  const spanMs = minutes * 60_000
  const counts = shares(customers, messages, random)
  return counts.map((count, index) => {
    const language: CrowdLanguage = random() < 0.5 ? 'ru' : 'en'
    const facts = {
      order: String(between(1_000, 9_999)),
      item: pick(fillings[language].item),
      city: pick(fillings[language].city),
      time: `${between(9, 20)}:${pick(['00', '15', '30', '45'])}`,
      number: String(between(2, 6)),
    }
    const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: keyof typeof facts) => facts[name] ?? '')
    const plot = pick(plots[language])
    // Whoever says much comes early enough to say it, should nobody answer him.
    const needsMs = (count - 1) * patience.least
    return {
      name: `${pick(names[language])} ${index + 1}`,
      language,
      arrivesMs: Math.round(random() * Math.max(0, spanMs * 0.95 - needsMs)),
      lines: Array.from({ length: count }, (_, line) => ({
        text: fill(plot[line] ?? pick(afterthoughts[language])),
        thinksMs: between(8_000, 70_000),
        patienceMs: between(patience.least, patience.most),
      })),
    }
  })
}

const patience = { least: 90_000, most: 240_000 }

/** Splits `messages` into `customers` shares of at least one, uneven as people are. */
function shares(customers: number, messages: number, random: () => number): number[] {
  const counts = Array.from({ length: customers }, () => 1)
  const weights = counts.map(() => 0.3 + random() ** 2 * 3)
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const rest = messages - customers
  for (const [index, weight] of weights.entries()) counts[index]! += Math.floor((rest * weight) / sum)
  for (let missing = messages - counts.reduce((total, count) => total + count, 0); missing > 0; missing--)
    counts[Math.floor(random() * customers)]!++
  return counts
}
