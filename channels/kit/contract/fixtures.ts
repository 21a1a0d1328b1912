/**
 * Fixtures: what came in and must be understood so; what goes out and must be asked so. A new JSON file is a new test.
 * In:  `{ name, body | text, headers?, expect: events }`. Out: `{ name, part, steps: [{ request, response }], outcome, learned? }`.
 * With UPDATE_FIXTURES=1 the expectations are written anew, to be read over before they are committed.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { AccountView, InboundEvent, LearnedHandle, OutboundPart, Outcome, StepResult, Transmission } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { type Context, check } from './subject.ts'

export interface InFixture {
  name: string
  /** JSON as it came; or `text` where it is no JSON. */
  body?: unknown
  text?: string
  headers?: Record<string, string>
  account?: Partial<AccountView>
  expect: InboundEvent[]
}

export interface OutFixture {
  name: string
  part: Pick<OutboundPart, 'body'> & Partial<OutboundPart>
  account?: Partial<AccountView>
  now?: number
  steps: { step?: string; commits?: boolean; request: unknown; response: Transmission }[]
  outcome: Outcome
  learned?: LearnedHandle[]
}

const updating = process.env.UPDATE_FIXTURES === '1'

/** Fixtures of a folder, by file name. */
export function readFixtures<F>(folder: URL): { file: URL; fixture: F }[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .toSorted()
    .map(name => {
      const file = new URL(name, folder)
      return { file, fixture: JSON.parse(readFileSync(file, 'utf8')) as F }
    })
}

/** The bytes of a fixture's body. */
export function bodyOf(fixture: InFixture): Uint8Array {
  return new TextEncoder().encode(fixture.text ?? JSON.stringify(fixture.body))
}

export function fixtureTests({ channel, subject }: Context): void {
  const incoming = readFixtures<InFixture>(new URL('in/', subject.fixtures))
  const outgoing = readFixtures<OutFixture>(new URL('out/', subject.fixtures))

  describe('reads what comes in', () => {
    check(subject, 'fixtures.in', 'has fixtures', () => expect(incoming.length).toBeGreaterThan(0))
    for (const { file, fixture } of incoming) {
      test(fixture.name, () => {
        const events = channel.parse(bodyOf(fixture), { ...subject.account, ...fixture.account })
        if (updating) writeFileSync(file, `${JSON.stringify({ ...fixture, expect: events }, null, 2)}\n`)
        else expect(plain(events)).toEqual(fixture.expect)
      })
    }
  })

  describe('asks for what goes out', () => {
    check(subject, 'fixtures.out', 'has fixtures', () => expect(outgoing.length).toBeGreaterThan(0))
    for (const { file, fixture } of outgoing) {
      test(fixture.name, () => {
        const account = { ...subject.account, ...fixture.account }
        const part: OutboundPart = {
          ref: 'part-1',
          idempotencyKey: 'part-1',
          to: { threadId: '', externalIds: [] },
          media: {},
          ...fixture.part,
        }
        const done: StepResult[] = []
        const learned: LearnedHandle[] = []
        const steps = fixture.steps.map(expected => {
          const next = channel.send.next(part, done, account, fixture.now ?? 0)
          learned.push(...(next.learned ?? []))
          if (next.kind !== 'request') throw new Error(`Ended early: ${JSON.stringify(next.outcome)}`)
          done.push({ step: next.step, transmission: expected.response })
          return { step: next.step, commits: next.commits, request: next.request, response: expected.response }
        })
        const last = channel.send.next(part, done, account, fixture.now ?? 0)
        learned.push(...(last.learned ?? []))
        if (last.kind !== 'outcome') throw new Error(`Wants another step: ${JSON.stringify(last.request)}`)
        const got = { ...fixture, steps, outcome: last.outcome, ...(learned.length ? { learned } : {}) }
        if (updating) writeFileSync(file, `${JSON.stringify(got, null, 2)}\n`)
        else expect(plain(got)).toEqual({ ...fixture, steps: fixture.steps.map((step, index) => ({ ...steps[index], ...step })) })
      })
    }
  })
}

/** As it would come back from storage: without undefined members. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
