/**
 * When a page may write on Messenger [mechanics 16], and what replaced the message tags, with dates.
 * Always holds: free words need the 24 hours of a customer's own deed; for seven days people (never machines) may write with the tag HUMAN_AGENT,
 * where the app has that feature; an approved utility template may always be sent. Nothing of this is charged.
 */
import { commentPolicy } from '@dragoman/channel-meta-graph'
import type { Provenance, ReplyPolicy } from '@dragoman/core'

const windowSource: Provenance = {
  source: 'https://developers.facebook.com/docs/messenger-platform/policy/policy-overview',
  checkedOn: '2026-11-23',
  confidence: 'documented',
}

export const standardWindowMs = 24 * 60 * 60_000
export const peopleWindowMs = 7 * 24 * 60 * 60_000
export const standardWindow = 'standard'
export const peopleWindow = 'human_agent'

export const replyPolicy: ReplyPolicy = {
  rules: [
    { allows: 'freeform', window: standardWindow, priceClass: 'free', ...windowSource },
    { allows: 'freeform', window: peopleWindow, priceClass: 'free', onlyPeople: true, ...windowSource },
    { allows: 'template', priceClass: 'free', ...windowSource },
  ],
  windows: {
    [standardWindow]: {
      lengthMs: standardWindowMs,
      name: { en: '24 hours after the customer wrote', ru: '24 часа после сообщения клиента' },
      ...windowSource,
    },
    [peopleWindow]: {
      lengthMs: peopleWindowMs,
      name: { en: '7 days for people’s answers', ru: '7 дней для ответов сотрудников' },
      ...windowSource,
    },
  },
  closedIn: ['blocked', 'elsewhere'],
}

export const commentReplyPolicy = commentPolicy({
  source: 'https://developers.facebook.com/docs/messenger-platform/discovery/private-replies',
  checkedOn: '2026-11-23',
  confidence: 'documented',
})

/** A way of writing outside the 24 hours. `until`: the first day on which it is refused. */
export interface LateWay extends Provenance {
  name: string
  kind: 'tag' | 'template' | 'token'
}

/** What there was and is for late messages: three tags are dead, templates and opt-ins took their place. */
export const lateWays: readonly LateWay[] = [
  { name: 'CONFIRMED_EVENT_UPDATE', kind: 'tag', ...windowSource, until: '2026-04-27' },
  { name: 'ACCOUNT_UPDATE', kind: 'tag', ...windowSource, until: '2026-04-27' },
  { name: 'POST_PURCHASE_UPDATE', kind: 'tag', ...windowSource, until: '2026-04-27' },
  { name: 'HUMAN_AGENT', kind: 'tag', ...windowSource },
  { name: 'CUSTOMER_FEEDBACK', kind: 'tag', ...windowSource },
  // First seen in the changes as the templates took pictures; named parameters came on 2026-03-06.
  { name: 'UTILITY', kind: 'template', ...windowSource, since: '2025-09-29' },
  { name: 'MARKETING_MESSAGES', kind: 'token', ...windowSource, since: '2023-05-10' },
]

/** Ways that are taken on an ISO day. */
export function lateWaysOn(day: string): string[] {
  return lateWays.filter(way => (way.since ?? '') <= day && (way.until === undefined || way.until > day)).map(way => way.name)
}
