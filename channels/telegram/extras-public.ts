/**
 * What a bot does in public beside answering: taking a comment away, answering its author in private, posting in the channel.
 * Always holds: a private answer reaches only those who have started the bot; Telegram's refusal of the others is `not_started`.
 * https://core.telegram.org/bots/api#deletemessage
 */
import { arrayAt, idAt } from '@dragoman/channel-kit'
import { type AccountView, type ChannelExtras, type HttpRequest, type MessageBody, plainText, type Recipient } from '@dragoman/core'
import { command, exchange } from './exchanges.ts'
import { messageKey, readMessageKey } from './ids.ts'
import { addressOf } from './parse-group.ts'
import { planOf } from './plan.ts'
import { call } from './wire.ts'

/** Needs `can_delete_messages` in the group. There is no hiding: a comment is there or it is not. */
export const removeComment: NonNullable<ChannelExtras['removeComment']> = command(({ externalId }, account) => {
  const key = readMessageKey(externalId)
  return call(account, 'deleteMessage', { chat_id: key?.chatId, message_id: key?.messageId })
}, /message to delete not found/)

export const answerPrivately: NonNullable<ChannelExtras['answerPrivately']> = exchange(
  ({ to, body, idempotencyKey }, account) => sendCall(body, personOf(to), idempotencyKey, {}, account),
  result => {
    const chatId = idAt(result, 'chat', 'id')
    const messageId = idAt(result, 'message_id')
    if (chatId === undefined || messageId === undefined) return undefined
    return { threadId: chatId, externalIds: [`user:${chatId}`], messageId: messageKey(chatId, messageId) }
  },
  true,
)

export const publish: NonNullable<ChannelExtras['publish']> = exchange(
  ({ body, media, ref }, account) => sendCall(body, { threadId: account.config.channel ?? '', externalIds: [] }, ref, media, account),
  result => {
    // An album is a post of several messages; the first has its words.
    const post = Array.isArray(result) ? arrayAt(result)[0] : result
    const chatId = idAt(post, 'chat', 'id')
    const messageId = idAt(post, 'message_id')
    if (chatId === undefined || messageId === undefined) return undefined
    const url = addressOf((post as { chat?: unknown }).chat, chatId, messageId)
    return { externalId: messageKey(chatId, messageId), ...(url ? { url } : {}) }
  },
  true,
)

/** The private chat with a comment's author has the author's number. */
function personOf(to: Recipient): Recipient {
  const person = to.externalIds.find(id => id.startsWith('user:'))
  return { threadId: person?.slice('user:'.length) ?? '', externalIds: [] }
}

/** The first call of what would be sent; where there is none, the words alone, which Telegram refuses if they are empty. */
function sendCall(
  body: MessageBody,
  to: Recipient,
  ref: string,
  media: Parameters<typeof planOf>[0]['media'],
  account: AccountView,
): HttpRequest {
  const plans = planOf({ ref, idempotencyKey: ref, body, to, media }, {}, 0)
  const plan = Array.isArray(plans) ? plans[0] : undefined
  if (plan) return call(account, plan.method, plan.parameters, plan.uploads)
  return call(account, 'sendMessage', { chat_id: to.threadId, text: plainText(body.content) })
}
