/**
 * The states of a part and of the message it belongs to, and how they may change.
 * Always holds: receipts only rise; `read` implies `delivered`; `failed` counts only from sending, sent or uncertain [mechanics 5].
 */
import type { DeliveryReceipt } from './events.ts'

export const partStates = ['pending', 'sending', 'uncertain', 'sent', 'delivered', 'read', 'failed', 'unknown', 'cancelled'] as const
export type PartState = (typeof partStates)[number]

const rank: Record<'sent' | 'delivered' | 'read', number> = { sent: 1, delivered: 2, read: 3 }

/** The state after a receipt, or the same state where the receipt may not change it. `pending` takes receipts too: our own answer may come later. */
export function afterReceipt(state: PartState, receipt: DeliveryReceipt): PartState {
  if (receipt === 'failed') return state === 'sending' || state === 'sent' || state === 'uncertain' ? 'failed' : state
  const risen = receipt === 'played' ? 'read' : receipt
  if (state === 'cancelled') return state
  if (state === 'sent' || state === 'delivered' || state === 'read') return rank[risen] > rank[state] ? risen : state
  return risen
}

/** What the message as a whole has come to: the weakest of its parts, a failure first. Empty (a note, an inbound message): `sent`. */
export function messageState(parts: readonly PartState[]): PartState {
  const order: PartState[] = ['failed', 'uncertain', 'unknown', 'sending', 'pending', 'cancelled', 'sent', 'delivered', 'read']
  for (const state of order) {
    if (!parts.includes(state)) continue
    if (state === 'pending' && parts.some(part => part !== 'pending' && part !== 'cancelled')) return 'sending'
    return state
  }
  return 'sent'
}
