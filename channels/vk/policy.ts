/** When a community may write: once the person has written or allowed it, until they forbid it. No window, no price. In public: always. */
import type { ReplyPolicy } from '@dragoman/core'

const checkedOn = '2026-11-23'

export const replyPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'free',
      source: 'https://dev.vk.com/ru/method/messages.send – error 901 without the person’s permission; no reply window is named',
      checkedOn,
      confidence: 'documented',
    },
  ],
  windows: {},
  closedIn: ['blocked', 'not_started'],
}

export const commentPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'free',
      source: 'https://dev.vk.com/ru/method/wall.createComment',
      checkedOn,
      confidence: 'documented',
    },
  ],
  windows: {},
  closedIn: [],
}
