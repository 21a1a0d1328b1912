/**
 * Removes what a workspace's rules no longer keep. Always holds: in pieces of one short transaction each, so that a process that is killed loses a piece at most and
 * the next run goes on; the list, counters and whoever is connected are told in the same transaction; bytes go after their rows, from a list that outlives a kill.
 */
import type { Retention } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import { settingIn } from '../settings/settings.ts'
import { removableFiles, removableMessages } from './conditions.ts'
import { cutoff, rulesOf } from './rules.ts'

const messagesAtOnce = 500
const rowsAtOnce = 5_000
const filesAtOnce = 200

export interface Retained {
  messages: number
  files: number
  /** Of traces: audit, search, deliveries. */
  rows: number
}

/** One run over all workspaces. Safe to run twice, and by two at once. */
export async function retain(hub: Hub): Promise<void> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string }>('select workspace_id from workspace')
  for (const row of rows) await retainWorkspace(hub, row.workspace_id)
  await removeBytes(hub)
}

/** One run over one workspace. Returns what went. */
export async function retainWorkspace(hub: Hub, workspaceId: string): Promise<Retained> {
  const { value, accounts } = await inWorkspace(hub, workspaceId, async tx => ({
    value: (await settingIn(tx, 'retention')).value,
    accounts: await tx.db.selectFrom('account').select(['id', 'channel']).execute(),
  }))
  const now = hub.now()
  const gone: Retained = { messages: 0, files: 0, rows: 0 }
  for (const rule of rulesOf(value, accounts)) {
    const before = cutoff(rule.messages, now)
    if (before) {
      for (;;) {
        const piece = await inWorkspace(hub, workspaceId, tx => removeMessages(hub, tx, rule.accountId, before))
        gone.messages += piece.messages
        gone.files += piece.files
        if (piece.messages < messagesAtOnce) break
      }
    }
    const filesBefore = cutoff(rule.files, now)
    if (filesBefore) {
      for (;;) {
        const files = await inWorkspace(hub, workspaceId, tx => removeFiles(hub, tx, rule.accountId, filesBefore))
        gone.files += files
        if (files < filesAtOnce) break
      }
    }
  }
  gone.rows = await removeTraces(hub, workspaceId, value, now)
  if (gone.messages + gone.files > 0) {
    await inWorkspace(hub, workspaceId, tx =>
      recordOperation(tx, { memberId: null }, 'retention.removed', null, { messages: gone.messages, files: gone.files }),
    )
    hub.log.info({ workspaceId, ...gone }, 'removed by the rules of retention')
  }
  return gone
}

async function removeMessages(hub: Hub, tx: Transaction, accountId: string, before: Date): Promise<{ messages: number; files: number }> {
  const { rows } = await tx.client.query<{ id: string; conversation_id: string; file_ids: string[] }>(
    `select m.id, m.conversation_id, m.file_ids from message m where ${removableMessages} limit ${messagesAtOnce}`,
    [tx.workspaceId, accountId, before],
  )
  if (rows.length === 0) return { messages: 0, files: 0 }
  const ids = rows.map(row => row.id)
  const conversationIds = [...new Set(rows.map(row => row.conversation_id))]
  await tx.client.query('select 1 from conversation where workspace_id = $1 and id = any($2::uuid[]) order by id for update', [
    tx.workspaceId,
    conversationIds,
  ])
  await tx.client.query(
    `delete from held_part h using part p where h.workspace_id = $1 and p.workspace_id = $1 and p.id = h.part_id and p.message_id = any($2::uuid[])`,
    [tx.workspaceId, ids],
  )
  for (const table of ['reaction', 'message_revision', 'mention', 'saved_reply_use', 'message_search', 'platform_message', 'part'])
    await tx.client.query(`delete from ${table} where workspace_id = $1 and message_id = any($2::uuid[])`, [tx.workspaceId, ids])
  await tx.client.query('delete from message where workspace_id = $1 and id = any($2::uuid[])', [tx.workspaceId, ids])
  // How many came, and how many of them were read, stays: what is unread is the difference.
  await tx.client.query(
    `update conversation set removed_before = greatest(removed_before, $3),
        last_preview = case when last_message->>'id' = any($4::text[]) then null else last_preview end,
        last_message = case when last_message->>'id' = any($4::text[]) then null else last_message end
      where workspace_id = $1 and id = any($2::uuid[])`,
    [tx.workspaceId, conversationIds, before, ids],
  )
  const files = await forgetFiles(tx, [...new Set(rows.flatMap(row => row.file_ids))])
  for (const conversationId of conversationIds)
    tx.append({
      event: {
        kind: 'messages.removed',
        conversationId,
        messageIds: rows.filter(row => row.conversation_id === conversationId).map(row => row.id),
      },
      scope: { accountId, conversationId },
    })
  await appendChanges(hub, tx, { conversations: conversationIds })
  return { messages: rows.length, files }
}

