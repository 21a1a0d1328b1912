/** The search index of messages, declared plaintext [mechanics 24]. Always holds: what was deleted is not found; a workspace may switch the index off. */
import { binaryArray } from '../database/binary-array.ts'
import type { Transaction } from '../database/transaction.ts'

/** Puts the words of messages into the search index, unless the workspace has switched it off; an empty text takes a message out. */
export async function indexMessages(
  tx: Transaction,
  messages: readonly { id: string; conversationId: string; at: number; text: string }[],
): Promise<void> {
  const words = messages.filter(message => message.text !== '')
  const without = messages.filter(message => message.text === '')
  if (words.length > 0) {
    await tx.client.query({
      name: 'search_index',
      text: `insert into message_search (workspace_id, message_id, conversation_id, at, words)
        select $1, v.id, v.conversation_id, v.at, to_tsvector('russian', left(v.words, 100000)) from unnest($2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[]) as v(id, conversation_id, at, words)
        where (select search_index from workspace where workspace_id = $1)
        on conflict (workspace_id, message_id) do update set words = excluded.words`,
      values: [
        tx.workspaceId,
        binaryArray('uuid', words, row => row.id),
        binaryArray('uuid', words, row => row.conversationId),
        binaryArray('timestamptz', words, row => row.at),
        binaryArray('text', words, row => row.text),
      ],
    })
  }
  if (without.length > 0)
    await tx.client.query({
      name: 'search_remove',
      text: 'delete from message_search where workspace_id = $1 and message_id = any($2::uuid[])',
      values: [tx.workspaceId, without.map(row => row.id)],
    })
}
