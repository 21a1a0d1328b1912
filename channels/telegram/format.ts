/**
 * Text to Telegram's: plain characters and explicit `entities`, so that nothing a person types can be taken for markup.
 * Always holds: offsets are UTF-16 units on both sides; entities lie inside the text; what Telegram finds by itself (links, mentions, hashtags)
 * is left to it. https://core.telegram.org/bots/api#messageentity
 */
import type { Entity, EntityKind, FormattedText, RichText } from '@dragoman/core'
import type { WireEntity } from './wire.ts'

/** Telegram drops further ones without a word; `general knowledge` in the fact sheet. */
const mostEntities = 100

const plainKinds: Partial<Record<EntityKind, string>> = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'strikethrough',
  spoiler: 'spoiler',
  code: 'code',
  quote: 'blockquote',
}

export const shownEntities: EntityKind[] = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
  'quote',
  'link',
  'url',
  'mention',
  'hashtag',
  'command',
  'email',
  'phone',
  'custom_emoji',
]

export function formatText(text: RichText): FormattedText {
  const entities = wireEntities(text)
  return entities.length > 0 ? { body: text.text, entities, length: text.text.length } : { body: text.text, length: text.text.length }
}

/** The entities that Telegram must be told. */
export function wireEntities({ text, entities = [] }: RichText): WireEntity[] {
  return entities
    .flatMap(entity => {
      const offset = Math.max(0, Math.trunc(entity.offset))
      const length = Math.min(text.length, Math.trunc(entity.offset) + Math.trunc(entity.length)) - offset
      return length > 0 ? wireEntity(entity, offset, length) : []
    })
    .toSorted((a, b) => a.offset - b.offset || b.length - a.length)
    .slice(0, mostEntities)
}

function wireEntity(entity: Entity, offset: number, length: number): WireEntity[] {
  const plain = plainKinds[entity.kind]
  if (plain !== undefined) return [{ type: plain, offset, length }]
  switch (entity.kind) {
    case 'pre':
      return [{ type: 'pre', offset, length, ...(entity.language ? { language: entity.language } : {}) }]
    case 'link':
      return entity.url ? [{ type: 'text_link', offset, length, url: entity.url }] : []
    case 'mention':
      // A person without a username is mentioned by a link to the id.
      return entity.id ? [{ type: 'text_link', offset, length, url: `tg://user?id=${entity.id}` }] : []
    case 'custom_emoji':
      return entity.id ? [{ type: 'custom_emoji', offset, length, custom_emoji_id: entity.id }] : []
    default:
      return []
  }
}
