/** When a bot may write: always, once the customer has started it and has not blocked it. No window, no price. */
import type { ReplyPolicy } from '@dragoman/core'

export const replyPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'free',
      source: 'https://core.telegram.org/bots/faq – only people who started the bot; no reply window for ordinary bots',
      checkedOn: '2026-11-22',
      confidence: 'documented',
    },
  ],
  windows: {},
  closedIn: ['blocked', 'not_started'],
}
