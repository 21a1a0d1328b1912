/**
 * What a channel wants done, as data, and what came of it. A channel never opens a connection: the runner does, and it alone fills in secrets.
 * Always holds: a transmission that is `not_sent` has left nothing outside; one without an answer may have.
 */

import type { AccountView } from './channel-config.ts'
import type { MessageBody } from './content.ts'
import type { Failure } from './failure.ts'

export type RequestBody =
  | { type: 'none' }
  | { type: 'json'; value: unknown }
  /** `secrets`: fields that the runner adds, as [field, name of a secret setting]. */
  | { type: 'form'; fields: [string, string][]; secrets?: [string, string][] }
  /** A field with `fileId` is filled with that file's bytes by the runner. */
  | {
      type: 'multipart'
      fields: ({ name: string; value: string } | { name: string; fileId: string; fileName: string; mimeType: string })[]
    }
  | { type: 'file'; fileId: string; mimeType: string }

export interface HttpRequest {
  via: 'http'
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** May hold `{token}`, `{appSecret}` …: names of secret settings that only the runner fills. Begins with one of the account's origins. */
  url: string
  headers?: Record<string, string>
  body: RequestBody
  /** Time-out of the whole exchange; the runner's default is 15 s. */
  timeoutMs?: number
}

/** Handed to our own visitors' stream by the hub, in the transaction that records its outcome: exactly once, never uncertain [mechanics 21]. */
export interface PublishRequest {
  via: 'publish'
  threadId: string
  body: MessageBody
}

/** What the other kinds of request do not have; named, so that an address can be asked for before the kind is known. */
interface NotHttp {
  method?: undefined
  url?: undefined
  headers?: undefined
  body?: undefined
}

/** A server that is no web server, and who signs in there. It must be one of the account's origins: `smtps://mail.shop.example:465`. */
export interface ServerLogin {
  server: string
  /** `none` only on this machine (a simulator), and for a carrier's line where the account's settings say so. */
  security: 'tls' | 'starttls' | 'none'
  user: string
  /** A placeholder: `{password}`. */
  password: string
}

/** One letter for an outgoing mail server [RFC 5321, 5322]. The runner lays out the MIME parts and takes the files from our storage. */
export interface Letter {
  /** Whom the servers are told: addresses without names. An empty `from` asks for no bounces. */
  envelope: { from: string; to: string[] }
  from: { name?: string; address: string }
  to: { name?: string; address: string }[]
  replyTo?: string
  subject: string
  /** With angle brackets, as the two that follow. */
  messageId: string
  inReplyTo?: string
  references?: string[]
  /** Further headers: `Auto-Submitted` … */
  headers?: [string, string][]
  text: string
  html?: string
  attachments: { fileId: string; name: string; mimeType: string }[]
  /** Reports that are asked for where the server offers it [RFC 3461]; `envelopeId` comes back in them. */
  reports?: { envelopeId: string; notify: ('success' | 'failure' | 'delay')[] }
}

/** Hands a letter over; without one only the sign-in is tried. Answered with the server's reply code as status. */
export interface SmtpRequest extends NotHttp, ServerLogin {
  via: 'smtp'
  letter?: Letter
  timeoutMs?: number
}

/**
 * Looks into a mailbox [RFC 3501]. `fetch` gives what came after `cursor` (`uidvalidity:uid`; empty: from now on), waiting for it by IDLE, as
 * `{ letters, cursor }`; a letter is JSON (see `LetterJson` of the kit). `attachment` is a download of one of its files.
 */
export interface ImapRequest extends NotHttp, ServerLogin {
  via: 'imap'
  mailbox: string
  command:
    | { kind: 'check' }
    | { kind: 'fetch'; cursor: string; waitMs: number }
    | { kind: 'attachment'; uidValidity: string; uid: number; index: number }
  timeoutMs?: number
}

/** One short message as a carrier takes it [SMPP 3.4, 4.4]; texts are in hexadecimal, already coded and cut into parts. */
export interface ShortMessage {
  source: { ton: number; npi: number; address: string }
  destination: { ton: number; npi: number; address: string }
  esmClass: number
  dataCoding: number
  /** 1: a receipt is wanted. */
  registeredDelivery: number
  /** Relative or absolute, as 7.1.1 writes it; empty: the carrier's own. */
  validityPeriod: string
  /** Bytes of `short_message` in hexadecimal, with its user data header. */
  shortMessage: string
}

/**
 * A carrier's SMPP session [SMPP 3.4]. `submit` answers with `{ commandStatus, messageId }`; `receive` with `{ messages, cursor }`: what came is acknowledged
 * to the carrier only when the next `receive` brings this cursor back, which it does when all is stored.
 */
export interface SmppRequest extends NotHttp, ServerLogin {
  via: 'smpp'
  systemType: string
  /** `transceiver`: one session for both directions. */
  bind: 'transceiver' | 'separate'
  command: { kind: 'check' } | { kind: 'submit'; message: ShortMessage } | { kind: 'receive'; cursor: string; waitMs: number }
  timeoutMs?: number
}

/** Several requests at once, for looking at an account that has several servers. Answered with the list of what came of each. */
export interface AllRequest extends NotHttp {
  via: 'all'
  requests: (SmtpRequest | ImapRequest | SmppRequest)[]
  timeoutMs?: number
}

/** Whatever the runner can do outside. */
export type NetworkRequest = HttpRequest | SmtpRequest | ImapRequest | SmppRequest | AllRequest

export type ChannelRequest = NetworkRequest | PublishRequest

export interface Answered {
  kind: 'answered'
  status: number
  headers: Record<string, string>
  /** Parsed JSON where it parses, else the text (cut at the runner's cap). */
  body: unknown
}
/** What became of an exchange. `not_sent` only when no byte of the request was written [mechanics 14]. */
export type Transmission = Answered | { kind: 'not_sent'; cause: string } | { kind: 'no_answer'; cause: string }

export type Result<Value> = { ok: true; value: Value } | { ok: false; failure: Failure }

/** A pure pair: how to ask, and what an answer means. `outcome` is total: any status, any body. */
export interface Exchange<Input, Value, Request extends NetworkRequest = HttpRequest> {
  request(input: Input, account: AccountView): Request
  outcome(transmission: Transmission, input: Input, account: AccountView): Result<Value>
}
