/** Times as the screens show them. */
import { describe, expect, it } from 'vitest'
import { countdown, dayName, duration, fileSize, listTime, money } from './time.ts'

const noon = new Date(2026, 4, 20, 12, 0).getTime()

describe('times in words', () => {
  it('names today and yesterday in both languages', () => {
    expect(dayName(noon, noon, 'en')).toBe('Today')
    expect(dayName(noon - 86_400_000, noon, 'ru')).toBe('Вчера')
  })
  it('says how long ago in the list, then the clock, then the day', () => {
    expect(listTime(noon - 5_000, noon, 'ru')).toBe('сейчас')
    expect(listTime(noon - 5 * 60_000, noon, 'en')).toMatch(/^5\s?m/)
    expect(listTime(noon - 3 * 3_600_000, noon, 'ru')).toBe('09:00')
  })
  it('counts down, rounding up, and stops at zero', () => {
    expect(countdown(noon + 61_000, noon)).toEqual({ hours: 0, minutes: 2, urgency: 'now' })
    expect(countdown(noon + 23 * 3_600_000, noon)?.urgency).toBe('calm')
    expect(countdown(noon, noon)).toBeUndefined()
  })
  it('writes durations, sizes and money', () => {
    expect(duration(65_000)).toBe('1:05')
    expect(duration(3_725_000)).toBe('1:02:05')
    expect(fileSize(10 * 1024 * 1024, 'en')).toBe('10 MB')
    expect(money({ amountMinor: 150000, currency: 'RUB' }, 'ru').replace(/\s/g, ' ')).toBe('1 500,00 ₽')
    expect(money({ amountMinor: 500, currency: 'JPY' }, 'en')).toBe('¥500')
  })
})
