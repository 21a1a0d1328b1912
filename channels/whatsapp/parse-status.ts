/**
 * `statuses[]`: what became of our messages.
 * Always holds: an event's id is the message's id with the status, so a repeat is a repeat and a later status is not; `ref` is our own
 * reference, come back. Order is not promised by the vendor; the hub lets receipts only rise.
 */

import { arrayAt, booleanAt, compact, numericAt, objectAt, textAt } from '@dragoman/channel-kit'
import type { DeliveryReceipt, InboundEvent } from '@dragoman/core'
import { type ChangeContext, ignoredEvent, timeOf } from './change.ts'
import { failureOfStatus } from './failures.ts'
import { personOf, statusFields } from './people.ts'

const receipts: readonly string[] = ['sent', 'delivered', 'read', 'played', 'failed'] satisfies DeliveryReceipt[]

/** Events of the statuses in a change. */
export function parseStatuses(context: ChangeContext): InboundEvent[] {
  return arrayAt(context.value, 'statuses').map((status, index) => parseStatus(context, status, index))
}

function parseStatus(context: ChangeContext, status: unknown, index: number): InboundEvent {
  const at = timeOf(numericAt(status, 'timestamp'))
  const part = `status:${index}`
  const receipt = textAt(status, 'status') ?? 'unknown'
  const id = textAt(status, 'id')
  if (textAt(status, 'recipient_type') === 'group' || textAt(status, 'group_id'))
    return ignoredEvent(context, 'group', `status ${receipt}`, part, at)
  if (textAt(status, 'type') === 'call') return ignoredEvent(context, 'call_signalling', `status ${receipt}`, part, at)
  if (!id || !receipts.includes(receipt)) return ignoredEvent(context, 'unknown_status', receipt, part, at)
  const identity = personOf(status, statusFields, context.value)
  const pricing = objectAt(status, 'pricing')
  const category = textAt(pricing, 'category')
  return compact({
    kind: 'delivery.updated',
    externalId: `${id}:${receipt}`,
    at,
    threadId: identity?.externalIds[0],
    identity,
    ref: textAt(status, 'biz_opaque_callback_data'),
    receipt: receipt as DeliveryReceipt,
    of: { externalIds: [id] },
    failure: receipt === 'failed' ? failureOfStatus(arrayAt(status, 'errors')[0]) : undefined,
    // `billable` is going to be dropped by the vendor: the type then says the same.
    price: category ? { category, billable: booleanAt(pricing, 'billable') ?? textAt(pricing, 'type') === 'regular' } : undefined,
    opens: entryPointOf(status, at),
  })
}

/** The free entry point opens with our first answer to somebody who came by an advertisement, and is told by that answer's statuses. */
function entryPointOf(status: unknown, at: number): InboundEvent['opens'] {
  const isEntryPoint =
    textAt(status, 'pricing', 'type') === 'free_entry_point' || textAt(status, 'conversation', 'origin', 'type') === 'referral_conversion'
  const until = timeOf(numericAt(status, 'conversation', 'expiration_timestamp'))
  return isEntryPoint && until > at ? [{ window: 'entry_point', until }] : undefined
}
