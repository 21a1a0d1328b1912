/** Ids as Dragoman keeps them. Telegram numbers messages per chat, so a message is `chat:message`; a person is `user:id`; a poll is `poll:id`. */
import type { Recipient } from '@dragoman/core'

export function messageKey(chatId: string, messageId: string): string {
  return `${chatId}:${messageId}`
}

/** The two numbers of a message, or undefined where it is none of ours. */
export function readMessageKey(externalId: string): { chatId: number; messageId: number } | undefined {
  const match = /^(-?\d{1,16}):(\d{1,16})$/.exec(externalId)
  return match ? { chatId: Number(match[1]), messageId: Number(match[2]) } : undefined
}

/** The chat to write to: a number, or the public name of a channel as Telegram takes it. */
export function chatIdOf(to: Recipient): number | string {
  const id = to.threadId || to.externalIds.find(externalId => externalId.startsWith('user:'))?.slice(5) || ''
  return /^-?\d{1,16}$/.test(id) ? Number(id) : id
}
