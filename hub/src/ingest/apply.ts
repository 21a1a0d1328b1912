/**
 * One event applied to the working set, in memory. Always holds: any repetition and any order of a conversation's events end in the same state
 * [mechanics 4-6]; a fact without its message waits as a pending fact; nothing is dropped.
 */
import {
  type InboundEvent,
  type InboundEventOf,
  type InboundMessage,
  type Media,
  type MessageBody,
  mapMedia,
  mediaOf,
  orderKey,
} from '@dragoman/core'
import { newId } from '../database/ids.ts'
import { previewOf } from '../messages/views.ts'
import { ensureCase, hear, moveWindows, placeMessage, placeSystemLine, resolveConversation, settle, touch } from './conversations.ts'
import { beginningOf, change, link, messageOf, partOf, partOnItsWay, wait } from './marks.ts'
import { withinSecond } from './own-moments.ts'
import { resolveIdentity } from './people.ts'
import { raise, receipt } from './receipts.ts'
import type { ConversationRow, IdentityRow, MessageRow, Sourced } from './rows.ts'
import type { WorkingSet } from './working-set.ts'

/** Applies an event. Throws only on our own mistakes; the caller then sets this one event aside. */
export function applyInbound(set: WorkingSet, sourced: Sourced): void {
  applyAlone(set, sourced)
  const { threadId } = sourced.event
  if (threadId !== undefined && set.conversationByThread.has(threadId)) release(set, beginningOf(threadId))
}

function applyAlone(set: WorkingSet, sourced: Sourced): void {
  const { event } = sourced
  switch (event.kind) {
    case 'message.received':
    case 'order.placed':
      return receive(set, sourced, event, event.message)
    case 'action.chosen':
      if (event.acknowledge) set.acknowledgements.push(event.acknowledge)
      return receive(set, sourced, event, {
        content: { kind: 'choice', title: event.title, payload: event.payload, description: event.description },
        replyTo: event.of,
      })
    case 'poll.voted':
      // Before its poll nobody knows what was chosen: the words come when the poll does.
      if (!messageOf(set, event.of)) wait(set, event.of, sourced)
      else if (messageOf(set, event.externalId)) return nameVote(set, event)
      return receive(set, sourced, event, {
        content: { kind: 'choice', title: votedTitle(set, event), payload: event.options.join(',') },
        replyTo: event.of,
      })
    case 'message.echoed':
      return echo(set, sourced, event)
    case 'message.edited':
      return edit(set, sourced, event)
    case 'message.deleted':
      for (const externalId of event.of) {
        const message = messageOf(set, externalId)
        if (!message) wait(set, externalId, { ...sourced, event: { ...event, of: [externalId] } })
        else if (message.deletedAt === null || event.at < message.deletedAt) change(set, message, { deletedAt: event.at })
      }
      return
    case 'delivery.updated':
      return receipt(set, sourced, event)
    case 'reaction.changed': {
      const message = messageOf(set, event.of)
      if (!message) return wait(set, event.of, sourced)
      const identity = event.identity ? resolveIdentity(set, event.identity, sourced) : undefined
      const byId = identity?.id ?? set.conversations.get(message.conversationId)?.identityId
      if (!byId) return
      set.reactions.push({ messageId: message.id, byId, emojis: event.emojis, at: event.at })
      set.changedMessages.add(message.id)
      return
    }
    case 'contact.updated': {
      if (!event.identity) return
      const before = event.replaces ?? []
      // The old ids lead to the person; the new ones come to stand beside them.
      resolveIdentity(set, { ...event.identity, externalIds: [...event.identity.externalIds, ...before] }, sourced)
      for (const id of before) if (!event.identity.externalIds.includes(id)) set.replacedAliases.add(id)
      const place = resolveConversation(set, sourced, false)
      if (place) touch(set, place.conversation)
      if (place && before.length > 0) placeSystemLine(set, place.conversation, sourced, 'contact.changed_id', { name: place.identity.name })
      return
    }
    case 'contact.subscribed': {
      const place = resolveConversation(set, sourced, true)
      if (!place) return
      raiseActivity(place.conversation, sourced)
      moveWindows(set, place.conversation, event)
      const { standing } = place.conversation
      if (settle(set, place.conversation, { begun: event.at, accepted: event.at, ours: event.at })) {
        const what = standing === 'blocked' ? 'contact.unblocked' : 'contact.subscribed'
        placeSystemLine(set, place.conversation, sourced, what, { name: place.identity.name })
      }
      touch(set, place.conversation)
      return
    }
    case 'contact.opted_out': {
      const place = resolveConversation(set, sourced, false)
      if (!place) return waitForBeginning(set, sourced)
      if (event.scope === 'all') settle(set, place.conversation, { blocked: event.at })
      moveWindows(set, place.conversation, event)
      placeSystemLine(set, place.conversation, sourced, event.scope === 'all' ? 'contact.blocked' : 'contact.opted_out', {
        name: place.identity.name,
      })
      return
    }
    case 'conversation.requested': {
      const place = resolveConversation(set, sourced, true)
      if (!place) return
      if (place.conversation.isNew) raiseActivity(place.conversation, sourced)
      if (event.onlyNew && !place.conversation.isNew) return
      settle(set, place.conversation, { requested: event.at, begun: event.at })
      return
    }
    case 'control.changed': {
      const place = resolveConversation(set, sourced, false)
      if (!place) return waitForBeginning(set, sourced)
      // That it is ours takes it back from another program; of a request, only that other program has disposed, and whoever never began has not begun by it.
      if (!settle(set, place.conversation, event.ours ? { ours: event.at } : { elsewhere: event.at, accepted: event.at })) return
      placeSystemLine(set, place.conversation, sourced, event.ours ? 'control.ours' : 'control.elsewhere', { app: event.app ?? '' })
      return
    }
    case 'typing': {
      const place = resolveConversation(set, sourced, false)
      if (place && event.on) set.typing.push(place.conversation.id)
      return
    }
    case 'account.changed':
      set.accountChanges.push({ change: event.change, at: event.at })
      return
    case 'ignored':
      return
  }
}

