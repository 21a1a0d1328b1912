/**
 * No function of a channel throws, whatever it is given, and no webhook body is ever lost without a word [mechanics 3].
 * Always holds: runs are bounded and seeded by fast-check; a failing input is printed as it can be put into a fixture.
 */
import { type Content, contentKinds, type Exchange, type OutboundPart, type StepResult, type Transmission } from '@dragoman/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type InFixture, readFixtures } from './fixtures.ts'
import { sampleBodies } from './samples.ts'
import type { Context } from './subject.ts'

/** What stands in a body in place of what was expected there. */
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(null, '', [], {}, 0, -1, 1e300, '\u0000', '\ud800', '9'.repeat(40), [[]], [null], { __proto__: 1 }, true),
)

/** Any answer of any server. */
export const anyTransmission: fc.Arbitrary<Transmission> = fc.oneof(
  fc.record({ kind: fc.constant('not_sent' as const), cause: fc.string() }),
  fc.record({ kind: fc.constant('no_answer' as const), cause: fc.string() }),
  fc.record({
    kind: fc.constant('answered' as const),
    status: fc.constantFrom(100, 200, 202, 204, 301, 400, 401, 403, 404, 409, 413, 420, 429, 500, 502, 503, 504, 599),
    headers: fc.constantFrom<Record<string, string>>({}, { 'retry-after': 'soon' }, { 'retry-after': '3' }),
    body: fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('', '<html>', { ok: true }, { ok: true, result: [] }, { error: {} }, { messages: [{}] }),
    ),
  }),
)

