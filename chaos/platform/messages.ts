/**
 * What goes between the chaos process and the platform's. Always holds: plain data that JSON can hold.
 */
import type { AccountSpec } from './words.ts'

export interface PlatformSettings {
  seed: number
  accounts: AccountSpec[]
  /** Ports of the hub's web processes: what a balancer in front would have. */
  webPorts: number[]
  conversations: number
  /** Customers' messages to send. */
  messages: number
  /** At most so many a second. */
  rate: number
  /** At most so many messages wait to be shown: a customer who gets no answer writes no more. */
  backlog: number
  /** Webhooks under way at once. */
  connections: number
}

export type ToPlatform =
  | { kind: 'settings'; settings: PlatformSettings }
  | { kind: 'go' }
  /** A message of one conversation of each account, now. */
  | { kind: 'probe'; id: number }
  /** How many customers' messages the event log has shown. */
  | { kind: 'shown'; count: number }
  /** Faults end: what is still to be delivered goes through. */
  | { kind: 'calm' }
  | { kind: 'record' }

export interface Progress {
  kind: 'progress'
  /** Customers' messages given out, and acknowledged. */
  made: number
  acknowledged: number
  sends: number
  /** Webhooks and their repeats that have not been acknowledged yet; receipts too. */
  outstanding: number
}

/** What the platform kept in its own books. */
export interface PlatformRecord {
  /** By conversation: how many messages its customer wrote, all acknowledged. */
  written: number[]
  /** Edited messages: conversation, number, last edit. */
  edits: [conversation: number, number: number, edit: number][]
  /** By conversation: parts that were accepted, in order of their arrival, by number. */
  accepted: [conversation: number, numbers: number[]][]
  /** Of each accepted part, the highest receipt that was posted: 1 sent, 2 delivered, 3 read; 0: none. */
  receiptLevels: [conversation: number, number: number, level: number][]
  /** Sends that ended in a cut after the request had arrived: conversation, number, what happened, whether it was accepted. */
  cuts: [conversation: number, number: number, what: string, accepted: boolean][]
  /** Sends to somebody else than the text was for, or of unknown text. */
  strays: string[]
  /** Answers of the hub by status; 0: none came. */
  answers: Record<string, number>
  /** Repeats of webhooks that the platform sent although they were acknowledged. */
  repeats: number
  retries: number
  receipts: number
}

export type FromPlatform =
  | { kind: 'listening'; port: number }
  | Progress
  | { kind: 'probing'; id: number; messages: { conversation: number; number: number; externalId: string; account: number }[] }
  | { kind: 'record'; record: PlatformRecord }
