/** From an event of the log to what the firm's systems are told. Pure. Always holds: few types, whole views, nothing that belongs to one member only. */
import type { MessageView, StoredEvent, WebhookType } from '@dragoman/api'

export interface Told {
  type: WebhookType
  data: Record<string, unknown>
}

/** What an event says to the outside; undefined: nothing. `moved` are the messages of which only the state was logged, as they are now. */
export function toldOf(event: StoredEvent, moved: ReadonlyMap<string, MessageView>): Told | undefined {
  switch (event.kind) {
    case 'message.created': {
      const { message } = event
      const type = ({ in: 'message.received', out: 'message.sent', note: 'note.created', system: undefined } as const)[message.direction]
      return type && { type, data: { message } }
    }
    case 'message.changed':
      return event.message.direction === 'system' ? undefined : { type: 'message.updated', data: { message: event.message } }
    case 'state.changed': {
      const message = moved.get(event.messageId)
      return message && { type: 'message.updated', data: { message } }
    }
    case 'conversation.changed': {
      const { conversation } = event
      const isNew = conversation.inboundCount <= 1 && conversation.lastMessage?.direction === 'in' && conversation.lastOutId === null
      const type = conversation.state === 'closed' ? 'conversation.closed' : isNew ? 'conversation.created' : 'conversation.updated'
      return { type, data: { conversation } }
    }
    case 'account.changed': {
      const { config: _config, ...account } = event.account
      return { type: 'account.updated', data: { account } }
    }
    default:
      return undefined
  }
}