/** Something happened there, at a moment no later than we heard of it. */
function raiseActivity(conversation: ConversationRow, { event, receivedAt }: Sourced): void {
  conversation.lastActivityAt = Math.max(conversation.lastActivityAt, Math.min(event.at, receivedAt))
}

function receive(set: WorkingSet, sourced: Sourced, event: InboundEvent, inbound: InboundMessage): void {
  if (set.platformMessages.has(event.externalId)) return
  const place = resolveConversation(set, sourced, true)
  if (!place) throw new Error('A message without a thread or a sender')
  const { conversation, identity } = place
  // Whoever writes has begun and blocks nobody; a request stays one until it is accepted, and what another program holds is not ours by it.
  hear(set, conversation, Math.min(event.at, sourced.receivedAt))
  moveWindows(set, conversation, event)
  if (identity.contactBlocked && conversation.spamAt === null) {
    conversation.spamAt = sourced.receivedAt
    set.spammed.push(conversation.id)
  }
  ensureCase(set, conversation, Math.min(event.at, sourced.receivedAt))
  wakeEarly(set, conversation, sourced)
  const message = addMessage(
    set,
    sourced,
    conversation,
    { direction: 'in', authorKind: 'customer', authorId: identity.id, authorName: nameThen(identity, event.identity?.name) },
    inbound,
  )
  placeMessage(set, conversation, message)
  link(set, event.externalId, message.id, null)
  release(set, event.externalId)
}

/** Whoever put it off wants to know that the customer has written. */
function wakeEarly(set: WorkingSet, conversation: ConversationRow, sourced: Sourced): void {
  if (conversation.snoozedUntil === null || conversation.spamAt !== null) return
  placeSystemLine(set, conversation, sourced, 'case.woke_early', {}, ':woke')
  if (conversation.snoozedBy) set.woken.push({ conversationId: conversation.id, memberId: conversation.snoozedBy, at: sourced.receivedAt })
  conversation.snoozedUntil = null
  conversation.snoozedBy = null
}

