/** Ids as Dragoman keeps them: a person is `email:address` in small letters; a letter is its Message-ID with the angle brackets. RFC 5322 3.6.4. */
import type { OutboundPart, Recipient } from '@dragoman/core'

const longestId = 400

/** The person behind an address. The part before the @ could differ by case in theory; no mail server does so. RFC 5321 2.4. */
export function personId(address: string): string {
  return `email:${address.trim().toLowerCase()}`
}

/** Where a letter to this person goes; undefined where no address is known. */
export function addressOf(to: Recipient): string | undefined {
  const known = [to.threadId, ...to.externalIds].find(id => id.startsWith('email:'))?.slice(6)
  return known !== undefined && isAddress(known) ? known : undefined
}

/** Loose on purpose: it keeps out what would break an envelope, not what a server would refuse anyway. */
export function isAddress(text: string): boolean {
  return text.length <= 320 && /^[^\s@<>,;:"\\[\]()]+@[^\s@<>,;:"\\()]+$/.test(text)
}

export function addressOfEmail(address: string): { threadId: string; externalIds: string[] } {
  const id = personId(address)
  return { threadId: id, externalIds: [id] }
}

/** A Message-ID out of a header, in its brackets; undefined where there is none. */
export function letterId(text: string | undefined): string | undefined {
  const found = /<([^<>\s]+)>/.exec(text ?? '')?.[1] ?? (/^[^<>\s]+@[^<>\s]+$/.test(text?.trim() ?? '') ? text!.trim() : undefined)
  return found === undefined ? undefined : `<${found.slice(0, longestId)}>`
}

/** The Message-ID of a letter of ours: made of the part's reference, so that a repeat is the same letter. */
export function ourLetterId(part: Pick<OutboundPart, 'ref'>, ourAddress: string): string {
  const domain = ourAddress.split('@').at(-1) ?? ''
  const left = part.ref.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 200) || 'letter'
  return `<${left}@${/^[A-Za-z0-9.-]+$/.test(domain) ? domain.toLowerCase() : 'localhost'}>`
}
