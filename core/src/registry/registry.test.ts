/** The registry as rules: facts are found wherever they stand, the newest and the worst count, nothing recorded is unknown, changes are told once. */
import { describe, expect, test } from 'vitest'
import type { Capabilities, LawFact, ReachFact } from '../capabilities.ts'
import type { ReplyPolicy } from '../reply-policy.ts'
import { changesSince, factsAsOf, heldOn, isStale, lawOn, reachOn, readDay, registryFacts, registryMatrix } from './index.ts'

const provenance = { source: 'https://example.com/docs', checkedOn: '2026-11-22', confidence: 'documented' as const }
const note = { en: 'a note', ru: 'заметка' }
const reach = (country: string, state: ReachFact['state'], since?: string, until?: string): ReachFact => ({
  country,
  state,
  note,
  ...provenance,
  ...(since ? { since } : {}),
  ...(until ? { until } : {}),
})
const law = (business: string, message: string, state: LawFact['state'], since?: string, country = 'RU'): LawFact => ({
  country,
  business,
  message,
  state,
  note,
  ...provenance,
  ...(since ? { since } : {}),
})

/** A channel with a few facts of every kind; what the registry does not read may be missing. */
const capabilities = {
  text: { max: 4096, unit: 'utf16', countedAfterMarkup: true, entities: ['bold'], ...provenance },
  media: { image: { level: 'native', maxBytes: 5_000_000, mimeTypes: ['image/png'], caption: true, ...provenance, note } },
  features: {
    edit: { level: 'native', ...provenance, since: '2025-10-16' },
    delete: { level: 'none', ...provenance, since: '2026-01-10' },
    react: { level: 'native', ...provenance, until: '2026-06-01' },
  },
  past: [{ of: 'features.delete', level: 'native', ...provenance, until: '2026-01-10' }],
  receipts: { delivered: 'always', read: 'user_may_hide', ...provenance },
  pace: [
    { scope: 'chat', perSecond: 1, burst: 3, ...provenance },
    { scope: 'account', perSecond: 30, burst: 30, ...provenance },
  ],
  reach: [reach('RU', 'degraded', '2025-08-13'), reach('RU', 'blocked', '2026-02-11'), reach('*', 'reachable')],
  law: [law('bank', 'personal_data', 'forbidden', '2023-03-01'), law('*', 'advertising', 'restricted', '2025-09-01', 'RU')],
  mediaLinkTtlMs: 1,
  editWithinMs: 900_000,
  somethingNew: { inside: { level: 'native', howMany: 7, ...provenance } },
} as unknown as Capabilities
const replyPolicy: ReplyPolicy = {
  rules: [{ allows: 'freeform', window: 'service', priceClass: 'service', ...provenance }],
  windows: { service: { lengthMs: 86_400_000, name: { en: 'customer service', ru: 'обслуживание' }, ...provenance } },
  closedIn: [],
}
const facts = registryFacts({ id: 'pigeon', capabilities, replyPolicy })
const of = (key: string) => facts.filter(fact => fact.key === key)

describe('facts', () => {
  test('are found wherever they stand, with their path as key and all that they say', () => {
    expect(of('text')[0]).toMatchObject({ channel: 'pigeon', group: 'text', detail: { max: 4096, unit: 'utf16', entities: ['bold'] } })
    expect(of('text')[0]?.state).toBeUndefined()
    expect(of('media.image')[0]).toMatchObject({ state: 'native', detail: { maxBytes: 5_000_000, caption: true }, note })
    expect(of('somethingNew.inside')[0]).toMatchObject({ group: 'somethingNew', state: 'native', detail: { howMany: 7 } })
    expect(of('law.RU.bank.personal_data')[0]).toMatchObject({
      state: 'forbidden',
      country: 'RU',
      business: 'bank',
      message: 'personal_data',
    })
    expect(of('pace.chat')[0]?.detail).toEqual({ perSecond: 1, burst: 3 })
    expect(of('reach.RU')).toHaveLength(2)
  })

  test('carry their source, days and confidence, and none of these twice', () => {
    for (const fact of facts) {
      expect(fact).toMatchObject(provenance)
      for (const name of ['source', 'checkedOn', 'since', 'until', 'confidence', 'level', 'state', 'note'])
        expect(Object.keys(fact.detail)).not.toContain(name)
    }
  })

  test('make two of a receipt, one of the reply policy, and add what stands beside them', () => {
    expect(of('receipts.delivered')[0]?.state).toBe('always')
    expect(of('receipts.read')[0]?.state).toBe('user_may_hide')
    expect(of('policy.freeform')[0]).toMatchObject({ state: 'within_window', detail: { windows: [{ lengthMs: 86_400_000 }] } })
    expect(of('features.edit')[0]?.detail).toEqual({ withinMs: 900_000 })
  })
})

