/** When one may write: always, to people who agreed and have not said STOP. Each piece is paid for. */
import type { ReplyPolicy } from '@dragoman/core'

export const replyPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'segment',
      source: 'GSM 03.40: no window; carriers’ codes of conduct (CTIA): consent before, and none after STOP',
      checkedOn: '2026-11-23',
      confidence: 'documented',
    },
  ],
  windows: {},
  closedIn: ['blocked'],
}
