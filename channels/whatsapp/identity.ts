/**
 * The ids by which WhatsApp knows a person: a phone number (`phone:4915…`), a business-scoped id (`bsuid:DE.…`) and its parent form.
 * Always holds: either may be missing and either may change; an id is never turned into the other. The business-scoped id comes first where
 * there is one, because since 31 March 2026 every webhook carries it, while the phone may vanish.
 */

import { compact } from '@dragoman/channel-kit'
import type { IdentityFacts, Recipient } from '@dragoman/core'
import type { Addressee } from './wire.ts'

export interface WhatsAppIds {
  /** Digits only. */
  phone?: string
  bsuid?: string
  parent?: string
}

/** All ids as prefixed external ids, the main one first. */
export function externalIdsOf(ids: WhatsAppIds): string[] {
  const found: string[] = []
  if (ids.bsuid) found.push(`bsuid:${ids.bsuid}`)
  if (ids.phone) found.push(`phone:${ids.phone.replace(/^\+/, '')}`)
  if (ids.parent) found.push(`parent:${ids.parent}`)
  return found
}

/** What is known of a person; undefined where no id is. */
export function identityOf(ids: WhatsAppIds, more: { name?: string; username?: string } = {}): IdentityFacts | undefined {
  const externalIds = externalIdsOf(ids)
  if (externalIds.length === 0) return undefined
  const phone = ids.phone && /^\+?[0-9]{5,15}$/.test(ids.phone) ? `+${ids.phone.replace(/^\+/, '')}` : undefined
  return compact({ externalIds, name: more.name, username: more.username, phone })
}

/** How to address a person: by phone where one is known (also of an id), else by the business-scoped id, else by its parent. */
export function addresseeOf(to: Recipient): Addressee | undefined {
  const first = (prefix: string) => [...to.externalIds, to.threadId].find(id => id.startsWith(prefix))?.slice(prefix.length)
  const phone = first('phone:') ?? to.phone?.replace(/[^0-9]/g, '')
  if (phone) return { to: `+${phone}` }
  const bsuid = first('bsuid:') ?? first('parent:')
  return bsuid ? { recipient: bsuid } : undefined
}

/** How somebody is addressed who has not written yet: by his number, as his own webhooks will name him. */
export function addressOfPhone(phone: string): { threadId: string; externalIds: string[] } {
  const externalIds = externalIdsOf({ phone })
  return { threadId: externalIds[0]!, externalIds }
}