describe('a day', () => {
  test('what holds on it: not before its beginning, not on the day of its end', () => {
    const keys = (day: string) => new Set(factsAsOf(facts, day).map(fact => fact.key))
    expect(keys('2025-10-15').has('features.edit')).toBe(false)
    expect(keys('2025-10-16').has('features.edit')).toBe(true)
    expect(keys('2026-05-31').has('features.react')).toBe(true)
    expect(keys('2026-06-01').has('features.react')).toBe(false)
  })

  test('a feature is not there yet, there, or gone; what nobody has recorded is unknown', () => {
    expect(heldOn(of('features.edit'), '2025-01-01').kind).toBe('not_yet')
    expect(heldOn(of('features.edit'), '2026-01-01').kind).toBe('holds')
    expect(heldOn(of('features.react'), '2026-07-01').kind).toBe('gone')
    expect(heldOn([], '2026-07-01').kind).toBe('unknown')
    // That something is missing since a day says nothing of the day before, unless that is recorded too.
    expect(heldOn(of('features.delete').slice(0, 1), '2025-01-01').kind).toBe('unknown')
    expect(heldOn(of('features.delete'), '2025-01-01')).toMatchObject({ kind: 'holds', fact: { state: 'native' } })
  })

  test('is stale half a year after the last check, and never before it', () => {
    expect(isStale({ checkedOn: '2026-11-22' }, '2027-05-21')).toBe(false)
    expect(isStale({ checkedOn: '2026-11-22' }, '2027-05-22')).toBe(true)
    expect(isStale({ checkedOn: '2026-11-22' }, '2024-01-01')).toBe(false)
  })

  test('is a real one', () => {
    expect(readDay('2026-02-28')).toBe('2026-02-28')
    for (const text of ['2026-02-30', '2026-13-01', '28.02.2026', '2026-2-8', '', 'today']) expect(readDay(text), text).toBeUndefined()
  })
})

describe('reach and law', () => {
  test('the newest fact of a country counts, and unknown is a state of its own', () => {
    expect(reachOn([reach('RU', 'degraded', '2025-08-13')], 'RU', '2025-01-01')).toEqual({ state: 'unknown' })
    expect(reachOn(capabilities.reach, 'RU', '2025-12-01').state).toBe('degraded')
    expect(reachOn(capabilities.reach, 'RU', '2026-11-22').state).toBe('blocked')
    expect(reachOn([...capabilities.reach, reach('RU', 'reachable', '2027-01-01')], 'RU', '2027-02-01').state).toBe('reachable')
    expect(reachOn([reach('RU', 'blocked')], 'KZ', '2026-11-22')).toEqual({ state: 'unknown' })
  })

  test('of a country and everywhere the worse holds; not to know is never a yes', () => {
    expect(reachOn([reach('*', 'reachable'), reach('RU', 'blocked')], 'RU', '2026-01-01').state).toBe('blocked')
    expect(reachOn([reach('*', 'closed', '2025-05-05'), reach('RU', 'reachable')], 'RU', '2026-01-01').state).toBe('closed')
    expect(reachOn([reach('*', 'reachable'), reach('RU', 'unknown')], 'RU', '2026-01-01').state).toBe('unknown')
    expect(reachOn([reach('*', 'reachable')], 'DE', '2026-01-01').state).toBe('reachable')
  })

  test('law asks for the country, the business and the message, and takes the worst of what holds', () => {
    const asked = (business: string, message: string, country = 'RU') =>
      lawOn(capabilities.law, { country, business, message }, '2026-11-22')
    expect(asked('bank', 'personal_data').state).toBe('forbidden')
    expect(asked('shop', 'personal_data')).toEqual({ state: 'unknown' })
    expect(asked('bank', 'advertising').state).toBe('restricted')
    expect(asked('bank', 'personal_data', 'KZ')).toEqual({ state: 'unknown' })
    const both = [law('*', 'advertising', 'allowed'), law('bank', 'advertising', 'forbidden')]
    expect(lawOn(both, { country: 'RU', business: 'bank', message: 'advertising' }, '2026-11-22').state).toBe('forbidden')
    expect(lawOn(both, { country: 'RU', business: 'shop', message: 'advertising' }, '2026-11-22').state).toBe('allowed')
    expect(lawOn([law('*', '*', 'restricted')], { country: 'RU', business: 'shop', message: 'personal_data' }, '2026-11-22').state).toBe(
      'restricted',
    )
  })
})

