/** Reading bodies: the quick way for what is clean gives what the slow way gives for everything. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanJson, parseJson, readCleanJson } from './read-json.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('reading a body', () => {
  test('is the same by the quick and by the slow way', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), text => {
        const well = text.toWellFormed()
        expect(readCleanJson(bytes(well))).toEqual(cleanJson(parseJson(well)))
      }),
      { numRuns: 2_000 },
    )
  })
  test('whole numbers that JavaScript cannot hold come as their digits, wherever they stand', () => {
    expect(
      readCleanJson(bytes('{"id": 12345678901234567890, "list":[-9007199254740993,1], "text": "12345678901234567890"}')).value,
    ).toEqual({
      id: '12345678901234567890',
      list: ['-9007199254740993', 1],
      text: '12345678901234567890',
    })
    expect(readCleanJson(bytes(' 12345678901234567890')).value).toBe('12345678901234567890')
  })
  test('NUL and lone surrogates go, in any spelling of the escape, and it is noted', () => {
    expect(readCleanJson(bytes('{"a":"x\\u0000y\\uD800z"}'))).toEqual({ value: { a: 'xy\uFFFDz' }, note: 'removed NUL or lone surrogates' })
    expect(readCleanJson(bytes('{"a":"\\ud83d\\ude00"}'))).toEqual({ value: { a: '😀' } })
  })
  test('what lies too deep is cut, also when brackets in texts seem to close it', () => {
    const deep = `${'{"}}]]":"}]","a":'.repeat(100)}1${'}'.repeat(100)}`
    expect(readCleanJson(bytes(deep)).note).toBe('cut below level 64')
    expect(readCleanJson(bytes('{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["}')).note).toBeUndefined()
  })
})
