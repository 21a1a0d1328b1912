/**
 * The contract of a channel. A channel is a value: no constructor, client, cache or life. All that it needs comes in as arguments; all that it
 * wants done comes out as data. Everything here is pure and total: no function of a channel throws, whatever it is given.
 */
import type { Capabilities, Localized, Provenance } from './capabilities.ts'
import type { AccountView, Badge, ConfigSchema } from './channel-config.ts'
import type { Media, MessageBody } from './content.ts'
import type { IdentityFacts, InboundEvent, PublicPlace } from './events.ts'
import type { Failure, Outcome } from './failure.ts'
import type { ReplyPolicy } from './reply-policy.ts'
import type { Answered, ChannelRequest, Exchange, NetworkRequest, Transmission } from './request.ts'
import type { FormattedText, RichText } from './rich-text.ts'

// ---- in ----------------------------------------------------------------------------------------------------------------------------------

export interface RawWebhook {
  method: 'GET' | 'POST'
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  body: Uint8Array
}

/** One webhook address with its secrets; each is a list, newest first, so that it can be rotated. */
export interface EndpointView {
  id: string
  secrets: Readonly<Record<string, readonly string[]>>
  /** The connected accounts that it serves: whom a signed token may be for, and where the platform (or its simulator) keeps its keys. */
  accounts?: readonly AccountView[]
}

export interface VerifyContext {
  now: number
  /** Keys fetched for a `needs` answer, by URL. */
  keys?: Readonly<Record<string, unknown>>
}

export type Verdict =
  | {
      kind: 'accepted'
      /** `content` where the response body is made by `respond` [mechanics 17]. */
      answer?: 'content'
      /** The words by which this platform knows that its webhook was taken; absent: any 200. */
      acknowledge?: { body: string; contentType: string }
    }
  | { kind: 'challenge'; status: number; body: string; contentType?: string }
  | { kind: 'needs'; keys: { url: string; kid?: string } }
  | { kind: 'rejected'; reason: string }

/** Which accounts a body speaks of, by the platform's id; `only` where the endpoint serves just one. */
export type AccountsInBody = { kind: 'only' } | { kind: 'named'; externalIds: string[] }

// ---- out ---------------------------------------------------------------------------------------------------------------------------------

/** To whom: the conversation's thread, all known ids of the person, newest first within their kind, and a phone where there is one. */
export interface Recipient {
  threadId: string
  /** Present where the thread is public: what is written there everyone reads. */
  place?: PublicPlace
  externalIds: readonly string[]
  phone?: string
}

/** How the bytes of one of our files may reach a platform. */
export interface MediaSource {
  name: string
  mimeType: string
  sizeBytes: number
  /** The platform's own handle from an earlier upload, still good. */
  handle?: string
  /** A public address for the platform to fetch; absent without `PUBLIC_URL`. */
  url?: string
  width?: number
  height?: number
  durationMs?: number
}

/** One sending: the unit of retry. It owns one or several platform messages. */
export interface OutboundPart {
  /** Our reference; travels where the platform returns it. */
  ref: string
  body: MessageBody
  to: Recipient
  /** External id of the platform message that it answers. */
  replyTo?: string
  /** By file id, every medium of the body. */
  media: Readonly<Record<string, MediaSource>>
  /** Stable over retries, for platforms that take an idempotency key. */
  idempotencyKey: string
  /** Names of the reply windows that are open at the moment of sending; absent where the sender does not know. */
  windows?: readonly string[]
  /** Worth delivering for so long, where the platform takes a time to live; absent: as the account's settings say. */
  timeToLiveMs?: number
  /** True of what no person wrote: greetings, flows, broadcasts. */
  automatic?: boolean
  /** The customer's latest message in the conversation, where the sender knows it: what a letter answers even if nobody chose a quote. */
  answers?: { externalId: string; subject?: string; replyTo?: string }
}

export interface StepResult {
  step: string
  transmission: Transmission
}

/** A platform's handle for one of our files, to be kept for later sends of this account. */
export interface LearnedHandle {
  fileId: string
  handle: string
  /** ms since the epoch; absent: for good. */
  expiresAt?: number
}

export type SendStep =
  | {
      kind: 'request'
      step: string
      request: ChannelRequest /** Only such a step can become uncertain. */
      commits: boolean
      learned?: LearnedHandle[]
    }
  | { kind: 'outcome'; outcome: Outcome; learned?: LearnedHandle[] }

// ---- the rest ----------------------------------------------------------------------------------------------------------------------------

export interface AccountHealth {
  externalId: string
  name: string
  username?: string
  /** What works only half, in the words of the manager. */
  warnings?: Localized[]
  /** How it stands with the platform, where nothing need be done: quality, limits. */
  notes?: Localized[]
}

