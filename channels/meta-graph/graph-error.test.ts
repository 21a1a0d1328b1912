/** Errors of Meta's Graph API → failures. */
import type { Transmission } from '@dragoman/core'
import { describe, expect, test } from 'vitest'
import { graphFailure, readUsage } from './index.ts'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Transmission => ({
  kind: 'answered',
  status,
  headers,
  body,
})
const error = (code: number, more: object = {}) => ({ error: { code, message: `(#${code}) x`, ...more } })

describe('failures of the Graph API', () => {
  test.each([
    [401, 190, 'auth'],
    [401, 0, 'auth'],
    [403, 200, 'auth'],
    [400, 4, 'rate_limited'],
    [400, 613, 'rate_limited'],
    [400, 80007, 'rate_limited'],
    [500, 1, 'retryable'],
    [503, 2, 'retryable'],
    [400, 100, 'permanent'],
    [500, 987654, 'uncertain'],
  ])('status %i with code %i is %s', (status, code, kind) => {
    expect(graphFailure(answer(status, error(code)), { commits: true })?.kind).toBe(kind)
  })

  test('a gateway page, an empty body and silence are uncertain only where the step commits', () => {
    for (const transmission of [
      answer(502, '<html>'),
      answer(504, ''),
      answer(500, '<html>'),
      { kind: 'no_answer', cause: 'x' } as const,
    ]) {
      expect(graphFailure(transmission, { commits: true })?.kind).toBe('uncertain')
      expect(graphFailure(transmission, { commits: false })?.kind).toBe('retryable')
    }
    expect(graphFailure({ kind: 'not_sent', cause: 'refused' }, { commits: true })?.kind).toBe('retryable')
  })

  test('a success with a JSON object is no failure', () => {
    expect(graphFailure(answer(200, { success: true }), { commits: true })).toBeUndefined()
    expect(graphFailure(answer(200, ''), { commits: true })?.kind).toBe('uncertain')
  })

  test('the wait of a throttled call is the one that the headers tell', () => {
    const headers = {
      'x-business-use-case-usage': JSON.stringify({ 9: [{ type: 'messages', call_count: 100, estimated_time_to_regain_access: 7 }] }),
    }
    expect(graphFailure(answer(400, error(80007), headers), { commits: true })).toMatchObject({
      retryAfterMs: 7 * 60_000,
      scope: 'account',
    })
    expect(readUsage(headers)).toEqual({ percent: 100, regainAfterMs: 420_000 })
    expect(readUsage({ 'x-app-usage': '{"call_count":28,"total_time":25}' })).toEqual({ percent: 28, regainAfterMs: 0 })
    expect(readUsage({ 'x-app-usage': 'nonsense' })).toBeUndefined()
  })
})
