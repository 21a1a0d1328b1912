/** Which messages an event speaks of, by the platform's ids: its own, quoted, edited, confirmed ones. */
import type { InboundEvent } from '@dragoman/core'

/** External ids of messages that an event refers to. */
export function referredTo(event: InboundEvent): string[] {
  switch (event.kind) {
    case 'message.received':
    case 'message.echoed':
    case 'order.placed':
      return [event.externalId, ...(event.message.replyTo ? [event.message.replyTo] : [])]
    case 'message.edited':
      return [event.of]
    case 'message.deleted':
      return event.of
    case 'delivery.updated':
      return 'externalIds' in event.of ? event.of.externalIds : []
    case 'reaction.changed':
      return [event.of]
    case 'poll.voted':
      return [event.externalId, event.of]
    case 'action.chosen':
      return [event.externalId, ...(event.of ? [event.of] : [])]
    default:
      return []
  }
}
