/**
 * What a simulated messenger of Meta's page messaging knows: one app, its accounts, the customers with their chats, posts, files, templates. Plain
 * JSON, so that it can be saved. Always holds: a customer record is one person's chat with one account; times are ms since the epoch.
 */
import type { PhoneMessage } from '@dragoman/channel-kit/simulator'

export interface Bucket {
  tokens: number
  at: number
}

export interface Entrance {
  greeting: { locale: string; text: string }[]
  getStarted?: string
  iceBreakers: { locale: string; questions: { question: string; payload: string }[] }[]
  menu: { locale: string; rows: { title: string; payload?: string; url?: string }[] }[]
}

export interface BusinessAccount {
  id: string
  /** The page behind it, where that is another id. */
  pageId?: string
  name: string
  username: string
  token: string
  tokenMadeAt: number
  /** Renewed ones stay good until they end. */
  olderTokens?: string[]
  callback?: string
  /** What the app is subscribed to; empty: to nothing. */
  fields: string[]
  /** Since when webhooks are not taken. */
  failingSince?: number
  /** Messages a second, and heavy ones. */
  pace: Bucket
  heavyPace: Bucket
  entrance: Entrance
}

export interface Customer {
  id: string
  accountId: string
  /** By which the account knows the person in chats, and in comments. */
  personId: string
  commenterId: string
  name: string
  username: string
  language: string
  blocked: boolean
  hidesReceipts: boolean
  /** The last word or deed that counts for the reply windows; 0: none yet. */
  lastAt: number
  /** In the requests folder until the business answers. */
  isRequest: boolean
  /** Another app holds the conversation. */
  heldBy?: string
  typingUntil: number
  messages: StoredMessage[]
}

export interface StoredMessage extends PhoneMessage {
  edits?: number
  receipts: ('delivered' | 'read')[]
}

export interface StoredFile {
  id: string
  fileId: string
  url: string
  mimeType: string
  name: string
  sizeBytes: number
  type: string
  expiresAt: number
}

export interface Comment {
  id: string
  /** Absent: written by the business. */
  customerId?: string
  author: string
  at: number
  text: string
  pictureUrl?: string
  replyTo?: string
  hidden: boolean
  deleted: boolean
  /** The one private message has been sent. */
  answeredPrivately: boolean
}

export interface Post {
  id: string
  accountId: string
  /** A customer's own public post, in which the business is named. */
  customerId?: string
  at: number
  text: string
  comments: Comment[]
}

export interface Template {
  id: string
  name: string
  language: string
  status: 'APPROVED' | 'PENDING' | 'REJECTED'
  category: 'UTILITY'
  components: Record<string, unknown>[]
}

export interface MessagingState {
  version: 1
  app: { id: string; secret: string; name: string }
  accounts: BusinessAccount[]
  customers: Customer[]
  posts: Post[]
  files: StoredFile[]
  templates: Template[]
  counter: number
}

/** Whether saved JSON is a state of ours. */
export function isState(saved: unknown): saved is MessagingState {
  return typeof saved === 'object' && saved !== null && (saved as { version?: unknown }).version === 1
}

/** Takes a token of a bucket that fills up with time; false where none is left. */
export function take(bucket: Bucket, capacity: number, perSecond: number, now: number): boolean {
  const filled = Math.min(capacity, bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * perSecond)
  bucket.at = now
  bucket.tokens = filled
  if (filled < 1) return false
  bucket.tokens = filled - 1
  return true
}
