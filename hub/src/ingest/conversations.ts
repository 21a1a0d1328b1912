/** Where an event belongs: the conversation of its thread, its case, its windows, and what the list shows of it. Works on the set in memory only. */
import type { InboundEvent, MessageBody } from '@dragoman/core'
import { factsOf, type StandingFacts, standingFrom, withFacts } from '../conversations/standing.ts'
import { newId } from '../database/ids.ts'
import { previewOf } from '../messages/views.ts'
import { resolveIdentity, survivor } from './people.ts'
import type { ConversationRow, IdentityRow, MessageRow, Sourced } from './rows.ts'
import type { WorkingSet } from './working-set.ts'

/** The conversation of an event, made when it is the first; undefined where the event names neither thread nor person. */
export function resolveConversation(
  set: WorkingSet,
  sourced: Sourced,
  create: boolean,
): { conversation: ConversationRow; identity: IdentityRow } | undefined {
  const { event } = sourced
  const identity = event.identity ? resolveIdentity(set, event.identity, sourced) : undefined
  const byThread = event.threadId === undefined ? undefined : set.conversations.get(set.conversationByThread.get(event.threadId) ?? '')
  const conversation = byThread ?? conversationOfPerson(set, event, identity)
  if (conversation) {
    if (event.place?.title !== undefined && conversation.place && conversation.place.title === undefined) {
      conversation.place = event.place
      touch(set, conversation)
    }
    const person = identity ?? set.identities.get(survivor(set, conversation.identityId))
    if (identity && conversation.identityId !== identity.id && survivor(set, conversation.identityId) === identity.id)
      conversation.identityId = identity.id
    return person ? { conversation, identity: person } : create ? undefined : { conversation, identity: placeholderOf(conversation) }
  }
  if (!create || event.threadId === undefined || !identity) return undefined
  const made: ConversationRow = {
    id: newId(),
    threadId: event.threadId,
    identityId: identity.id,
    contactId: identity.contactId,
    state: 'open',
    assigneeId: null,
    teamId: null,
    lastOutId: null,
    lastOutBy: null,
    source: null,
    snoozedUntil: null,
    snoozedBy: null,
    spamAt: null,
    caseId: null,
    standing: 'open',
    standingFacts: null,
    heardAt: null,
    place: event.place ?? null,
    windows: [],
    inboundCount: 0,
    unansweredSince: null,
    lastMessage: null,
    lastPreview: undefined,
    lastMessageAt: null,
    lastMessageTie: null,
    lastInboundExternalId: null,
    deliveredUntil: null,
    readUntil: null,
    // Whoever makes it raises this to the moment of what happened, never later than its receipt.
    lastActivityAt: 0,
    isNew: true,
    changed: true,
  }
  set.conversations.set(made.id, made)
  set.conversationByThread.set(event.threadId, made.id)
  set.changedConversations.add(made.id)
  return { conversation: made, identity }
}

/**
 * Where the thread is the person (the thread's id is one of the person's ids), an event that comes under another of those ids belongs to the
 * conversation that is there, the latest one.
 */
function conversationOfPerson(set: WorkingSet, event: InboundEvent, identity: IdentityRow | undefined): ConversationRow | undefined {
  if (event.place || !identity || event.threadId === undefined || !event.identity?.externalIds.includes(event.threadId)) return undefined
  return [...set.conversations.values()]
    .filter(conversation => survivor(set, conversation.identityId) === identity.id && aliasOf(set, conversation.threadId) === identity.id)
    .toSorted((a, b) => b.lastActivityAt - a.lastActivityAt)[0]
}

function aliasOf(set: WorkingSet, externalId: string): string | undefined {
  const id = set.newAliases.get(externalId) ?? set.aliases.get(externalId)
  // The thread's own id may not have been asked for in this batch: a conversation loaded by person counts as the person's.
  return id === undefined
    ? [...set.conversations.values()].find(conversation => conversation.threadId === externalId)?.identityId
    : survivor(set, id)
}

function placeholderOf(conversation: ConversationRow): IdentityRow {
  return {
    id: conversation.identityId,
    contactId: conversation.contactId,
    name: '',
    username: null,
    phone: null,
    language: null,
    avatar: undefined,
    contactName: '',
    contactPhone: null,
    contactEmail: null,
    contactLanguage: null,
    contactBlocked: false,
    namedAt: null,
    isNew: false,
    changed: false,
  }
}

/** Opens a case where none is open; a closed conversation opens again. Spam has no cases. */
export function ensureCase(set: WorkingSet, conversation: ConversationRow, at: number): void {
  if (conversation.spamAt !== null) return touch(set, conversation)
  if (conversation.state === 'closed') {
    conversation.state = 'open'
    conversation.caseId = null
  }
  if (conversation.caseId === null) {
    conversation.caseId = newId()
    set.newCases.push({ id: conversation.caseId, conversationId: conversation.id, openedAt: at })
  }
  touch(set, conversation)
}

