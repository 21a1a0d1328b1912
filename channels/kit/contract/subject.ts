/** What a channel hands to the contract suite about itself, and how a check is skipped: only with a reason. */
import type { AccountView, Channel, ChannelExtras, MessageBody } from '@dragoman/core'
import { test } from 'vitest'
import type { SimulatorKind } from '../simulator/types.ts'

/** Checks that a channel may be unable to pass; the reason stands in the test's name. */
export type CheckName =
  | 'fixtures.in'
  | 'fixtures.out'
  | 'signature'
  | 'accounts'
  | 'failures'
  | 'limits.text'
  | 'limits.caption'
  | 'limits.media'
  | 'limits.buttons.count'
  | 'limits.buttons.title'
  | 'limits.buttons.payload'
  | 'limits.quick_replies.count'
  | 'limits.quick_replies.title'
  | 'limits.list'
  | 'limits.album'
  | 'two_customers'
  | 'routes'
  | 'routes.reverse'
  | 'round_trip.in'
  | 'round_trip.out'
  | 'receipts'
  | 'faults.rate_limit'
  | 'faults.server_error'
  | 'faults.time_out'
  | 'faults.expired_token'
  | 'faults.webhooks'

export interface Sample {
  name: string
  body: MessageBody
  /** Files of the body by id; without an entry the suite makes one that fits the medium's kind. */
  files?: Record<string, { bytes: Uint8Array; mimeType: string; name: string }>
}

export interface ContractSubject {
  /** `new URL('./fixtures/', import.meta.url)`: holds `in/*.json` and `out/*.json`. */
  fixtures: URL
  /** The account that fixtures speak of. */
  account: AccountView
  /** What of a webhook is signed for this account, where it is not what the channel says: accounts of another kind. */
  signs?: Channel['signs']
  /** What the channel has only for accounts of another kind: for this one it counts as absent, and its capabilities must say so. */
  without?: readonly (keyof ChannelExtras | 'deepLink' | 'addressOfPhone')[]
  /** The external id of a message, as this channel composes them. */
  messageId: string
  simulator?: SimulatorKind
  /** Bodies beyond those that the suite makes from the capabilities; one of the same name takes its place. */
  samples?: Sample[]
  /** Whether the vendor documents that a 500 or 503 of its own means "not accepted"; what stands before it (HTML, nothing) may still be in doubt. */
  serverErrorsAreRefusals: boolean
  /** The vendor's own answers that must come out as `auth`. */
  expiredToken?: { status: number; body: unknown }[]
  /** Routes of the simulator that the channel never asks for, with the reason. */
  simulatorOnlyRoutes?: Record<string, string>
  skips?: Partial<Record<CheckName, string>>
}

/** One test of the suite, or the reason why this channel has none. */
export function check(
  subject: ContractSubject,
  name: CheckName,
  title: string,
  body: () => void | Promise<void>,
  timeoutMs = 20_000,
): void {
  const reason = subject.skips?.[name] ?? (needsSimulator(name) && !subject.simulator ? 'it has no simulator' : undefined)
  if (reason === undefined) test(title, body, timeoutMs)
  else test.skip(`${title} (skipped: ${reason})`, body)
}

function needsSimulator(name: CheckName): boolean {
  return !name.startsWith('fixtures.') && name !== 'failures'
}

export interface Context {
  channel: Channel
  subject: ContractSubject
}
