/** Arrays in PostgreSQL's binary form are what it reads itself. */
import { describe, expect, test } from 'vitest'
import { binaryArray } from './binary-array.ts'

describe('arrays in binary', () => {
  test('are laid out as array_recv reads them', () => {
    expect(binaryArray('int', [1, null, -2]).toString('hex')).toBe(
      ['00000001', '00000001', '00000017', '00000003', '00000001', '00000004', '00000001', 'ffffffff', '00000004', 'fffffffe'].join(''),
    )
    expect(binaryArray('text', []).toString('hex')).toBe('000000000000000000000019')
    expect(binaryArray('uuid', [{ id: '01a20743-519f-7000-8000-0123456789ab' }], row => row.id).toString('hex')).toContain(
      '01a20743519f700080000123456789ab',
    )
  })
  test('what does not fit its type is refused before anything is sent', () => {
    expect(() => binaryArray('uuid', ['not a uuid'])).toThrow(RangeError)
    expect(() => binaryArray('uuid', ['zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz'])).toThrow(RangeError)
    expect(() => binaryArray('timestamptz', ['yesterday'])).toThrow(RangeError)
    expect(() => binaryArray('int', [2 ** 40])).toThrow(RangeError)
  })
})
