/**
 * What a message says: words, pictures, files. Several pictures of one activity become several contents, of which the first has the words.
 * Always holds: total; at least one content comes out; the `text/html` attachment that only repeats the words is no content of its own.
 * https://learn.microsoft.com/microsoftteams/platform/resources/messages-to-bots
 */
import { arrayAt, compact, type JsonObject, numberAt, objectAt, stringAt, textAt } from '@dragoman/channel-kit'
import type { Content, Media, RichText } from '@dragoman/core'
import { readHtml } from './read-html.ts'
import { downloadInfoType } from './wire.ts'

export interface ReadContents {
  contents: Content[]
  replyTo?: string
  quote?: string
}

export function readContents(activity: JsonObject): ReadContents {
  const attachments = arrayAt(activity, 'attachments')
  const html = attachments.flatMap(attachment =>
    textAt(attachment, 'contentType') === 'text/html' ? [stringAt(attachment, 'content') ?? ''] : [],
  )
  const styled = html.length > 0 ? readHtml(html.join('')) : undefined
  const words = wordsOf(activity, styled?.text)
  const made = attachments.flatMap(attachment => contentOf(attachment))
  const places = arrayAt(activity, 'entities').flatMap(placeOf)
  const contents = [...made, ...places]
  const first = contents[0]
  const rest = { ...(styled?.replyTo ? { replyTo: styled.replyTo } : {}), ...(styled?.quote ? { quote: styled.quote } : {}) }
  if (!first) {
    // A message that holds nothing we can read: cards of other apps, or nothing at all.
    const content: Content = words.text === '' ? { kind: 'unsupported', type: 'empty' } : { kind: 'text', text: words }
    return { contents: [content], ...rest }
  }
  if (words.text === '') return { contents, ...rest }
  if (isCaptioned(first)) return { contents: [{ ...first, caption: words }, ...contents.slice(1)], ...rest }
  return { contents: [{ kind: 'text', text: words }, ...contents], ...rest }
}

function isCaptioned(content: Content): content is Extract<Content, { kind: 'image' | 'file' | 'audio' | 'video' }> {
  return content.kind === 'image' || content.kind === 'file' || content.kind === 'audio' || content.kind === 'video'
}

/** The styled words where they say more than the plain ones, without the bot's own name in front. */
function wordsOf(activity: JsonObject, styled: RichText | undefined): RichText {
  if (styled && styled.text !== '' && (styled.entities?.length ?? 0) > 0) return styled
  const bot = textAt(activity, 'recipient', 'id')
  let text = stringAt(activity, 'text') ?? ''
  for (const entity of arrayAt(activity, 'entities')) {
    const mention = textAt(entity, 'type') === 'mention' && textAt(entity, 'mentioned', 'id') === bot ? textAt(entity, 'text') : undefined
    if (mention) text = text.replace(mention, '')
  }
  // An answer with a quote has the quoted words in its plain text too.
  if (styled && styled.text !== '' && text.trim() !== styled.text) return styled
  return { text: text.trim() }
}

function contentOf(attachment: unknown): Content[] {
  const type = textAt(attachment, 'contentType')?.toLowerCase() ?? ''
  if (type === '' || type === 'text/html' || type === 'text/plain') return []
  const name = textAt(attachment, 'name')
  if (type === downloadInfoType) {
    const url = textAt(attachment, 'content', 'downloadUrl')
    if (url === undefined) return [{ kind: 'unsupported', type: 'file', ...(name ? { detail: name } : {}) }]
    const media = compact<Media>({ ref: { from: 'platform', url }, name: name ?? nameFrom(attachment) })
    return [{ kind: kindOfFile(attachment), media }]
  }
  const url = textAt(attachment, 'contentUrl')
  if (url === undefined || /^application\/vnd\.microsoft\./.test(type)) {
    // A card that a person has forwarded from another app.
    const detail = textAt(attachment, 'content', 'title') ?? name
    return [{ kind: 'unsupported', type: type.split('.').at(-1) ?? type, ...(detail ? { detail } : {}) }]
  }
  const media = compact<Media>({ ref: { from: 'platform', url }, mimeType: /^[\w-]+\/[\w.+-]+$/.test(type) ? type : undefined, name })
  if (type.startsWith('image')) return [{ kind: 'image', media }]
  if (type.startsWith('audio')) return [{ kind: 'audio', media }]
  if (type.startsWith('video')) return [{ kind: 'video', media }]
  return [{ kind: 'file', media }]
}

/** Pictures, songs and clips that were attached as files are shown as what they are. */
function kindOfFile(attachment: unknown): 'image' | 'audio' | 'video' | 'file' {
  const type = textAt(attachment, 'content', 'fileType')?.toLowerCase() ?? ''
  if (/^(png|jpe?g|gif|webp)$/.test(type)) return 'image'
  if (/^(mp3|m4a|ogg|wav)$/.test(type)) return 'audio'
  return /^(mp4|mov|webm)$/.test(type) ? 'video' : 'file'
}

function nameFrom(attachment: unknown): string | undefined {
  const extension = textAt(attachment, 'content', 'fileType')
  return extension === undefined ? undefined : `file.${extension}`
}

/** Skype's way to say where one is; Teams has none. */
function placeOf(entity: unknown): Content[] {
  const place = objectAt(entity)
  const latitude = numberAt(place, 'geo', 'latitude')
  const longitude = numberAt(place, 'geo', 'longitude')
  if (textAt(place, 'type') !== 'Place' || latitude === undefined || longitude === undefined) return []
  return [compact({ kind: 'location' as const, latitude, longitude, name: textAt(place, 'name'), address: textAt(place, 'address') })]
}
