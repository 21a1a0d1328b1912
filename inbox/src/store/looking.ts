/** Which colleagues look at a conversation or write in it at this moment. Always holds: a mark ends by itself when it is not said again. */
import type { EphemeralEvent } from '@dragoman/api'
import { create } from 'zustand'

export interface Looker {
  memberId: string
  doing: 'viewing' | 'replying' | 'noting'
}

const nobody: readonly Looker[] = []

export const useLooking = create<{ by: Readonly<Record<string, readonly Looker[]>> }>(() => ({ by: {} }))

const timers = new Map<string, ReturnType<typeof setTimeout>>()

export function noteLooking({ conversationId, memberId, doing, until }: Extract<EphemeralEvent, { kind: 'looking' }>): void {
  const key = `${conversationId} ${memberId}`
  clearTimeout(timers.get(key))
  timers.delete(key)
  const others = (useLooking.getState().by[conversationId] ?? nobody).filter(one => one.memberId !== memberId)
  if (doing !== 'gone') {
    const known = useLooking.getState().by[conversationId]?.find(one => one.memberId === memberId)
    // The clocks of browser and hub may differ: the span counts, not the moment, and never more than the longest silence.
    const lastsMs = Math.min(9_000, Math.max(2_000, until - Date.now()))
    timers.set(
      key,
      setTimeout(() => noteLooking({ kind: 'looking', conversationId, memberId, doing: 'gone', until: 0 }), lastsMs),
    )
    if (known?.doing === doing) return
    useLooking.setState(state => ({ by: { ...state.by, [conversationId]: [...others, { memberId, doing }] } }))
  } else if (useLooking.getState().by[conversationId]) useLooking.setState(state => ({ by: { ...state.by, [conversationId]: others } }))
}

export function useLookersOf(conversationId: string): readonly Looker[] {
  return useLooking(state => state.by[conversationId] ?? nobody)
}
