/**
 * The living registry for a firm: its countries and kind of business, the channels of this hub, any day. Always holds: nothing is kept here; facts are
 * the channels' own, and every answer is made of them by core's rules.
 */
import type { OperationResponse, RegistryChangesQuery, RegistryQuery, RegistryView } from '@dragoman/api'
import { type Channel, changesSince, type RegistryFact, registryFacts, registryMatrix, staleAfterDays } from '@dragoman/core'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { writeCsv } from '../people/import-members.ts'
import { HubProblem } from '../problem.ts'
import { valueText } from './value-text.ts'

/** Messengers side by side on a day. */
export async function readRegistry(hub: Hub, actor: Actor, query: RegistryQuery): Promise<RegistryView> {
  const { countries, business } = await placeOf(hub, actor, query)
  const channels = channelsOf(hub, query)
  const asOf = query.asOf ?? today(hub)
  const rows = registryMatrix(channels.map(sourceOf), { day: asOf, countries, business })
  return {
    asOf,
    countries,
    business,
    staleAfterDays,
    channels: channels.map(({ id, badge }) => ({ id, name: badge.name })),
    rows: rows.map(row => ({
      key: row.key,
      group: row.group,
      country: row.country ?? null,
      message: row.message ?? null,
      cells: Object.fromEntries(
        Object.entries(row.cells).map(([id, { state, stale, fact, history }]) => [
          id,
          { state, stale, fact: fact ? factView(fact) : null, others: history.filter(one => one !== fact).map(factView) },
        ]),
      ),
    })),
  }
}

/** What changed between two days, both included. Reach and law only of the countries and the business that are asked about. */
export async function registryChanges(hub: Hub, actor: Actor, query: RegistryChangesQuery): Promise<OperationResponse<'registryChanges'>> {
  const { countries, business } = await placeOf(hub, actor, query)
  const until = query.until ?? today(hub)
  const since = query.since ?? yearBefore(until)
  if (since > until) {
    const message = `“since” (${since}) lies after “until” (${until}).`
    throw new HubProblem('invalid_request', message, { errors: [{ path: 'query.since', message }] })
  }
  const facts = channelsOf(hub, query)
    .flatMap(channel => registryFacts(sourceOf(channel)))
    .filter(
      fact =>
        (fact.country === undefined || fact.country === '*' || countries.includes(fact.country)) &&
        (fact.business === undefined || fact.business === '*' || fact.business === business),
    )
  const changes = changesSince(facts, since, until).map(({ before, after, ...change }) => ({
    ...change,
    before: before ? factView(before) : null,
    after: after ? factView(after) : null,
  }))
  return { since, until, changes }
}

/** The matrix as a file. */
export async function exportRegistry(
  hub: Hub,
  actor: Actor,
  { format, language, ...query }: RegistryQuery & { format: 'csv' | 'json'; language: 'en' | 'ru' },
): Promise<OperationResponse<'exportRegistry'>> {
  const view = await readRegistry(hub, actor, query)
  const fileName = `dragoman-registry-${view.asOf}.${format}`
  if (format === 'json') return { fileName, mediaType: 'application/json', content: `${JSON.stringify(view, null, 2)}\n` }
  const head = 'capability,country,business,message,messenger,state,value,note,since,until,source,checked on,confidence,stale'.split(',')
  const lines = view.rows.flatMap(row =>
    view.channels.map(({ id, name }) => {
      const { state, stale, fact } = row.cells[id]!
      return [
        row.key,
        row.country ?? '',
        row.group === 'law' ? view.business : '',
        row.message ?? '',
        name,
        state,
        fact ? valueText(fact.detail) : '',
        fact?.note?.[language] ?? '',
        fact?.since ?? '',
        fact?.until ?? '',
        fact?.source ?? '',
        fact?.checkedOn ?? '',
        fact?.confidence ?? '',
        stale ? 'yes' : '',
      ]
    }),
  )
  return { fileName, mediaType: 'text/csv', content: writeCsv([head, ...lines]) }
}

async function placeOf(hub: Hub, actor: Actor, query: Pick<RegistryQuery, 'countries' | 'business'>) {
  const firm = await inWorkspace(
    hub,
    actor.workspaceId,
    tx => tx.db.selectFrom('workspace').select(['countries', 'business_kind']).executeTakeFirstOrThrow(),
    { snapshot: true },
  )
  const asked = query.countries?.split(',').flatMap(code => code.trim().toUpperCase() || [])
  return { countries: [...new Set(asked ?? firm.countries)], business: query.business ?? firm.business_kind }
}

function channelsOf(hub: Hub, query: Pick<RegistryQuery, 'channels'>): Channel[] {
  const wanted = query.channels?.split(',').flatMap(id => id.trim() || [])
  if (!wanted || wanted.length === 0) return [...hub.channels.values()]
  const unknown = wanted.filter(id => !hub.channels.has(id))
  if (unknown.length > 0) {
    const message = `There is no messenger “${unknown.join('”, “')}”. There are: ${[...hub.channels.keys()].join(', ')}.`
    throw new HubProblem('invalid_request', message, { errors: [{ path: 'query.channels', message }] })
  }
  return [...hub.channels.values()].filter(({ id }) => wanted.includes(id))
}

const sourceOf = (channel: Channel) => ({ id: channel.id, capabilities: channel.capabilities({}), replyPolicy: channel.replyPolicy })

function factView({ note, ...fact }: RegistryFact): RegistryView['rows'][number]['cells'][string]['others'][number] {
  return { ...fact, detail: { ...fact.detail }, ...(note ? { note: { ...note } } : {}) }
}

function today(hub: Hub): string {
  return new Date(hub.now()).toISOString().slice(0, 10)
}

function yearBefore(day: string): string {
  const at = new Date(day)
  at.setUTCFullYear(at.getUTCFullYear() - 1)
  return at.toISOString().slice(0, 10)
}
