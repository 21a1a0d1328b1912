/**
 * What a messenger can express, and how much of it: dated data, JSON.
 * Always holds: every fact names its source and the day it was checked; numbers carry their unit. Six readers use this one copy:
 * composer, `fit`, API validation, contract tests, advisor, generated docs.
 */
import type { Keyboard, MediaKind } from './content.ts'
import type { PaceScope } from './failure.ts'
import type { EntityKind, TextUnit } from './rich-text.ts'

/** A text in the languages of the program's own screens. */
export interface Localized {
  en: string
  ru: string
}

/** Where a fact comes from and how fresh it is. Dates are ISO days. */
export interface Provenance {
  source: string
  checkedOn: string
  since?: string
  until?: string
  /** `documented` by the vendor, `observed` in the field, `assumed` until shown otherwise. */
  confidence?: 'documented' | 'observed' | 'assumed'
}

/** `native`: the messenger has it. `converted`: we express it by other means (see `note`). `none`: it cannot be done. */
export type Level = 'native' | 'converted' | 'none'

export interface Feature extends Provenance {
  level: Level
  note?: Localized
}

/** What else can be done in a conversation, apart from the kinds of content. */
export const featureNames = [
  'reply_to',
  'edit',
  'delete',
  'react',
  'typing_out',
  'typing_in',
  'mark_read',
  'links_preview',
  'deep_link',
  'templates',
  'customer_edits',
  'customer_deletes',
  'customer_reactions',
  'block_notice',
  'polling',
  'business_starts',
  'profile',
] as const
export type FeatureName = (typeof featureNames)[number]

/** Kinds of outbound content beside text and media that a channel says yes or no to. */
export const structuredKinds = [
  'location',
  'contact_card',
  'poll',
  'card',
  'carousel',
  'product',
  'template',
  'album',
  'booking',
  'ticket',
] as const
export type StructuredKind = (typeof structuredKinds)[number]

export interface TextLimit extends Provenance {
  max: number
  unit: TextUnit
  /** True where the platform counts after it has taken the markup away. */
  countedAfterMarkup: boolean
  /** Entities shown as such; others are sent as their plain characters, with a note. */
  entities: EntityKind[]
}

export interface MediaLimit extends Feature {
  maxBytes: number
  /** Exact types or `image/*`. Empty: any. */
  mimeTypes: string[]
  /** Whether words may stand under it. */
  caption: boolean
  /** True where the platform fetches the file from a public address instead of taking bytes. */
  byUrlOnly?: boolean
  /** What this kind becomes where `level` is `converted`. */
  becomes?: MediaKind
}

export interface ButtonLimit extends Feature {
  max: number
  maxPerRow: number
  title: { max: number; unit: TextUnit }
  payload: { max: number; unit: TextUnit }
  kinds: ('reply' | 'url' | 'phone' | 'share_contact' | 'share_location')[]
  /** True where kinds may not be mixed in one message. */
  oneKindOnly?: boolean
  /** Content kinds they may stand under. */
  under: ('text' | MediaKind | StructuredKind)[]
  /** The longest body text with buttons, where it is shorter than for plain text. */
  bodyMax?: number
}

export interface ListLimit extends Feature {
  maxRows: number
  maxSections: number
  button: { max: number; unit: TextUnit }
  title: { max: number; unit: TextUnit }
  description: { max: number; unit: TextUnit }
  payload: { max: number; unit: TextUnit }
  bodyMax?: number
}

export interface AlbumLimit extends Feature {
  min: number
  max: number
  /** Kinds that may stand together. */
  mixes: ('image' | 'video' | 'audio' | 'file')[][]
}

/** How honest a receipt is. */
export type ReceiptLevel = 'always' | 'user_may_hide' | 'never'

/** What a messenger's reach or lawfulness is in a country; an unknown is shown as unknown, never painted green. */
export interface ReachFact extends Provenance {
  /** ISO 3166-1 alpha-2, or `*` for everywhere. */
  country: string
  state: 'reachable' | 'degraded' | 'blocked' | 'closed' | 'unknown'
  note: Localized
}
export interface LawFact extends Provenance {
  country: string
  /** `*`, or one of `businessKinds`. */
  business: string
  /** `*`, or one of `lawMessages`. */
  message: string
  state: 'allowed' | 'restricted' | 'forbidden' | 'unknown'
  note: Localized
}

/** How fast one may send. `burst` is how many may go at once. */
export interface PaceRule extends Provenance {
  scope: PaceScope
  /** Sendings per second in the long run. */
  perSecond: number
  burst: number
}

/** What held before: the registry shows it for the days when it did. `of` is the key of what holds now, such as `features.edit`. */
export interface PastFact extends Provenance {
  of: string
  until: string
  level?: Level
  note?: Localized
  /** The number of then, where it was another. */
  max?: number
  maxBytes?: number
}

/** A price of the vendor's, as far as it names one for all. */
export interface TermFact extends Provenance {
  charged: 'free' | 'per_message' | 'per_month'
  amountMinor?: number
  currency?: string
  note?: Localized
}

export interface Capabilities {
  text: TextLimit
  caption: { max: number; unit: TextUnit } & Provenance
  media: Record<MediaKind, MediaLimit>
  structured: Record<StructuredKind, Feature>
  album: AlbumLimit
  buttons: ButtonLimit
  quickReplies: ButtonLimit
  list: ListLimit
  features: Record<FeatureName, Feature>
  receipts: Provenance & { delivered: ReceiptLevel; read: ReceiptLevel }
  pace: PaceRule[]
  reach: ReachFact[]
  law: LawFact[]
  past?: PastFact[]
  /** What the vendor charges for, each under a name (`terms.welcome`); what it charged before stands in `past`. */
  terms?: Readonly<Record<string, TermFact>>
  /** How long a public link to one of our files must live for the platform to fetch it. */
  mediaLinkTtlMs: number
  /** How long the vendor keeps retrying a webhook. */
  webhookRetryMs: number
  /** How long a message may wait for the person's phone before it is given up, where the sender may say so. */
  timeToLive?: Provenance & { minMs: number; maxMs: number }
  /** How long the business may edit and delete its own message; absent where there is no limit. */
  editWithinMs?: number
  deleteWithinMs?: number
  /** Emojis that may be used as reactions; absent: any. */
  reactionEmojis?: string[]
}

export type KeyboardKind = Keyboard['kind']
