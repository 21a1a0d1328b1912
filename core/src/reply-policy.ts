/**
 * When and how the business may write [mechanics 16]: policy is data of the channel, windows and standing are kept on the conversation.
 * Always holds: composer (countdown), API (early refusal) and sender (a message may have waited) all ask `replyOptions`.
 */
import type { Localized, Provenance } from './capabilities.ts'

/** Where a conversation stands, apart from windows. `elsewhere`: another program has it and must hand it over first. */
export type Standing = 'open' | 'not_started' | 'requested' | 'blocked' | 'elsewhere'

/** The kinds of message a policy tells apart. */
export const messageClasses = ['freeform', 'template'] as const
export type MessageClass = (typeof messageClasses)[number]

export interface PolicyRule extends Provenance {
  allows: MessageClass
  /** The window that must be open; absent: always. */
  window?: string
  /** What the platform charges for, as the platform names it: `service`, `template`, `free`. */
  priceClass: string
  /** Only what a person writes may use it: automatic messages are forbidden there. */
  onlyPeople?: boolean
}

export interface ReplyPolicy {
  rules: PolicyRule[]
  /** Length of each window in ms, for screens and docs. */
  windows: Record<string, { lengthMs: number; name: Localized } & Provenance>
  /** Standings in which nothing may be sent. */
  closedIn: Standing[]
}

export interface OpenWindow {
  window: string
  /** ms since the epoch. */
  until: number
}

export type ClosedReason = 'window_closed' | 'blocked' | 'not_started' | 'requested' | 'elsewhere' | 'never_allowed'

export type ReplyOption =
  | { allowed: true; priceClass: string /** End of the permission in ms; absent: no end. */; until?: number; window?: string }
  | { allowed: false; reason: ClosedReason /** When the window closed, ms. */; closedAt?: number; window?: string }

export type ReplyOptions = Record<MessageClass, ReplyOption>

/** What may be sent now, kind by kind, by a person or by a machine. `windows` may hold past ones: they tell when the door closed. */
export function replyOptions(
  policy: ReplyPolicy,
  windows: readonly OpenWindow[],
  standing: Standing,
  now: number,
  by: 'person' | 'machine' = 'person',
): ReplyOptions {
  return { freeform: optionFor('freeform'), template: optionFor('template') }

  function optionFor(wanted: MessageClass): ReplyOption {
    const rules = policy.rules.filter(rule => rule.allows === wanted && (by === 'person' || !rule.onlyPeople))
    if (rules.length === 0) return { allowed: false, reason: 'never_allowed' }
    if (standing !== 'open' && policy.closedIn.includes(standing)) return { allowed: false, reason: standing }
    let best: Extract<ReplyOption, { allowed: true }> | undefined
    let closedAt: number | undefined
    let closedWindow: string | undefined
    for (const rule of rules) {
      if (rule.window === undefined) {
        best ??= { allowed: true, priceClass: rule.priceClass }
        if (best.until !== undefined) best = { ...best, until: undefined }
        continue
      }
      for (const open of windows) {
        if (open.window !== rule.window) continue
        if (open.until > now) {
          if (!best || (best.until !== undefined && open.until > best.until))
            best = { allowed: true, priceClass: rule.priceClass, until: open.until, window: rule.window }
        } else if (closedAt === undefined || open.until > closedAt) {
          closedAt = open.until
          closedWindow = open.window
        }
      }
    }
    return best ?? { allowed: false, reason: 'window_closed', closedAt, window: closedWindow ?? rules[0]?.window }
  }
}

/** The class of a message: a template is a template, anything else is free-form. */
export function messageClassOf(content: { kind: string }): MessageClass {
  return content.kind === 'template' ? 'template' : 'freeform'
}
