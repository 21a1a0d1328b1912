/** When a bot may write: always, once the customer has started it and has not stopped it. No window, no price. */
import type { ReplyPolicy } from '@dragoman/core'

export const replyPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'free',
      source: 'https://dev.max.ru/docs-api – no window and no price is named; only people who started the bot',
      checkedOn: '2026-11-23',
      confidence: 'assumed',
    },
  ],
  windows: {},
  closedIn: ['blocked', 'not_started'],
}
