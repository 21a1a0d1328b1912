/**
 * The client-side state of an inbox and how events change it. Shared by the inbox, the load generator and the consistency tests.
 * Always holds: pure; applying an event twice gives the same state; old snapshot + events = new snapshot.
 */
import type { ConversationPage } from './routes/conversations.ts'
import type { OperationResponse } from './routes/index.ts'
import type { MentionView } from './schemas/order.ts'
import type {
  AccountViewModel,
  ConversationView,
  DraftView,
  Me,
  MemberView,
  MessageView,
  ReadView,
  WorkspaceView,
} from './schemas/views.ts'
import type { StoredEvent } from './stream-events.ts'

export interface InboxState {
  cursor: string
  me: Me
  workspace: WorkspaceView
  members: Readonly<Record<string, MemberView>>
  accounts: Readonly<Record<string, AccountViewModel>>
  conversations: Readonly<Record<string, ConversationView>>
  /** Mine only, by conversation. */
  reads: Readonly<Record<string, ReadView>>
  /** Mine only, by `conversation:mode`. */
  drafts: Readonly<Record<string, DraftView>>
  /** Where I was mentioned, by conversation. */
  mentions: Readonly<Record<string, MentionView>>
  /** Messages of conversations that were opened, in thread order. */
  messages: Readonly<Record<string, readonly MessageView[]>>
  /** How far messages of opened conversations have come that are not among those loaded: the page that brings one may be older than the event. */
  ahead: Readonly<Record<string, MessageProgress>>
  setAsideOpen: number
}

type MessageProgress = Pick<MessageView, 'conversationId' | 'state' | 'parts'>

export type Snapshot = OperationResponse<'snapshot'>

/** The state that a snapshot describes. Messages of opened conversations are loaded apart. */
export function stateFromSnapshot(snapshot: Snapshot): InboxState {
  return withPage(
    {
      cursor: snapshot.cursor,
      me: snapshot.me,
      workspace: snapshot.workspace,
      members: byId(snapshot.members),
      accounts: byId(snapshot.accounts),
      conversations: {},
      reads: {},
      drafts: {},
      mentions: {},
      messages: {},
      ahead: {},
      setAsideOpen: snapshot.setAsideOpen,
    },
    snapshot,
  )
}

/** Adds a further page of the list. */
export function withPage(state: InboxState, page: ConversationPage): InboxState {
  return {
    ...state,
    conversations: { ...state.conversations, ...byId(page.conversations) },
    reads: { ...state.reads, ...Object.fromEntries(page.reads.map(read => [read.conversationId, read])) },
    drafts: { ...state.drafts, ...Object.fromEntries(page.drafts.map(draft => [draftKey(draft), draft])) },
    mentions: { ...state.mentions, ...Object.fromEntries(page.mentions.map(mention => [mention.conversationId, mention])) },
  }
}

/** Adds loaded messages of one conversation to what is there. */
export function withMessages(state: InboxState, conversationId: string, loaded: readonly MessageView[]): InboxState {
  const caughtUp = loaded.filter(message => state.ahead[message.id])
  const newest = caughtUp.length > 0 ? loaded.map(message => ({ ...message, ...state.ahead[message.id] })) : loaded
  const messages = { ...state.messages, [conversationId]: merged(state.messages[conversationId] ?? [], newest) }
  if (caughtUp.length === 0) return { ...state, messages }
  const ahead = { ...state.ahead }
  for (const { id } of caughtUp) delete ahead[id]
  return { ...state, messages, ahead }
}

/** A few messages among many: those that are known are replaced, the rest stand where they belong, which is mostly at the end. */
function merged(present: readonly MessageView[], loaded: readonly MessageView[]): readonly MessageView[] {
  if (loaded.length > 24) {
    const all = new Map(present.map(message => [message.id, message]))
    for (const message of loaded) all.set(message.id, message)
    return [...all.values()].sort(compareMessages)
  }
  const next = [...present]
  for (const message of loaded) {
    const known = next.findLastIndex(one => one.id === message.id)
    if (known >= 0) next.splice(known, 1)
    let place = next.length
    while (place > 0 && compareMessages(next[place - 1]!, message) > 0) place--
    next.splice(place, 0, message)
  }
  return next
}

/** The state after one event. Unknown kinds (of a newer server) change nothing. */
export function applyEvent(state: InboxState, event: StoredEvent): InboxState {
  return applyEvents(state, [event])
}

type Maps = Pick<InboxState, 'members' | 'accounts' | 'conversations' | 'reads' | 'drafts' | 'mentions' | 'messages' | 'ahead'>

/**
 * The state after these events, one after the other. A frame of the screen may bring many: each map is copied once for all of them, and each thread
 * is put in order once.
 */
