/**
 * When a professional account may write on Instagram [mechanics 16].
 * Always holds: free words need the 24 hours of a customer's own deed; for seven days people (never machines) may write with the tag HUMAN_AGENT,
 * where the app has that feature. There is no other tag and there are no templates. A request is accepted by answering it.
 */
import { commentPolicy } from '@dragoman/channel-meta-graph'
import type { Provenance, ReplyPolicy } from '@dragoman/core'

const source: Provenance = {
  source: 'https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api',
  checkedOn: '2026-11-23',
  confidence: 'documented',
}

export const standardWindowMs = 24 * 60 * 60_000
export const peopleWindowMs = 7 * 24 * 60 * 60_000
export const standardWindow = 'standard'
export const peopleWindow = 'human_agent'

export const replyPolicy: ReplyPolicy = {
  rules: [
    { allows: 'freeform', window: standardWindow, priceClass: 'free', ...source },
    { allows: 'freeform', window: peopleWindow, priceClass: 'free', onlyPeople: true, ...source },
  ],
  windows: {
    [standardWindow]: {
      lengthMs: standardWindowMs,
      name: { en: '24 hours after the customer wrote', ru: '24 часа после сообщения клиента' },
      ...source,
    },
    [peopleWindow]: {
      lengthMs: peopleWindowMs,
      name: { en: '7 days for people’s answers', ru: '7 дней для ответов сотрудников' },
      ...source,
    },
  },
  closedIn: ['blocked', 'elsewhere'],
}

export const commentReplyPolicy = commentPolicy({
  source: 'https://developers.facebook.com/docs/instagram-platform/private-replies',
  checkedOn: '2026-11-23',
  confidence: 'documented',
})