/** What is set at the platform now [mechanics 19]: whose traffic we would take. */
export interface Subscription {
  state: 'none' | 'ours' | 'someone_else' | 'unknown'
  /** The address that is set there. */
  url?: string
  /** Updates that wait to be fetched. */
  waiting?: number
  lastError?: string
}

export interface MessageTarget {
  to: Recipient
  externalId: string
}

export type MediaStep =
  | { kind: 'request'; request: NetworkRequest }
  /** The request whose answer is the file itself. */
  | { kind: 'download'; request: NetworkRequest; mimeType?: string; name?: string; sizeBytes?: number }
  | { kind: 'failed'; failure: Failure }

export interface TemplateInfo {
  name: string
  language: string
  category: string
  status: string
  header?: { kind: 'text' | 'image' | 'video' | 'file' | 'location'; text?: string }
  body: string
  footer?: string
  buttons: { kind: 'reply' | 'url' | 'phone' | 'copy_code' | 'other'; title: string; variable: boolean }[]
  /** Slots in order, with the platform's sample. */
  slots: { part: 'header' | 'body' | 'button'; index: number; name?: string; kind: 'text' | 'image' | 'video' | 'file'; sample?: string }[]
  reason?: string
}

export interface ChannelExtras {
  /** Checks credentials; its failure names the error, `connectionAdvice` of the channel the fix. */
  health?: Exchange<void, AccountHealth, NetworkRequest>
  subscription?: {
    inspect: Exchange<{ ourUrl: string }, Subscription>
    subscribe: Exchange<{ url: string; secret: string }, void>
    /** `url`: ours, where a platform must be told which of its subscriptions ends. */
    unsubscribe: Exchange<{ url: string } | undefined, void>
  }
  /** Long polling [mechanics 19]. `cursor` is opaque; bodies are stored as if they had come by webhook. */
  poll?: Exchange<{ cursor: string; waitMs: number }, { bodies: string[]; cursor: string }, NetworkRequest>
  /** From a platform's reference to a download, step by step. */
  media?: { next(ref: { id?: string; url?: string }, done: readonly Transmission[], account: AccountView): MediaStep }
  profile?: Exchange<{ to: Recipient }, IdentityFacts>
  typing?: Exchange<{ to: Recipient; lastInboundId?: string }, void>
  markRead?: Exchange<MessageTarget, void>
  edit?: Exchange<MessageTarget & { body: MessageBody; previous: MessageBody }, void>
  remove?: Exchange<MessageTarget, void>
  react?: Exchange<MessageTarget & { emoji: string | null }, void>
  acknowledge?: Exchange<{ token: string; text?: string }, void>
  templates?: Exchange<{ cursor?: string }, { templates: TemplateInfo[]; next?: string }>
  /** Takes a message request on, where the platform wants to be told; without it the first answer does. */
  accept?: Exchange<{ to: Recipient }, void>
  /** Asks for a conversation that another program holds (standing `elsewhere`). */
  takeControl?: Exchange<{ to: Recipient }, void>
  /** What the platform shows before the first word: greeting, first questions, a menu. Replaces what was set there. */
  entrance?: {
    max: EntranceLimits
    apply: Exchange<Entrance, void>
    /** Further requests of the same setting, in order, where a platform takes it in pieces (one language, the greeting) at a time. */
    also?(entrance: Entrance): Exchange<Entrance, void>[]
    /** Where `apply` can only set, not take away: asked for before it. */
    clear?: Exchange<void, void>
  }
  /** A customer's comment: shown to all or only to its writer. */
  hide?: Exchange<MessageTarget & { hidden: boolean }, void>
  /** Takes a customer's comment away for good. */
  removeComment?: Exchange<MessageTarget, void>
  /** Writes to a comment's author in private; gives the direct conversation that this opens and the message in it. */
  answerPrivately?: Exchange<
    MessageTarget & { body: MessageBody; idempotencyKey: string },
    { threadId: string; externalIds: string[]; messageId: string }
  >
  /** One message to many in one request; who was refused comes back by thread. */
  broadcast?: {
    max: number
    send: Exchange<
      { to: Recipient[]; body: MessageBody; media: Readonly<Record<string, MediaSource>>; ref: string },
      { externalId?: string; refused: { threadId: string; failure: Failure }[] }
    >
  }
  /** A post in the account's feed. */
  publish?: Exchange<{ body: MessageBody; media: Readonly<Record<string, MediaSource>>; ref: string }, { externalId: string; url?: string }>
}

