/** Lines in a thread that tell what happened, many at once. Always holds: the words are made by the screen, from `what` and `params`; the caller appends the events. */
import { bulkInsert } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

export interface SystemLine {
  conversation: { id: string; accountId: string; caseId: string | null }
  what: string
  params: Readonly<Record<string, string>>
  /** What a person wrote with it; sealed, unlike the params. */
  text?: string
}

/** Puts the lines into their threads. Returns the messages' ids, in the same order. */
export async function addSystemLines(hub: Pick<Hub, 'codec' | 'now'>, tx: Transaction, lines: readonly SystemLine[]): Promise<string[]> {
  const now = hub.now()
  const rows = lines.map(line => {
    const id = newId(now)
    return {
      id,
      conversation_id: line.conversation.id,
      account_id: line.conversation.accountId,
      case_id: line.conversation.caseId,
      direction: 'system',
      author_kind: 'system',
      author_name: '',
      kind: 'text',
      body: hub.codec.sealJson(tx.workspaceId, { content: { kind: 'text', text: { text: line.text ?? '' } } }),
      order_at: now,
      order_tie: 0,
      order_external: id,
      at: now,
      state: 'sent',
      system: { what: line.what, params: line.params },
    }
  })
  await bulkInsert(
    tx,
    'message',
    {
      id: 'uuid',
      conversation_id: 'uuid',
      account_id: 'uuid',
      case_id: 'uuid',
      direction: 'text',
      author_kind: 'text',
      author_name: 'text',
      kind: 'text',
      body: 'bytea',
      order_at: 'timestamptz',
      order_tie: 'bigint',
      order_external: 'text',
      at: 'timestamptz',
      state: 'text',
      system: 'jsonb',
    },
    rows,
  )
  return rows.map(row => row.id)
}
