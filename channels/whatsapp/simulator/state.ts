/**
 * What a simulated WhatsApp knows: one app and one business account, its numbers, the customers, files and templates. Plain JSON, so that it
 * can be saved. Always holds: a customer record is one person's chat with one number; times are ms since the epoch.
 */
import type { PhoneMessage } from '@dragoman/channel-kit/simulator'
import type { PriceCategory } from './pricing.ts'
import type { SeededTemplate } from './template-seeds.ts'

export interface BusinessNumber {
  id: string
  name: string
  /** Digits. */
  displayNumber: string
  /** Address set for this number alone; goes before the account's and the app's. */
  callback?: string
  /** Free-form messages delivered per calendar month: the first thousand cost nothing. */
  deliveredInMonth: Record<string, number>
  /** How Meta rates it; absent: GREEN. */
  quality?: Quality
  /** Of its display name; absent: APPROVED. */
  nameStatus?: string
  entrance?: { prompts: string[]; commands: { command_name: string; command_description: string }[] }
  /** Tokens of its throughput, and when they were counted. */
  throughput: Bucket
}

export type Quality = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN'

export interface Bucket {
  tokens: number
  at: number
}

export interface Customer {
  id: string
  numberId: string
  name: string
  language: string
  username?: string
  /** Digits; absent for people who hide it. */
  phone?: string
  bsuid: string
  blocked: boolean
  hidesReceipts: boolean
  stoppedMarketing: boolean
  /** End of the 24-hour window. */
  windowUntil: number
  /** When they came by an advertisement that was not answered yet. */
  cameByAdAt?: number
  freeUntil: number
  typingUntil: number
  pair: Bucket
  messages: StoredMessage[]
}

export interface StoredMessage extends PhoneMessage {
  /** Of the business's messages. */
  reference?: string
  category?: PriceCategory
  receipts: ('sent' | 'delivered' | 'read' | 'played' | 'failed')[]
  isVoice?: boolean
}

export interface StoredFile {
  id: string
  fileId: string
  /** Where a phone can show it. */
  url: string
  mimeType: string
  name: string
  sizeBytes: number
  sha256: string
  numberId: string
  expiresAt: number
}

export interface WhatsAppState {
  version: 1
  app: { id: string; secret: string; name: string; token: string; callback?: string; callbackOf?: string; subscribed: boolean }
  wabaId: string
  wabaCallback?: string
  /** Of the whole portfolio; absent: TIER_2K. */
  tier?: string
  /** Who was written to first, and when. */
  reached?: { person: string; at: number }[]
  /** Until when nobody may be written to first, for breaking a rule. */
  restrictedUntil?: number
  numbers: BusinessNumber[]
  customers: Customer[]
  files: StoredFile[]
  templates: SeededTemplate[]
  counter: number
}

/** Whether saved JSON is a state of ours. */
export function isState(saved: unknown): saved is WhatsAppState {
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
