/**
 * The living registry over the API: the firm's own countries and kind of business, any day, what changed, files; what is wrong with a question is said.
 * Always holds: the facts of every channel use the words that the settings know.
 */
import { businessKinds, type RegistryCellView, type RegistryView } from '@dragoman/api'
import { lawMessages, registryFacts } from '@dragoman/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '../../server/src/channels.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

const cellOf = (view: RegistryView, key: string, channel: string): RegistryCellView => {
  const cell = view.rows.find(row => row.key === key)?.cells[channel]
  if (!cell) throw new Error(`no ${key} for ${channel}`)
  return cell
}

describe('the facts of every channel', () => {
  const all = [...channels.values()].map(channel => ({
    channel,
    facts: registryFacts({ ...channel, capabilities: channel.capabilities({}) }),
  }))

  test('use the kinds of business and of message that settings and rules know', () => {
    for (const { facts } of all)
      for (const fact of facts.filter(one => one.group === 'law')) {
        expect(['*', ...businessKinds], fact.key).toContain(fact.business)
        expect(['*', ...lawMessages], fact.key).toContain(fact.message)
      }
  })

  test('have days that exist, and a source', () => {
    for (const { facts } of all)
      for (const fact of facts) {
        expect(fact.source.length, fact.key).toBeGreaterThan(3)
        // Of what is long past sometimes only the month is known.
        for (const day of [fact.checkedOn, fact.since, fact.until])
          if (day !== undefined) expect(new Date(day).toISOString().slice(0, day.length), `${fact.channel} ${fact.key}`).toBe(day)
        if (fact.since !== undefined && fact.until !== undefined) expect(fact.since < fact.until, fact.key).toBe(true)
      }
  })
})

describe('the matrix', () => {
  test('takes the firm’s countries and kind of business, and never says yes where nothing is recorded', async () => {
    await hub.owner.call('updateWorkspace', { body: { countries: ['RU', 'KZ'], businessKind: 'bank' } })
    const view = await hub.owner.call('registry')
    expect(view).toMatchObject({ countries: ['RU', 'KZ'], business: 'bank' })
    expect(view.channels.map(one => one.id)).toEqual([...channels.keys()])
    expect(cellOf(view, 'reach.RU', 'whatsapp')).toMatchObject({
      state: 'blocked',
      fact: { since: '2026-02-11', note: { ru: expect.any(String) } },
    })
    expect(cellOf(view, 'law.RU.personal_data', 'telegram').state).toBe('forbidden')
    expect(cellOf(view, 'reach.KZ', 'telegram')).toEqual({ state: 'unknown', stale: false, fact: null, others: [] })
    expect(cellOf(view, 'law.KZ.advertising', 'whatsapp').state).toBe('unknown')
    expect(cellOf(view, 'features.edit', 'whatsapp').state).toBe('none')
    for (const row of view.rows) expect(Object.keys(row.cells).sort(), row.key).toEqual([...channels.keys()].sort())
  })

  test('answers for another day, other countries and another business', async () => {
    const query = { countries: 'ru', business: 'shop' as const }
    const before = await hub.owner.call('registry', { query: { ...query, asOf: '2025-12-01' } })
    expect(cellOf(before, 'reach.RU', 'whatsapp').state).toBe('degraded')
    expect(cellOf(before, 'law.RU.personal_data', 'whatsapp').state).toBe('unknown')
    expect(cellOf(before, 'reach.RU', 'whatsapp').others.map(fact => fact.state)).toContain('blocked')
    expect(cellOf(await hub.owner.call('registry', { query: { ...query, asOf: '2025-01-01' } }), 'reach.RU', 'whatsapp').state).toBe(
      'unknown',
    )
    const few = await hub.owner.call('registry', { query: { countries: '', channels: 'telegram' } })
    expect(few.channels.map(one => one.id)).toEqual(['telegram'])
    expect(few.rows.some(row => row.group === 'reach' || row.group === 'law')).toBe(false)
  })

  test('says what is wrong with a question', async () => {
    const wrong = async (query: Record<string, string>, words: RegExp) =>
      await expect(hub.owner.call('registry', { query: query as never })).rejects.toMatchObject({
        problem: { code: 'invalid_request', detail: expect.stringMatching(words) },
      })
    await wrong({ asOf: '2026-02-30' }, /asOf.*day of the calendar/)
    await wrong({ asOf: 'yesterday' }, /day of the calendar/)
    await wrong({ countries: 'RU,XQ' }, /countries.*ISO 3166/)
    await wrong({ countries: 'Russia' }, /two letters/)
    await wrong({ business: 'pirate' }, /business/)
    await wrong({ channels: 'pigeon' }, /pigeon/)
  })
})

describe('changes', () => {
  test('tell what began, ended or became another thing, reach and law of the firm’s countries among it', async () => {
    const { changes } = await hub.owner.call('registryChanges', { query: { since: '2026-01-01', until: '2026-11-22', countries: 'RU' } })
    expect(changes).toContainEqual(
      expect.objectContaining({
        day: '2026-02-11',
        channel: 'whatsapp',
        key: 'reach.RU',
        kind: 'changed',
        before: expect.objectContaining({ state: 'degraded' }),
        after: expect.objectContaining({ state: 'blocked' }),
      }),
    )
    expect(changes.map(change => change.day)).toEqual(
      changes
        .map(change => change.day)
        .toSorted()
        .reverse(),
    )
    const elsewhere = await hub.owner.call('registryChanges', { query: { since: '2026-01-01', until: '2026-11-22', countries: 'KZ' } })
    expect(elsewhere.changes.filter(change => change.key.startsWith('reach'))).toEqual([])
  })

  test('refuse a span that ends before it begins', async () => {
    await expect(hub.owner.call('registryChanges', { query: { since: '2026-03-01', until: '2026-02-01' } })).rejects.toMatchObject({
      problem: { code: 'invalid_request', detail: expect.stringContaining('2026-03-01') },
    })
  })
})

describe('a file', () => {
  test('is CSV with a line for each cell, or the whole answer as JSON', async () => {
    const query = { countries: 'RU', business: 'bank' as const, asOf: '2026-11-22' }
    const csv = await hub.owner.call('exportRegistry', { query: { ...query, format: 'csv', language: 'ru' } })
    expect(csv.fileName).toBe('dragoman-registry-2026-11-22.csv')
    const lines = csv.content.trim().split('\r\n')
    const view = await hub.owner.call('registry', { query })
    expect(lines).toHaveLength(1 + view.rows.length * view.channels.length)
    expect(lines[0]).toContain('capability,country,business,message,messenger,state,value')
    const blocked = lines.find(line => line.startsWith('reach.RU') && line.includes('blocked'))
    expect(blocked).toMatch(/VPN.*2026-02-11/)
    expect(lines.find(line => line.startsWith('media.image'))).toMatch(/max 10 MiB/)
    const json = await hub.owner.call('exportRegistry', { query: { ...query, format: 'json' } })
    expect(JSON.parse(json.content)).toEqual(view)
  })
})
