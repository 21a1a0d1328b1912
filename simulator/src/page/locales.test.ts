/** Both catalogues say the same things: equal keys, every plural form, equal placeholders, no messenger's name. */
import { describe, expect, it } from 'vitest'
import en from './locales/en.json' with { type: 'json' }
import ru from './locales/ru.json' with { type: 'json' }

const plural = /_(one|two|few|many|other)$/
const stems = (catalogue: object) => [...new Set(Object.keys(catalogue).map(key => key.replace(plural, '')))].sort()
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(match => match[1]).sort()

describe('the simulator’s catalogues', () => {
  it('have the same keys', () => {
    expect(stems(ru)).toEqual(stems(en))
  })

  it('have every plural form of their language', () => {
    for (const [catalogue, forms] of [
      [en, ['one', 'other']],
      [ru, ['one', 'few', 'many', 'other']],
    ] as const) {
      const keys = Object.keys(catalogue)
      const counted = [...new Set(keys.filter(key => plural.test(key)).map(key => key.replace(plural, '')))]
      expect(counted.flatMap(stem => forms.map(form => `${stem}_${form}`)).filter(key => !keys.includes(key))).toEqual([])
    }
  })

  it('fill the same places', () => {
    const russian: Record<string, string> = ru
    for (const [key, text] of Object.entries(en)) expect(placeholders(russian[key] ?? ''), key).toEqual(placeholders(text))
  })

  it('have no empty texts', () => {
    for (const text of [...Object.values(en), ...Object.values(ru)]) expect(text.trim()).not.toBe('')
  })
})
