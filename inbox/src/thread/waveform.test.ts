/** The shape of a voice note. */
import { expect, it } from 'vitest'
import { barsOf } from './waveform.ts'

it('squeezes a waveform and keeps its loudest point', () => {
  const bars = barsOf(
    Array.from({ length: 100 }, (_, index) => (index === 50 ? 255 : 20)),
    'x',
  )
  expect(bars).toHaveLength(44)
  expect(Math.max(...bars)).toBe(1)
})
it('makes the same quiet shape for the same note without one', () => {
  expect(barsOf(undefined, 'note')).toEqual(barsOf([], 'note'))
})
