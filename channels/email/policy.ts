/** When one may write: always. Nobody forbids it by rule; advertising without consent is another matter, and ends in the spam folder. */
import type { ReplyPolicy } from '@dragoman/core'

export const replyPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'free',
      source: 'RFC 5321: no window and no permission',
      checkedOn: '2026-11-23',
      confidence: 'documented',
    },
  ],
  windows: {},
  closedIn: ['blocked'],
}
