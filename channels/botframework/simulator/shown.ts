/**
 * What of an activity a person sees: words (plain or the small HTML), pictures, cards, buttons.
 * A card whose title is a file's name and whose first button opens an address is drawn as that file: so a person would take it.
 */
import type { Button, Card, Content, Entity, EntityKind, MessageBody, RichText } from '@dragoman/core'
import type { Json } from './state.ts'

export interface Shown {
  body: MessageBody
  actions: Json[][]
}

interface DrawnCard extends Card {
  actions: Json[]
}

const styles: Record<string, EntityKind> = {
  b: 'bold',
  i: 'italic',
  u: 'underline',
  s: 'strikethrough',
  code: 'code',
  pre: 'pre',
  blockquote: 'quote',
  a: 'link',
}

export function shownActivity(activity: Json): Shown {
  const text = wordsOf(activity)
  const attachments = (activity.attachments ?? []) as Json[]
  const pictures = attachments.filter(attachment => String(attachment.contentType).startsWith('image'))
  const cards = attachments.filter(attachment => /card\./.test(String(attachment.contentType))).map(drawn)
  const bare = cards.filter(card => card.title === '' && card.text === undefined && card.media === undefined)
  const whole = cards.filter(card => !bare.includes(card))
  const under = bare.flatMap(card => card.actions)
  const content = contentOf(text, pictures, whole, activity.attachmentLayout === 'carousel')
  const file = content.kind === 'file' ? whole[0]!.actions.slice(1) : []
  const actions = [...(content.kind === 'card' || content.kind === 'carousel' ? whole.flatMap(card => card.actions) : file), ...under]
  const rows = actions.map(action => [action])
  return {
    body: { content, ...(rows.length > 0 ? { keyboard: { kind: 'buttons', rows: rows.map(row => row.map(buttonOf)) } } : {}) },
    actions: rows,
  }
}

function contentOf(text: RichText | undefined, pictures: Json[], cards: DrawnCard[], isCarousel: boolean): Content {
  const caption = text ? { caption: text } : {}
  const [picture] = pictures
  if (picture) {
    const media = {
      ref: { from: 'link' as const, url: String(picture.contentUrl) },
      ...(picture.name ? { name: String(picture.name) } : {}),
    }
    return { kind: 'image', media, ...caption }
  }
  const [card] = cards
  if (!card) return { kind: 'text', text: text ?? { text: '' } }
  const opens = card.actions[0]
  const url = opens && (opens.url ?? (opens.type === 'openUrl' ? opens.value : undefined))
  if (!isCarousel && url !== undefined && /\.[A-Za-z0-9]{1,5}$/.test(card.title)) {
    const words = card.text === undefined ? {} : { caption: { text: card.text } }
    return { kind: 'file', media: { ref: { from: 'link', url: String(url) }, name: card.title }, ...words }
  }
  const plain = cards.map(({ actions, ...rest }): Card => ({ ...rest, ...(actions.length > 0 ? { buttons: actions.map(buttonOf) } : {}) }))
  return isCarousel ? { kind: 'carousel', ...(text ? { text } : {}), cards: plain } : { kind: 'card', card: plain[0]! }
}

function drawn(attachment: Json): DrawnCard {
  const content = (attachment.content ?? {}) as Json
  if (content.type !== 'AdaptiveCard') {
    const image = (content.images as Json[] | undefined)?.[0]
    return {
      title: String(content.title ?? ''),
      ...(content.text ? { text: String(content.text) } : {}),
      ...(image ? { media: { ref: { from: 'link', url: String(image.url) } } } : {}),
      actions: (content.buttons as Json[] | undefined) ?? [],
    }
  }
  const blocks = (content.body ?? []) as Json[]
  const image = blocks.find(block => block.type === 'Image')
  const words = blocks.filter(block => block.type !== 'Image').map(block => wordsOfBlock(block))
  const [title = '', ...rest] = words
  return {
    title,
    ...(rest.length > 0 ? { text: rest.join('\n') } : {}),
    ...(image ? { media: { ref: { from: 'link', url: String(image.url) } } } : {}),
    actions: (content.actions as Json[] | undefined) ?? [],
  }
}

function wordsOfBlock(block: Json): string {
  if (block.type === 'TextBlock') return String(block.text ?? '')
  return ((block.inlines ?? []) as Json[]).map(run => String(run.text ?? '')).join('')
}

function buttonOf(action: Json): Button {
  const title = String(action.title ?? '')
  if (action.type === 'Action.OpenUrl' || action.type === 'openUrl') return { kind: 'url', title, url: String(action.url ?? action.value) }
  return { kind: 'reply', title, payload: JSON.stringify(action.data ?? action.value ?? null) }
}

function wordsOf(activity: Json): RichText | undefined {
  const text = typeof activity.text === 'string' ? activity.text : ''
  if (text === '') return undefined
  return activity.textFormat === 'xml' ? readMarkup(text) : { text }
}

/** The tags that Teams shows; the others are left out, their words stay. */
function readMarkup(markup: string): RichText {
  let text = ''
  const entities: Entity[] = []
  const open: { tag: string; at: number; url?: string }[] = []
  for (const piece of markup.split(/(<[^>]*>)/)) {
    const tag = /^<(\/?)(\w+)([^>]*)>$/.exec(piece)
    if (!tag) {
      text += piece.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? '')
      continue
    }
    const name = tag[2]!.toLowerCase()
    if (name === 'br') text += '\n'
    else if (tag[1] === '')
      open.push({ tag: name, at: text.length, ...(name === 'a' ? { url: /href="([^"]*)"/.exec(tag[3]!)?.[1] ?? '' } : {}) })
    else {
      const place = open.findLastIndex(one => one.tag === name)
      const [one] = place < 0 ? [] : open.splice(place, 1)
      const kind = styles[name]
      if (one && kind && text.length > one.at)
        entities.push({
          kind,
          offset: one.at,
          length: text.length - one.at,
          ...(one.url === undefined ? {} : { url: one.url.replaceAll('&amp;', '&') }),
        })
    }
  }
  return entities.length > 0 ? { text, entities } : { text }
}
