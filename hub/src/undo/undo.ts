/**
 * Taking a change back. Always holds: only what is still as the change left it goes back; what somebody has changed since, and what the customer has
 * already got, is left alone and named; a change is taken back once, by who made it.
 */
import type { ConversationView } from '@dragoman/api'
import { setBlocked, setReads, writeSpam } from '../conversations/change.ts'
import { type DeskFields, type DeskRow, fieldsOf, lockDeskRows, writeDeskRows } from '../conversations/desk-rows.ts'
import { addSystemLines } from '../conversations/system-lines.ts'
import { conversationViews } from '../conversations/views.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { refreshMessages } from '../deliver/record.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { indexMessages } from '../search/index-messages.ts'
import type { UndoEntry } from './store.ts'

export interface UndoOutcome {
  conversations: ConversationView[]
  leftAlone: { conversationId: string; what: string }[]
}

/** Takes a change back. Problems: not_found (unknown, another's, too old), wrong_state (taken back already). */
export async function undoChange(hub: Hub, actor: Actor, undoId: string): Promise<UndoOutcome> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { entries: sealed } = found(
      await tx.db
        .selectFrom('undo')
        .select('entries')
        .where('id', '=', undoId)
        .where('member_id', '=', actor.memberId)
        .where('expires_at', '>', new Date(hub.now()))
        .executeTakeFirst(),
      'change to take back',
    )
    const entries = hub.codec.openJson<UndoEntry[]>(tx.workspaceId, sealed)
    const leftAlone: UndoOutcome['leftAlone'] = []
    // Conversations before anything else; then the one who takes back first wins.
    const rows = new Map((await lockAll(tx, actor, entries)).map(row => [row.id, row]))
    const { rowCount } = await tx.client.query('update undo set done_at = $3 where workspace_id = $1 and id = $2 and done_at is null', [
      tx.workspaceId,
      undoId,
      new Date(hub.now()),
    ])
    if (!rowCount) throw new HubProblem('wrong_state', 'This was taken back already.')
    const retracted = await retract(hub, tx, entries)
    const restored: Restored[] = []
    for (const entry of entries) {
      const row = rows.get(entry.id)
      if (!row) continue
      for (const message of entry.messages) if (!retracted.has(message.id)) leftAlone.push({ conversationId: entry.id, what: 'reply' })
      const before = fieldsOf(row)
      const named = restore(row, entry, retracted)
      leftAlone.push(...named.map(what => ({ conversationId: entry.id, what })))
      restored.push({ row, before, entry })
    }
    await write(hub, tx, actor, restored)
    const changed = restored.filter(one => JSON.stringify(fieldsOf(one.row)) !== JSON.stringify(one.before))
    const createdMessages = await addSystemLines(
      hub,
      tx,
      changed.map(({ row }) => ({ conversation: row, what: 'case.undone', params: { by: actor.name } })),
    )
    await appendChanges(hub, tx, { createdMessages, changedMessages: retracted, conversations: restored.map(one => one.row.id) })
    tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
    return { conversations: await conversationViews(hub, tx, [...rows.keys()]), leftAlone }
  })
}

interface Restored {
  row: DeskRow
  before: DeskFields
  entry: UndoEntry
}

/** Also the conversations that only came along with their contact, which the actor may not see: their change was his. */
async function lockAll(tx: Transaction, actor: Actor, entries: readonly UndoEntry[]): Promise<DeskRow[]> {
  return await lockDeskRows(
    tx,
    { ...actor, accountIds: null },
    entries.map(entry => entry.id),
  )
}

/** Takes messages back that have not left; notes are deleted. Gives the ids of those that are gone. */
async function retract(hub: Hub, tx: Transaction, entries: readonly UndoEntry[]): Promise<Set<string>> {
  const messages = entries.flatMap(entry => entry.messages.map(message => ({ ...message, conversationId: entry.id })))
  const replies = messages.filter(message => message.kind === 'out').map(message => message.id)
  const notes = messages.filter(message => message.kind === 'note').map(message => message.id)
  const gone = new Set(notes)
  if (replies.length > 0) {
    await tx.client.query(
      `update part set state = 'cancelled' where workspace_id = $1 and message_id = any($2::uuid[]) and state = 'pending' and attempt = 0`,
      [tx.workspaceId, replies],
    )
    const { rows } = await tx.client.query<{ message_id: string }>(
      `select message_id from part where workspace_id = $1 and message_id = any($2::uuid[]) group by message_id having bool_and(state = 'cancelled')`,
      [tx.workspaceId, replies],
    )
    for (const row of rows) gone.add(row.message_id)
    await refreshMessages(tx, replies)
  }
  if (notes.length > 0)
    await tx.client.query('update message set deleted_at = $3 where workspace_id = $1 and id = any($2::uuid[])', [
      tx.workspaceId,
      notes,
      new Date(hub.now()),
    ])
  await indexMessages(
    tx,
    messages
      .filter(message => gone.has(message.id))
      .map(message => ({ id: message.id, conversationId: message.conversationId, at: 0, text: '' })),
  )
  return gone
}

