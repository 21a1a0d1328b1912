/** What a bot does in a person's own account beside writing: marking read and deleting, each by its own right. */
import type { AccountView, ChannelExtras, HttpRequest } from '@dragoman/core'
import { command } from './exchanges.ts'
import { readMessageKey } from './ids.ts'
import { call } from './wire.ts'

/** Marks a customer's message read in the person's name: https://core.telegram.org/bots/api#readbusinessmessage */
export const markBusinessRead: NonNullable<ChannelExtras['markRead']> = command(({ externalId }, account) => {
  const key = readMessageKey(externalId)
  return call(account, 'readBusinessMessage', {
    business_connection_id: key?.connection ?? '',
    chat_id: key?.chatId,
    message_id: key?.messageId,
  })
})

/** https://core.telegram.org/bots/api#deletebusinessmessages */
export function deleteBusinessCall(account: AccountView, connection: string, messageId: number): HttpRequest {
  return call(account, 'deleteBusinessMessages', { business_connection_id: connection, message_ids: [messageId] })
}
