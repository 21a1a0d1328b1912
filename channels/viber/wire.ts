/**
 * Viber's JSON as far as we write it. What comes in is never trusted to have these shapes: it is read field by field in `parse*.ts`.
 * https://developers.viber.com/docs/api/rest-bot-api/
 */
import type { AccountView, HttpRequest } from '@dragoman/core'
import { origins, originsOf } from './config.ts'

export interface WireButton {
  Columns: number
  Rows: number
  ActionType: 'reply' | 'open-url' | 'share-phone' | 'location-picker' | 'none'
  ActionBody?: string
  Text?: string
  Image?: string
  TextSize?: 'small' | 'regular' | 'large'
  TextVAlign?: 'top' | 'middle'
  TextHAlign?: 'left' | 'center'
  BgColor?: string
  /** True: what a press says is not shown in the chat. */
  Silent?: boolean
}

export interface WireKeyboard {
  /** Without it: "keyboard is not valid". */
  Type: 'keyboard'
  DefaultHeight: boolean
  Buttons: WireButton[]
}

export interface WireRichMedia {
  Type: 'rich_media'
  ButtonsGroupColumns: number
  ButtonsGroupRows: number
  BgColor: string
  Buttons: WireButton[]
}

/** What is said, without to whom and by whom. */
export type WireMessage = { type?: string; min_api_version?: number; keyboard?: WireKeyboard } & Record<string, unknown>

/** Kinds of callback that we want; messages and (un)subscriptions come in any case. */
export const wantedEvents = ['delivered', 'seen', 'failed', 'subscribed', 'unsubscribed', 'conversation_started'] as const

/** A call of the bot API. Every one is a POST with JSON; the token travels in a header. */
export function call(account: AccountView, method: string, value: Readonly<Record<string, unknown>>, token = 'token'): HttpRequest {
  return {
    via: 'http',
    method: 'POST',
    url: `${account.origins.api ?? 'https://chatapi.viber.com'}/pa/${method}`,
    headers: { 'x-viber-auth-token': `{${token}}` },
    body: { type: 'json', value: Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) },
  }
}

/** Who is shown above a message: at most 28 characters. */
export function senderOf(account: AccountView): { name: string; avatar?: string } {
  const { senderName, senderAvatar } = account.config
  return { name: senderName || 'Bot', ...(senderAvatar ? { avatar: senderAvatar } : {}) }
}

/** A call of the partner's API: at the address in the settings, unless the account is a simulated one. */
export function partnerCall(account: AccountView, method: 'GET' | 'POST', path: string, value?: unknown): HttpRequest {
  const given = account.origins.provider
  const origin = given === undefined || given === origins.provider ? originsOf(account.config).provider : given
  return {
    via: 'http',
    method,
    url: `${origin}/${path}`,
    headers: { authorization: 'App {providerKey}' },
    body: value === undefined ? { type: 'none' } : { type: 'json', value },
  }
}
