/**
 * Search by name, phone in any form, e-mail, order number, words of messages and names of files [mechanics 10]. Always holds: what is looked up is looked
 * up by functions that add the workspace themselves (text search is not leakproof: under row-level security its index would not be used); hits are then
 * held against what may be seen.
 */
import type { ConversationFilter, OperationResponse } from '@dragoman/api'
import { type MessageBody, plainText } from '@dragoman/core'
import { sql } from 'kysely'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { matches } from '../conversations/filter.ts'
import { conversationViews } from '../conversations/views.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { correctedQuery } from './correct.ts'
import { spellingsOf } from './spellings.ts'

export interface SearchQuery {
  q: string
  limit: number
  filter: ConversationFilter
  /** ms: messages from then on, and before then. */
  from?: number
  before?: number
  direction?: 'in' | 'out' | 'note'
  withFiles?: 'yes' | 'no'
}

type Found = OperationResponse<'search'>

/** With fewer hits than this, mistyped words are corrected and looked for too. */
const fewHits = 3
/** Whoever may not see numbers finds by a number only when he knows it. */
const knownNumberDigits = 7

/** Finds people, messages and files. */
export async function search(hub: Hub, actor: Actor, query: SearchQuery): Promise<Found> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const contacts = await searchContacts(hub, tx, actor, query)
      const exact = await searchMessages(hub, tx, actor, query, query.q)
      const corrected = exact.length < fewHits ? await correctedQuery(tx, query.q) : undefined
      const more = corrected ? await searchMessages(hub, tx, actor, query, corrected) : []
      const known = new Set(exact.map(hit => hit.messageId))
      return {
        contacts,
        messages: [...exact, ...more.filter(hit => !known.has(hit.messageId))].slice(0, query.limit),
        files: await searchFiles(hub, tx, actor, query),
        corrected: more.length > 0 ? (corrected ?? null) : null,
      }
    },
    { snapshot: true },
  )
}

/** Every state, unless the filter names one; never spam unasked. */
function asAsked(filter: ConversationFilter): ConversationFilter {
  return { state: 'any', snoozed: 'any', ...filter }
}

async function searchContacts(hub: Hub, tx: Transaction, actor: Actor, { q, limit, filter }: SearchQuery): Promise<Found['contacts']> {
  const { country } = (
    await tx.client.query<{ country: string | null }>('select countries[1] as country from workspace where workspace_id = $1', [
      tx.workspaceId,
    ])
  ).rows[0] ?? { country: null }
  const digits = digitsOf(q, country)
  const mayGuess = actor.rights.has('contacts.details') || digits.length >= knownNumberDigits
  const { rows } = await sql<{ id: string; matched: Found['contacts'][number]['matched'] }>`
    select distinct on (f.score, c.last_activity_at, c.id) c.id, f.matched, f.score, c.last_activity_at
    from search_contacts(${spellingsOf(q)}::text[], ${mayGuess ? digits : ''}, 200) f
    join conversation c on c.workspace_id = ${tx.workspaceId} and c.contact_id = f.contact_id
    where ${matches(asAsked(filter), actor, hub.now())} and (f.matched <> 'email' or ${actor.rights.has('contacts.details')})
    order by f.score desc, c.last_activity_at desc, c.id limit ${limit}`.execute(tx.db)
  const views = await viewsById(
    hub,
    tx,
    rows.map(row => row.id),
  )
  return rows.flatMap(row => (views.has(row.id) ? [{ conversation: views.get(row.id)!, matched: row.matched }] : []))
}

/** The digits to look for: a number in national form is read with the firm's country, so that “8 (916) …” finds “+7916…”. */
export function digitsOf(query: string, country: string | null): string {
  const digits = query.replace(/\D/g, '')
  if (digits.length < 3 || /\p{L}/u.test(query)) return ''
  const parsed = parsePhoneNumberFromString(query, (country ?? undefined) as Parameters<typeof parsePhoneNumberFromString>[1])
  if (parsed?.isPossible()) return parsed.number.slice(1)
  // The trunk prefix of several countries is not part of the international form.
  return digits.length === 11 && digits.startsWith('8') ? digits.slice(1) : digits.replace(/^0+/, '')
}

