/** From where the event log is read for automatic answers. Always holds: whoever switches them on begins with the next message, not with all that ever came. */
import type { Transaction } from '../database/transaction.ts'

/** Begins where the log stands now, where nobody has begun yet. Call it when the setting is saved: who writes in the next moment is answered too. */
export async function beginAnswers(tx: Transaction): Promise<void> {
  await tx.client.query({
    name: 'answers_place_new',
    text: 'insert into automatic_answer_place (workspace_id, epoch, position) select workspace_id, epoch, position from log_head where workspace_id = $1 on conflict do nothing',
    values: [tx.workspaceId],
  })
}
