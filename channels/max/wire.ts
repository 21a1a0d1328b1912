/**
 * MAX's JSON as far as we write it. What comes in is never trusted to have these shapes: it is read field by field in `parse*.ts`.
 * https://dev.max.ru/docs-api
 */
import type { AccountView, HttpRequest } from '@dragoman/core'

/** Kinds of update that we subscribe to. */
export const wantedUpdates = [
  'message_created',
  'message_callback',
  'message_edited',
  'message_removed',
  'bot_started',
  'bot_stopped',
  'dialog_removed',
] as const

export type WireButton = { type: string; text: string; payload?: string; url?: string }

export type WireAttachment =
  | { type: 'image' | 'video' | 'audio' | 'file'; payload: { token: string } | { url: string } }
  | { type: 'sticker'; payload: { code: string } }
  | { type: 'contact'; payload: { name: string; vcf_info?: string; vcf_phone?: string } }
  | { type: 'location'; latitude: number; longitude: number }
  | { type: 'inline_keyboard'; payload: { buttons: WireButton[][] } }

export interface WireMessage {
  text: string | null
  attachments: WireAttachment[] | null
  link: { type: 'reply'; mid: string } | null
  format?: 'html'
}

/** What a file is uploaded as. */
export type UploadKind = 'image' | 'video' | 'audio' | 'file'

/** A call of the API; the token stands in the header bare, without "Bearer". */
export function call(account: AccountView, method: HttpRequest['method'], path: string, value?: unknown): HttpRequest {
  return {
    via: 'http',
    method,
    url: `${account.origins.api ?? 'https://platform-api2.max.ru'}/${path}`,
    headers: { authorization: '{token}' },
    body: value === undefined ? { type: 'none' } : { type: 'json', value },
  }
}
