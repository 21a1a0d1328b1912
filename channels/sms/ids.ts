/** Ids as Dragoman keeps them: a person is `phone:+…`; a short code or a name that wrote is `sender:…`; a message is the carrier's own id. */
import type { IdentityFacts, Recipient } from '@dragoman/core'

export interface WireAddress {
  ton: number
  npi: number
  address: string
}

/** Type of number: 0 unknown, 1 international, 5 alphanumeric. Plan: 1 is E.164. SMPP 3.4, 5.2.5 and 5.2.6. */
const international = 1
const alphanumeric = 5

/** Numbers of carriers come with and without their `+`; a national number cannot be told from a short code, so it stays as it is. */
export function personOf(address: string, ton: number = 0): { threadId: string; identity: IdentityFacts } | undefined {
  const digits = address.trim().replace(/^\+|^00/, '')
  const isPhone = /^[1-9]\d{6,14}$/.test(digits) && (ton === international || /^(\+|00)/.test(address.trim()) || digits.length >= 10)
  if (ton !== alphanumeric && isPhone) {
    const id = `phone:+${digits}`
    return { threadId: id, identity: { externalIds: [id], phone: `+${digits}` } }
  }
  const name = address.trim().slice(0, 40)
  if (name === '') return undefined
  return { threadId: `sender:${name}`, identity: { externalIds: [`sender:${name}`], name } }
}

export function addressOfPhone(phone: string): { threadId: string; externalIds: string[] } {
  return { threadId: `phone:${phone}`, externalIds: [`phone:${phone}`] }
}

/** The number to send to, with `+`; a short code as it stands; undefined for what cannot be written to. */
export function numberOf(to: Recipient): string | undefined {
  const known = [to.threadId, ...to.externalIds].find(id => id.startsWith('phone:'))?.slice(6) ?? to.phone
  if (known !== undefined && /^\+[1-9]\d{6,14}$/.test(known)) return known
  const sender = [to.threadId, ...to.externalIds].find(id => id.startsWith('sender:'))?.slice(7)
  return sender !== undefined && /^\d{3,15}$/.test(sender) ? sender : undefined
}

export function destinationOf(number: string): WireAddress {
  return number.startsWith('+') ? { ton: international, npi: 1, address: number.slice(1) } : { ton: 0, npi: 1, address: number }
}

/** A name of up to 11 characters, a short code, or a number. */
export function sourceOf(sender: string): WireAddress {
  const digits = sender.replace(/^\+/, '')
  if (!/^\d+$/.test(digits)) return { ton: alphanumeric, npi: 0, address: sender }
  return sender.startsWith('+') || digits.length >= 9
    ? { ton: international, npi: 1, address: digits }
    : { ton: 3, npi: 0, address: digits }
}

/** Nobody can answer to a name. */
export function isName(sender: string): boolean {
  return !/^\+?\d+$/.test(sender)
}
