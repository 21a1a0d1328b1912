/** The small tools that channels read and judge with. */
import { describe, expect, test } from 'vitest'
import { arrayAt, at, idAt, numberAt, numericAt, objectAt, stringAt } from './json-fields.ts'
import { cleanJson, parseJson, readCleanJson, readJson } from './read-json.ts'
import { hmacSha256Hex, matchesAny, sameText } from './signature.ts'
import { statusFailure, transmissionFailure } from './transport-failure.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('reading JSON', () => {
  test('gives undefined for what is no JSON', () => {
    expect(readJson(bytes('<html>'))).toBeUndefined()
    expect(readJson(Uint8Array.of(0xff, 0xfe))).toBeUndefined()
    expect(readJson(new Uint8Array())).toBeUndefined()
  })

  test('keeps integers that a number cannot hold', () => {
    expect(parseJson('{"a":9007199254740993,"b":12,"c":1.5e300,"d":-90071992547409931}')).toEqual({
      a: '9007199254740993',
      b: 12,
      c: 1.5e300,
      d: '-90071992547409931',
    })
  })

  test('cleans texts and keys, and says so', () => {
    expect(readCleanJson(bytes('{"a":"x\\u0000y","b\\u0000":["\\ud800"],"c":1}'))).toEqual({
      value: { a: 'xy', b: ['\ufffd'], c: 1 },
      note: 'removed NUL or lone surrogates',
    })
    expect(cleanJson({ a: 'fine' })).toEqual({ value: { a: 'fine' } })
  })

  test('survives a body that is nothing but brackets', () => {
    const deep = readCleanJson(bytes(`${'['.repeat(50_000)}${']'.repeat(50_000)}`))
    expect(deep.note).toMatch(/cut below/)
    expect(JSON.stringify(deep.value).length).toBeLessThan(1_000)
  })

  test('does not take inherited members for fields', () => {
    expect(at({}, 'constructor')).toBeUndefined()
    expect(at([], 'length')).toBe(0)
    expect(objectAt({ a: { b: [] } }, 'a', 'b')).toBeUndefined()
    expect(arrayAt('text')).toEqual([])
    expect(stringAt({ a: 1 }, 'a')).toBeUndefined()
    expect(numberAt({ a: Number.NaN }, 'a')).toBeUndefined()
    expect(numericAt({ a: '12' }, 'a')).toBe(12)
    expect(idAt({ a: 5 }, 'a')).toBe('5')
    expect(idAt({ a: 1.5 }, 'a')).toBeUndefined()
  })
})

describe('signatures', () => {
  test('are those of the standard', () => {
    // RFC 4231, test case 2.
    expect(hmacSha256Hex('Jefe', bytes('what do ya want for nothing?'))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  test('compare any lengths, and no empty secret matches', () => {
    expect(sameText('a', 'a')).toBe(true)
    expect(sameText('a', 'ab')).toBe(false)
    expect(matchesAny('', [''])).toBe(false)
    expect(matchesAny('new', ['old', 'new'])).toBe(true)
  })
})

describe('answers that are not the platform’s own', () => {
  const answered = (status: number, headers = {}) => ({
    kind: 'answered' as const,
    status,
    headers,
    body: '<html><body>Bad Gateway</body></html>',
  })

  test('are in doubt only where the step commits', () => {
    expect(transmissionFailure({ kind: 'no_answer', cause: 'x' }, { commits: true })?.kind).toBe('uncertain')
    expect(transmissionFailure({ kind: 'no_answer', cause: 'x' }, { commits: false })?.kind).toBe('retryable')
    expect(transmissionFailure({ kind: 'not_sent', cause: 'x' }, { commits: true })?.kind).toBe('retryable')
    expect(statusFailure(answered(502), { commits: true, serverErrorsAreRefusals: true }).kind).toBe('uncertain')
    expect(statusFailure(answered(503), { commits: true, serverErrorsAreRefusals: true }).kind).toBe('retryable')
    expect(statusFailure(answered(503), { commits: true }).kind).toBe('uncertain')
    expect(statusFailure(answered(503), { commits: false }).kind).toBe('retryable')
  })

  test('keep what they say about waiting, and their first words', () => {
    expect(statusFailure(answered(429, { 'retry-after': '3' }), { commits: true })).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 3_000,
      detail: 'Bad Gateway',
    })
    expect(statusFailure(answered(413), { commits: true })).toMatchObject({ kind: 'permanent', reason: 'too_large' })
  })
})
