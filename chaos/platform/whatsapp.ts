/**
 * The wire of a platform that posts signed webhooks per app, many updates to a body, and takes messages by number. Written from the vendor's pages,
 * apart from the adapter. Always holds: bodies are signed over their bytes; what was accepted has an id.
 */
import { createHmac } from 'node:crypto'
import { appSecret, businessId, customerOf, inText } from './words.ts'

export interface Written {
  conversation: number
  number: number
  /** 0: the message itself; else its edit of this number. */
  edit: number
  /** s since the epoch. */
  at: number
  phoneNumberId: string
}

export const messageId = (conversation: number, number: number) => `wamid.CHAOS.IN.${conversation}.${number}`
export const sentId = (conversation: number, number: number, copy: number) => `wamid.CHAOS.OUT.${conversation}.${number}.${copy}`

function change(phoneNumberId: string, value: Record<string, unknown>) {
  return {
    field: 'messages',
    value: {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: phoneNumberId.slice(-10), phone_number_id: phoneNumberId },
      ...value,
    },
  }
}

function body(changes: readonly unknown[]): string {
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: businessId, changes }] })
}

/** One body with these messages and edits, in order. */
export function messagesBody(written: readonly Written[]): string {
  return body(
    written.map(({ conversation, number, edit, at, phoneNumberId }) => {
      const from = customerOf(conversation)
      const text = { body: inText(conversation, number, edit) }
      return change(phoneNumberId, {
        contacts: [{ profile: { name: `Customer ${conversation}` }, wa_id: from }],
        messages: [
          edit === 0
            ? { from, id: messageId(conversation, number), timestamp: String(at), type: 'text', text }
            : {
                from,
                id: `${messageId(conversation, number)}.e${edit}`,
                timestamp: String(at),
                type: 'edit',
                edit: { original_message_id: messageId(conversation, number), message: { type: 'text', text } },
              },
        ],
      })
    }),
  )
}

export interface Status {
  id: string
  conversation: number
  status: 'sent' | 'delivered' | 'read'
  at: number
  phoneNumberId: string
  ref: string | undefined
}

/** One body with these receipts. */
export function statusesBody(statuses: readonly Status[]): string {
  return body(
    statuses.map(({ id, conversation, status, at, phoneNumberId, ref }) =>
      change(phoneNumberId, {
        statuses: [
          {
            id,
            status,
            timestamp: String(at),
            recipient_id: customerOf(conversation),
            ...(ref === undefined ? {} : { biz_opaque_callback_data: ref }),
          },
        ],
      }),
    ),
  )
}

export function signatureOf(text: string): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(text).digest('hex')}` }
}

/** What a request to send says; undefined: it is none. */
export function readSend(
  path: string,
  value: unknown,
): { to: string; text: string; ref: string | undefined; phoneNumberId: string } | undefined {
  const match = /^\/v\d+\.\d\/(\d+)\/messages$/.exec(path)
  const { to, text, biz_opaque_callback_data: ref } = value as { to?: string; text?: { body?: string }; biz_opaque_callback_data?: string }
  return match && to !== undefined ? { to, text: text?.body ?? '', ref, phoneNumberId: match[1]! } : undefined
}

export const accepted = (to: string, id: string) =>
  JSON.stringify({ messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to.replace('+', '') }], messages: [{ id }] })

const failure = (code: number, message: string) => JSON.stringify({ error: { message, type: 'OAuthException', code, fbtrace_id: 'chaos' } })
export const tooMany = { status: 429, body: failure(130_429, 'Cloud API message throughput has been reached'), headers: {} }
export const unwell = { status: 500, body: failure(131_016, 'Service unavailable'), headers: {} }

/** Everything that is no sending: what connecting an account asks. */
export function answerOther(method: string, path: string): string | undefined {
  if (path.includes('/subscribed_apps')) return method === 'GET' ? '{"data":[]}' : '{"success":true}'
  const [, id] = /^\/v\d+\.\d\/(\d+)(?:\?|$)/.exec(path) ?? []
  return (
    id &&
    JSON.stringify({
      id,
      verified_name: `Chaos ${id.slice(-3)}`,
      display_phone_number: `+${id.slice(-10)}`,
      status: 'CONNECTED',
      name_status: 'APPROVED',
    })
  )
}
