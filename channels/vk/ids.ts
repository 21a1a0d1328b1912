/**
 * Ids as Dragoman keeps them. A conversation is its peer's number; a message `peer:number`, by the number that VK counts within the conversation
 * (reads, presses and reactions name no other); a person `user:number`; a comment `comment:owner_number`; a public thread
 * `comments:owner_post:first comment` or `mention:owner_post`.
 */
import type { Recipient } from '@dragoman/core'

/** Peers from here on are chats of many. */
export const firstChat = 2_000_000_000

export function messageKey(peerId: string, number: string): string {
  return `${peerId}:${number}`
}

/** Several pictures of one message are told apart by `~2`, `~3` … */
export function readMessageKey(externalId: string): { peerId: number; number: number } | undefined {
  const match = /^(-?\d{1,15}):(\d{1,15})(?:~\d{1,2})?$/.exec(externalId)
  return match ? { peerId: Number(match[1]), number: Number(match[2]) } : undefined
}

export function peerIdOf(to: Recipient): number {
  const id = /^-?\d{1,15}$/.test(to.threadId) ? to.threadId : userIdOf(to)
  return Number(id ?? 0)
}

export function userIdOf(to: Recipient): string | undefined {
  return to.externalIds.map(id => /^user:(-?\d{1,15})$/.exec(id)?.[1]).find(id => id !== undefined)
}

export function commentKey(ownerId: string, commentId: string): string {
  return `comment:${ownerId}_${commentId}`
}

export function readCommentKey(externalId: string): { ownerId: string; commentId: string } | undefined {
  const match = /^comment:(-?\d{1,15})_(\d{1,15})$/.exec(externalId)
  return match ? { ownerId: match[1]!, commentId: match[2]! } : undefined
}

/** The two numbers of a post. */
export function readPostId(postId: string): { ownerId: string; postNumber: string } | undefined {
  const match = /^(-?\d{1,15})_(\d{1,15})$/.exec(postId)
  return match ? { ownerId: match[1]!, postNumber: match[2]! } : undefined
}