/** Puts back into the row what is still as the change left it. Gives the names of what is not. */
function restore(row: DeskRow, { before, after, messages }: UndoEntry, retracted: ReadonlySet<string>): string[] {
  const left: string[] = []
  const back = <Name extends 'assigneeId' | 'teamId' | 'priority' | 'snoozedUntil'>(
    name: Name,
    what: string,
    ...along: (keyof DeskFields)[]
  ) => {
    if (before[name] === after[name]) return
    if (row[name] !== after[name]) left.push(what)
    else for (const one of [name, ...along]) Object.assign(row, { [one]: before[one] })
  }
  back('assigneeId', 'assignee')
  back('teamId', 'team')
  back('priority', 'priority')
  const added = after.labelIds.filter(id => !before.labelIds.includes(id))
  const removed = before.labelIds.filter(id => !after.labelIds.includes(id))
  row.labelIds = [...row.labelIds.filter(id => !added.includes(id)), ...removed.filter(id => !row.labelIds.includes(id))]
  const messageGone = messages.every(message => retracted.has(message.id))
  if (before.state !== after.state || before.caseId !== after.caseId) {
    const isSame = row.state === after.state && row.caseId === after.caseId
    if (isSame && messageGone) row.state = before.state
    else left.push('state')
  }
  back('snoozedUntil', 'snooze', 'snoozedBy', 'wokenAt')
  if ((before.spamAt === null) !== (after.spamAt === null)) {
    if ((row.spamAt === null) === (after.spamAt === null)) Object.assign(row, { spamAt: before.spamAt, spamBy: before.spamBy })
    else left.push('spam')
  }
  // Whoever waited waits again, unless something has been said since.
  const isQuiet = row.lastMessage?.id === after.lastMessage?.id
  if (isQuiet && messageGone && row.state === 'open' && row.unansweredSince === after.unansweredSince)
    Object.assign(row, { unansweredSince: before.unansweredSince, promisedAt: before.promisedAt })
  if (isQuiet && messageGone && messages.length > 0) {
    const { lastMessage, lastPreview, lastMessageAt, lastMessageTie, lastOutId, lastOutBy, lastActivityAt } = before
    Object.assign(row, { lastMessage, lastPreview, lastMessageAt, lastMessageTie, lastOutId, lastOutBy, lastActivityAt })
  }
  // Where nobody has it again, it stands in the queue where it stood.
  if (row.queuedAt === null && row.assigneeId === null) row.queuedAt = before.queuedAt
  return left
}

async function write(hub: Hub, tx: Transaction, actor: Actor, restored: readonly Restored[]): Promise<void> {
  await writeDeskRows(
    tx,
    restored.map(one => one.row),
  )
  const opened = restored.filter(one => one.before.state === 'closed' && one.row.state === 'open')
  const closed = restored.filter(one => one.before.state === 'open' && one.row.state === 'closed' && one.row.caseId)
  const cases = [
    ...opened.map(one => ({ id: one.row.caseId, closedAt: null as number | null, closedBy: null as string | null })),
    ...closed.map(one => ({ id: one.row.caseId, closedAt: one.entry.caseBefore.closedAt, closedBy: one.entry.caseBefore.closedBy })),
  ].filter(one => one.id !== null)
  if (cases.length > 0)
    await tx.client.query(
      `update conversation_case k set closed_at = v.closed_at, closed_by = v.closed_by from unnest($2::uuid[], $3::timestamptz[], $4::uuid[]) as v(id, closed_at, closed_by)
        where k.workspace_id = $1 and k.id = v.id`,
      [
        tx.workspaceId,
        cases.map(one => one.id),
        cases.map(one => (one.closedAt === null ? null : new Date(one.closedAt).toISOString())),
        cases.map(one => one.closedBy),
      ],
    )
  await writeSpam(tx, restored)
  const blocks = restored.filter(one => one.entry.block && one.row.contactBlocked === one.entry.block.after)
  await setBlocked(hub, tx, actor, new Map(blocks.map(one => [one.entry.contactId, one.entry.block!.before])))
  await setReads(
    tx,
    actor.memberId,
    restored.filter(one => one.entry.read).map(one => [one.row.id, one.entry.readBefore]),
  )
}