/** How many of the newest hits are looked at in one round: mostly nothing is refused; when filters refuse most of them, more at once. */
const roundSizes = (limit: number) => [3 * limit, 400, 400, 400, 400]

async function searchMessages(hub: Hub, tx: Transaction, actor: Actor, query: SearchQuery, words: string): Promise<Found['messages']> {
  const hits: { message_id: string; conversation_id: string; at: Date; body: Buffer }[] = []
  let before = query.before === undefined ? new Date('9999-01-01T00:00:00Z') : new Date(query.before)
  const from = new Date(query.from ?? 0)
  for (const roundSize of roundSizes(query.limit)) {
    if (hits.length >= query.limit) break
    const { rows } = await sql<{ message_id: string; conversation_id: string; at: Date; body: Buffer | null; oldest: Date; found: number }>`
      with s as materialized (select * from search_messages(websearch_to_tsquery('russian', ${words}), ${roundSize}, ${from}, ${before})),
        kept as (select s.message_id, s.conversation_id, s.at, m.body from s
          join message m on m.workspace_id = ${tx.workspaceId} and m.id = s.message_id and m.deleted_at is null
          join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = s.conversation_id
          where ${matches(asAsked(query.filter), actor, hub.now())}
            ${query.direction ? sql`and m.direction = ${query.direction}` : sql``}
            ${query.withFiles ? sql`and (m.file_ids <> '{}') = ${query.withFiles === 'yes'}` : sql``}
          order by s.at desc limit ${query.limit})
      select k.*, (select min(at) from s) as oldest, (select count(*)::int from s) as found from (select 1) one left join kept k on true order by k.at desc`.execute(
      tx.db,
    )
    for (const row of rows) if (row.body) hits.push({ ...row, body: row.body })
    const last = rows[0]
    if (!last || last.found < roundSize) break
    before = last.oldest
  }
  const seen = hits.slice(0, query.limit)
  if (seen.length === 0) return []
  const texts = seen.map(row => plainText(hub.codec.openJson<MessageBody>(tx.workspaceId, row.body).content))
  const { rows: snippets } = await tx.client.query<{ snippet: string }>({
    name: 'search_snippets',
    text: `select ts_headline('russian', t, websearch_to_tsquery('russian', $2), 'StartSel=‹, StopSel=›, MaxWords=24, MinWords=8, MaxFragments=1') as snippet from unnest($1::text[]) with ordinality as v(t, n) order by n`,
    values: [texts.map(text => text.replace(/[‹›]/g, ' ')), words],
  })
  const views = await viewsById(
    hub,
    tx,
    seen.map(row => row.conversation_id),
  )
  return seen.flatMap((row, index) => {
    const conversation = views.get(row.conversation_id)
    return conversation ? [{ conversation, messageId: row.message_id, at: row.at.getTime(), snippet: snippets[index]?.snippet ?? '' }] : []
  })
}

async function searchFiles(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  { q, limit, filter, from, before }: SearchQuery,
): Promise<Found['files']> {
  if (q.length < 3) return []
  const { rows } = await sql<{ file_id: string; message_id: string; conversation_id: string; at: Date; name: string }>`
    select f.file_id, f.message_id, f.conversation_id, f.at, f.name from search_files(${q}, 200) f
    join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = f.conversation_id
    where ${matches(asAsked(filter), actor, hub.now())} and f.at >= ${new Date(from ?? 0)} and f.at < ${new Date(before ?? Date.parse('9999-01-01'))}
    order by f.at desc limit ${limit}`.execute(tx.db)
  const views = await viewsById(
    hub,
    tx,
    rows.map(row => row.conversation_id),
  )
  return rows.flatMap(row => {
    const conversation = views.get(row.conversation_id)
    return conversation ? [{ conversation, messageId: row.message_id, fileId: row.file_id, name: row.name, at: row.at.getTime() }] : []
  })
}

async function viewsById(hub: Hub, tx: Transaction, ids: readonly string[]) {
  return new Map((await conversationViews(hub, tx, [...new Set(ids)])).map(view => [view.id, view]))
}
