/**
 * Where the messengers that share Meta's messaging envelope differ: plain data and pure functions that each of them gives to the shared code.
 * Always holds: nothing here names one of them; what only one of them has stays in its own folder.
 */
import type { AccountView, Content, PublicPlace } from '@dragoman/core'
import type { ErrorTable } from '../graph-error.ts'
import type { MessagingChange } from './envelope.ts'

/** A reply window that a customer's word opens, counted from the platform's time of it. */
export interface OpeningWindow {
  window: string
  lengthMs: number
}

export interface MessagingDialect {
  /** `object` of its webhook bodies. */
  object: string
  /** For people, in the details of failures. */
  name: string
  /** The ids by which webhooks name the account, the main one first. */
  ownIds(account: AccountView): string[]
  /** The node that sends: below it lie `messages`, `message_attachments`, `subscribed_apps`. */
  node(account: AccountView): string
  /** An address of the API, from the path below the version. */
  url(account: AccountView, path: string): string
  /** Parameters that go with everything that concerns a profile or an upload (`platform` where one endpoint serves two messengers). */
  platformFields(account: AccountView): Readonly<Record<string, string>>
  /** Without the window for people where the app may not use it. */
  windows(account: AccountView): readonly OpeningWindow[]
  /** The window in which only people may write, with a tag. */
  peopleWindow: string
  /** Its own error table, asked before Graph's shared one. */
  failures: ErrorTable
  /** Whether `metadata` comes back in echoes: our reference travels in it. */
  metadata: boolean
  /** Whether files go up before they are sent; else by public address where there is one. */
  uploadsFirst: boolean
  /** Domains of the servers from which files of webhooks are fetched. */
  fileHosts: readonly string[]
  /** What an audio attachment is: some apps record only. */
  audioKind(url: string | undefined): 'audio' | 'voice'
  /** Attachments of its own; undefined: the shared reading. */
  attachment?(attachment: unknown): Content | undefined
  /** What `app_id` of this program is, where the settings say. */
  appId(account: AccountView): string | undefined
  comments: CommentDialect
}

export interface CommentDialect {
  /** Answers stand under the first comment only, whichever one is answered. */
  underFirst: boolean
  takesPictures: boolean
  /** Path below the version that takes an answer to a comment, or to a mention. */
  answerPath(target: string, place: PublicPlace, account: AccountView): string
  /** The JSON of an answer. */
  answer(text: string, pictureUrl: string | undefined, target: string, place: PublicPlace): Record<string, unknown>
  hide(hidden: boolean): Record<string, unknown>
  /** `recipient` of the one private message that a comment permits. */
  privateRecipient(target: string, place: PublicPlace | undefined): Record<string, string>
}

/** What parses the items that stand under `changes`. */
export type ParseChange = (change: MessagingChange) => import('@dragoman/core').InboundEvent[]

/** An address with what every call about profiles and uploads says of the platform. */
export function withPlatform(
  dialect: MessagingDialect,
  account: AccountView,
  url: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams({ ...dialect.platformFields(account), ...more }).toString()
  return query === '' ? url : `${url}?${query}`
}
