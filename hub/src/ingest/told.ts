/**
 * What a batch has changed, told on the event log. Most of it is known already: a message that was just made, a conversation that was locked with all
 * that a list shows of it. Only the rest is read again. Always holds: an event made here is equal to the view that would be read; messages before their
 * conversations.
 */
import type { ConversationView, MessageView } from '@dragoman/api'
import { conversationViews } from '../conversations/views.ts'
import type { Transaction } from '../database/transaction.ts'
import type { EventScope } from '../event-log/append.ts'
import { stateChanged } from '../event-log/changes.ts'
import { type Hub, isVisitorChannel } from '../hub.ts'
import { messageStates, messageViews } from '../messages/views.ts'
import { survivor } from './people.ts'
import type { ConversationRow, MessageRow } from './rows.ts'
import type { WorkingSet } from './working-set.ts'

/** What the database decided of a conversation while it was written: who waits in the queue, and until when there must be an answer. */
export interface Decided {
  id: string
  queued_at: Date | null
  due_at: Date | null
}

/** Views of the messages that were made as they stand in the set; others are left out. Needs no database. */
export function freshMessages(set: WorkingSet): Map<string, MessageView> {
  const touched = new Set(set.reactions.map(row => row.messageId))
  const files = new Map(set.files.map(row => [row.id, row]))
  const views = new Map<string, MessageView>()
  for (const id of set.createdMessages) {
    const row = set.messages.get(id)
    if (row && !touched.has(id) && row.editedAt === null && row.deletedAt === null && row.replyToId === null)
      views.set(id, messageView(row, files))
  }
  return views
}

function messageView(row: MessageRow, files: ReadonlyMap<string, WorkingSet['files'][number]>): MessageView {
  return {
    id: row.id,
    conversationId: row.conversationId,
    clientId: null,
    direction: row.direction,
    author: { kind: row.authorKind, id: row.authorId, name: row.authorName },
    body: row.body,
    replyTo: null,
    order: { at: row.orderAt, tie: row.orderTie, externalId: row.orderExternal },
    at: row.at,
    editedAt: null,
    revisions: [],
    deletedAt: null,
    hiddenAt: null,
    forwarded: row.forwarded,
    groupId: row.groupId,
    referral: row.referral,
    reactions: [],
    state: row.state,
    parts: [],
    files: Object.fromEntries(
      row.fileIds.flatMap(id => {
        const file = files.get(id)
        if (!file) return []
        const { mimeType, name, sizeBytes, width, height, durationMs } = file
        return [
          [
            id,
            {
              state: 'expected' as const,
              reason: null,
              mimeType,
              name,
              sizeBytes: whole(sizeBytes, Number.MAX_SAFE_INTEGER),
              width: whole(width),
              height: whole(height),
              durationMs: whole(durationMs),
              hasThumbnail: false,
            },
          ],
        ]
      }),
    ),
    system: row.system,
    mentions: [],
  }
}

/** A figure that a platform gives of a file, where it can be one; a wild one must not cost the message. */
export function whole(value: number | null, most = 2_147_483_647): number | null {
  return value === null || !(value >= 0 && value <= most) ? null : Math.round(value)
}

/** Views of changed conversations of which everything is known; others are left out. Needs no database. */
export function knownConversations(
  hub: Pick<Hub, 'codec'>,
  workspaceId: string,
  set: WorkingSet,
  decided: readonly Decided[],
): Map<string, ConversationView> {
  const views = new Map<string, ConversationView>()
  if (set.mergedIdentities.size > 0) return views
  const changedContacts = new Set([...set.identities.values()].filter(one => one.changed || one.isNew).map(one => one.contactId))
  for (const one of decided) {
    const row = set.conversations.get(one.id)
    if (!row?.shown || row.shown.caseId !== row.caseId || changedContacts.has(row.contactId) || set.disordered.has(row.id)) continue
    views.set(row.id, conversationView(hub, workspaceId, set, row, row.shown, one))
  }
  return views
}

