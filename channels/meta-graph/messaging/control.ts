/**
 * Who holds a conversation where several programs answer for one account: passed, taken, asked for.
 * Always holds: with the app's own id in the settings the new owner is compared with it; without, the webhook's meaning counts: `pass` tells the
 * one who got it, `take` the one who lost it. Nobody holding it (idle) means that we may write.
 */
import { idAt, objectAt } from '@dragoman/channel-kit'
import type { InboundEvent } from '@dragoman/core'
import { ignoredItem } from './envelope.ts'
import type { ItemContext } from './item.ts'

const kinds = ['pass_thread_control', 'take_thread_control'] as const

export function controlEvents({ item, dialect, account, base, at, personId }: ItemContext): InboundEvent[] {
  const ownApp = dialect.appId(account)
  for (const kind of kinds) {
    const control = objectAt(item.value, kind)
    if (!control) continue
    const owner = idAt(control, 'new_owner_app_id')
    const ours =
      owner === undefined ? kind === 'pass_thread_control' : ownApp === undefined ? kind === 'pass_thread_control' : owner === ownApp
    const externalId = `${kind}:${personId}:${at || item.fingerprint}`
    return [{ ...base, kind: 'control.changed', externalId, ours, ...(owner !== undefined && !ours ? { app: owner } : {}) }]
  }
  if (objectAt(item.value, 'request_thread_control'))
    return [ignoredItem(item, 'control_requested_by_another_app', 'request_thread_control', at)]
  return []
}