describe('changes', () => {
  test('tell what began, ended or took another’s place, reach and law too, the newest first', () => {
    const changes = changesSince(facts, '2025-01-01', '2026-12-31').map(({ day, key, kind, before, after }) => [
      day,
      key,
      kind,
      before?.state,
      after?.state,
    ])
    expect(changes).toEqual([
      ['2026-06-01', 'features.react', 'ended', 'native', undefined],
      ['2026-02-11', 'reach.RU', 'changed', 'degraded', 'blocked'],
      ['2026-01-10', 'features.delete', 'changed', 'native', 'none'],
      ['2025-10-16', 'features.edit', 'began', undefined, 'native'],
      ['2025-09-01', 'law.RU.*.advertising', 'began', undefined, 'restricted'],
      ['2025-08-13', 'reach.RU', 'began', undefined, 'degraded'],
    ])
  })

  test('count both ends of the span, and nothing outside', () => {
    const days = (since: string, until: string) => changesSince(facts, since, until).map(change => change.day)
    expect(days('2026-02-11', '2026-02-11')).toEqual(['2026-02-11'])
    expect(days('2026-02-12', '2026-05-31')).toEqual([])
  })

  test('leave out the end of what a newer fact had replaced before', () => {
    const past = { ...of('reach.RU')[0]!, until: '2026-03-01' }
    expect(changesSince([past, of('reach.RU')[1]!], '2026-02-12', '2026-12-31')).toEqual([])
  })
})

describe('the matrix', () => {
  const dumb = {
    id: 'drum',
    capabilities: { reach: [], law: [], text: { max: 10, unit: 'byte', ...provenance } } as unknown as Capabilities,
  }
  const rows = registryMatrix([{ id: 'pigeon', capabilities, replyPolicy }, dumb], {
    day: '2026-11-22',
    countries: ['RU', 'KZ'],
    business: 'bank',
  })
  const row = (key: string) => rows.find(one => one.key === key)!

  test('has a row for every capability, every country, and every kind of message there', () => {
    expect(rows.slice(0, 8).map(one => one.key)).toEqual([
      'reach.RU',
      'reach.KZ',
      'law.RU.service_notice',
      'law.RU.personal_data',
      'law.RU.advertising',
      'law.KZ.service_notice',
      'law.KZ.personal_data',
      'law.KZ.advertising',
    ])
    expect(rows.map(one => one.key)).toEqual(
      expect.arrayContaining(['text', 'media.image', 'features.edit', 'receipts.read', 'policy.freeform']),
    )
    for (const one of rows) expect(Object.keys(one.cells), one.key).toEqual(['pigeon', 'drum'])
  })

  test('says what holds, what is gone, and that nothing is known', () => {
    expect(row('reach.RU').cells.pigeon).toMatchObject({ state: 'blocked', stale: false, fact: { since: '2026-02-11' } })
    expect(row('reach.RU').cells.drum).toEqual({ state: 'unknown', stale: false, history: [] })
    expect(row('law.RU.personal_data').cells.pigeon?.state).toBe('forbidden')
    expect(row('law.KZ.personal_data').cells.pigeon?.state).toBe('unknown')
    expect(row('text').cells.drum?.state).toBe('holds')
    expect(row('features.react').cells.pigeon?.state).toBe('gone')
    expect(row('features.edit').cells.drum?.state).toBe('unknown')
    expect(row('reach.RU').cells.pigeon?.history.map(fact => fact.since)).toEqual(['2026-02-11', '2025-08-13', undefined])
  })
})