export function applyEvents(state: InboxState, events: readonly StoredEvent[]): InboxState {
  let next = state
  const own = new Map<keyof Maps, object>()
  /** A copy of a map that may be written to. */
  const open = <Name extends keyof Maps>(name: Name): Record<string, Maps[Name][string]> => {
    if (!own.has(name)) {
      const copy = { ...next[name] }
      own.set(name, copy)
      next = { ...next, [name]: copy }
    }
    return own.get(name) as Record<string, Maps[Name][string]>
  }
  const came = new Map<string, Map<string, MessageView>>()
  for (const event of events) {
    switch (event.kind) {
      case 'conversation.changed':
      case 'conversation.entered':
        open('conversations')[event.conversation.id] = event.conversation
        break
      case 'conversation.left':
        delete open('conversations')[event.conversationId]
        delete open('messages')[event.conversationId]
        came.delete(event.conversationId)
        for (const [id, { conversationId }] of Object.entries(next.ahead))
          if (conversationId === event.conversationId) delete open('ahead')[id]
        break
      case 'message.created':
      case 'message.changed': {
        const { message } = event
        if (next.ahead[message.id]) delete open('ahead')[message.id]
        if (next.messages[message.conversationId] === undefined) break
        const thread = came.get(message.conversationId) ?? new Map<string, MessageView>()
        came.set(message.conversationId, thread.set(message.id, message))
        break
      }
      case 'state.changed': {
        const { conversationId, messageId, state, parts } = event
        const message = came.get(conversationId)?.get(messageId) ?? next.messages[conversationId]?.findLast(one => one.id === messageId)
        if (message) {
          const thread = came.get(conversationId) ?? new Map<string, MessageView>()
          came.set(conversationId, thread.set(messageId, { ...message, state, parts }))
        } else if (next.messages[conversationId]) open('ahead')[messageId] = { conversationId, state, parts }
        const conversation = next.conversations[conversationId]
        if (conversation?.lastMessage?.id === messageId && conversation.lastMessage.state !== state)
          open('conversations')[conversationId] = { ...conversation, lastMessage: { ...conversation.lastMessage, state } }
        break
      }
      case 'messages.removed': {
        const gone = new Set(event.messageIds)
        const thread = next.messages[event.conversationId]
        if (thread?.some(message => gone.has(message.id)))
          open('messages')[event.conversationId] = thread.filter(message => !gone.has(message.id))
        for (const id of gone) {
          came.get(event.conversationId)?.delete(id)
          if (next.ahead[id]) delete open('ahead')[id]
        }
        break
      }
      case 'account.changed':
        open('accounts')[event.account.id] = event.account
        break
      case 'member.changed':
        open('members')[event.member.id] = event.member
        break
      case 'workspace.changed':
        next = { ...next, workspace: event.workspace }
        break
      case 'draft.changed': {
        const key = draftKey(event.draft)
        const known = next.drafts[key]
        if (!known || known.version <= event.draft.version) open('drafts')[key] = event.draft
        break
      }
      case 'read.changed':
        open('reads')[event.read.conversationId] = event.read
        break
      case 'set_aside.changed':
        next = { ...next, setAsideOpen: event.open }
        break
      case 'mention.changed':
        open('mentions')[event.mention.conversationId] = event.mention
        break
      // What is told at once, and kept elsewhere.
      case 'mention.created':
      case 'reminder.due':
      case 'snooze.woke':
      // Lists that are asked for apart: whoever holds one asks again.
      case 'catalogue.changed':
      // Asked and answered between two people: a notice, nothing to keep.
      case 'webhook.paused':
      case 'draft.asked':
      case 'draft.answered':
        break
    }
  }
  for (const [conversationId, thread] of came)
    open('messages')[conversationId] = merged(next.messages[conversationId] ?? [], [...thread.values()])
  return next
}

/** Order within a thread: the customer's clock, never ours alone [mechanics 5]. */
export function compareMessages(a: MessageView, b: MessageView): number {
  return (
    a.order.at - b.order.at ||
    a.order.tie - b.order.tie ||
    (a.order.externalId < b.order.externalId ? -1 : a.order.externalId > b.order.externalId ? 1 : 0)
  )
}

/** How many of the customer's messages this member has not read. */
export function unreadCount(conversation: ConversationView, read: ReadView | undefined): number {
  return Math.max(0, conversation.inboundCount - (read?.readCount ?? 0))
}

export function draftKey(draft: { conversationId: string; mode: 'reply' | 'note' }): string {
  return `${draft.conversationId}:${draft.mode}`
}

function byId<T extends { id: string }>(items: readonly T[]): Record<string, T> {
  return Object.fromEntries(items.map(item => [item.id, item]))
}
