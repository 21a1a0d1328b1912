/** What a change was before, kept for ten minutes [undo.ts gives it back]. Always holds: sealed, since it holds words of the last message. */
import type { ClosingAnswers } from '@dragoman/api'
import type { Working } from '../conversations/change.ts'
import type { WrittenMessage } from '../conversations/change-messages.ts'
import { type DeskFields, fieldsOf } from '../conversations/desk-rows.ts'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'

const keptMs = 10 * 60_000

/** One conversation as it was and as it became. */
export interface UndoEntry {
  id: string
  before: DeskFields
  after: DeskFields
  readBefore: number
  read: boolean
  contactId: string
  /** Whether the contact was blocked or freed, and what he was before. */
  block?: { before: boolean; after: boolean }
  caseBefore: { closedAt: number | null; closedBy: string | null; fields: ClosingAnswers }
  messages: { id: string; kind: 'out' | 'note' }[]
}

/** Keeps it; gives the id to undo by. */
export async function storeUndo(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  changed: readonly Working[],
  written: readonly WrittenMessage[],
): Promise<string> {
  const id = newId(hub.now())
  const entries = changed.map(
    ({ row, before, read, block }): UndoEntry => ({
      id: row.id,
      before,
      after: fieldsOf(row),
      readBefore: row.readCount,
      read: read ?? false,
      contactId: row.contactId,
      block: block === undefined || block === row.contactBlocked ? undefined : { before: row.contactBlocked, after: block },
      caseBefore: { closedAt: row.caseClosedAt, closedBy: row.caseClosedBy, fields: row.caseFields },
      messages: written.filter(message => message.conversationId === row.id).map(message => ({ id: message.id, kind: message.kind })),
    }),
  )
  await tx.db
    .insertInto('undo')
    .values({
      workspace_id: tx.workspaceId,
      id,
      member_id: actor.memberId,
      entries: hub.codec.sealJson(tx.workspaceId, entries),
      expires_at: new Date(hub.now() + keptMs),
    })
    .execute()
  return id
}
