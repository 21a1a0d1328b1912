/** Both catalogues say the same things, in full: equal keys, every plural form, every code of the API, every key that the sources ask for. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentKinds, problemKinds } from '@dragoman/api'
import { describe, expect, it } from 'vitest'
import { en } from './locales/en.ts'
import { enLater } from './locales/en-later.ts'
import { type Catalogue, merged } from './locales/merged.ts'
import { ru } from './locales/ru.ts'
import { ruLater } from './locales/ru-later.ts'

/** Ids of the registry, read as text: importing it would want a browser. */
const actions = [...readFileSync(new URL('./actions/registry.ts', import.meta.url), 'utf8').matchAll(/\bid: '(\w+)'/g)].map(
  match => match[1] ?? '',
)
const plural = /_(zero|one|two|few|many|other)$/

function flatten(tree: object, path = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    const here = path ? `${path}.${key}` : key
    if (typeof value === 'string') flat.set(here, value)
    else for (const [inner, text] of flatten(value as object, here)) flat.set(inner, text)
  }
  return flat
}

const english = flatten(merged(en as Catalogue, enLater as Catalogue))
const russian = flatten(merged(ru as Catalogue, ruLater as Catalogue))
const stem = (key: string) => key.replace(plural, '')
const stems = new Set([...english.keys()].map(stem))

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : []
  })
}

describe('catalogues', () => {
  it('have the same keys', () => {
    expect([...new Set([...russian.keys()].map(stem))].sort()).toEqual([...stems].sort())
  })

  it('have every plural form of their language', () => {
    for (const [catalogue, forms] of [
      [english, ['one', 'other']],
      [russian, ['one', 'few', 'many', 'other']],
    ] as const) {
      const plurals = new Set([...catalogue.keys()].filter(key => plural.test(key)).map(stem))
      const missing = [...plurals].flatMap(key => forms.filter(form => !catalogue.has(`${key}_${form}`)).map(form => `${key}_${form}`))
      expect(missing).toEqual([])
    }
  })

  it('use the same parameters in both languages', () => {
    const params = (text: string) => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(match => match[1]))].sort().join()
    const allowed = new Set(['name', 'time'])
    for (const [key, text] of english) {
      const other = russian.get(key)
      if (other === undefined) continue
      const extra = params(other)
        .split(',')
        .filter(name => name && !params(text).includes(name) && !allowed.has(name))
      expect(extra, key).toEqual([])
    }
  })

  it('have a text for every code that can come over the wire', () => {
    const wanted = [
      ...Object.keys(problemKinds).flatMap(code => [`problems.${code}.title`, `problems.${code}.advice`]),
      ...contentKinds.map(kind => `kinds.${kind}`),
      ...['pending', 'sending', 'uncertain', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled'].flatMap(state => [
        `delivery.${state}`,
        `deliveryText.${state}`,
      ]),
      ...['window_closed', 'blocked', 'not_started', 'requested', 'elsewhere', 'never_allowed'].flatMap(reason => [
        `reasons.${reason}`,
        `composer.wait.${reason}`,
      ]),
      ...codesIn('FitNoteCode').map(code => `fitNotes.${code}`),
      ...codesIn('FitRefusalCode').map(code => `refusals.${code}`),
      ...codesIn('PermanentReason', 'failure.ts').map(code => `failures.${code}`),
      ...actions.flatMap(action => [`actions.${action}.label`, `actions.${action}.synonyms`]),
    ]
    for (const catalogue of [english, russian]) expect(wanted.filter(key => !catalogue.has(key))).toEqual([])
  })

  it('have every key that the sources ask for', () => {
    const asked = new Set(
      sources(import.meta.dirname).flatMap(text => [...text.matchAll(/\bt\(\s*'([\w.]+)'/g)].map(match => match[1] ?? '')),
    )
    expect(asked.size).toBeGreaterThan(150)
    expect([...asked].filter(key => !stems.has(key))).toEqual([])
  })

  it('keep to the typography of their language', () => {
    for (const [key, text] of russian) expect(text, key).not.toMatch(/"|[a-z]"|\s-\s/)
    for (const [key, text] of english) expect(text, key).not.toMatch(/!|\boops\b/i)
  })
})

/** The members of a union of string literals in core: a new code without a text fails here. */
function codesIn(type: string, file = 'fit-types.ts'): string[] {
  const candidates = [file, 'fit/types.ts'].map(name => new URL(`../../core/src/${name}`, import.meta.url))
  for (const candidate of candidates) {
    try {
      const body = new RegExp(`export type ${type} =([\\s\\S]*?)\\n\\n`).exec(readFileSync(candidate, 'utf8'))?.[1]
      if (body) return [...body.matchAll(/'(\w+)'/g)].map(match => match[1] ?? '')
    } catch {
      // It may lie in the other place.
    }
  }
  throw new Error(`${type} not found in core`)
}
