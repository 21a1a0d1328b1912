/**
 * The Bot API's JSON as far as we write it, and the names that we read. What comes in is never trusted to have these shapes: it is read field
 * by field in `parse.ts`. https://core.telegram.org/bots/api
 */
import type { AccountView, HttpRequest, RequestBody } from '@dragoman/core'

/** Kinds of update that we subscribe to. `message_reaction` is not among those sent by default. */
export const wantedUpdates = [
  'message',
  'edited_message',
  'callback_query',
  'message_reaction',
  'my_chat_member',
  'poll_answer',
  'business_connection',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
] as const

export interface WireEntity {
  type: string
  offset: number
  length: number
  url?: string
  language?: string
  custom_emoji_id?: string
}

export type WireInlineButton = { text: string } & ({ callback_data: string } | { url: string } | { copy_text: { text: string } })
export type WireKey = { text: string; request_contact?: true; request_location?: true }

export type WireMarkup =
  | { inline_keyboard: WireInlineButton[][] }
  | { keyboard: WireKey[][]; resize_keyboard: true; one_time_keyboard: true }

export interface WireReplyParameters {
  message_id: number
  allow_sending_without_reply?: true
}

/** One item of an album. */
export interface WireInputMedia {
  type: 'photo' | 'video' | 'audio' | 'document'
  media: string
  caption?: string
  caption_entities?: readonly WireEntity[]
}

export type UploadField = { name: string; fileId: string; fileName: string; mimeType: string }

/** A call of a method: as JSON, or as multipart where files go along. */
export function call(
  account: AccountView,
  method: string,
  parameters: Readonly<Record<string, unknown>>,
  uploads: readonly UploadField[] = [],
): HttpRequest {
  return { via: 'http', method: 'POST', url: `${originOf(account)}/bot{token}/${method}`, body: bodyOf(parameters, uploads) }
}

/** Where a file that `getFile` named can be fetched. */
export function fileAddress(account: AccountView, filePath: string): string {
  return `${originOf(account)}/file/bot{token}/${filePath.split('/').map(segmentOf).join('/')}`
}

/** Curly brackets stay encoded: they would be taken for placeholders. */
function segmentOf(segment: string): string {
  return encodeURIComponent(segment.toWellFormed())
}

function originOf(account: AccountView): string {
  return account.origins.api ?? 'https://api.telegram.org'
}

function bodyOf(parameters: Readonly<Record<string, unknown>>, uploads: readonly UploadField[]): RequestBody {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  if (uploads.length === 0) return { type: 'json', value: Object.fromEntries(given) }
  const fields = given.map(([name, value]) => ({ name, value: typeof value === 'string' ? value : JSON.stringify(value) }))
  return { type: 'multipart', fields: [...fields, ...uploads] }
}
