/** What speaks against a messenger: the worst first, what is not recorded told as not known, nothing only where all is recorded as good. */
import type { LawFact, ReachFact } from '@dragoman/api'
import { describe, expect, test } from 'vitest'
import { reachTroubles } from './reach-troubles.ts'

const provenance = { source: 'https://example.com', checkedOn: '2026-11-22', note: { en: 'a note', ru: 'заметка' } }
const reach = (country: string, state: ReachFact['state']): ReachFact => ({ country, state, ...provenance })
const law = (business: string, message: string, state: LawFact['state'], since: string): LawFact => ({
  country: 'RU',
  business,
  message,
  state,
  since,
  ...provenance,
})
const bank = { countries: ['RU', 'KZ'], business: 'bank' }
const day = '2026-11-23'

describe('troubles of a messenger', () => {
  test('are none only where reach is good and law is recorded as good', () => {
    const good = { reach: [reach('*', 'reachable')], law: [law('*', '*', 'allowed', '2020-01-01')] }
    expect(reachTroubles(good, { countries: ['RU'], business: 'shop' }, day)).toEqual([])
    expect(reachTroubles(good, { countries: [], business: 'shop' }, day)).toEqual([])
  })

  test('tell what nobody has recorded, reach and law together where both are silent', () => {
    expect(reachTroubles({ reach: [], law: [] }, bank, day)).toEqual([{ kind: 'nothing', of: 'both', countries: ['RU', 'KZ'] }])
    expect(reachTroubles({ reach: [reach('*', 'reachable')], law: [] }, bank, day)).toEqual([
      { kind: 'nothing', of: 'law', countries: ['RU', 'KZ'] },
    ])
    expect(reachTroubles({ reach: [reach('RU', 'unknown'), reach('KZ', 'reachable')], law: [] }, bank, day)).toMatchObject([
      { kind: 'reach', state: 'unknown', country: 'RU' },
      { kind: 'nothing', of: 'law' },
    ])
  })

  test('put the worst of reach first, then law; another business is not meant', () => {
    const facts = {
      reach: [reach('KZ', 'degraded'), reach('RU', 'blocked')],
      law: [law('bank', 'personal_data', 'forbidden', '2023-03-01')],
    }
    expect(reachTroubles(facts, { ...bank, countries: ['KZ', 'RU'] }, day)).toMatchObject([
      { kind: 'reach', state: 'blocked', country: 'RU' },
      { kind: 'reach', state: 'degraded', country: 'KZ' },
      { kind: 'law', state: 'forbidden', messages: ['personal_data'], since: '2023-03-01' },
      { kind: 'nothing', of: 'law', countries: ['KZ'] },
    ])
    expect(reachTroubles(facts, { countries: ['RU'], business: 'shop' }, day).map(one => one.kind)).toEqual(['reach', 'nothing'])
  })

  test('in brief, all that is forbidden in a country is one line, without a day where there are several', () => {
    const facts = {
      reach: [reach('RU', 'reachable')],
      law: [law('*', 'advertising', 'forbidden', '2026-03-05'), law('bank', 'personal_data', 'forbidden', '2023-03-01')],
    }
    const asked = { countries: ['RU'], business: 'bank' }
    expect(reachTroubles(facts, asked, day)).toHaveLength(2)
    expect(reachTroubles(facts, asked, day, undefined, true)).toMatchObject([
      { kind: 'law', messages: ['personal_data', 'advertising'], since: undefined, fact: { business: 'bank' } },
    ])
    expect(reachTroubles(facts, asked, day, ['advertising'])).toMatchObject([{ messages: ['advertising'] }])
  })
})