export function totalityTests({ channel, subject }: Context): void {
  const fixtures = readFixtures<InFixture>(new URL('in/', subject.fixtures))
  const capabilities = channel.capabilities(subject.account.config)

  describe('is total', () => {
    test('parses any bytes to at least one event', () => {
      fc.assert(
        fc.property(
          fc.oneof(
            fc.uint8Array(),
            fc.json().map(text => new TextEncoder().encode(text)),
          ),
          bytes => {
            expectEvents(bytes)
            channel.accountsOf(bytes)
          },
        ),
        { numRuns: 300 },
      )
    })

    test('parses mutated fixtures to at least one event', () => {
      if (fixtures.length === 0) return
      const mutated = fc
        .record({
          fixture: fc.constantFrom(...fixtures),
          changes: fc.array(fc.record({ place: fc.nat(), value: anything, drop: fc.boolean() }), { minLength: 1, maxLength: 4 }),
        })
        .map(({ fixture, changes }) => {
          const body: unknown = fixture.fixture.body === undefined ? {} : structuredClone(fixture.fixture.body)
          return changes.reduce((changed, { place, value, drop }) => mutate(changed, place, drop ? undefined : value), body)
        })
      fc.assert(
        fc.property(mutated, body => expectEvents(new TextEncoder().encode(JSON.stringify(body) ?? ''))),
        { numRuns: 3_000 },
      )
    })

    test('cleans NUL and lone surrogates out of every text', () => {
      for (const { fixture } of fixtures) {
        const dirty = JSON.stringify(fixture.body ?? null, (_, value: unknown) =>
          typeof value === 'string' ? `${value}\u0000\ud800` : value,
        )
        const events = JSON.stringify(channel.parse(new TextEncoder().encode(dirty), subject.account))
        expect(events).not.toMatch(/\\u0000|\\ud800/)
      }
    })

    test('verifies anything without throwing', () => {
      const raw = fc.record({
        method: fc.constantFrom('GET' as const, 'POST' as const),
        headers: fc.dictionary(fc.string(), fc.string()),
        query: fc.dictionary(fc.string(), fc.string()),
        body: fc.uint8Array(),
      })
      fc.assert(
        fc.property(raw, fc.dictionary(fc.string(), fc.array(fc.string())), (request, secrets) => {
          channel.verify(request, { id: 'e', secrets }, { now: 0 })
        }),
        { numRuns: 200 },
      )
    })

    test('takes a step whatever was answered before', () => {
      const samples = sampleBodies(capabilities, subject.samples)
      const contents = fc.oneof(
        fc.constantFrom(...samples.map(sample => sample.body)),
        fc.constantFrom(...contentKinds).map(kind => ({ content: { kind } as Content })),
      )
      fc.assert(
        fc.property(contents, fc.array(anyTransmission, { maxLength: 4 }), (body, answers) => {
          const part: OutboundPart = { ref: 'p', idempotencyKey: 'p', body, to: { threadId: '1', externalIds: ['user:1'] }, media: {} }
          const done: StepResult[] = []
          for (const transmission of answers) {
            const next = channel.send.next(part, done, subject.account, 0)
            if (next.kind === 'outcome') return
            done.push({ step: next.step, transmission })
          }
          channel.send.next(part, done, subject.account, 0)
        }),
        { numRuns: 1_000 },
      )
    })

    test('understands any answer to any exchange', () => {
      const target = { to: { threadId: '1', externalIds: ['user:1'] }, externalId: subject.messageId }
      const body = { content: { kind: 'text' as const, text: { text: 'a' } } }
      const input = {
        ...target,
        body,
        previous: body,
        emoji: '👍',
        url: 'https://a.example/',
        secret: 's',
        ourUrl: 'https://a.example/',
        cursor: '',
        waitMs: 0,
        token: 't',
        hidden: true,
        idempotencyKey: 'k',
        starters: [],
        menu: [],
        media: {},
        ref: 'r',
      }
      const { media: _, subscription, entrance, broadcast, ...simple } = channel.extras
      const exchanges = [...Object.values(simple), ...Object.values(subscription ?? {}), entrance?.apply, entrance?.clear, broadcast?.send]
      const further = [
        ...(entrance?.also?.(input) ?? []),
        ...(channel.surfaces ?? []).flatMap(surface => Object.values(surface.extras ?? {})),
      ]
      const all = [...exchanges, ...further, channel.accessToken?.obtain].filter(exchange => exchange !== undefined)
      for (const exchange of all as Exchange<unknown, unknown>[]) {
        exchange.request(exchange === broadcast?.send ? { ...input, to: [input.to], media: {}, ref: 'r' } : input, subject.account)
        fc.assert(
          fc.property(anyTransmission, transmission => {
            exchange.outcome(transmission, input, subject.account)
          }),
          { numRuns: 200 },
        )
      }
      fc.assert(
        fc.property(fc.array(anyTransmission, { maxLength: 3 }), answers => {
          channel.extras.media?.next({ id: 'x' }, answers, subject.account)
          channel.extras.media?.next({}, answers, subject.account)
        }),
      )
    })

    test('formats any text', () => {
      const entity = fc.record({
        kind: fc.constantFrom('bold' as const, 'link' as const, 'mention' as const),
        offset: fc.integer({ min: -2, max: 40 }),
        length: fc.integer({ min: -2, max: 40 }),
      })
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.array(entity, { maxLength: 5 }), (text, entities) => {
          expect(channel.formatText({ text, entities }).length).toBeGreaterThanOrEqual(0)
        }),
      )
    })
  })

  function expectEvents(bytes: Uint8Array): void {
    const events = channel.parse(bytes, subject.account)
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) {
      expect(event.externalId, JSON.stringify(event)).toEqual(expect.stringMatching(/./s))
      expect(Number.isFinite(event.at), JSON.stringify(event)).toBe(true)
    }
  }
}

/** The value with one member, counted in reading order, replaced or (undefined) dropped. */
function mutate(value: unknown, place: number, replacement: unknown): unknown {
  const places: [object, string][] = []
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return
    for (const [key, member] of Object.entries(node)) {
      places.push([node, key])
      walk(member)
    }
  }
  walk(value)
  const chosen = places[place % Math.max(1, places.length)]
  if (!chosen) return replacement
  const [holder, key] = chosen
  if (replacement === undefined) Reflect.deleteProperty(holder, key)
  // A copy: the samples are shared, and one put into itself would never end.
  else Reflect.set(holder, key, structuredClone(replacement))
  return value
}
