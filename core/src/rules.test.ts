/** The small rules on tables and properties: receipts, states, order, retries, windows, text. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  afterReceipt,
  cleanText,
  compareOrder,
  type DeliveryReceipt,
  type Failure,
  maxAttempts,
  measure,
  messageState,
  nextStep,
  orderKey,
  type PartState,
  partStates,
  type ReplyPolicy,
  replyOptions,
  sliceRichText,
} from './index.ts'

const receipts: DeliveryReceipt[] = ['sent', 'delivered', 'read', 'played', 'failed']
const provenance = { source: 'core/src/rules.test.ts', checkedOn: '2026-11-22' }

describe('receipts', () => {
  test('any order and repetition of receipts ends at the highest', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom<DeliveryReceipt>('sent', 'delivered', 'read', 'played'), { minLength: 1 }), list => {
        const end = list.reduce<PartState>((state, receipt) => afterReceipt(state, receipt), 'sending')
        expect(end).toBe(list.includes('read') || list.includes('played') ? 'read' : list.includes('delivered') ? 'delivered' : 'sent')
      }),
    )
  })

  test('a failure counts only from sending, sent or uncertain; what was taken back stays so', () => {
    for (const state of partStates)
      expect(afterReceipt(state, 'failed'), state).toBe(['sending', 'sent', 'uncertain'].includes(state) ? 'failed' : state)
    for (const receipt of receipts) expect(afterReceipt('cancelled', receipt)).toBe('cancelled')
    expect(afterReceipt('failed', 'delivered')).toBe('delivered')
  })

  test('a message is its weakest part; the first to go makes it “sending”', () => {
    expect(messageState([])).toBe('sent')
    expect(messageState(['read', 'delivered', 'read'])).toBe('delivered')
    expect(messageState(['sent', 'pending'])).toBe('sending')
    expect(messageState(['pending', 'pending'])).toBe('pending')
    expect(messageState(['read', 'failed'])).toBe('failed')
    expect(messageState(['read', 'uncertain'])).toBe('uncertain')
  })
})

describe('order', () => {
  test('is total, and never later than our receipt', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            at: fc.integer({ min: 0, max: 5 }),
            received: fc.integer({ min: 0, max: 5 }),
            tie: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
            id: fc.string({ maxLength: 2 }),
          }),
        ),
        list => {
          const keys = list.map((one, position) => orderKey(one.at, one.received, one.tie, position, one.id))
          for (const [index, key] of keys.entries()) expect(key.at).toBeLessThanOrEqual(list[index]!.received)
          for (const a of keys) for (const b of keys) expect(Math.sign(compareOrder(a, b)) + Math.sign(compareOrder(b, a))).toBe(0)
        },
      ),
    )
  })
})

describe('the only retry policy', () => {
  const base = { code: 'x', detail: 'x' }
  test('what may be tried again is, with growing pauses, up to a limit', () => {
    const failure: Failure = { kind: 'retryable', ...base }
    const delays = Array.from({ length: maxAttempts - 1 }, (_, index) => nextStep(failure, index + 1, 0.5)).map(step =>
      step.kind === 'retry' ? step.afterMs : -1,
    )
    expect(delays).toEqual(delays.toSorted((a, b) => a - b))
    expect(delays[0]).toBeGreaterThanOrEqual(2_000)
    expect(nextStep(failure, maxAttempts, 0.5)).toEqual({ kind: 'fail' })
  })
  test('a limit waits as long as it says and burns no attempt', () => {
    expect(nextStep({ kind: 'rate_limited', ...base, retryAfterMs: 7_000, scope: 'account' }, 99, 0)).toEqual({
      kind: 'retry',
      afterMs: 7_000,
      countsAsAttempt: false,
    })
  })
  test('an uncertain part is held, unless a repeat is harmless', () => {
    expect(nextStep({ kind: 'uncertain', ...base }, 1, 0)).toEqual({ kind: 'hold' })
    expect(nextStep({ kind: 'uncertain', ...base }, 1, 0, true)).toMatchObject({ kind: 'retry' })
  })
  test('refused credentials pause, a lasting refusal fails', () => {
    expect(nextStep({ kind: 'auth', ...base }, 1, 0)).toEqual({ kind: 'pause_account' })
    expect(nextStep({ kind: 'permanent', reason: 'blocked', ...base }, 1, 0)).toEqual({ kind: 'fail' })
  })
})

describe('when one may write', () => {
  const policy: ReplyPolicy = {
    windows: {},
    closedIn: ['blocked'],
    rules: [
      { allows: 'freeform', window: 'service', priceClass: 'service', ...provenance },
      { allows: 'freeform', window: 'long', priceClass: 'free', ...provenance },
      { allows: 'template', priceClass: 'template', ...provenance },
    ],
  }
  const now = 1_000_000
  test('the longest open window counts; a closed one tells when it closed', () => {
    expect(
      replyOptions(
        policy,
        [
          { window: 'service', until: now + 5 },
          { window: 'long', until: now + 9 },
        ],
        'open',
        now,
      ).freeform,
    ).toEqual({ allowed: true, priceClass: 'free', until: now + 9, window: 'long' })
    expect(replyOptions(policy, [{ window: 'service', until: now - 5 }], 'open', now)).toEqual({
      freeform: { allowed: false, reason: 'window_closed', closedAt: now - 5, window: 'service' },
      template: { allowed: true, priceClass: 'template' },
    })
    expect(replyOptions(policy, [], 'open', now).freeform).toMatchObject({ allowed: false, reason: 'window_closed' })
  })
  test('who has blocked us is not written to; what no rule allows never is', () => {
    expect(replyOptions(policy, [{ window: 'service', until: now + 5 }], 'blocked', now).template).toEqual({
      allowed: false,
      reason: 'blocked',
    })
    expect(replyOptions({ ...policy, rules: [] }, [], 'open', now).freeform).toEqual({ allowed: false, reason: 'never_allowed' })
  })
})

describe('text', () => {
  test('is measured as each platform counts', () => {
    expect([measure('a😀я', 'utf16'), measure('a😀я', 'codepoint'), measure('a😀я', 'byte')]).toEqual([4, 3, 7])
  })
  test('what PostgreSQL refuses is taken out, and said', () => {
    expect(cleanText('a\u0000b\ud800')).toEqual({ text: 'ab\ufffd', changed: true })
    expect(cleanText('fine')).toEqual({ text: 'fine', changed: false })
  })
  test('a slice keeps its entities in place', () => {
    expect(sliceRichText({ text: 'one two', entities: [{ kind: 'bold', offset: 2, length: 4 }] }, 4, 7)).toEqual({
      text: 'two',
      entities: [{ kind: 'bold', offset: 0, length: 2 }],
    })
  })
})
