/**
 * What the hub tells of its work to whoever measures it: figures and traces are made from it outside of the hub. Always holds: a signal is given after the
 * fact, holds ids and numbers only (no content, no addresses, no secrets), and must not throw or wait.
 */

/** A drain has applied bodies of one account, in one transaction. Times in ms since the epoch. */
export interface AppliedSignal {
  workspaceId: string
  accountId: string
  channel: string
  bodies: readonly { journalId: number; receivedAt: Date }[]
  startedAt: number
  endedAt: number
}

/** A part was tried. `outcome`: what came of this try; `no_answer` may have arrived. */
export interface TriedSignal {
  workspaceId: string
  partId: string
  channel: string
  outcome: 'sent' | 'failed' | 'retry' | 'no_answer' | 'account' | 'limited'
  startedAt: number
  endedAt: number
}

export interface Signals {
  applied(signal: AppliedSignal): void
  /** Something could not be applied and was set aside. */
  setAside(channel: string): void
  tried(signal: TriedSignal): void
  /** The outcomes of these parts are in the database. */
  recorded(partIds: readonly string[], startedAt: number, endedAt: number): void
  /** So many parts wait for their account's pace. */
  paced(channel: string, parts: number): void
  file(result: 'stored' | 'failed' | 'again'): void
  /** An outgoing webhook was tried. */
  webhook(result: 'delivered' | 'failed' | 'again', tookMs: number): void
}

/** Nobody listens. */
export const silence: Signals = {
  applied() {},
  setAside() {},
  tried() {},
  recorded() {},
  paced() {},
  file() {},
  webhook() {},
}
