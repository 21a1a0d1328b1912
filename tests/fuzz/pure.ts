/**
 * The way in without a database: a mutated body is verified, its accounts are named, it is parsed and cleaned. Always holds: nothing throws, every body
 * gives at least one event (`ignored` where it says nothing), every event can be stored as it is.
 */
import { cleanText, type EndpointView, type InboundEvent, type RawWebhook } from '@dragoman/core'
import type { Seed } from './corpus.ts'
import { mutate } from './mutate.ts'
import type { Random } from './random.ts'

export interface Finding {
  what: string
  seedName: string
  /** The body, as base64, cut to what a report can hold. */
  body: string
  detail: string
}

export interface PureResult {
  bodies: number
  bytes: number
  /** By channel: bodies, and how many of them were read as something else than `ignored`. */
  channels: Record<string, { bodies: number; read: number; malformed: number; ignored: number; slowestMs: number }>
  /** Bodies that took longer than `stallMs`, twice. */
  stalls: (Finding & { ms: number })[]
  findings: Finding[]
  slowestMs: number
  ms: number
}

/** An event loop that stands still for so long is noticed by everybody who is connected. */
const stallMs = 50
const mostFindings = 50

/** An empty result. */
export function emptyResult(): PureResult {
  return { bodies: 0, bytes: 0, channels: {}, stalls: [], findings: [], slowestMs: 0, ms: 0 }
}

/** Adds `count` mutated bodies to a result. */
export function fuzzPure(seeds: readonly Seed[], count: number, random: Random, result: PureResult = emptyResult()): PureResult {
  const startedAt = performance.now()
  for (let done = 0; done < count; done++) {
    const seed = random.pick(seeds)
    const body = mutate(seed.text, random)
    const counts = result.channels[seed.channel.id] ?? { bodies: 0, read: 0, malformed: 0, ignored: 0, slowestMs: 0 }
    result.channels[seed.channel.id] = counts
    result.bodies++
    result.bytes += body.length
    counts.bodies++
    const note = (what: string, detail: unknown): Finding => ({
      what,
      seedName: seed.name,
      body: body.subarray(0, 20_000).toString('base64'),
      detail: (detail instanceof Error ? (detail.stack ?? detail.message) : String(detail)).slice(0, 1_000),
    })
    const before = cpuMs()
    try {
      const events = readBody(seed, body)
      const ms = cpuMs() - before
      counts.slowestMs = Math.max(counts.slowestMs, ms)
      result.slowestMs = Math.max(result.slowestMs, ms)
      if (ms > stallMs) {
        // Once more: a busy machine or the collector of garbage is not the parser.
        const again = Math.min(...[1, 2, 3].map(() => timed(() => readBody(seed, body))))
        if (again > stallMs && result.stalls.length < mostFindings)
          result.stalls.push({ ...note('stall', `${again.toFixed(0)} ms`), ms: again })
      }
      const kinds = new Set(
        events.map(event => (event.kind === 'ignored' ? (event.reason === 'malformed' ? 'malformed' : 'ignored') : 'read')),
      )
      counts[kinds.has('read') ? 'read' : kinds.has('malformed') ? 'malformed' : 'ignored']++
      const wrong = events.length === 0 ? 'no event' : events.map(wrongOf).find(reason => reason !== undefined)
      if (wrong !== undefined && result.findings.length < mostFindings)
        result.findings.push(note(wrong, JSON.stringify(events).slice(0, 800)))
    } catch (error) {
      if (result.findings.length < mostFindings) result.findings.push(note('threw', error))
    }
  }
  result.ms += performance.now() - startedAt
  return result
}

/** Time of this thread on the processor: what others do on the machine is not the parser's fault. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

function timed(work: () => unknown): number {
  const before = cpuMs()
  work()
  return cpuMs() - before
}

const secrets = ['fuzz-secret', '', '\u0000', 'ключ']

/** All that the hub asks a channel about a body. */
function readBody({ channel, account }: Seed, body: Uint8Array): InboundEvent[] {
  const endpoint: EndpointView = {
    id: 'endpoint-1',
    accounts: [account],
    secrets: Object.fromEntries(channel.config.fields.filter(field => field.of === 'endpoint').map(field => [field.name, secrets])),
  }
  const raw: RawWebhook = {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer e30.e30.e30',
      'x-hub-signature-256': 'sha256=00',
      'x-signature': 'sha256=',
    },
    query: {},
    body,
  }
  channel.verify(raw, endpoint, { now: 0 })
  channel.accountsOf(body)
  const events = channel.parse(body, account)
  for (const event of events)
    JSON.parse(JSON.stringify(event), (_key, value: unknown) => (typeof value === 'string' ? cleanText(value).text : value))
  return events
}

/** Why this event could not be stored. */
function wrongOf(event: InboundEvent): string | undefined {
  if (typeof event.externalId !== 'string' || event.externalId === '') return 'an event without an id'
  if (!Number.isFinite(event.at)) return 'an event without a time'
  if (event.threadId !== undefined && typeof event.threadId !== 'string') return 'a thread that is no text'
  if (event.identity && !event.identity.externalIds.every(id => typeof id === 'string')) return 'a person whose id is no text'
  return undefined
}
