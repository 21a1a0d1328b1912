/** How people are addressed: a bot knows opaque ids of its own, Business Messages know phone numbers in digits. */
import type { Recipient } from '@dragoman/core'

/** Only for accounts of Business Messages: a bot cannot write to a number. */
export function addressOfPhone(phone: string): { threadId: string; externalIds: string[] } {
  const digits = phone.replace(/\D/g, '')
  return { threadId: digits, externalIds: [`phone:${digits}`] }
}

/** The bot's id of a person. */
export function receiverOf(to: Recipient): string {
  return to.threadId || to.externalIds?.find(id => id.startsWith('user:'))?.slice(5) || ''
}

/** The number of a person, digits only. */
export function destinationOf(to: Recipient): string {
  const known = to.externalIds?.find(id => id.startsWith('phone:'))?.slice(6)
  return (known ?? to.phone ?? to.threadId ?? '').replace(/\D/g, '')
}
