/**
 * What a platform can tell us, in one closed union. `Channel.parse` makes these from webhook bodies; `hub/ingest` applies them.
 * Always holds: every event has an `externalId` that makes a repeat a repeat within its account and kind, and `at`, the platform's time in ms.
 */
import type { MessageBody } from './content.ts'
import type { Failure } from './failure.ts'

/** What is known of a person on one account. All ids that are known at once; any of them may come alone later. */
export interface IdentityFacts {
  /** The platform's opaque ids, prefixed by their kind (`user:42`, `phone:491…`); the first is the main one. */
  externalIds: string[]
  name?: string
  username?: string
  /** E.164 with `+`. Optional everywhere. */
  phone?: string
  /** As the person told it; never confirmed, so never an id. */
  email?: string
  /** BCP 47. */
  language?: string
  /** A picture that may be fetched through `extras.media`. */
  avatar?: { id?: string; url?: string }
}

/**
 * `at` of an event for which the platform names no time (a press on a button): later than any receipt, so that the earlier of the two, the time
 * of receipt, counts [mechanics 5]. The last instant that a JavaScript date can hold, ms.
 */
export const noPlatformTime = 8_640_000_000_000_000

/** A public thread: what people write under a post, or where they name the business. One thread is one first comment with its answers. */
export interface PublicPlace {
  kind: 'comments' | 'mention'
  /** The post's id at the platform. */
  postId: string
  /** First words of the post. */
  title?: string
  url?: string
}

interface EventBase {
  externalId: string
  /** The platform's time, ms since the epoch. */
  at: number
  /** Which conversation on this account; absent where the event concerns none. */
  threadId?: string
  identity?: IdentityFacts
  /** Our own reference (the part's id), come back. */
  ref?: string
  /** Reply windows that this event opens, `until` in ms. */
  opens?: { window: string; until: number }[]
  closes?: string[]
  /** Where the thread is public: a conversation of its own kind. Absent: a direct one. */
  place?: PublicPlace
  /** The platform's own sequence within the conversation, where it has one. */
  tie?: number
  /** What had to be cleaned or guessed while parsing; for the curious, in English. */
  parseNote?: string
}

/** Where a person came from: an advertisement, a deep link, a page. */
export interface Referral {
  source: string
  /** The payload of a deep link, an ad's id. */
  payload?: string
  title?: string
  url?: string
}

export interface InboundMessage extends MessageBody {
  /** External id of the message that this one answers. */
  replyTo?: string
  /** A quoted passage of it. */
  quote?: string
  forwarded?: boolean
  /** Joins messages that the platform sends one by one and shows as an album. */
  groupId?: string
  referral?: Referral
}

export type DeliveryReceipt = 'sent' | 'delivered' | 'read' | 'played' | 'failed'

export type AccountChange = (
  | { what: 'token'; valid: boolean; detail?: string }
  | { what: 'permissions'; detail: string }
  | { what: 'template'; name: string; language: string; status: string; reason?: string }
  | { what: 'quality'; level: string; detail?: string }
  | { what: 'limits'; detail: string }
  | { what: 'webhook'; detail: string }
) & {
  /** The same in figures and in the platform's own words, for screens and rules; the names are the channel's. */
  facts?: Readonly<Record<string, string | number | boolean>>
  /** Only these conversations are meant: those whose thread ids begin so. `standing` is where they stand now. */
  threads?: { begin: string; standing: 'open' | 'elsewhere' }
}

export type InboundEvent = EventBase &
  (
    | { kind: 'message.received'; message: InboundMessage }
    | { kind: 'message.edited'; of: string; message: InboundMessage }
    | { kind: 'message.deleted'; of: string[] }
    /** Written by the business in the vendor's own app. */
    | { kind: 'message.echoed'; message: InboundMessage }
    | {
        kind: 'delivery.updated'
        receipt: DeliveryReceipt
        of: { externalIds: string[] } | { watermark: number }
        failure?: Failure
        price?: { category: string; billable: boolean }
      }
    /** All that this person now has on the message; empty when taken back. */
    | { kind: 'reaction.changed'; of: string; emojis: string[] }
    /** A button, list row or quick reply was chosen. `acknowledge` must be answered by `extras.acknowledge` where present. */
    | { kind: 'action.chosen'; of?: string; title: string; description?: string; payload?: string; acknowledge?: string }
    | { kind: 'poll.voted'; of: string; options: number[] }
    | { kind: 'order.placed'; message: InboundMessage }
    /** New facts or ids of a person; `replaces` names ids that are no longer valid but remain aliases. */
    | { kind: 'contact.updated'; replaces?: string[] }
    | { kind: 'contact.subscribed'; referral?: Referral }
    | { kind: 'contact.opted_out'; scope: 'all' | 'marketing'; reason?: string }
    /** `onlyNew`: counts where the conversation was not known before; for platforms that have requests and tell nobody of them. */
    | { kind: 'conversation.requested'; onlyNew?: boolean }
    /** Another program answers this person now (`ours` false), or we do again. */
    | { kind: 'control.changed'; ours: boolean; app?: string }
    | { kind: 'typing'; on: boolean }
    | { kind: 'account.changed'; change: AccountChange }
    | { kind: 'ignored'; reason: string; type: string }
  )

export type InboundEventKind = InboundEvent['kind']
export type InboundEventOf<K extends InboundEventKind> = Extract<InboundEvent, { kind: K }>
