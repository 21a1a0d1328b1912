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
  setAsideOpen: number
}

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
  const merged = new Map((state.messages[conversationId] ?? []).map(message => [message.id, message]))
  for (const message of loaded) merged.set(message.id, message)
  return { ...state, messages: { ...state.messages, [conversationId]: [...merged.values()].sort(compareMessages) } }
}

/** The state after one event. Unknown kinds (of a newer server) change nothing. */
export function applyEvent(state: InboxState, event: StoredEvent): InboxState {
  switch (event.kind) {
    case 'conversation.changed':
    case 'conversation.entered':
      return { ...state, conversations: { ...state.conversations, [event.conversation.id]: event.conversation } }
    case 'conversation.left': {
      const { [event.conversationId]: _gone, ...conversations } = state.conversations
      const { [event.conversationId]: _messages, ...messages } = state.messages
      return { ...state, conversations, messages }
    }
    case 'message.created':
    case 'message.changed':
      return state.messages[event.message.conversationId] === undefined
        ? state
        : withMessages(state, event.message.conversationId, [event.message])
    case 'account.changed':
      return { ...state, accounts: { ...state.accounts, [event.account.id]: event.account } }
    case 'member.changed':
      return { ...state, members: { ...state.members, [event.member.id]: event.member } }
    case 'workspace.changed':
      return { ...state, workspace: event.workspace }
    case 'draft.changed': {
      const key = draftKey(event.draft)
      const known = state.drafts[key]
      if (known && known.version > event.draft.version) return state
      return { ...state, drafts: { ...state.drafts, [key]: event.draft } }
    }
    case 'read.changed':
      return { ...state, reads: { ...state.reads, [event.read.conversationId]: event.read } }
    case 'set_aside.changed':
      return { ...state, setAsideOpen: event.open }
    case 'mention.changed':
      return { ...state, mentions: { ...state.mentions, [event.mention.conversationId]: event.mention } }
    // What is told at once, and kept elsewhere.
    case 'mention.created':
    case 'reminder.due':
    case 'snooze.woke':
      return state
    // Lists that are asked for apart: whoever holds one asks again.
    case 'catalogue.changed':
    // Asked and answered between two people: a notice, nothing to keep.
    case 'webhook.paused':
    case 'draft.asked':
    case 'draft.answered':
      return state
    default:
      return state
  }
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
