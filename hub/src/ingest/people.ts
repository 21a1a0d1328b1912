/**
 * Who an event is from [mechanics 7]: any of a person's ids may come alone and change over time. Always holds: an id, once known, keeps finding its
 * person; two identities found to be one are merged in the same transaction, the older one stays.
 */
import type { IdentityFacts, InboundEvent } from '@dragoman/core'
import { newId } from '../database/ids.ts'
import type { IdentityRow, Sourced } from './rows.ts'
import type { WorkingSet } from './working-set.ts'

/** When facts of a person were told, in ms. What the person writes himself is remembered by the conversation's `heardAt`, anything else by the identity. */
interface Told {
  at: number
  byMessage: boolean
}

const messages: ReadonlySet<InboundEvent['kind']> = new Set(['message.received', 'order.placed', 'action.chosen', 'poll.voted'])

function toldBy({ event, receivedAt }: Sourced): Told {
  return { at: Math.min(event.at, receivedAt), byMessage: messages.has(event.kind) }
}

/** Finds or makes the identity that these facts speak of, and takes over what is new in them. */
export function resolveIdentity(set: WorkingSet, facts: IdentityFacts, sourced: Sourced): IdentityRow {
  const told = toldBy(sourced)
  const known = [
    ...new Set(
      facts.externalIds
        .map(id => set.newAliases.get(id) ?? set.aliases.get(id))
        .filter(id => id !== undefined)
        .map(id => survivor(set, id)),
    ),
  ].sort()
  const [oldest, ...others] = known
  const identity = oldest === undefined ? createIdentity(set, facts, told) : set.identities.get(oldest)!
  for (const other of others) merge(set, identity, other)
  for (const externalId of facts.externalIds) {
    if ((set.newAliases.get(externalId) ?? set.aliases.get(externalId)) !== identity.id) set.newAliases.set(externalId, identity.id)
  }
  learn(identity, facts, told)
  return identity
}

/** The identity that this one has become by merging. */
export function survivor(set: WorkingSet, id: string): string {
  let current = id
  for (let next = set.mergedIdentities.get(current); next !== undefined; next = set.mergedIdentities.get(current)) current = next
  return current
}

function createIdentity(set: WorkingSet, facts: IdentityFacts, { at }: Told): IdentityRow {
  const name = facts.name?.trim() || facts.username || facts.phone || facts.externalIds[0] || '?'
  const identity: IdentityRow = {
    id: newId(),
    contactId: newId(),
    name,
    username: facts.username ?? null,
    phone: facts.phone ?? null,
    language: facts.language ?? null,
    avatar: facts.avatar,
    contactName: name,
    contactPhone: facts.phone ?? null,
    contactEmail: facts.email ?? null,
    contactLanguage: facts.language ?? null,
    contactBlocked: false,
    namedAt: facts.name?.trim() ? at : null,
    isNew: true,
    isNameless: !facts.name?.trim(),
    changed: false,
  }
  set.identities.set(identity.id, identity)
  return identity
}

function merge(set: WorkingSet, into: IdentityRow, otherId: string): void {
  const other = set.identities.get(otherId)
  if (!other || other === into) return
  set.mergedIdentities.set(other.id, into.id)
  for (const conversation of set.conversations.values()) {
    if (conversation.identityId !== other.id) continue
    conversation.identityId = into.id
    conversation.contactId = into.contactId
    conversation.changed = true
    set.changedConversations.add(conversation.id)
  }
  into.username ??= other.username
  into.phone ??= other.phone
  into.contactPhone ??= other.contactPhone
  into.contactEmail ??= other.contactEmail
  if (other.namedAt !== null) into.namedAt = Math.max(into.namedAt ?? other.namedAt, other.namedAt)
  into.changed = true
}

/** An older word never replaces a newer one; what nobody has told yet is taken from any. */
function learn(identity: IdentityRow, facts: IdentityFacts, { at, byMessage }: Told): void {
  const isLatest = identity.namedAt === null || at >= identity.namedAt
  const name = facts.name?.trim()
  if (name && isLatest && identity.namedAt !== at) {
    identity.isNamedLater ||= !byMessage || identity.namedAt === null
    identity.namedAt = at
  }
  if (name && isLatest && name !== identity.name) {
    // A name that a colleague has corrected stays; one that merely followed the platform follows on.
    if (identity.contactName === identity.name) identity.contactName = name
    identity.name = name
    identity.changed = true
  }
  if (facts.username !== undefined && facts.username !== identity.username && (isLatest || identity.username === null)) {
    identity.username = facts.username
    identity.changed = true
  }
  if (facts.phone !== undefined && facts.phone !== identity.phone && (isLatest || identity.phone === null)) {
    if (identity.contactPhone === null || identity.contactPhone === identity.phone) identity.contactPhone = facts.phone
    identity.phone = facts.phone
    identity.changed = true
  }
  if (facts.email !== undefined && identity.contactEmail === null) {
    identity.contactEmail = facts.email
    identity.changed = true
  }
  if (facts.language !== undefined && facts.language !== identity.language && (isLatest || identity.language === null)) {
    identity.contactLanguage ??= facts.language
    identity.language = facts.language
    identity.changed = true
  }
}
