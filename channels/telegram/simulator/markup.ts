/** Checks of keyboards and entities, as servers make them, and what a phone shows of them. */
import type { Button, Entity, EntityKind, Keyboard, RichText } from '@dragoman/core'
import { limits } from './limits.ts'
import { badRequest, broken, type Call, jsonOf, type Reply } from './reply.ts'
import type { Chat, Json } from './state.ts'

export interface Markup {
  /** Goes with the message. */
  inline?: Json[][]
  keys?: NonNullable<Chat['keyboard']>
  oneTime?: boolean
  remove?: boolean
}

/** The markup of a call, or the refusal. */
export function readMarkup(call: Call): Markup | { refusal: Reply } {
  const markup = jsonOf(call, 'reply_markup')
  if (markup === undefined) return {}
  if (markup === broken || typeof markup !== 'object' || markup === null) return { refusal: badRequest('object expected as reply markup') }
  const given = markup as Json
  if (given.remove_keyboard) return { remove: true }
  if (Array.isArray(given.inline_keyboard)) {
    const rows = given.inline_keyboard as Json[][]
    const buttons = rows.flat()
    if (buttons.length > limits.inlineButtons) return { refusal: badRequest('reply markup is too long') }
    for (const button of buttons) {
      if (typeof button.text !== 'string' || button.text === '')
        return { refusal: badRequest('text buttons are unallowed in the inline keyboard') }
      const { callback_data: data, url, copy_text: copy } = button
      if (typeof data === 'string' && (data === '' || Buffer.byteLength(data) > limits.callbackDataBytes))
        return { refusal: badRequest('BUTTON_DATA_INVALID') }
      if (typeof url === 'string' && !/^(https?|tg):\/\/./i.test(url)) return { refusal: badRequest('BUTTON_URL_INVALID') }
      if (data === undefined && url === undefined && copy === undefined) return { refusal: badRequest('BUTTON_TYPE_INVALID') }
    }
    return { inline: rows }
  }
  if (Array.isArray(given.keyboard)) {
    const rows = (given.keyboard as (Json | string)[][]).map(row =>
      row.map(key => (typeof key === 'string' ? { text: key } : key) as { text: string }),
    )
    if (rows.flat().length > limits.replyButtons) return { refusal: badRequest('reply markup is too long') }
    return { keys: rows, oneTime: given.one_time_keyboard === true }
  }
  return given.force_reply ? {} : { refusal: badRequest('object expected as reply markup') }
}

/** An inline keyboard as the phone draws it. */
export function shownKeyboard(rows: Json[][] | undefined): Keyboard | undefined {
  if (!rows?.length) return undefined
  return {
    kind: 'buttons',
    rows: rows.map(row =>
      row.map((button): Button => {
        const title = String(button.text)
        if (typeof button.url === 'string') return { kind: 'url', title, url: button.url }
        const copy = button.copy_text as { text?: string } | undefined
        if (copy?.text !== undefined) return { kind: 'phone', title, phone: copy.text }
        return { kind: 'reply', title, payload: String(button.callback_data ?? '') }
      }),
    ),
  }
}

const shownKinds: Record<string, EntityKind> = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'strikethrough',
  spoiler: 'spoiler',
  code: 'code',
  pre: 'pre',
  blockquote: 'quote',
  expandable_blockquote: 'quote',
  text_link: 'link',
  url: 'url',
  mention: 'mention',
  hashtag: 'hashtag',
  bot_command: 'command',
  email: 'email',
  phone_number: 'phone',
  custom_emoji: 'custom_emoji',
}

/** The text and entities of a call with lengths checked; `name` is `text` or `caption`. */
export function readText(call: Call, name: 'text' | 'caption', max: number): { text: string; entities: Json[] } | { refusal: Reply } {
  const text = typeof call.values[name] === 'string' ? (call.values[name] as string) : ''
  if (text.length > max) return { refusal: badRequest(name === 'text' ? 'message is too long' : 'message caption is too long') }
  const mode = call.values.parse_mode
  if (mode !== undefined && !/^(html|markdown|markdownv2)$/i.test(String(mode))) return { refusal: badRequest('unsupported parse_mode') }
  const given = jsonOf(call, name === 'text' ? 'entities' : 'caption_entities') ?? []
  if (!Array.isArray(given)) return { refusal: badRequest("can't parse entities: expected an Array of MessageEntity") }
  const entities = (given as Json[]).slice(0, limits.entities)
  for (const entity of entities) {
    const { offset, length, type } = entity
    if (
      typeof offset !== 'number' ||
      typeof length !== 'number' ||
      typeof type !== 'string' ||
      offset < 0 ||
      length <= 0 ||
      offset + length > text.length
    ) {
      return {
        refusal: badRequest(`can't parse entities: entity beginning at UTF-16 offset ${String(offset)} ends after the end of the text`),
      }
    }
  }
  return { text, entities: [...entities, ...findEntities(text, entities)].toSorted((a, b) => Number(a.offset) - Number(b.offset)) }
}

const found: [string, RegExp][] = [
  ['url', /\bhttps?:\/\/[^\s]+[^\s.,!?)]/g],
  ['email', /\b[\w.+-]+@[\w-]+\.[\w.]+\b/g],
  ['bot_command', /(?<![\w/])\/[A-Za-z]\w{0,31}\b/g],
  ['hashtag', /(?<![\w#])#[\p{L}_][\p{L}\d_]*/gu],
  ['mention', /(?<![\w@.])@[A-Za-z]\w{4,31}\b/g],
]

/** What a server finds in a text by itself, outside of what it was told. */
export function findEntities(text: string, known: readonly Json[] = []): Json[] {
  const taken = known.map(entity => [Number(entity.offset), Number(entity.offset) + Number(entity.length)] as const)
  const entities: Json[] = []
  for (const [type, pattern] of found) {
    for (const match of text.matchAll(pattern)) {
      const end = match.index + match[0].length
      if (taken.some(([from, to]) => match.index < to && from < end)) continue
      taken.push([match.index, end])
      entities.push({ offset: match.index, length: match[0].length, type })
    }
  }
  return entities
}

/** Text as the phone shows it. */
export function shownText(text: string, entities: readonly Json[]): RichText {
  const shown = entities.flatMap((entity): Entity[] => {
    const kind = shownKinds[String(entity.type)]
    if (!kind) return []
    const { offset, length, url, language } = entity
    return [
      {
        kind,
        offset: Number(offset),
        length: Number(length),
        ...(typeof url === 'string' ? { url } : {}),
        ...(typeof language === 'string' ? { language } : {}),
      },
    ]
  })
  return shown.length > 0 ? { text, entities: shown } : { text }
}
