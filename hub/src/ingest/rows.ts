/** The rows that one batch of events works on, in memory. Written back by `flush`. */
import type { ConversationView } from '@dragoman/api'
import type {
  DeliveryReceipt,
  Failure,
  InboundEvent,
  MessageBody,
  OpenWindow,
  PartState,
  PublicPlace,
  Referral,
  Standing,
} from '@dragoman/core'
import type { StandingFacts } from '../conversations/standing.ts'

export interface AccountRow {
  id: string
  channel: string
}

export interface IdentityRow {
  id: string
  contactId: string
  name: string
  username: string | null
  phone: string | null
  language: string | null
  avatar: { id?: string; url?: string } | undefined
  contactName: string
  contactPhone: string | null
  contactEmail: string | null
  contactLanguage: string | null
  /** A colleague has blocked this contact: what he writes is spam. */
  contactBlocked: boolean
  /** The latest moment at which the messenger told the name; null: never. */
  namedAt: number | null
  /** Only that moment is later than it was. */
  isNamedLater?: boolean
  /** New, and its event gave no name: the messenger is asked. */
  isNameless?: boolean
  isNew: boolean
  changed: boolean
}

export interface ConversationRow {
  id: string
  threadId: string
  identityId: string
  contactId: string
  state: 'open' | 'closed'
  assigneeId: string | null
  teamId: string | null
  lastOutId: string | null
  lastOutBy: string | null
  source: Referral | null
  snoozedUntil: number | null
  snoozedBy: string | null
  spamAt: number | null
  caseId: string | null
  standing: Standing
  /** Null: nothing was told of the standing yet. */
  standingFacts: StandingFacts | null
  /** The latest moment at which the person wrote here. */
  heardAt: number | null
  /** Public threads only. */
  place: PublicPlace | null
  windows: OpenWindow[]
  inboundCount: number
  unansweredSince: number | null
  lastMessage: {
    id: string
    kind: string
    direction: string
    authorId: string | null
    authorName: string
    at: number
    state: string
  } | null
  /** Undefined: unchanged. */
  lastPreview: string | undefined
  lastMessageAt: number | null
  lastMessageTie: number | null
  lastInboundExternalId: string | null
  deliveredUntil: number | null
  readUntil: number | null
  lastActivityAt: number
  /** What a list shows beside it, as it was when the row was locked; absent where the conversation is new. */
  shown?: {
    contact: ConversationView['contact']
    caseId: string | null
    caseNumber: number | null
    /** Sealed. */
    summary: Buffer | null
    /** Sealed. */
    preview: Buffer | null
    priority: ConversationView['priority']
    labelIds: string[]
    wokenAt: number | null
    createdAt: number
  }
  isNew: boolean
  changed: boolean
}

export interface MessageRow {
  id: string
  conversationId: string
  caseId: string | null
  direction: 'in' | 'out' | 'system'
  authorKind: 'customer' | 'member' | 'system' | 'elsewhere'
  authorId: string | null
  authorName: string
  body: MessageBody
  replyToId: string | null
  replyToExternal: string | null
  orderAt: number
  orderTie: number
  orderExternal: string
  at: number
  editedAt: number | null
  deletedAt: number | null
  forwarded: boolean
  groupId: string | null
  referral: Referral | null
  system: { what: string; params: Record<string, string> } | null
  state: PartState
  fileIds: string[]
  isNew: boolean
  changed: boolean
}

export interface PartRow {
  id: string
  messageId: string
  conversationId: string
  state: PartState
  failure: Failure | null
  sentAt: number | null
  deliveredAt: number | null
  readAt: number | null
  /** What it says, in plain text; only of parts that are on their way, where an echo may be theirs. */
  words?: string
  changed: boolean
}

export interface PlatformMessageRow {
  externalId: string
  messageId: string
  partId: string | null
  index: number
  isNew: boolean
}

export interface FileRow {
  id: string
  source: { id?: string; url?: string }
  mimeType: string | null
  name: string | null
  sizeBytes: number | null
  width: number | null
  height: number | null
  durationMs: number | null
}

export interface ReactionsRow {
  messageId: string
  byId: string
  emojis: string[]
  at: number
}

/** An event and where it came from. */
export interface Sourced {
  event: InboundEvent
  /** Position in the journal; the tie of order where the platform gives none. */
  position: number
  /** Which event of its body. */
  index: number
  receivedAt: number
}

export type ReceiptFact = { receipt: DeliveryReceipt; at: number; failure?: Failure }
