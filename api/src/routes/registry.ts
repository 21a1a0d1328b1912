/**
 * Routes of the living registry: messengers side by side on any day, what changed, and both as a file. Always holds: reach and law are told for countries
 * and a kind of business, by default the firm's own; a cell without a fact is `unknown`.
 */
import { businessKinds, readDay } from '@dragoman/core'
import { z } from 'zod'
import { route } from '../route.ts'
import { localized } from '../schemas/views.ts'

const day = z.string().refine(text => readDay(text) !== undefined, 'A day of the calendar is wanted, such as 2026-11-23.')
/** Codes that no country has are refused, so that a slip of the pen is not answered with “unknown”. */
const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
const isCountry = (code: string) =>
  /^[A-Za-z]{2}$/.test(code) && code.toUpperCase() !== 'ZZ' && regions.of(code.toUpperCase()) !== undefined
const countries = z
  .string()
  .max(200)
  .refine(
    text => text === '' || text.split(',').every(code => isCountry(code.trim())),
    'Countries are wanted as two letters each (ISO 3166-1), with commas between: RU,KZ. Empty: none.',
  )

export const registryQuery = z.object({
  /** Today, where absent. */
  asOf: day.optional(),
  /** The firm’s, where absent. */
  countries: countries.optional(),
  /** The firm’s, where absent. */
  business: z.enum(businessKinds).optional(),
  /** Ids of messengers with commas between; all, where absent. */
  channels: z.string().max(400).optional(),
})
export type RegistryQuery = z.infer<typeof registryQuery>

export const registryFact = z
  .object({
    channel: z.string(),
    /** Where it stands in the channel’s data: `features.edit`, `reach.RU`, `law.RU.bank.advertising`. */
    key: z.string(),
    group: z.string(),
    state: z.string().optional(),
    detail: z.record(z.string(), z.unknown()),
    note: localized.optional(),
    country: z.string().optional(),
    business: z.string().optional(),
    message: z.string().optional(),
    since: z.string().optional(),
    until: z.string().optional(),
    source: z.string(),
    checkedOn: z.string(),
    confidence: z.enum(['documented', 'observed', 'assumed']).optional(),
  })
  .meta({ id: 'RegistryFact' })
export type RegistryFactView = z.infer<typeof registryFact>

export const registryCell = z
  .object({
    /** The fact’s own state, or `holds` where it is only numbers; `not_yet`, `gone`, `unknown`. */
    state: z.string(),
    /** Not checked for long: `staleAfterDays`. */
    stale: z.boolean(),
    /** What decides. */
    fact: registryFact.nullable(),
    /** What else is recorded on the matter, newest first. */
    others: z.array(registryFact),
  })
  .meta({ id: 'RegistryCell' })
export type RegistryCellView = z.infer<typeof registryCell>

export const registryRow = z.object({
  key: z.string(),
  group: z.string(),
  country: z.string().nullable(),
  message: z.string().nullable(),
  /** By channel. */
  cells: z.record(z.string(), registryCell),
})
export type RegistryRowView = z.infer<typeof registryRow>

export const registryView = z
  .object({
    asOf: z.string(),
    countries: z.array(z.string()),
    business: z.string(),
    staleAfterDays: z.int(),
    channels: z.array(z.object({ id: z.string(), name: z.string() })),
    rows: z.array(registryRow),
  })
  .meta({ id: 'Registry' })
export type RegistryView = z.infer<typeof registryView>

export const registryChange = z
  .object({
    day: z.string(),
    channel: z.string(),
    key: z.string(),
    kind: z.enum(['began', 'ended', 'changed']),
    before: registryFact.nullable(),
    after: registryFact.nullable(),
  })
  .meta({ id: 'RegistryChange' })
export type RegistryChangeView = z.infer<typeof registryChange>

const changesQuery = registryQuery.omit({ asOf: true }).extend({
  /** A year before `until`, where absent. */
  since: day.optional(),
  /** Today, where absent. */
  until: day.optional(),
})
export type RegistryChangesQuery = z.infer<typeof changesQuery>

export const registryRoutes = {
  registry: route({
    method: 'GET',
    path: '/v1/registry',
    rule: 'agent',
    tag: 'Registry',
    summary: 'Messengers side by side on a day: what they can, where they are reached, what law says',
    query: registryQuery,
    response: registryView,
  }),
  registryChanges: route({
    method: 'GET',
    path: '/v1/registry/changes',
    rule: 'agent',
    tag: 'Registry',
    summary: 'What changed between two days: features, limits, reach and law',
    query: changesQuery,
    response: z.object({ since: z.string(), until: z.string(), changes: z.array(registryChange) }),
  }),
  exportRegistry: route({
    method: 'GET',
    path: '/v1/registry/export',
    rule: 'agent',
    tag: 'Registry',
    summary: 'The same as a file: CSV (a line for each cell) or JSON',
    query: registryQuery.extend({ format: z.enum(['csv', 'json']).default('csv'), language: z.enum(['en', 'ru']).default('en') }),
    response: z.object({ fileName: z.string(), mediaType: z.string(), content: z.string() }),
  }),
}
