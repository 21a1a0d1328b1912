/**
 * The ids by which Meta's messengers know a person: an id that holds for one account only (`user:…`). Whoever only commented is known by another
 * one on some platforms (`commenter:…`): nobody promises that the two are equal, so neither is ever turned into the other.
 */
import { compact } from '@dragoman/channel-kit'
import type { IdentityFacts, Recipient } from '@dragoman/core'

/** The direct conversation with a person, named by the person's id. */
export function threadOf(personId: string): string {
  return `user:${personId}`
}

export function identityOf(personId: string, more: Omit<IdentityFacts, 'externalIds'> = {}): IdentityFacts {
  return compact<IdentityFacts>({ externalIds: [threadOf(personId)], ...more })
}

/** The platform's id of a person, or undefined where none is known. */
export function personIdOf(to: Recipient): string | undefined {
  return [...to.externalIds, to.threadId].find(id => id.startsWith('user:'))?.slice('user:'.length) || undefined
}
