/** Ids as Dragoman keeps them: a message is MAX's `mid`, a conversation is the dialog's `chat_id`, a person is `user:id`. */
import type { Recipient } from '@dragoman/core'

const number = /^-?\d{1,19}$/

/** Where to write: the dialog where it is known, else the person. */
export function placeOf(to: Recipient): string {
  if (number.test(to.threadId)) return `chat_id=${to.threadId}`
  const userId = to.externalIds?.find(id => id.startsWith('user:'))?.slice(5) ?? ''
  return `user_id=${number.test(userId) ? userId : 0}`
}

/** The dialog's number as it stands in an address. */
export function chatIn(to: Recipient): string {
  return number.test(to.threadId) ? to.threadId : '0'
}
