/** What rules would remove, in numbers. Always holds: reads only, with the very conditions by which `retain.ts` removes. */
import type { Retention, RetentionPreview } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { removableFiles, removableMessages } from './conditions.ts'
import { cutoff, rulesOf } from './rules.ts'

/** Counts what would go now. */
export async function previewRetention(hub: Hub, actor: Actor, value: Retention): Promise<RetentionPreview> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const now = hub.now()
      const accounts = await tx.db.selectFrom('account').select(['id', 'channel']).execute()
      const byAccount: { accountId: string; messages: number }[] = []
      const messages = { count: 0, oldest: null as number | null, conversations: 0 }
      const files = { count: 0, bytes: 0 }
      for (const rule of rulesOf(value, accounts)) {
        const before = cutoff(rule.messages, now)
        if (before) {
          const { rows } = await tx.client.query<{ n: number; oldest: Date | null; conversations: number }>(
            `select count(*)::int as n, min(m.at) as oldest, count(distinct m.conversation_id)::int as conversations from message m where ${removableMessages}`,
            [tx.workspaceId, rule.accountId, before],
          )
          const found = rows[0]!
          messages.count += found.n
          messages.conversations += found.conversations
          if (found.oldest) messages.oldest = Math.min(messages.oldest ?? found.oldest.getTime(), found.oldest.getTime())
          if (found.n > 0) byAccount.push({ accountId: rule.accountId, messages: found.n })
        }
        const filesBefore = [before, cutoff(rule.files, now)]
          .filter(one => one !== undefined)
          .toSorted((a, b) => b.getTime() - a.getTime())[0]
        if (filesBefore) {
          const { rows } = await tx.client.query<{ n: number; bytes: number }>(
            `select count(*)::int as n, coalesce(sum(f.size_bytes), 0)::bigint as bytes from file f where f.workspace_id = $1 and f.id in (
              select distinct f.id from message m cross join unnest(m.file_ids) as u(id) join file f on f.workspace_id = m.workspace_id and f.id = u.id where ${removableFiles})`,
            [tx.workspaceId, rule.accountId, filesBefore],
          )
          files.count += rows[0]!.n
          files.bytes += rows[0]!.bytes
        }
      }
      const count = async (text: string, days: number | null) => {
        const before = cutoff(days, now)
        if (!before) return 0
        return (await tx.client.query<{ n: number }>(`select count(*)::int as n from ${text}`, [tx.workspaceId, before])).rows[0]!.n
      }
      return {
        messages,
        files,
        byAccount,
        search: await count('message_search where workspace_id = $1 and at < $2', value.search),
        audit: await count('operation where workspace_id = $1 and at < $2', value.audit),
        addresses: await count('operation where workspace_id = $1 and at < $2 and ip is not null', value.addresses),
        deliveries: await count('webhook_delivery where workspace_id = $1 and created_at < $2', value.deliveries),
        setAside: await count('set_aside where workspace_id = $1 and resolved_at < $2', value.setAside),
        last: await lastRemoval(tx),
      }
    },
    { snapshot: true },
  )
}

async function lastRemoval(tx: Transaction): Promise<RetentionPreview['last']> {
  const row = await tx.db
    .selectFrom('operation')
    .select(['at', 'details'])
    .where('what', '=', 'retention.removed')
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  const { messages = 0, files = 0 } = row.details as { messages?: number; files?: number }
  return { at: row.at.getTime(), messages, files }
}
