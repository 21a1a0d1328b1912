/**
 * Pace [mechanics 15]: the generic cell rate algorithm, for k sendings at a time. Pure. Always holds: in any stretch of t seconds at most
 * `perSecond × t + burst` are granted; a fifth of what may leave at once is kept for `talk`, so that bulk can use the whole rate while nobody
 * talks, and whoever talks finds room at once (docs/decisions/0023).
 */
import type { PaceRule } from '@dragoman/core'

export type Lane = 'talk' | 'bulk'
export type Rate = Pick<PaceRule, 'perSecond' | 'burst'>

/** Times are numbers with a fraction; what they are off by is no reason to wait. Nothing adds up: each time is reckoned from the last. */
const slackMs = 0.005

/** How many of a burst only `talk` may use. */
export function keptForTalk(burst: number): number {
  return Math.floor(Math.max(1, burst) / 5)
}

/** How long until one more may leave, ms; `tat` is the theoretical arrival time of the next, ms. */
export function waitFor(tat: number, rate: Rate, lane: Lane, now: number): number {
  const wait = tat - roomMs(rate, lane) - now
  return wait <= slackMs ? 0 : wait
}

/** How many may leave now. */
export function tokensAt(tat: number, rate: Rate, lane: Lane, now: number): number {
  const left = now + roomMs(rate, lane) - Math.max(tat, now) + slackMs
  return left < 0 ? 0 : Math.floor((left * rate.perSecond) / 1_000) + 1
}

/** The theoretical arrival time after one more has left. */
export function afterOne(tat: number, rate: Rate, now: number): number {
  return Math.max(tat, now) + 1_000 / rate.perSecond
}

function roomMs({ perSecond, burst }: Rate, lane: Lane): number {
  const atOnce = Math.max(1, burst) - (lane === 'bulk' ? keptForTalk(burst) : 0)
  return ((atOnce - 1) * 1_000) / perSecond
}
