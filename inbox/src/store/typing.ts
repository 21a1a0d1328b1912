/** Who is typing where. Always holds: the dots go away by themselves within 6 s of silence, at once when the message is there, and nobody sees his own. */
import { create } from 'zustand'

const silenceMs = 5_500
const nobody: readonly string[] = []

/** By conversation: `customer`, or the ids of members. */
export const useTyping = create<{ by: Readonly<Record<string, readonly string[]>> }>(() => ({ by: {} }))

const timers = new Map<string, ReturnType<typeof setTimeout>>()

export function startTyping(conversationId: string, who: string): void {
  const key = `${conversationId} ${who}`
  clearTimeout(timers.get(key))
  timers.set(
    key,
    setTimeout(() => stopTyping(conversationId, who), silenceMs),
  )
  const now = useTyping.getState().by[conversationId] ?? nobody
  if (!now.includes(who)) useTyping.setState(state => ({ by: { ...state.by, [conversationId]: [...now, who] } }))
}

export function stopTyping(conversationId: string, who: string): void {
  const key = `${conversationId} ${who}`
  clearTimeout(timers.get(key))
  timers.delete(key)
  const now = useTyping.getState().by[conversationId]
  if (!now?.includes(who)) return
  useTyping.setState(state => ({ by: { ...state.by, [conversationId]: now.filter(one => one !== who) } }))
}

export function useTypingIn(conversationId: string): readonly string[] {
  return useTyping(state => state.by[conversationId] ?? nobody)
}
