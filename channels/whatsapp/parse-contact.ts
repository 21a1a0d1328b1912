/** Changes about a person beside messages: advertising switched off or on, new business-scoped ids, calls. */

import { arrayAt, compact, idAt, numericAt, textAt } from '@dragoman/channel-kit'
import type { InboundEvent } from '@dragoman/core'
import { type ChangeContext, ignoredEvent, timeOf } from './change.ts'
import { externalIdsOf, identityOf } from './identity.ts'
import { personOf, plainFields, receiverFields, senderFields } from './people.ts'
import { serviceWindowMs } from './policy.ts'

/** `user_preferences`: `stop` ends marketing, `resume` and `signup` allow it again. */
export function parsePreferences(context: ChangeContext): InboundEvent[] {
  return arrayAt(context.value, 'user_preferences').map((item, index): InboundEvent => {
    const at = timeOf(numericAt(item, 'timestamp')) || context.entryAt
    const value = textAt(item, 'value') ?? 'unknown'
    const identity = personOf(item, plainFields, context.value)
    if (!identity) return ignoredEvent(context, 'no_sender', `user_preferences ${value}`, `preference:${index}`, at)
    const base = {
      externalId: `${identity.externalIds[0]}:${textAt(item, 'category') ?? 'all'}:${value}:${at}`,
      at,
      threadId: identity.externalIds[0],
      identity,
    }
    if (value === 'stop') return compact({ ...base, kind: 'contact.opted_out', scope: 'marketing', reason: textAt(item, 'detail') })
    if (value === 'resume' || value === 'signup') return { ...base, kind: 'contact.subscribed', referral: { source: `marketing_${value}` } }
    return ignoredEvent(context, 'unknown_value', `user_preferences ${value}`, `preference:${index}`, at)
  })
}

/** `user_id_update`: an old business-scoped id and the one in its place. */
export function parseUserIdUpdates(context: ChangeContext): InboundEvent[] {
  return arrayAt(context.value, 'user_id_update').map((item, index): InboundEvent => {
    const at = timeOf(numericAt(item, 'timestamp')) || context.entryAt
    const current = textAt(item, 'user_id', 'current')
    const previous = textAt(item, 'user_id', 'previous')
    const identity = identityOf({ phone: idAt(item, 'wa_id'), bsuid: current })
    if (!current || !identity) return ignoredEvent(context, 'no_sender', 'user_id_update', `update:${index}`, at)
    return compact({
      kind: 'contact.updated',
      externalId: `user_id_update:${previous ?? ''}:${current}`,
      at,
      identity,
      replaces: previous ? externalIdsOf({ bsuid: previous }) : undefined,
      parseNote: textAt(item, 'detail'),
    })
  })
}

/** `calls`: an ended call is a message; the signalling before it is not. Any call by the customer opens the window, answered or not. */
export function parseCalls(context: ChangeContext): InboundEvent[] {
  const calls = arrayAt(context.value, 'calls').map((call, index): InboundEvent => {
    const at = timeOf(numericAt(call, 'timestamp'))
    const event = textAt(call, 'event') ?? 'unknown'
    const isInbound = textAt(call, 'direction') !== 'BUSINESS_INITIATED'
    const identity = personOf(call, isInbound ? senderFields : receiverFields, context.value)
    const id = textAt(call, 'id')
    if (event !== 'terminate' || !identity || !id) return ignoredEvent(context, 'call_signalling', `call ${event}`, `call:${index}`, at)
    const seconds = numericAt(call, 'duration') ?? 0
    const base = { externalId: id, at, threadId: identity.externalIds[0], identity }
    const content = compact({
      kind: 'call' as const,
      direction: isInbound ? ('in' as const) : ('out' as const),
      answered: textAt(call, 'status') === 'COMPLETED' && seconds > 0,
      durationMs: seconds > 0 ? seconds * 1000 : undefined,
    })
    if (!isInbound) return { ...base, kind: 'message.echoed', message: { content } }
    return compact({
      ...base,
      kind: 'message.received',
      message: { content },
      opens: at > 0 ? [{ window: 'service', until: at + serviceWindowMs }] : undefined,
    })
  })
  const statuses = arrayAt(context.value, 'statuses').map((status, index) =>
    ignoredEvent(context, 'call_signalling', `call ${textAt(status, 'status') ?? 'status'}`, `status:${index}`),
  )
  return [...calls, ...statuses]
}