/** What was told of the standing counts with its moment. Whether the conversation stands otherwise now. */
export function settle(set: WorkingSet, conversation: ConversationRow, told: StandingFacts): boolean {
  conversation.standingFacts = withFacts(conversation.standingFacts ?? factsOf(conversation.standing), told)
  return stand(set, conversation)
}

/** The person wrote at that moment: whoever writes has begun and blocks nobody. */
export function hear(set: WorkingSet, conversation: ConversationRow, at: number): void {
  if (conversation.standing !== 'open') conversation.standingFacts ??= factsOf(conversation.standing)
  conversation.heardAt = Math.max(conversation.heardAt ?? at, at)
  stand(set, conversation)
}

function stand(set: WorkingSet, conversation: ConversationRow): boolean {
  touch(set, conversation)
  if (conversation.standingFacts === null) return false
  const before = conversation.standing
  conversation.standing = standingFrom(conversation.standingFacts, conversation.heardAt)
  return conversation.standing !== before
}

/** Windows that an event opens and closes [mechanics 16]. A window only grows by `opens`; `closes` ends it now. */
export function moveWindows(set: WorkingSet, conversation: ConversationRow, event: InboundEvent): void {
  for (const opened of event.opens ?? []) {
    const rest = conversation.windows.filter(window => window.window !== opened.window)
    const before = conversation.windows.find(window => window.window === opened.window)
    if (before && before.until >= opened.until) continue
    conversation.windows = [...rest, opened]
    touch(set, conversation)
  }
  for (const closed of event.closes ?? []) {
    conversation.windows = conversation.windows.map(window =>
      window.window === closed && window.until > event.at ? { ...window, until: event.at } : window,
    )
    touch(set, conversation)
  }
}

/** Puts a message into the thread: counters, the list's line, who is waited for. */
export function placeMessage(set: WorkingSet, conversation: ConversationRow, message: MessageRow): void {
  set.messages.set(message.id, message)
  set.createdMessages.push(message.id)
  const isLatest = isAfterLast(set, conversation, message)
  if (!isLatest) set.disordered.add(conversation.id)
  else {
    conversation.lastMessage = {
      id: message.id,
      kind: message.body.content.kind,
      direction: message.direction,
      authorId: message.authorId,
      authorName: message.authorName,
      at: message.orderAt,
      state: message.state,
    }
    conversation.lastPreview = previewOf(message.body)
    conversation.lastMessageAt = message.orderAt
    conversation.lastMessageTie = message.orderTie
  }
  conversation.lastActivityAt = Math.max(conversation.lastActivityAt, message.orderAt)
  if (message.direction === 'in') {
    conversation.inboundCount++
    if (conversation.unansweredSince === null && isLatest && conversation.spamAt === null) conversation.unansweredSince = message.orderAt
    if (isLatest) conversation.lastInboundExternalId = message.orderExternal
    conversation.source ??= message.referral
    // Whoever put it off wants to know that the customer has written.
    conversation.snoozedUntil = null
    conversation.snoozedBy = null
  } else if (message.direction === 'out') {
    if (isLatest) {
      if (conversation.unansweredSince !== null && conversation.caseId !== null)
        set.answeredCases.push({ id: conversation.caseId, at: message.orderAt })
      conversation.unansweredSince = null
      conversation.lastOutId = message.id
      conversation.lastOutBy = message.authorId
    }
  }
  touch(set, conversation)
}

function isAfterLast(set: WorkingSet, conversation: ConversationRow, message: MessageRow): boolean {
  if (conversation.lastMessageAt === null) return true
  const lastExternal = set.messages.get(conversation.lastMessage?.id ?? '')?.orderExternal ?? ''
  return (
    (message.orderAt - conversation.lastMessageAt ||
      message.orderTie - (conversation.lastMessageTie ?? 0) ||
      (message.orderExternal < lastExternal ? -1 : 1)) > 0
  )
}

/** A line that tells what happened, in the thread's own order. */
export function placeSystemLine(
  set: WorkingSet,
  conversation: ConversationRow,
  sourced: Sourced,
  what: string,
  params: Record<string, string> = {},
  /** Where the event has a message too: what tells the line from it. */
  suffix = '',
): void {
  const at = Math.min(sourced.event.at, sourced.receivedAt)
  const id = newId()
  const body: MessageBody = { content: { kind: 'text', text: { text: '' } } }
  set.messages.set(id, {
    id,
    conversationId: conversation.id,
    caseId: conversation.caseId,
    direction: 'system',
    authorKind: 'system',
    authorId: null,
    authorName: '',
    body,
    replyToId: null,
    replyToExternal: null,
    orderAt: at,
    orderTie: sourced.position,
    orderExternal: `${sourced.event.externalId}${suffix}`,
    at: sourced.event.at,
    editedAt: null,
    deletedAt: null,
    forwarded: false,
    groupId: null,
    referral: null,
    system: { what, params },
    state: 'sent',
    fileIds: [],
    isNew: true,
    changed: false,
  })
  set.createdMessages.push(id)
  touch(set, conversation)
}

export function touch(set: WorkingSet, conversation: ConversationRow): void {
  conversation.changed = true
  set.changedConversations.add(conversation.id)
}
