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

export type ChannelRequest = HttpRequest | PublishRequest

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
export interface Exchange<Input, Value> {
  request(input: Input, account: AccountView): HttpRequest
  outcome(transmission: Transmission, input: Input, account: AccountView): Result<Value>
}
