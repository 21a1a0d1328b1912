/**
 * Consents: to marketing messages, to stop and to resume them.
 * Always holds: a consent that names nobody whom we could write to (a checkbox on a page, known by its own reference only) is ignored by name.
 */
import { compact, objectAt, textAt } from '@dragoman/channel-kit'
import type { InboundEvent } from '@dragoman/core'
import { ignoredItem } from './envelope.ts'
import type { ItemContext } from './item.ts'

export function optEvents({ item, base, at, personId }: ItemContext): InboundEvent[] {
  const optIn = objectAt(item.value, 'optin')
  const optOut = objectAt(item.value, 'optout')
  if (!optIn && !optOut) return []
  const status = textAt(optIn, 'notification_messages_status') ?? textAt(optOut, 'notification_messages_status')
  const externalId = `opt:${personId}:${at || item.fingerprint}:${status ?? ''}`
  const title = textAt(optIn ?? optOut, 'title')
  if (optOut || status === 'STOP_NOTIFICATIONS')
    return [compact<InboundEvent>({ ...base, kind: 'contact.opted_out', externalId, scope: 'marketing', reason: title })]
  const payload = textAt(optIn, 'payload') ?? textAt(optIn, 'ref')
  const source = textAt(optIn, 'type') ?? 'plugin'
  if (status === undefined && textAt(optIn, 'type') === undefined && payload === undefined)
    return [ignoredItem(item, 'nothing_in_it', 'optin', at)]
  return [{ ...base, kind: 'contact.subscribed', externalId, referral: compact({ source, payload, title }) }]
}
