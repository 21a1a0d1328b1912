/**
 * My status, and going away by itself. Always holds: who does nothing in any tab of this browser for a while is away, and comes back by the first
 * key, click or touch; whoever chose his status himself keeps it.
 */
import type { Availability } from '@dragoman/api'
import i18next from 'i18next'
import { create } from 'zustand'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { showToast } from '../shell/toasts.tsx'
import { changeInbox, desk, useInbox } from '../store/desk.ts'

/** Asked before going away while customers wait. */
export const useLeaving = create<{ asked: Availability | null }>(() => ({ asked: null }))

/** My status as everybody sees it. */
export function useMyAvailability(): Availability {
  return useInbox(state => state.members[state.me.memberId]?.availability ?? state.me.availability)
}

/** Customers who wait for me, as far as they are loaded. */
export function waitingForMe(): number {
  const { inbox } = desk()
  if (!inbox) return 0
  return Object.values(inbox.conversations).filter(
    one => one.assigneeId === inbox.me.memberId && one.state === 'open' && one.unansweredSince !== null,
  ).length
}

/** Whether nobody but me takes customers now. */
export function isLastThere(): boolean {
  const { inbox, online } = desk()
  if (!inbox) return false
  return !Object.values(inbox.members).some(
    member => member.id !== inbox.me.memberId && member.active && member.availability === 'available' && online.includes(member.id),
  )
}

/** Chooses my status; going away with customers waiting asks first. */
export function chooseAvailability(availability: Availability): void {
  if (availability === 'away' && waitingForMe() > 0) useLeaving.setState({ asked: availability })
  else void setAvailability(availability, 'self')
}

export async function setAvailability(availability: Availability, by: 'self' | 'idle', handBack = false): Promise<void> {
  try {
    const answer = await call('setAvailability', { body: { availability, by, handBack } })
    put(answer.availability)
    if (handBack) showToast(i18next.t('presence.handedBack', { count: answer.handedBack }))
  } catch (error) {
    if (by === 'self') tellProblem(error)
  }
}

function put(availability: Availability): void {
  changeInbox(state => {
    const mine = state.members[state.me.memberId]
    return {
      ...state,
      me: { ...state.me, availability },
      ...(mine ? { members: { ...state.members, [mine.id]: { ...mine, availability } } } : {}),
    }
  })
}

const activity = ['keydown', 'pointerdown', 'pointermove', 'touchstart', 'wheel'] as const
/** How often tabs tell each other that somebody is there, ms. */
const tellEveryMs = 5_000
/** How often it is looked whether the time is over, ms. */
const lookEveryMs = 1_000

/** Watches for idleness in all tabs of this browser; returns what ends it. `awayAfterMs` 0: never. */
export function watchIdleness(awayAfterMs: number): () => void {
  if (awayAfterMs <= 0) return () => {}
  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('dragoman-activity')
  let lastAt = Date.now()
  let toldAt = 0
  /** It was idleness that sent me away, not myself. */
  let sentAway = false
  const active = () => {
    lastAt = Date.now()
    if (lastAt - toldAt > tellEveryMs) {
      toldAt = lastAt
      channel?.postMessage('active')
    }
    comeBack()
  }
  const comeBack = () => {
    if (!sentAway) return
    sentAway = false
    void setAvailability('available', 'idle').then(() => showToast(i18next.t('presence.idleAway')))
  }
  const look = () => {
    const { inbox } = desk()
    const mine = inbox?.members[inbox.me.memberId]
    if (!mine || sentAway || mine.availability !== 'available' || Date.now() - lastAt < awayAfterMs) return
    sentAway = true
    void setAvailability('away', 'idle')
  }
  for (const name of activity) window.addEventListener(name, active, { passive: true, capture: true })
  channel?.addEventListener('message', () => {
    lastAt = Date.now()
    comeBack()
  })
  const timer = setInterval(look, lookEveryMs)
  return () => {
    clearInterval(timer)
    channel?.close()
    for (const name of activity) window.removeEventListener(name, active, { capture: true })
  }
}
