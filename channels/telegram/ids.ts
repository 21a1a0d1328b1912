/**
 * Ids as Dragoman keeps them. Telegram numbers messages per chat, so a message is `chat:message`; a person is `user:id`; a poll is `poll:id`.
 * A chat of a person's own account is `business:connection:chat`, and a message there has that in front: its numbers are those of the person's
 * account, not of the bot's. A public thread is `public:chat:root:author`: all that one author writes below one message of a group.
 */
import type { Recipient } from '@dragoman/core'

/** How the thread ids of chats of a person's own account begin. */
export const businessThreads = 'business:'

export type Thread =
  | { kind: 'chat'; chatId: string }
  | { kind: 'business'; connection: string; chatId: string }
  /** `root` is the message below which it stands: the copy of a channel's post, or the message that named the bot. */
  | { kind: 'public'; chatId: string; root: string }

/** A thread, whatever kind it is of. */
export function readThread(threadId: string): Thread {
  const business = /^business:([^:]+):(-?\d{1,16})$/.exec(threadId)
  if (business) return { kind: 'business', connection: decoded(business[1]!), chatId: business[2]! }
  const open = /^public:(-?\d{1,16}):(\d{1,16}):/.exec(threadId)
  if (open) return { kind: 'public', chatId: open[1]!, root: open[2]! }
  return { kind: 'chat', chatId: threadId }
}

export function businessThread(connection: string, chatId: string): string {
  return `${connectionPrefix(connection)}${chatId}`
}

/** How the thread ids of one connection begin. */
export function connectionPrefix(connection: string): string {
  return `${businessThreads}${encodeURIComponent(connection.toWellFormed())}:`
}

export function publicThread(chatId: string, root: string, authorId: string): string {
  return `public:${chatId}:${root}:${authorId}`
}

/** `connection` where the message lies in a chat of a person's own account. */
export function messageKey(chatId: string, messageId: string, connection?: string): string {
  return connection === undefined ? `${chatId}:${messageId}` : `${businessThread(connection, chatId)}:${messageId}`
}

/** The two numbers of a message, or undefined where it is none of ours. */
export function readMessageKey(externalId: string): { chatId: number; messageId: number; connection?: string } | undefined {
  const match = /^(?:business:([^:]+):)?(-?\d{1,16}):(\d{1,16})$/.exec(externalId)
  if (!match) return undefined
  const key = { chatId: Number(match[2]), messageId: Number(match[3]) }
  return match[1] === undefined ? key : { ...key, connection: decoded(match[1]) }
}

/** The chat to write to: a number, or the public name of a channel as Telegram takes it. */
export function chatIdOf(to: Recipient): number | string {
  const { chatId } = readThread(to.threadId)
  const id = chatId || to.externalIds.find(externalId => externalId.startsWith('user:'))?.slice(5) || ''
  return /^-?\d{1,16}$/.test(id) ? Number(id) : id
}

/** Through whose account a conversation runs; undefined where it is the bot's own. */
export function connectionOf(to: Recipient): string | undefined {
  const thread = readThread(to.threadId)
  return thread.kind === 'business' ? thread.connection : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
