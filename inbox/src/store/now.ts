/** One clock for all countdowns and relative times: the screen ticks together, once in 15 s (or each second where asked). */
import { useSyncExternalStore } from 'react'

function ticker(everyMs: number) {
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const heard = new Set<() => void>()
  return {
    subscribe(listener: () => void) {
      heard.add(listener)
      now = Date.now()
      timer ??= setInterval(() => {
        now = Date.now()
        for (const one of heard) one()
      }, everyMs)
      return () => {
        heard.delete(listener)
        if (heard.size === 0) {
          clearInterval(timer)
          timer = undefined
        }
      }
    },
    read: () => now,
  }
}

const slow = ticker(15_000)
const fast = ticker(500)

export function useNow(pace: 'slow' | 'fast' = 'slow'): number {
  const clock = pace === 'slow' ? slow : fast
  return useSyncExternalStore(clock.subscribe, clock.read)
}
