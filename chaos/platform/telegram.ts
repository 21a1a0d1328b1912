/**
 * The wire of a platform that posts one update a body with a secret in a header, numbers messages per chat, and gives no receipts. Written from the
 * vendor's pages, apart from the adapter. Always holds: message numbers of a chat rise, the bot's and the customer's in one sequence.
 */
import { customerOf, inText } from './words.ts'

export interface Update {
  updateId: number
  conversation: number
  number: number
  edit: number
  messageId: number
  at: number
  editedAt: number
}

/** One update as its body. */
export function updateBody({ updateId, conversation, number, edit, messageId, at, editedAt }: Update): string {
  const id = Number(customerOf(conversation))
  const person = { id, first_name: 'Customer', last_name: String(conversation) }
  const message = {
    message_id: messageId,
    from: { ...person, is_bot: false },
    chat: { ...person, type: 'private' },
    date: at,
    ...(edit > 0 ? { edit_date: editedAt } : {}),
    text: inText(conversation, number, edit),
  }
  return JSON.stringify({ update_id: updateId, [edit > 0 ? 'edited_message' : 'message']: message })
}

export const secretOf = (secret: string): Record<string, string> => ({ 'x-telegram-bot-api-secret-token': secret })

/** What a call says. */
export function readCall(path: string): { token: string; method: string } | undefined {
  const match = /^\/bot([^/]+)\/(\w+)$/.exec(path)
  return match ? { token: match[1]!, method: match[2]! } : undefined
}

export const accepted = (chatId: string, messageId: number, at: number, text: string) =>
  JSON.stringify({ ok: true, result: { message_id: messageId, date: at, chat: { id: Number(chatId), type: 'private' }, text } })

export const tooMany = {
  status: 429,
  body: '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 1","parameters":{"retry_after":1}}',
  headers: { 'retry-after': '1' },
}
export const unwell = { status: 500, body: '{"ok":false,"error_code":500,"description":"Internal Server Error: restart"}', headers: {} }

/** Every call that is no sending. */
export function answerOther(method: string, token: string): string {
  if (method === 'getMe')
    return JSON.stringify({
      ok: true,
      result: { id: Number(token.split(':')[0]), is_bot: true, first_name: `Chaos ${token.split(':')[0]}`, username: 'chaos_test_bot' },
    })
  if (method === 'getWebhookInfo') return '{"ok":true,"result":{"url":"","pending_update_count":0}}'
  return '{"ok":true,"result":true}'
}