function conversationView(
  hub: Pick<Hub, 'codec'>,
  workspaceId: string,
  set: WorkingSet,
  row: ConversationRow,
  shown: NonNullable<ConversationRow['shown']>,
  decided: Decided,
): ConversationView {
  const open = (sealed: Buffer | null) => (sealed === null ? null : hub.codec.open(workspaceId, sealed).toString('utf8'))
  return {
    id: row.id,
    accountId: set.account.id,
    channel: set.account.channel,
    threadId: row.threadId,
    contact: shown.contact,
    identityId: survivor(set, row.identityId),
    state: row.state,
    assigneeId: row.assigneeId,
    teamId: row.teamId,
    queue: decided.queued_at && { since: decided.queued_at.getTime(), teamId: row.teamId },
    priority: shown.priority,
    labelIds: shown.labelIds,
    snoozedUntil: row.snoozedUntil,
    wokenAt: shown.wokenAt,
    summary: open(shown.summary),
    spam: row.spamAt !== null,
    caseId: row.caseId,
    caseNumber: shown.caseNumber,
    standing: row.standing,
    place: row.place,
    windows: row.windows,
    inboundCount: row.inboundCount,
    unansweredSince: row.unansweredSince,
    dueAt: decided.due_at?.getTime() ?? null,
    lastOutId: row.lastOutId,
    lastOutBy: row.lastOutBy,
    source: row.source,
    lastMessage: row.lastMessage && {
      ...(row.lastMessage as NonNullable<ConversationView['lastMessage']>),
      authorId: row.lastMessage.authorId ?? null,
      preview: row.lastPreview ?? open(shown.preview) ?? '',
    },
    lastActivityAt: row.lastActivityAt,
    createdAt: shown.createdAt,
  }
}

/** Puts the changes of a batch on the log. `fresh` are messages whose view is known. */
export async function tell(
  hub: Hub,
  tx: Transaction,
  set: WorkingSet,
  fresh: ReadonlyMap<string, MessageView>,
  decided: readonly Decided[],
): Promise<void> {
  const known = knownConversations(hub, tx.workspaceId, set, decided)
  const created = new Set(set.createdMessages)
  const messageIds = [...created, ...[...set.changedMessages].filter(id => !created.has(id))]
  // A quote that found its message is told with it.
  const messages = await views(
    messageIds,
    id => (set.changedMessages.has(id) ? undefined : fresh.get(id)),
    ids => messageViews(hub, tx, ids),
  )
  const conversations = await views(
    [...set.changedConversations],
    id => known.get(id),
    ids => conversationViews(hub, tx, ids),
  )
  const isVisitor = isVisitorChannel(hub, set.account.channel)
  const scopeOf = (conversationId: string, visible: boolean): EventScope => ({
    accountId: set.account.id,
    conversationId,
    visitorThread: visible && isVisitor ? set.conversations.get(conversationId)?.threadId : undefined,
  })
  for (const message of messages)
    tx.append({
      event: created.has(message.id) ? { kind: 'message.created', message } : { kind: 'message.changed', message },
      scope: scopeOf(message.conversationId, message.direction === 'in' || message.direction === 'out'),
    })
  const wholly = new Set(messageIds)
  const moved = await messageStates(
    hub,
    tx,
    [...set.movedMessages].filter(id => !wholly.has(id)),
  )
  tx.append(...moved.map(stateChanged))
  for (const conversation of conversations)
    tx.append({ event: { kind: 'conversation.changed', conversation }, scope: scopeOf(conversation.id, false) })
  for (const { conversationId, memberId, at } of set.woken)
    tx.append({
      event: { kind: 'snooze.woke', conversationId, early: true, at },
      scope: { memberId, accountId: set.account.id, conversationId },
    })
}

/** Views in the order of `ids`: those that are known, and the others as they are read. */
async function views<View extends { id: string }>(
  ids: readonly string[],
  known: (id: string) => View | undefined,
  read: (ids: string[]) => Promise<View[]>,
): Promise<View[]> {
  const unknown = ids.filter(id => known(id) === undefined)
  const found = new Map((unknown.length > 0 ? await read(unknown) : []).map(view => [view.id, view]))
  return ids.flatMap(id => known(id) ?? found.get(id) ?? [])
}