/** Written by the business in the vendor's own app, or our own sending come back: matched by ref or id before it counts as written elsewhere [6]. */
function echo(set: WorkingSet, sourced: Sourced, event: InboundEventOf<'message.echoed'>): void {
  const ours = partOf(set, event.externalId, event.ref) ?? partOnItsWay(set, event)
  if (ours) {
    link(set, event.externalId, ours.messageId, ours.id)
    raise(set, ours, 'sent', event.at)
    return release(set, event.externalId)
  }
  if (set.platformMessages.has(event.externalId)) return
  const place = resolveConversation(set, sourced, true)
  // Our own first words under a post in which nobody has written to us yet: no conversation.
  if (!place && event.place) return
  if (!place) throw new Error('An echo without a thread or a person')
  // Answered in the vendor's own app: that accepts a request too.
  settle(set, place.conversation, { accepted: event.at })
  ensureCase(set, place.conversation, Math.min(event.at, sourced.receivedAt))
  const message = addMessage(
    set,
    sourced,
    place.conversation,
    { direction: 'out', authorKind: 'elsewhere', authorId: null, authorName: '' },
    event.message,
  )
  placeMessage(set, place.conversation, message)
  link(set, event.externalId, message.id, null)
  release(set, event.externalId)
}

function addMessage(
  set: WorkingSet,
  sourced: Sourced,
  conversation: ConversationRow,
  author: Pick<MessageRow, 'direction' | 'authorKind' | 'authorId' | 'authorName'>,
  inbound: InboundMessage,
): MessageRow {
  const { event } = sourced
  const key = orderKey(event.at, sourced.receivedAt, event.tie, placeOf(sourced), event.externalId)
  const { content, fileIds } = keepMedia(set, inbound)
  const quoted = inbound.replyTo === undefined ? undefined : messageOf(set, inbound.replyTo)
  return {
    id: newId(),
    conversationId: conversation.id,
    caseId: conversation.caseId,
    ...author,
    body: bodyOf(content, inbound),
    replyToId: quoted?.id ?? null,
    replyToExternal: quoted ? null : (inbound.replyTo ?? null),
    orderAt: withinSecond(key.at, sourced.receivedAt, set.ownMoments.get(conversation.id)),
    orderTie: key.tie,
    orderExternal: key.externalId,
    at: event.at,
    editedAt: null,
    deletedAt: null,
    forwarded: inbound.forwarded ?? false,
    groupId: inbound.groupId ?? null,
    referral: inbound.referral ?? null,
    system: null,
    state: 'sent',
    fileIds,
    isNew: true,
    changed: false,
  }
}

/** Events that a body may hold and still be told apart by their place in it. */
const placesPerBody = 1_024

/** Where an event stands among all that came: its body in the journal, then its place in the body. */
function placeOf({ position, index }: Sourced): number {
  return position * placesPerBody + Math.min(index, placesPerBody - 1)
}

/** What is kept of a message's body: what it says, what can be pressed, and what only letters have. */
function bodyOf(content: MessageBody['content'], { keyboard, subject, folded, automatic }: MessageBody): MessageBody {
  return {
    content,
    ...(keyboard ? { keyboard } : {}),
    ...(subject === undefined ? {} : { subject }),
    ...(folded?.length ? { folded } : {}),
    ...(automatic ? { automatic } : {}),
  }
}

/** Every medium becomes a file of ours that is expected; the message refers to the file from the first moment [mechanics 20]. */
function keepMedia(set: WorkingSet, body: MessageBody): { content: MessageBody['content']; fileIds: string[] } {
  const fileIds: string[] = []
  const content = mapMedia(body.content, medium => {
    if (medium.ref.from === 'file') {
      fileIds.push(medium.ref.fileId)
      return medium
    }
    const id = newId()
    fileIds.push(id)
    set.files.push(fileRow(id, medium))
    return { ...medium, ref: { from: 'file', fileId: id } }
  })
  return { content, fileIds }
}

function fileRow(id: string, medium: Media) {
  const ref = medium.ref
  const source = ref.from === 'platform' ? { id: ref.id, url: ref.url } : ref.from === 'link' ? { url: ref.url } : {}
  return {
    id,
    source,
    mimeType: medium.mimeType ?? null,
    name: medium.name ?? null,
    sizeBytes: medium.sizeBytes ?? null,
    width: medium.width ?? null,
    height: medium.height ?? null,
    durationMs: medium.durationMs ?? null,
  }
}

