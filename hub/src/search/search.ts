/**
 * Search by name, phone in any form, and words of messages [mechanics 10]. Always holds: the words are looked up by functions that add the workspace
 * themselves (text search is not leakproof: under row-level security its index would not be used); hits are then held against what may be seen.
 */
import type { OperationResponse } from '@dragoman/api'
import { type MessageBody, plainText } from '@dragoman/core'
import { sql } from 'kysely'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { conversationViews } from '../conversations/views.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee, maySeeAccount } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'

const fewestHiddenDigits = 7

/** Finds people and messages. */
export async function search(hub: Hub, actor: Actor, query: string, limit: number): Promise<OperationResponse<'search'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => ({
      contacts: await searchContacts(hub, tx, actor, query, limit),
      messages: await searchMessages(hub, tx, actor, query, limit),
    }),
    { snapshot: true },
  )
}

async function searchContacts(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  query: string,
  limit: number,
): Promise<OperationResponse<'search'>['contacts']> {
  // A few digits would let a number be guessed bit by bit: whoever may not see numbers finds one only when he knows it.
  if (!actor.rights.has('contacts.details') && !/\p{L}/u.test(query) && query.replace(/\D/g, '').length < fewestHiddenDigits) return []
  const { country } = (
    await tx.client.query<{ country: string | null }>('select countries[1] as country from workspace where workspace_id = $1', [
      tx.workspaceId,
    ])
  ).rows[0] ?? { country: null }
  const { rows } = await sql<{ id: string; matched: 'name' | 'phone' | 'username' }>`
    select distinct on (f.score, c.last_activity_at, c.id) c.id, f.matched, f.score, c.last_activity_at from search_contacts(${query}, ${digitsOf(query, country)}, 200) f
    join conversation c on c.workspace_id = ${tx.workspaceId} and c.contact_id = f.contact_id
    where ${maySeeAccount(actor, sql.ref<string>('c.account_id'))}
    order by f.score desc, c.last_activity_at desc, c.id limit ${limit}`.execute(tx.db)
  const views = new Map(
    (
      await conversationViews(
        hub,
        tx,
        rows.map(row => row.id),
      )
    ).map(view => [view.id, view]),
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

async function searchMessages(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  query: string,
  limit: number,
): Promise<OperationResponse<'search'>['messages']> {
  const { rows } = await tx.client.query<{ message_id: string; conversation_id: string; at: Date; body: Buffer; account_id: string }>({
    name: 'search_messages',
    text: `select s.message_id, s.conversation_id, s.at, m.body, m.account_id from search_messages($2, $3) s join message m on m.workspace_id = $1 and m.id = s.message_id and m.deleted_at is null order by s.at desc`,
    values: [tx.workspaceId, query, limit * 2],
  })
  const seen = rows.filter(row => maySee(actor, { accountId: row.account_id })).slice(0, limit)
  if (seen.length === 0) return []
  const texts = seen.map(row => plainText(hub.codec.openJson<MessageBody>(tx.workspaceId, row.body).content))
  const { rows: snippets } = await tx.client.query<{ snippet: string }>({
    name: 'search_snippets',
    text: `select ts_headline('russian', t, websearch_to_tsquery('russian', $2), 'StartSel=‹, StopSel=›, MaxWords=24, MinWords=8, MaxFragments=1') as snippet from unnest($1::text[]) with ordinality as v(t, n) order by n`,
    values: [texts.map(text => text.replace(/[‹›]/g, ' ')), query],
  })
  const views = new Map((await conversationViews(hub, tx, [...new Set(seen.map(row => row.conversation_id))])).map(view => [view.id, view]))
  return seen.flatMap((row, index) => {
    const conversation = views.get(row.conversation_id)
    return conversation ? [{ conversation, messageId: row.message_id, at: row.at.getTime(), snippet: snippets[index]?.snippet ?? '' }] : []
  })
}
