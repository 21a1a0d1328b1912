/** People by name, a page at a time, and the same as CSV. Always holds: only people whose conversations the member may see; a name is looked up by an index that adds the workspace itself. */
import type { ContactRow, OperationResponse } from '@dragoman/api'
import { type RawBuilder, sql } from 'kysely'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { writeCsv } from '../people/import-members.ts'
import { contactView, type ShownContact } from './contact-view.ts'
import { readCursor, writeCursor } from './seen.ts'

export interface ContactFilter {
  q?: string
  channel?: string
  blocked?: 'yes' | 'no'
}

const mostExported = 50_000

interface Row extends ShownContact {
  customer_id: string | null
  attributes: Record<string, string>
  channels: string[]
  last_activity_at: Date | null
  conversation_id: string | null
  key: string
}

export async function listContacts(
  hub: Hub,
  actor: Actor,
  { cursor, limit, ...filter }: ContactFilter & { cursor?: string; limit: number },
): Promise<OperationResponse<'contacts'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const rows = await rowsOf(tx, actor, filter, limit + 1, readCursor(cursor))
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return { contacts: shown.map(toView), next: rows.length > limit && last ? writeCursor(last.key, last.id) : null }
    },
    { snapshot: true },
  )
}

/** All of the list, up to 50,000 people. Who may not see numbers gets none. */
export async function exportContacts(hub: Hub, actor: Actor, filter: ContactFilter): Promise<OperationResponse<'exportContacts'>> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const rows = await rowsOf(tx, actor, filter, mostExported + 1)
    const shown = rows.slice(0, mostExported)
    const sees = actor.rights.has('contacts.details')
    const keys = sees ? [...new Set(shown.flatMap(row => Object.keys(row.attributes)))].sort() : []
    const csv = writeCsv([
      ['name', ...(sees ? ['phone', 'email'] : []), 'language', 'customer_id', 'channels', 'last_activity', ...keys],
      ...shown.map(row => [
        row.name,
        ...(sees ? [row.phone ?? '', row.email ?? ''] : []),
        row.language ?? '',
        row.customer_id ?? '',
        row.channels.join(' '),
        row.last_activity_at?.toISOString() ?? '',
        ...keys.map(key => row.attributes[key] ?? ''),
      ]),
    ])
    await recordOperation(tx, actor, 'contacts.exported', null, { contacts: shown.length, ...filter })
    return { csv, contacts: shown.length, complete: rows.length <= mostExported }
  })
}

async function rowsOf(
  tx: Transaction,
  actor: Actor,
  filter: ContactFilter,
  most: number,
  after?: [string | number, string],
): Promise<Row[]> {
  const conditions: RawBuilder<unknown>[] = [sql`p.workspace_id = ${tx.workspaceId}`]
  const accounts = actor.accountIds === null ? sql`` : sql` and c.account_id = any(${[...actor.accountIds]}::uuid[])`
  const seen = sql`from conversation c join account a on a.workspace_id = c.workspace_id and a.id = c.account_id
    where c.workspace_id = p.workspace_id and c.contact_id = p.id${accounts}`
  conditions.push(sql`exists (select 1 ${seen}${filter.channel ? sql` and a.channel = ${filter.channel}` : sql``})`)
  if (filter.q) {
    const digits = filter.q.replace(/\D/g, '')
    // Who may not see numbers does not feel his way along them, digit by digit.
    const number = digits.length >= (actor.rights.has('contacts.details') ? 4 : 7) ? digits : ''
    conditions.push(sql`p.id = any(array(select contacts_containing(${filter.q}, ${number}, ${mostExported + 1})))`)
  }
  if (filter.blocked) conditions.push(filter.blocked === 'yes' ? sql`p.blocked_at is not null` : sql`p.blocked_at is null`)
  if (after) conditions.push(sql`(lower(p.name), p.id) > (${String(after[0])}, ${after[1]}::uuid)`)
  const { rows } =
    await sql<Row>`select p.id, p.name, p.phone, p.email, p.language, p.avatar_file_id, p.blocked_at, p.customer_id, p.attributes, lower(p.name) as key,
      array(select distinct a.channel ${seen}) as channels, l.id as conversation_id, l.last_activity_at
    from contact p left join lateral (select c.id, c.last_activity_at ${seen} order by c.last_activity_at desc limit 1) l on true
    where ${sql.join(conditions, sql` and `)} order by lower(p.name), p.id limit ${most}`.execute(tx.db)
  return rows
}

function toView(row: Row): ContactRow {
  return {
    contact: contactView(row),
    customerId: row.customer_id,
    channels: row.channels,
    lastActivityAt: row.last_activity_at?.getTime() ?? null,
    conversationId: row.conversation_id,
  }
}
