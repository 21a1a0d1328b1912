/**
 * What the widget posts, and how a visitor proves who he is. Always holds: ids of messages are made by the widget (repeats are harmless) and carry
 * the visitor's id once they are ours, so that nobody's words can be mistaken for another's. What comes in is read field by field in `parse.ts`.
 */

/** A body of `POST /visitor/:endpoint/events`. */
export interface WireBody {
  /** Must be the visitor of the token. */
  visitor: string
  /** What he told us of himself. */
  person?: { name?: string; email?: string; language?: string }
  /** Where he is. */
  page?: { url?: string; title?: string; referrer?: string }
  events: WireEvent[]
}

export type WireEvent =
  /** `n` counts up in one browser: the order of messages that left in one body. */
  | { type: 'message'; id: string; n?: number; text: string; replyTo?: string }
  | { type: 'file'; id: string; n?: number; file: WireFile; caption?: string; replyTo?: string }
  | { type: 'location'; id: string; n?: number; latitude: number; longitude: number }
  | { type: 'choice'; id: string; n?: number; of?: string; title: string; payload?: string }
  | { type: 'edit'; id: string; of: string; text: string }
  | { type: 'delete'; id: string; of: string }
  | { type: 'reaction'; id: string; of: string; emojis: string[] }
  /** Everything of the business up to this moment (ms, the hub's clock) has arrived, or was looked at. */
  | { type: 'delivered' | 'read'; until: number }
  | { type: 'typing'; on: boolean }
  | { type: 'person' }

export interface WireFile {
  /** Given by the upload. */
  id: string
  kind: 'image' | 'video' | 'audio' | 'voice' | 'file'
  name?: string
  mimeType?: string
  sizeBytes?: number
  durationMs?: number
}

/** What a visitor's token says: base64url JSON, a dot, and the base64url HMAC-SHA256 of that first half under the endpoint's secret. */
export interface TokenClaims {
  kind: 'visitor'
  /** The visitor, and with him the thread. */
  id: string
  endpoint: string
  /** ms since the epoch. */
  until: number
}

/** The id of a visitor's own message within the account. */
export function messageKey(visitor: string, id: string): string {
  return `${visitor}:${id}`
}
