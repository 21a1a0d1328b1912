/**
 * What a simulator of a messenger is: the platform's endpoints with state in memory, its own signing and limits, and what a customer can do
 * on a phone. Always holds: it never imports anything of the adapter that it tests; rules come from the vendor's documented facts.
 */
import type { Content, Localized, MessageBody } from '@dragoman/core'

/** A request to the platform's API, as it came over HTTP. */
export interface PlatformRequest {
  method: string
  /** Below the simulator's own origin, e.g. `/bot123:abc/sendMessage`. */
  path: string
  query: Record<string, string>
  /** Names in lower case. */
  headers: Record<string, string>
  body: Uint8Array
}
export interface PlatformResponse {
  status: number
  headers?: Record<string, string>
  body: string | Uint8Array
  /** Accepted, but the answer is never sent: the connection is cut after this many ms. */
  hangMs?: number
}

export interface SimulatorEnvironment {
  now(): number
  /** 0 to 1. */
  random(): number
  /** The address under which `handle` is reached, without a trailing slash. */
  origin: string
  /** Calls back later; pending ones are dropped when the host closes. */
  after(delayMs: number, work: () => void): void
  /** Posts a webhook to the business and tells what came back; status 0 when nothing did. */
  post(webhook: {
    url: string
    method?: 'GET' | 'POST'
    headers: Record<string, string>
    body: Uint8Array
  }): Promise<{ status: number; body: string }>
  /** Something a phone shows has changed. */
  changed(): void
  /** One line of the log of requests and webhooks. */
  log(entry: SimulatorLogEntry): void
  /** Keeps bytes and gives an address where a phone can show them. */
  keep(bytes: Uint8Array, mimeType: string, name: string): { fileId: string; url: string }
  /** The bytes kept under a file id. */
  kept(fileId: string): { bytes: Uint8Array; mimeType: string; name: string } | undefined
}

export interface SimulatorLogEntry {
  at: number
  direction: 'request' | 'webhook'
  /** Method and path, or the webhook's address; secrets shown as `…`. */
  what: string
  status: number
  /** Shortened JSON for people. */
  sent: string
  received: string
}

/** How a phone looks: drawn by the simulator page from this alone. Colours are CSS. */
export interface PhoneTheme {
  name: string
  background: string
  /** CSS background-image pattern, or none. */
  pattern?: string
  header: {
    background: string
    color: string
    accent: string
    layout: 'left' | 'center'
    /** Under the business's name. */
    subtitle?: { en: string; ru: string }
  }
  /** `meta` and `link` where the bubble is so strong a colour that the usual ones cannot be read on it. */
  mine: { background: string; color: string; ticks: string; ticksRead: string; meta?: string; link?: string }
  theirs: { background: string; color: string }
  meta: string
  /** `tail`: corner cut at the bottom; `round`: pill; `card`: squarish. */
  bubble: 'tail' | 'round' | 'card'
  bubbleRadius: number
  /** Which end of a run of bubbles has the tail: the first one's top or the last one's bottom (so where it is not said). */
  tailAt?: 'top' | 'bottom'
  /** Links, names of sections, the line beside a quote. */
  link?: string
  /** The pill that names a day. */
  day?: { background: string; color: string }
  font: string
  button: { background: string; color: string; border: string; radius: number; place: 'under' | 'inside' }
  composer: {
    background: string
    color: string
    field: string
    send: string
    placeholder: { en: string; ru: string }
    /** `flat`: one bar from edge to edge; `pill` (so where it is not said): a round field with a round button beside it. */
    shape?: 'flat' | 'pill'
  }
  /** Ticks on the customer's own messages: drawn or not. */
  showsTicks: boolean
  dark?: Partial<Omit<PhoneTheme, 'dark' | 'name'>>
}

export interface PhoneMessage {
  id: string
  from: 'customer' | 'business'
  at: number
  /** Media are links that the page can show. */
  body: MessageBody
  /** Of the customer's own message: what the business has done with it; of the business's: what it was told. */
  status?: 'sent' | 'delivered' | 'read' | 'failed'
  edited?: boolean
  deleted?: boolean
  reactions: { by: 'customer' | 'business'; emoji: string }[]
  replyTo?: string
  groupId?: string
}

/** What the customer can do on this messenger's phone: the page offers just these. */
export interface PhoneAbilities {
  kinds: Content['kind'][]
  /** Videos that are round or loop. */
  videoStyles: ('note' | 'animation')[]
  reply: boolean
  react: string[] | 'any' | false
  edit: boolean
  delete: boolean
  block: boolean
  hideReceipts: boolean
  typing: boolean
  /** Must press Start before writing. */
  start: boolean
  /** May come by a link or an advertisement at any time (where `start` is false): the act `start` with a payload. */
  arrive?: boolean
  shareContact: boolean
  /** Comments on the business's posts; names it in posts of one's own. */
  comment?: boolean
  mention?: boolean
}

/** A post of the business, public, with what people wrote under it. */
export interface PhonePost {
  id: string
  at: number
  /** Of this phone's owner, naming the business; else the business's own. */
  mine?: boolean
  text: string
  comments: {
    id: string
    author: string
    from: 'customer' | 'business'
    /** Written by the owner of this phone. */
    mine: boolean
    at: number
    body: MessageBody
    replyTo?: string
    /** Seen by its writer only. */
    hidden?: boolean
    deleted?: boolean
  }[]
}

