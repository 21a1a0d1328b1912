/** Order of messages within a conversation [mechanics 5]: platform time (never later than our receipt), a tie, the external id. */

export interface OrderKey {
  /** ms: the earlier of the platform's time and ours. */
  at: number
  /** The platform's own sequence, else the journal position. */
  tie: number
  externalId: string
}

/** The key of a message. `position` is used as the tie where the platform gives no sequence. */
export function orderKey(platformAt: number, receivedAt: number, tie: number | undefined, position: number, externalId: string): OrderKey {
  return { at: Math.min(platformAt, receivedAt), tie: tie !== undefined && Number.isSafeInteger(tie) ? tie : position, externalId }
}

/** Negative when `a` stands before `b`. */
export function compareOrder(a: OrderKey, b: OrderKey): number {
  return a.at - b.at || a.tie - b.tie || (a.externalId < b.externalId ? -1 : a.externalId > b.externalId ? 1 : 0)
}
