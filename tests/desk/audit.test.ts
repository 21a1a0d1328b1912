/** Who did what: filters, pages, export; every deed that the code notes has a sentence in both languages. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rights } from '@dragoman/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') ? [readFileSync(join(root, path), 'utf8')] : []
  })
}

/** What stands between the brackets of a call that begins at `start`. */
function argumentsAt(text: string, start: number): string {
  let depth = 0
  for (let at = text.indexOf('(', start); at < text.length; at++) {
    if (text[at] === '(') depth++
    else if (text[at] === ')' && --depth === 0) return text.slice(start, at)
  }
  return ''
}

const literal = /(?<!kind: )'([a-z_]+\.[a-z_]+)'/g
/** Rights are written alike, and columns. */
const isDeed = (name: string) => !(rights as readonly string[]).includes(name) && !/^(platform_)?message\./.test(name)

/** Every `what` in a call that notes a deed; where it is handed in or made elsewhere in the file, every name of the file that could be one. */
function deedsIn(text: string): string[] {
  return [...text.matchAll(/(?<!function )\b(?:recordOperation|countOperation)\(/g)].flatMap(({ index }) => {
    const call = argumentsAt(text, index)
    const whole = [...call.matchAll(literal)].map(match => match[1]!)
    const made = [...call.matchAll(/`([a-z_]+)\.\$\{[^}]*\? '([a-z_]+)' : '([a-z_]+)'\}`/g)].flatMap(match => [
      `${match[1]}.${match[2]}`,
      `${match[1]}.${match[3]}`,
    ])
    if (whole.length + made.length > 0) return [...whole, ...made]
    return [...text.matchAll(literal)].map(match => match[1]!).filter(isDeed)
  })
}

describe('sentences', () => {
  const deeds = [...new Set(['hub/src', 'server/src'].flatMap(sources).flatMap(deedsIn))].sort()

  test('are there for every deed, in both languages', () => {
    expect(deeds.length).toBeGreaterThan(30)
    expect(deeds).toEqual(expect.arrayContaining(['account.paused', 'account.resumed', 'member.switched_off', 'contact.revealed']))
    for (const language of ['en', 'ru']) {
      const { auditDeeds } = JSON.parse(readFileSync(join(root, `inbox/src/locales/${language}/audit.json`), 'utf8')) as {
        auditDeeds: Record<string, Record<string, string>>
      }
      const missing = deeds.filter(deed => {
        const [noun = '', verb = ''] = deed.split('.')
        return !auditDeeds[noun]?.[verb]
      })
      expect(missing, language).toEqual([])
    }
  })
})

describe('the log', () => {
  let hub: TestHub
  beforeAll(async () => {
    hub = await startTestHub()
    for (const name of ['=Evil', 'Sales', 'Support', 'Night', 'Day']) await hub.owner.call('createTeam', { body: { name } })
    await hub.owner.call('createRole', { body: { name: { en: 'Helper' }, rights: [] } })
  })
  afterAll(async () => {
    await hub?.close()
  })

  test('comes in pages, newest first, without gap or repeat', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await hub.owner.call('audit', { query: { limit: 2, cursor } })
      seen.push(...page.entries.map(entry => entry.id))
      cursor = page.next ?? undefined
    } while (cursor)
    const all = await hub.owner.call('audit', { query: { limit: 200 } })
    expect(seen).toEqual(all.entries.map(entry => entry.id))
    expect(seen.length).toBeGreaterThanOrEqual(6)
    expect(all.entries.map(entry => entry.at)).toEqual(all.entries.map(entry => entry.at).toSorted((a, b) => b - a))
  })

  test('is narrowed by who, what and when', async () => {
    const { me } = await hub.owner.call('session')
    expect((await hub.owner.call('audit', { query: { what: 'team.' } })).entries).toHaveLength(5)
    expect((await hub.owner.call('audit', { query: { what: 'role.created', who: me.memberId } })).entries).toHaveLength(1)
    expect((await hub.owner.call('audit', { query: { who: 'hub' } })).entries).toEqual([])
    expect((await hub.owner.call('audit', { query: { until: Date.now() - 3_600_000 } })).entries).toEqual([])
    await expect(hub.owner.call('audit', { query: { what: "x' or 1=1" } })).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
  })

  test('is exported as CSV that no spreadsheet runs', async () => {
    const { csv, entries, more } = await hub.owner.call('auditCsv', { query: { what: 'team.' } })
    expect({ entries, more }).toEqual({ entries: 5, more: false })
    expect(csv.split('\r\n')[0]).toBe('\uFEFFtime,who,what,account,details,ip')
    expect(csv).toContain('team.created')
    expect(csv.split(/\r\n|,/).filter(cell => /^[=+@]/.test(cell))).toEqual([])
  })
})
