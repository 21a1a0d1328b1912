/** When the business may write in its own chat: always. No window, no price; there is nobody who could forbid it. */
import type { ReplyPolicy } from '@dragoman/core'

export const replyPolicy: ReplyPolicy = {
  rules: [{ allows: 'freeform', priceClass: 'free', source: 'our own widget', checkedOn: '2026-11-22', confidence: 'documented' }],
  windows: {},
  closedIn: [],
}
