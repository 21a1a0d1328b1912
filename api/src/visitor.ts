/**
 * What goes between the hub and a visitor of our own widget. Always holds: of the business a visitor learns display names and what was said to him,
 * nothing else: no notes, no ids of members, no addresses, no state of what has not reached him.
 */
import type { MessageBody } from '@dragoman/core'

/** How the widget looks and what it asks; the same for all visitors of an endpoint. Texts are in the visitor's language. */
export interface VisitorSettings {
  title: string
  greeting: string
  accent: string
  position: 'left' | 'right'
  ask: 'nothing' | 'name' | 'name_and_email'
  /** BCP 47, one that we have words for. */
  language: 'en' | 'ru'
  /** Largest upload, bytes. */
  largestFile: number
  /** Longest message, characters. */
  longestText: number
  reactions: string[]
  /** When somebody is back, or how soon an answer may be expected; empty: nothing to say. Holds for so long. */
  notice?: { text: string; forMs: number }
}

export interface VisitorFile {
  state: 'expected' | 'stored' | 'failed'
  reason: string | null
  mimeType: string | null
  name: string | null
  sizeBytes: number | null
  width: number | null
  height: number | null
  durationMs: number | null
  hasThumbnail: boolean
}

/** One message as a visitor sees it. */
export interface VisitorMessage {
  /** By which replies, presses and reactions name it. A visitor's own is `visitor:clientId`. */
  id: string
  from: 'visitor' | 'business'
  /** Display name of whoever answered. */
  author?: string
  at: number
  /** Where it stands: sort by these three. */
  order: [at: number, tie: number, id: string]
  body: MessageBody
  replyTo?: { id: string; preview: string; from: 'visitor' | 'business' }
  editedAt?: number
  deleted?: true
  reactions: { by: 'visitor' | 'business'; emoji: string }[]
  files: Record<string, VisitorFile>
  /** Of the visitor's own: someone at the desk has read it. */
  seen?: true
}

/** The answer to `POST /visitor/:endpoint/session`. */
export interface VisitorSession {
  token: string
  visitor: string
  /** ms since the epoch. */
  expiresAt: number
  /** What the site said of a customer whom it vouches for. */
  person?: { name?: string; email?: string }
  settings: VisitorSettings
  /** The stream goes on from here. */
  cursor: string
  messages: VisitorMessage[]
  /** Older ones are there. */
  more: boolean
  /** Up to here the visitor has read, ms. */
  readUntil: number
}

/** The answer to `GET /visitor/:endpoint/settings`: what the button needs before anybody has pressed it. */
export interface VisitorButton {
  title: string
  accent: string
  position: 'left' | 'right'
  language: 'en' | 'ru'
  unread: number
}

/** Server to widget. A frame with `cursor` moves the place to resume from. */
export type VisitorServerFrame =
  | { frame: 'ready'; cursor: string }
  | { frame: 'messages'; cursor: string; messages: VisitorMessage[] }
  /** The business types; until, ms of the hub's clock. */
  | { frame: 'typing'; forMs: number }
  /** Own messages up to here were read at the desk. */
  | { frame: 'seen'; until: number }
  /** The cursor is too old, or of another epoch: ask for the session again. */
  | { frame: 'resync' }
  | { frame: 'alive'; cursor: string }

/** Widget to server; the first one must be `hello`. */
export type VisitorClientFrame = { frame: 'hello'; token: string; cursor: string } | { frame: 'typing' } | { frame: 'alive' }
