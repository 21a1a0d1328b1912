/**
 * Somebody has answered since I began: Send shows it and asks. Always holds: nothing is sent and nothing is lost before I have said what I want; the hub
 * checks again, for two who press at once.
 */
import type { MessageView } from '@dragoman/api'
import { create } from 'zustand'
import { desk } from '../store/desk.ts'

export interface Answered {
  conversationId: string
  /** The colleague's latest message; unknown while its thread is not loaded. */
  message: MessageView | undefined
  /** Send mine all the same. */
  proceed(): void
  /** Back into the composer. */
  edit(): void
}

export const useAnswered = create<{ asked: Answered | null }>(() => ({ asked: null }))

/** Our latest message here, unless it is my own or the one that I had seen. */
export function answeredSince(conversationId: string, seen: string | null): { message: MessageView | undefined } | undefined {
  const { inbox } = desk()
  const conversation = inbox?.conversations[conversationId]
  if (!inbox || !conversation || conversation.lastOutId === null || conversation.lastOutId === seen) return undefined
  if (conversation.lastOutBy === inbox.me.memberId) return undefined
  return { message: inbox.messages[conversationId]?.find(message => message.id === conversation.lastOutId) }
}
