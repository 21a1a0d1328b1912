/** What all readers of events share: their frame, their times, their people and sums. Always holds: pure and total. */
import { type JsonObject, numberAt, textAt } from '@dragoman/channel-kit'
import { type IdentityFacts, type InboundEvent, type Money, noPlatformTime } from '@dragoman/core'

/** What every event shares. */
export interface Frame {
  id: string
  type: string
  object: JsonObject
  groupId: string
  note: string | undefined
}

export function baseOf(frame: Frame, at = noPlatformTime) {
  return { externalId: `event:${frame.id}`, at, ...(frame.note ? { parseNote: frame.note } : {}) }
}

export function ignored(frame: Frame, reason: string, at?: number): InboundEvent {
  return { ...baseOf(frame, at), kind: 'ignored', reason, type: frame.type }
}

/** VK's seconds to ms; what no date can hold is no time. */
export function timeOf(holder: unknown, field = 'date'): number {
  const seconds = numberAt(holder, field)
  return seconds !== undefined && seconds > 0 && seconds * 1000 <= noPlatformTime ? Math.round(seconds * 1000) : noPlatformTime
}

/** Events name nobody: until the profile is asked, a person is called by the address that each has, `vk.com/id1`. */
export function personOf(userId: string, more: Partial<IdentityFacts> = {}): IdentityFacts {
  return { externalIds: [`user:${userId}`], username: addressOf(userId), ...more }
}

export function addressOf(userId: string): string {
  return userId.startsWith('-') ? `club${userId.slice(1)}` : `id${userId}`
}

/** VK gives hundredths, as text. */
export function moneyOf(price: JsonObject | undefined): Money | undefined {
  const amount = Number(price?.amount ?? Number.NaN)
  const currency = textAt(price, 'currency', 'name')
  return Number.isSafeInteger(amount) && currency !== undefined && /^[A-Z]{3}$/.test(currency)
    ? { amountMinor: amount, currency }
    : undefined
}