function edit(set: WorkingSet, sourced: Sourced, event: InboundEventOf<'message.edited'>): void {
  const message = messageOf(set, event.of)
  if (!message) return wait(set, event.of, sourced)
  const { content, fileIds } = keepEditedMedia(set, message, event.message)
  const body = bodyOf(content, event.message)
  // Edits may come in any order: only a later one changes what is shown; an earlier one goes into the history.
  if (message.editedAt !== null && event.at < message.editedAt) {
    set.revisions.push({ messageId: message.id, body, at: event.at })
    return change(set, message, { fileIds: [...new Set([...message.fileIds, ...fileIds])] })
  }
  set.revisions.push({ messageId: message.id, body: message.body, at: message.editedAt ?? message.at })
  change(set, message, { body, editedAt: event.at, fileIds: [...new Set([...message.fileIds, ...fileIds])] })
  const conversation = set.conversations.get(message.conversationId)
  if (conversation && conversation.lastMessage?.id === message.id) {
    conversation.lastPreview = previewOf(body)
    touch(set, conversation)
  }
}

/** An edit of words carries the same medium again: it keeps our file, where the platform's reference has not changed in kind. */
function keepEditedMedia(
  set: WorkingSet,
  message: MessageRow,
  edited: InboundMessage,
): { content: MessageBody['content']; fileIds: string[] } {
  const before = mediaOf(message.body.content)
  let index = 0
  if (before.length > 0 && message.body.content.kind === edited.content.kind && mediaOf(edited.content).length === before.length) {
    const same = mediaOf(edited.content).every(
      (medium, place) => medium.sizeBytes === undefined || medium.sizeBytes === before[place]?.sizeBytes,
    )
    if (same) return { content: mapMedia(edited.content, medium => ({ ...medium, ref: before[index++]!.ref })), fileIds: [] }
  }
  return keepMedia(set, edited)
}

/** What was told of a conversation that has not begun yet waits for it. */
function waitForBeginning(set: WorkingSet, sourced: Sourced): void {
  if (sourced.event.threadId !== undefined) wait(set, beginningOf(sourced.event.threadId), sourced)
}

/** Facts that came before their message are applied now, oldest first. */
function release(set: WorkingSet, externalId: string): void {
  if (set.newFacts.length === 0 && !set.waiting.has(externalId)) return
  const stored = set.waiting.get(externalId) ?? []
  set.waiting.delete(externalId)
  set.settledFacts.push(...stored.map(fact => fact.id))
  const fresh = set.newFacts.filter(fact => fact.externalId === externalId)
  if (fresh.length > 0) set.newFacts = set.newFacts.filter(fact => fact.externalId !== externalId)
  for (const sourced of [...stored.map(fact => fact.sourced), ...fresh.map(fact => fact.sourced)]) applyInbound(set, sourced)
}

/** A vote that came before its poll gets its words. */
function nameVote(set: WorkingSet, event: InboundEventOf<'poll.voted'>): void {
  const message = messageOf(set, event.externalId)
  if (message?.body.content.kind !== 'choice') return
  const content = { ...message.body.content, title: votedTitle(set, event) }
  change(set, message, { body: { ...message.body, content } })
  const conversation = set.conversations.get(message.conversationId)
  if (conversation?.lastMessage?.id !== message.id) return
  conversation.lastPreview = previewOf(message.body)
  touch(set, conversation)
}

function votedTitle(set: WorkingSet, event: InboundEventOf<'poll.voted'>): string {
  const content = messageOf(set, event.of)?.body.content
  if (content?.kind !== 'poll') return event.options.map(option => `#${option + 1}`).join(', ')
  return event.options.map(option => content.options[option]?.text ?? `#${option + 1}`).join(', ')
}

/** What the writer was called then: as a colleague corrected it, or as the message itself says. */
function nameThen(identity: IdentityRow, told: string | undefined): string {
  const isCorrected = identity.contactName !== identity.name
  return (isCorrected && identity.contactName) || told?.trim() || identity.name
}
