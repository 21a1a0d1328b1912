/** Who did what, for people who may ask. Always holds: newest first, page by key (ids are made in order of time); names are those of today, facts those of the moment. */
import type { AuditEntryView, OperationResponse } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { writeCsv } from '../people/import-members.ts'

export interface AuditQuery {
  who?: string
  what?: string
  from?: number
  until?: number
}

const mostExported = 20_000

/** A page of the log. */
export async function listAudit(
  hub: Hub,
  actor: Actor,
  query: AuditQuery & { cursor?: string; limit: number },
): Promise<OperationResponse<'audit'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const entries = await entriesOf(tx, query, query.limit + 1)
      const shown = entries.slice(0, query.limit)
      return { entries: shown, next: entries.length > query.limit ? shown.at(-1)!.id : null }
    },
    { snapshot: true },
  )
}

/** The newest entries as CSV. */
export async function exportAudit(hub: Hub, actor: Actor, query: AuditQuery): Promise<OperationResponse<'auditCsv'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const entries = await entriesOf(tx, query, mostExported + 1)
      const rows = entries.slice(0, mostExported)
      const csv = writeCsv([
        ['time', 'who', 'what', 'account', 'details', 'ip'],
        ...rows.map(entry => [
          new Date(entry.at).toISOString(),
          entry.memberName ?? '',
          entry.what,
          entry.accountName ?? '',
          JSON.stringify(entry.details),
          entry.ip ?? '',
        ]),
      ])
      return { csv, entries: rows.length, more: entries.length > mostExported }
    },
    { snapshot: true },
  )
}

async function entriesOf(tx: Transaction, query: AuditQuery & { cursor?: string }, limit: number): Promise<AuditEntryView[]> {
  const before = query.cursor !== undefined && /^[0-9a-f-]{36}$/.test(query.cursor) ? query.cursor : null
  const { rows } = await tx.client.query(
    `select o.id, o.at, o.what, o.member_id, o.account_id, o.details, o.ip, u.name as member_name, a.name as account_name, p.name as contact_name
      from operation o
      left join member m on m.workspace_id = o.workspace_id and m.id = o.member_id left join app_user u on u.id = m.user_id
      left join account a on a.workspace_id = o.workspace_id and a.id = o.account_id
      left join contact p on p.workspace_id = o.workspace_id and p.id::text = o.details->>'contactId'
      where o.workspace_id = $1
        and ($2::uuid is null or o.id < $2) and ($3::uuid is null or o.member_id = $3) and (not $4::boolean or o.member_id is null)
        and ($5::text is null or o.what = $5 or (right($5, 1) = '.' and starts_with(o.what, $5)))
        and ($6::timestamptz is null or o.at >= $6) and ($7::timestamptz is null or o.at < $7)
      order by o.id desc limit $8`,
    [
      tx.workspaceId,
      before,
      query.who === undefined || query.who === 'hub' ? null : query.who,
      query.who === 'hub',
      query.what ?? null,
      query.from === undefined ? null : new Date(query.from),
      query.until === undefined ? null : new Date(query.until),
      limit,
    ],
  )
  return rows.map(row => ({
    id: row.id,
    at: row.at.getTime(),
    what: row.what,
    memberId: row.member_id,
    memberName: row.member_name,
    accountId: row.account_id,
    accountName: row.account_name,
    details: row.contact_name === null ? row.details : { ...row.details, contactName: row.contact_name },
    ip: row.ip,
  }))
}