/** What a customer meets before the first word. Texts by BCP 47 language; the first is main. */
export interface Entrance {
  greeting?: Readonly<Record<string, string>>
  /** Questions to begin with. */
  starters: { title: Readonly<Record<string, string>>; payload: string }[]
  menu: { title: Readonly<Record<string, string>>; payload?: string; url?: string }[]
}
/** 0 where the platform has no such thing. */
export interface EntranceLimits extends Provenance {
  greeting: number
  starters: number
  starterTitle: number
  menu: number
  menuTitle: number
}

/** A short-lived access token: kept sealed, obtained again when it ends [mechanics 18]. Requests name it as `{name}`. */
export interface AccessToken {
  name: string
  /** Absent: for every account of the channel. Where it says no, the secret of that name is used as it stands in the settings. */
  appliesTo?(account: AccountView): boolean
  /** Asked anew this long before it ends, ms. */
  renewBeforeMs: number
  /** May use the account's secrets, and `{name}` itself where a platform renews a token by the one that it has. `expiresInMs` counts from now. */
  obtain: Exchange<void, { secret: string; expiresAt?: number; expiresInMs?: number }>
  /** Whether an answer means that the token is no longer good; absent: the status 401. A new one is then obtained, and the request made again, once. */
  refused?(answer: Answered): boolean
}

export interface Channel {
  id: string
  badge: Badge
  config: ConfigSchema
  /** Which part of a webhook is signed; the contract suite alters just that [mechanics 27]. `token`: a signed token in the authorization header. */
  signs: 'body' | 'header' | 'secret_in_body' | 'token'
  /** The platform's own origins by name; credentials go only to these. */
  origins: Readonly<Record<string, string>>
  /** The same names, where an account's settings say where its platform is (a reseller's address). Absent: always `origins`. */
  originsOf?(config: Readonly<Record<string, string>>): Readonly<Record<string, string>>
  capabilities(config: Readonly<Record<string, string>>): Capabilities
  replyPolicy: ReplyPolicy
  /** The window that a customer's message opens is in the event; this is what a failure or a code advises a person to do. */
  advice(failure: Failure): Localized | undefined
  verify(raw: RawWebhook, endpoint: EndpointView, context: VerifyContext): Verdict
  accountsOf(body: Uint8Array): AccountsInBody
  /** Every id by which a body may name this account, the main one first; absent: its `externalId`. */
  keysOf?(account: AccountView): string[]
  parse(body: Uint8Array, account: AccountView): InboundEvent[]
  formatText(text: RichText): FormattedText
  send: {
    next(
      part: OutboundPart,
      done: readonly StepResult[],
      account: AccountView,
      now: number,
    ): SendStep /** True where `idempotencyKey` makes a repeat harmless. */
    repeatable: boolean
  }
  /** The link that leads a person into a conversation with this account, with a payload of our own. */
  deepLink?(account: AccountView, payload: string): string | undefined
  /** How a person is addressed of whom only the phone number (E.164) is known; where a business may write first (`business_starts`). */
  addressOfPhone?(phone: string): { threadId: string; externalIds: string[] }
  /** The same for whom only an e-mail address is known. */
  addressOfEmail?(email: string): { threadId: string; externalIds: string[] }
  /** Its messages have subjects: a part is told that of the message which it answers. */
  hasSubjects?: boolean
  /** The webhook response's own content, where a platform wants one [mechanics 17]; `message` is what the customer reads there, kept as sent. */
  respond?(events: readonly InboundEvent[], account: AccountView): WebhookAnswer | undefined
  extras: ChannelExtras
  accessToken?: AccessToken
  /** Public threads (comments, mentions): what may be written there, and when. Absent: this channel has none. */
  comments?: { capabilities(config: Readonly<Record<string, string>>): Capabilities; replyPolicy: ReplyPolicy }
  /** Direct conversations of other kinds than the channel's own. */
  surfaces?: readonly Surface[]
}

/** Direct conversations of another kind: those of a person's own account that we answer for. They are told by their thread ids alone. */
export interface Surface {
  id: string
  name: Localized
  /** How their thread ids begin. */
  threads: string
  capabilities(config: Readonly<Record<string, string>>): Capabilities
  replyPolicy: ReplyPolicy
  /** What can be done only here; the channel's extras serve the rest, as far as the capabilities here have it. */
  extras?: Pick<ChannelExtras, 'markRead'>
}

export interface WebhookAnswer {
  body: string
  contentType: string
  message?: { threadId: string; body: MessageBody }
}

/** All channels of a hub, by id. */
export type Channels = ReadonlyMap<string, Channel>

/** Type-checks a channel and gives it back; the whole `index.ts` of a channel. */
export function defineChannel(channel: Channel): Channel {
  return channel
}

/** The file id of a medium that is ours, or undefined. */
export function fileIdOf(media: Media): string | undefined {
  return media.ref.from === 'file' ? media.ref.fileId : undefined
}
