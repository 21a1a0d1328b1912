/** The palette finds actions by part of a word and in the wrong keyboard layout. */

import { otherLayout } from '@dragoman/api'
import { describe, expect, it } from 'vitest'
import { scoreOf } from './palette-search.ts'

describe('palette search', () => {
  it('forgives the wrong layout in both directions', () => {
    expect(otherLayout('кщгеу')).toBe('route')
    expect(otherLayout('yfcnhjqrb')).toBe('настройки')
    expect(scoreOf('ыуеештпы', ['Settings'])).toBeGreaterThan(50)
    expect(scoreOf('yfcnhjqrb', ['Настройки'])).toBeGreaterThan(50)
  })
  it('prefers beginnings to middles, and labels to synonyms', () => {
    expect(scoreOf('clo', ['Close'])).toBeGreaterThan(scoreOf('clo', ['Enclose']))
    expect(scoreOf('resolve', ['Resolve'])).toBeGreaterThan(scoreOf('resolve', ['Close', 'resolve']))
  })
  it('takes words in any order and nothing that is not there', () => {
    expect(scoreOf('me assign', ['Assign to me'])).toBeGreaterThan(0)
    expect(scoreOf('zzz', ['Assign to me'])).toBe(0)
  })
})
