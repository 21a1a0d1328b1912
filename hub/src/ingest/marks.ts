/** Small changes to a working set: finding a message or part by the platform's id, marking what changed. No rules; those are in `apply`. */
import { type Content, type InboundEventOf, messageState, plainText } from '@dragoman/core'
import type { MessageRow, PartRow, Sourced } from './rows.ts'
import { countLink, type WorkingSet } from './working-set.ts'

/** Of the message only its state is told, and with it that of its conversation's last line. */
export function mark(set: WorkingSet, part: PartRow, values: Partial<PartRow>): void {
  Object.assign(part, values, { changed: true })
  const message = set.messages.get(part.messageId)
  if (!message) return
  const state = messageState((set.partsOfMessage.get(part.messageId) ?? []).map(other => other.state))
  Object.assign(message, { state, changed: true })
  set.movedMessages.add(message.id)
  const conversation = set.conversations.get(message.conversationId)
  if (conversation?.lastMessage?.id === message.id && conversation.lastMessage.state !== state) {
    conversation.lastMessage = { ...conversation.lastMessage, state }
    conversation.changed = true
  }
}

export function change(set: WorkingSet, message: MessageRow, values: Partial<MessageRow>): void {
  Object.assign(message, values, { changed: true })
  set.changedMessages.add(message.id)
}

/** Under this name facts wait for a conversation, as they wait for a message under its external id. */
export function beginningOf(threadId: string): string {
  return `thread:${threadId}`
}

/** Keeps a fact until its message is there, once [mechanics 6]. */
export function wait(set: WorkingSet, externalId: string, sourced: Sourced): void {
  const isSame = ({ event }: Sourced) => event.kind === sourced.event.kind && event.externalId === sourced.event.externalId
  if (set.waiting.get(externalId)?.some(fact => isSame(fact.sourced))) return
  if (set.newFacts.some(fact => fact.externalId === externalId && isSame(fact.sourced))) return
  set.newFacts.push({ externalId, sourced })
}

export function messageOf(set: WorkingSet, externalId: string): MessageRow | undefined {
  return set.messages.get(set.platformMessages.get(externalId)?.messageId ?? '')
}

export function partOf(set: WorkingSet, externalId: string, ref: string | undefined): PartRow | undefined {
  return set.parts.get(set.platformMessages.get(externalId)?.partId ?? ref ?? '') ?? (ref ? set.parts.get(ref) : undefined)
}

export function link(set: WorkingSet, externalId: string, messageId: string, partId: string | null): void {
  if (set.platformMessages.has(externalId)) return
  set.platformMessages.set(externalId, { externalId, messageId, partId, index: countLink(set, messageId), isNew: true })
}

/** A content as one would compare it: its kind and its words, whatever their spacing. */
export function wordsOf(content: Content): string {
  return `${content.kind} ${plainText(content).replace(/\s+/g, ' ').trim()}`
}

/**
 * Where a platform's echo carries no reference of ours, it may come before our sending is recorded, or after a sending of which nobody knows: what says
 * the same and is still on its way is it.
 */
export function partOnItsWay(set: WorkingSet, event: InboundEventOf<'message.echoed'>): PartRow | undefined {
  if (event.ref !== undefined || set.platformMessages.has(event.externalId)) return undefined
  const conversationId = set.conversationByThread.get(event.threadId ?? '')
  const words = wordsOf(event.message.content)
  return [...set.parts.values()].find(
    part => part.conversationId === conversationId && (part.state === 'sending' || part.state === 'uncertain') && part.words === words,
  )
}
