/** What bad answers come to, without any network: the same for every channel, whatever its platform calls them [mechanics 14]. */
import type { Failure, OutboundPart, Outcome, StepResult, Transmission } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import type { Context } from './subject.ts'
import { check } from './subject.ts'

const html = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>'

export function failureTests({ channel, subject }: Context): void {
  const part: OutboundPart = {
    ref: 'p',
    idempotencyKey: 'p',
    body: { content: { kind: 'text', text: { text: 'Hello' } } },
    to: { threadId: subject.messageId.split(':')[0] ?? '1', externalIds: ['user:1'], phone: '+15550100' },
    media: {},
  }
  const answered = (status: number, body: unknown, headers: Record<string, string> = {}): Transmission => ({
    kind: 'answered',
    status,
    headers,
    body,
  })

  describe('knows what a bad answer means', () => {
    check(subject, 'failures', 'the message that is sent commits in its only step', () => {
      expect(channel.send.next(part, [], subject.account, 0)).toMatchObject({ kind: 'request', commits: true })
    })

    const table: { title: string; answer: Transmission; kinds: Failure['kind'][] }[] = [
      { title: 'nothing was written', answer: { kind: 'not_sent', cause: 'ECONNREFUSED' }, kinds: ['retryable'] },
      { title: 'no answer came', answer: { kind: 'no_answer', cause: 'time-out' }, kinds: ['uncertain'] },
      { title: '429 without a body', answer: answered(429, ''), kinds: ['rate_limited'] },
      { title: '429 with a page', answer: answered(429, html, { 'retry-after': '7' }), kinds: ['rate_limited'] },
      { title: '401 without a body', answer: answered(401, ''), kinds: ['auth'] },
      { title: '401 with a page', answer: answered(401, html), kinds: ['auth'] },
      { title: '500 with a page', answer: answered(500, html), kinds: ['retryable', 'uncertain'] },
      { title: '500 without a body', answer: answered(500, ''), kinds: ['retryable', 'uncertain'] },
      { title: '503 with a page', answer: answered(503, html), kinds: ['retryable', 'uncertain'] },
      { title: '502 with a page', answer: answered(502, html), kinds: ['uncertain'] },
      { title: '504 with a page', answer: answered(504, html), kinds: ['uncertain'] },
      { title: '502 without a body', answer: answered(502, ''), kinds: ['uncertain'] },
      { title: '200 with a page', answer: answered(200, html), kinds: ['uncertain'] },
      { title: '200 without a body', answer: answered(200, ''), kinds: ['uncertain'] },
      { title: '400 with a page', answer: answered(400, html), kinds: ['permanent'] },
      ...(subject.expiredToken ?? []).map(({ status, body }) => ({
        title: `an expired token (${status})`,
        answer: answered(status, body),
        kinds: ['auth' as const],
      })),
    ]
    for (const { title, answer, kinds } of table) {
      check(subject, 'failures', `${title}: ${kinds.join(' or ')}`, () => {
        const failure = failureAfter(answer)
        expect(kinds).toContain(failure?.kind)
        if (failure?.kind === 'rate_limited') expect(failure.retryAfterMs).toBeGreaterThan(0)
        if (!subject.serverErrorsAreRefusals && kinds.length === 2) expect(failure?.kind).toBe('uncertain')
      })
    }

    test('a 429 says how long to wait where the header does', () => {
      if (subject.skips?.failures) return
      expect(failureAfter(answered(429, html, { 'retry-after': '7' }))).toMatchObject({ kind: 'rate_limited', retryAfterMs: 7_000 })
    })

    test('advice is in both languages wherever there is any', () => {
      const failures: Failure[] = [
        { kind: 'auth', code: 'http_401', detail: '' },
        { kind: 'permanent', reason: 'blocked', code: '403', detail: '' },
        { kind: 'permanent', reason: 'not_started', code: '403', detail: '' },
        { kind: 'rate_limited', code: '429', detail: '', retryAfterMs: 1, scope: 'chat' },
        { kind: 'uncertain', code: 'no_answer', detail: '' },
      ]
      for (const failure of failures) {
        const advice = channel.advice(failure)
        if (advice) {
          expect(advice.en).toMatch(/[A-Za-z]/)
          expect(advice.ru).toMatch(/[А-Яа-я]/)
        }
      }
    })
  })

  function failureAfter(answer: Transmission): Failure | undefined {
    const done: StepResult[] = []
    for (let count = 0; count < 5; count++) {
      const next = channel.send.next(part, done, subject.account, 0)
      if (next.kind === 'outcome') return failureOf(next.outcome)
      done.push({ step: next.step, transmission: answer })
    }
    return undefined
  }
}

function failureOf(outcome: Outcome): Failure | undefined {
  return outcome.kind === 'failed' ? outcome.failure : undefined
}
