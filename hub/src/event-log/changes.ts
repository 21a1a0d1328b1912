/** From “these changed” to events on the log: loads the views, or the states where nothing else has changed, and appends them, messages before their conversations. */
import type { MessageView, StoredEvent } from '@dragoman/api'
import { conversationViews } from '../conversations/views.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Hub, isVisitorChannel } from '../hub.ts'
import { type MessageState, messageStates, messageViews } from '../messages/views.ts'
import type { EventScope, NewEvent } from './append.ts'

export interface Changes {
  createdMessages?: Iterable<string>
  changedMessages?: Iterable<string>
  /** Of these only how far they have come has changed; their conversations need not be named for it. */
  movedMessages?: Iterable<string>
  conversations?: Iterable<string>
}

/** The event that tells how far a message has come. */
export function stateChanged({ id, accountId, visitorThread, conversationId, state, parts }: MessageState): NewEvent {
  return {
    event: { kind: 'state.changed', conversationId, messageId: id, state, parts },
    scope: { accountId, conversationId, visitorThread },
  }
}

/** Appends one event for each changed message and conversation. Call it when all rows are written. Gives the messages that were made and changed, in that order. */
export async function appendChanges(hub: Hub, tx: Transaction, changes: Changes): Promise<MessageView[]> {
  const created = new Set(changes.createdMessages ?? [])
  const changed = [...new Set(changes.changedMessages ?? [])].filter(id => !created.has(id))
  const wholly = new Set([...created, ...changed])
  const movedIds = [...new Set(changes.movedMessages ?? [])].filter(id => !wholly.has(id))
  const conversationIds = new Set(changes.conversations ?? [])
  const [messages, moved, conversations] = await Promise.all([
    messageViews(hub, tx, [...wholly]),
    messageStates(hub, tx, movedIds),
    conversationViews(hub, tx, [...conversationIds]),
  ])
  // Who may see a message is known by its conversation.
  const others = new Set(messages.map(message => message.conversationId).filter(id => !conversationIds.has(id)))
  const byId = new Map([...conversations, ...(await conversationViews(hub, tx, [...others]))].map(view => [view.id, view]))
  const scopeOf = (conversationId: string, visible: boolean): EventScope => {
    const view = byId.get(conversationId)
    const isVisitor = view !== undefined && isVisitorChannel(hub, view.channel)
    return { accountId: view?.accountId, conversationId, visitorThread: visible && isVisitor ? view.threadId : undefined }
  }
  for (const message of messages) {
    const event: StoredEvent = created.has(message.id) ? { kind: 'message.created', message } : { kind: 'message.changed', message }
    tx.append({ event, scope: scopeOf(message.conversationId, message.direction === 'in' || message.direction === 'out') })
  }
  tx.append(...moved.map(stateChanged))
  for (const id of conversationIds) {
    const view = byId.get(id)
    if (view) tx.append({ event: { kind: 'conversation.changed', conversation: view }, scope: scopeOf(id, false) })
  }
  return messages
}