/** Rows of files that nobody refers to any more; their bytes follow. */
async function forgetFiles(tx: Transaction, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const { rows } = await tx.client.query<{ id: string }>(
    `select f.id from file f where f.workspace_id = $1 and f.id = any($2::uuid[])
        and not exists (select 1 from message m where m.workspace_id = $1 and m.file_ids <> '{}' and m.file_ids @> array[f.id])
        and not exists (select 1 from saved_reply s where s.workspace_id = $1 and s.file_ids <> '{}' and s.file_ids @> array[f.id])
        and not exists (select 1 from contact k where k.workspace_id = $1 and k.avatar_file_id = f.id)`,
    [tx.workspaceId, ids],
  )
  const free = rows.map(row => row.id)
  await queueBytes(tx, free)
  for (const [table, column] of [
    ['file_link', 'file_id'],
    ['media_handle', 'file_id'],
    ['file', 'id'],
  ])
    await tx.client.query(`delete from ${table} where workspace_id = $1 and ${column} = any($2::uuid[])`, [tx.workspaceId, free])
  return free.length
}

async function queueBytes(tx: Transaction, fileIds: readonly string[]): Promise<void> {
  await tx.client.query(
    `insert into file_removal (workspace_id, storage_key) select f.workspace_id, k.key from file f cross join lateral (values (f.storage_key), (f.thumbnail_key)) as k(key)
      where f.workspace_id = $1 and f.id = any($2::uuid[]) and k.key is not null`,
    [tx.workspaceId, fileIds],
  )
}

/** The bytes alone: the message stays and says so. */
async function removeFiles(hub: Hub, tx: Transaction, accountId: string, before: Date): Promise<number> {
  const { rows } = await tx.client.query<{ id: string; message_id: string; conversation_id: string }>(
    `select f.id, m.id as message_id, m.conversation_id from message m cross join unnest(m.file_ids) as u(id) join file f on f.workspace_id = m.workspace_id and f.id = u.id
      where ${removableFiles} limit ${filesAtOnce}`,
    [tx.workspaceId, accountId, before],
  )
  if (rows.length === 0) return 0
  const ids = [...new Set(rows.map(row => row.id))]
  await tx.client.query('select 1 from conversation where workspace_id = $1 and id = any($2::uuid[]) order by id for update', [
    tx.workspaceId,
    [...new Set(rows.map(row => row.conversation_id))],
  ])
  await queueBytes(tx, ids)
  await tx.client.query('delete from file_link where workspace_id = $1 and file_id = any($2::uuid[])', [tx.workspaceId, ids])
  await tx.client.query('delete from media_handle where workspace_id = $1 and file_id = any($2::uuid[])', [tx.workspaceId, ids])
  await tx.client.query(
    `update file set state = 'failed', reason = 'removed_by_rule', storage_key = null, thumbnail_key = null, source = null where workspace_id = $1 and id = any($2::uuid[])`,
    [tx.workspaceId, ids],
  )
  await appendChanges(hub, tx, { changedMessages: rows.map(row => row.message_id) })
  return rows.length
}

async function removeTraces(hub: Hub, workspaceId: string, value: Retention, now: number): Promise<number> {
  let removed = 0
  const rounds: [string, number | null][] = [
    [
      `delete from message_search where ctid = any(array(select ctid from message_search where workspace_id = $1 and at < $2 limit ${rowsAtOnce}))`,
      value.search,
    ],
    [
      `delete from operation where ctid = any(array(select ctid from operation where workspace_id = $1 and at < $2 limit ${rowsAtOnce}))`,
      value.audit,
    ],
    [
      `update operation set ip = null where ctid = any(array(select ctid from operation where workspace_id = $1 and at < $2 and ip is not null limit ${rowsAtOnce}))`,
      value.addresses,
    ],
    [
      `delete from webhook_delivery where ctid = any(array(select ctid from webhook_delivery where workspace_id = $1 and created_at < $2 limit ${rowsAtOnce}))`,
      value.deliveries,
    ],
    [
      `delete from set_aside where ctid = any(array(select ctid from set_aside where workspace_id = $1 and resolved_at < $2 limit ${rowsAtOnce}))`,
      value.setAside,
    ],
  ]
  for (const [text, days] of rounds) {
    const before = cutoff(days, now)
    if (!before) continue
    for (;;) {
      const count = await inWorkspace(hub, workspaceId, async tx => (await tx.client.query(text, [tx.workspaceId, before])).rowCount ?? 0)
      removed += count
      if (count < rowsAtOnce) break
    }
  }
  return removed
}

/** Removes bytes from storage whose rows are gone. A key that is gone already is no error: this may run twice. */
export async function removeBytes(hub: Hub): Promise<number> {
  let removed = 0
  for (;;) {
    const { rows } = await hub.pools.system.query<{ workspace_id: string; id: number; storage_key: string }>(
      `select workspace_id, id, storage_key from file_removal order by workspace_id, id limit ${filesAtOnce}`,
    )
    if (rows.length === 0) return removed
    for (const row of rows) {
      await hub.storage.remove(row.storage_key)
      await hub.pools.system.query('delete from file_removal where workspace_id = $1 and id = $2', [row.workspace_id, row.id])
      removed++
    }
  }
}