export interface PhoneView {
  customerId: string
  accountId: string
  customerName: string
  /** As the customer's own phone would show it; absent for those who hide it from the business. */
  customerPhone?: string
  accountName: string
  started: boolean
  blocked: boolean
  hidesReceipts: boolean
  businessTyping: boolean
  messages: PhoneMessage[]
  /** Keyboard in the composer's place. */
  keyboard?: { rows: { title: string; action: 'text' | 'share_contact' | 'share_location' }[][] }
  abilities: PhoneAbilities
  /** The business's posts, where people comment on them; newest first. */
  posts?: PhonePost[]
  /** Shown before the first word: greeting, first questions, the menu beside the composer. */
  entrance?: {
    greeting?: string
    starters: { title: string; payload: string }[]
    menu: { title: string; payload?: string; url?: string }[]
  }
  /** A page to show in a frame instead of a drawn phone. */
  frameUrl?: string
}

export interface Upload {
  bytes: Uint8Array
  mimeType: string
  name: string
}

export type CustomerAction =
  | { act: 'start'; payload?: string }
  | { act: 'write'; text: string; replyTo?: string }
  /** Any other kind of content; media come as uploads in reading order. */
  | { act: 'send'; content: Content; uploads: Upload[]; replyTo?: string }
  /** Presses the button (or picks the list row) at a place in a message's keyboard. */
  | { act: 'press'; messageId: string; row: number; column: number }
  | { act: 'press_key'; row: number; column: number }
  | { act: 'react'; messageId: string; emoji: string | null }
  | { act: 'edit'; messageId: string; text: string }
  | { act: 'delete'; messageId: string }
  | { act: 'vote'; messageId: string; options: number[] }
  | { act: 'block' }
  | { act: 'unblock' }
  | { act: 'hide_receipts'; on: boolean }
  | { act: 'typing' }
  /** Opens the chat: what the business wrote is read. */
  | { act: 'read' }
  /** Writes under a post, or under a comment there. */
  | { act: 'comment'; postId: string; text: string; replyTo?: string }
  /** Names the business in a public post of one's own. */
  | { act: 'mention'; text: string }
  | { act: 'edit_comment'; commentId: string; text: string }
  | { act: 'delete_comment'; commentId: string }
  /** Chooses a first question or a row of the menu. */
  | { act: 'choose_entrance'; payload: string }

export type ActionResult = { ok: true; messageId?: string } | { ok: false; reason: string }

/** Faults that can be switched on. A number is how many more times it strikes (`Infinity` until switched off). */
export interface Faults {
  rateLimit: number
  rateLimitRetryAfterMs: number
  serverError: number
  /** Accepts, then never answers. */
  timeoutAfterAccept: number
  expiredToken: number
  duplicateWebhooks: number
  reorderWebhooks: number
}
export type FaultName = 'rateLimit' | 'serverError' | 'timeoutAfterAccept' | 'expiredToken' | 'duplicateWebhooks' | 'reorderWebhooks'

export interface SimulatedAccount {
  /** The platform's id. */
  id: string
  name: string
  /** What a person would copy from the platform into the form, secrets included, by config field name. */
  config: Record<string, string>
  /** How such an account is connected, where that is not by webhook. */
  way?: 'poll'
}

/** One thing that can be done to a simulated account: connecting a person's own account, lowering its quality. Enough to draw a form. */
export interface SimulatorControl {
  id: string
  title: Localized
  /** `list`: any number of choices, joined by spaces. */
  fields: {
    name: string
    label: Localized
    kind: 'choice' | 'list' | 'text'
    choices?: { value: string; label: Localized }[]
    /** As it is now. */
    value?: string
  }[]
}

/** One running platform, holding any number of accounts and customers. */
export interface Simulator {
  handle(request: PlatformRequest): Promise<PlatformResponse>
  /** Makes an account as the owner would at the vendor's console; `settings`: what was chosen in the form, where there are several kinds of account. */
  newAccount(name: string, settings?: Readonly<Record<string, string>>): SimulatedAccount
  accounts(): SimulatedAccount[]
  /** Sets the webhook as the owner would in the vendor's console, where the API cannot do it. */
  setWebhook?(accountId: string, url: string, secrets: Record<string, string>): Promise<{ ok: boolean; reason?: string }>
  /** Only where the hub itself is the platform: what it has handed to its visitors' stream. */
  publish?(message: { threadId: string; externalId: string; body: MessageBody; replyTo?: string }): void
  /** The business posts something, as its people would in the vendor's app; gives the post's id. */
  newPost?(accountId: string, text: string): string
  /** What the business's people or the platform itself can do to an account, beside the customers' acts. */
  controls?(accountId: string): SimulatorControl[]
  control?(accountId: string, id: string, values: Readonly<Record<string, string>>): ActionResult
  newCustomer(accountId: string, person: { name: string; language: string; withoutPhone?: boolean }): PhoneView
  phones(): PhoneView[]
  act(customerId: string, action: CustomerAction): Promise<ActionResult>
  faults: Faults
  /** All state as JSON, for the next start. */
  save(): unknown
  /** Where the platform is no web server: opens its own servers on loopback, before anything is asked of it, and ends them. */
  open?(): Promise<void>
  close?(): Promise<void>
  /** Their addresses by name of origin, once open: an account's origins, beside or in place of the host's own. */
  origins?(): Readonly<Record<string, string>>
}

export interface SimulatorKind {
  id: string
  theme: PhoneTheme
  /** Choices of the channel's form that `newAccount` follows: which kind of account it makes. */
  accountChoices?: readonly string[]
  /** Every route of the platform that it serves, with `:parameters`; the contract suite holds the channel's requests against it. */
  routes: readonly { method: string; path: string; origin: string }[]
  create(environment: SimulatorEnvironment, saved?: unknown): Simulator
}
