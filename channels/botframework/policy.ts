/** When a bot may write: always, wherever the app is installed. No window; Teams takes no money for messages. */
import type { ReplyPolicy } from '@dragoman/core'

export const replyPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'free',
      source:
        'https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages – where the app is installed',
      checkedOn: '2026-11-23',
      confidence: 'documented',
    },
  ],
  windows: {},
  closedIn: ['blocked', 'not_started'],
}
