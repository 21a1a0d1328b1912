/**
 * When a bot may write: in its own chats always, once the customer has started it and has not blocked it; in the chats of a person's own account
 * within 24 hours of the customer's word; in public always. No price anywhere.
 */
import type { Provenance, ReplyPolicy } from '@dragoman/core'

const checkedOn = '2026-11-23'

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

/** `can_reply` holds for chats that had an incoming message in so long. */
export const businessWindowMs = 24 * 3_600_000

const businessSource: Provenance = {
  source: 'https://core.telegram.org/bots/api#businessbotrights – can_reply: chats that had incoming messages in the last 24 hours',
  checkedOn,
  since: '2024-03-31',
  confidence: 'documented',
}

export const businessPolicy: ReplyPolicy = {
  rules: [{ allows: 'freeform', window: 'business', priceClass: 'free', ...businessSource }],
  windows: {
    business: {
      lengthMs: businessWindowMs,
      name: { en: '24 hours after the customer wrote to the person', ru: '24 часа после сообщения клиента этому человеку' },
      ...businessSource,
    },
  },
  // `elsewhere`: the person took the bot off, or its right to reply, and answers alone.
  closedIn: ['elsewhere'],
}

export const commentsPolicy: ReplyPolicy = {
  rules: [
    {
      allows: 'freeform',
      priceClass: 'free',
      source: 'https://core.telegram.org/bots/features#privacy-mode – a member of a group may always write there',
      checkedOn,
      confidence: 'documented',
    },
  ],
  windows: {},
  closedIn: [],
}
