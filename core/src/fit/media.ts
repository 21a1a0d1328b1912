/** Media and albums: kinds that have to become others, sizes, types, captions. */
import type { MediaLimit } from '../capabilities.ts'
import type { AlbumItem, Content, Keyboard, Media, MediaKind, MessageBody } from '../content.ts'
import type { RichText } from '../rich-text.ts'
import { type FitContext, note, refuse } from './context.ts'
import { fitsAsCaption, fitText, withShownEntities } from './text.ts'

type MediaContent = Extract<Content, { kind: MediaKind }>

/** Parts for one medium: usually one, with its words after it where they may not stand under it. */
export function fitMedia(context: FitContext, content: MediaContent, keyboard: Keyboard | undefined): MessageBody[] {
  const kind = usableKind(context, content.kind, content.media)
  if (kind === undefined) return []
  const limit = context.capabilities.media[kind]
  const caption = 'caption' in content && content.caption?.text ? withShownEntities(context, content.caption) : undefined
  const bare = withKind(content, kind)
  if (!caption) return [{ content: bare, keyboard }]
  const captionAllowed = limit.caption && !(content.kind === 'video' && content.style === 'note')
  if (captionAllowed && 'caption' in bareWithCaption(bare, caption) && fitsAsCaption(context, caption, keyboard))
    return [{ content: bareWithCaption(bare, caption), keyboard }]
  note(
    context,
    captionAllowed ? 'caption_split' : 'caption_separated',
    captionAllowed ? { max: context.capabilities.caption.max } : undefined,
  )
  return [{ content: bare }, ...fitText(context, caption, keyboard)]
}

/** The kind that this medium can be sent as, or undefined after a refusal. A picture that is too large may still go as a file. */
export function usableKind(context: FitContext, wanted: MediaKind, media: Media): MediaKind | undefined {
  let kind = wanted
  const limit = context.capabilities.media[kind]
  if (limit.level === 'converted' && limit.becomes) {
    note(context, 'media_converted', { from: wanted, to: limit.becomes })
    kind = limit.becomes
  }
  const reason = problemWith(context.capabilities.media[kind], media)
  if (!reason) return kind
  const asFile = context.capabilities.media.file
  if (kind !== 'file' && asFile.level === 'native' && !problemWith(asFile, media)) {
    note(context, 'media_converted', { from: wanted, to: 'file' })
    return 'file'
  }
  if (reason === 'none') refuse(context, 'content_not_supported', { kind: wanted })
  else if (reason === 'size')
    refuse(context, 'media_too_large', {
      name: media.name ?? wanted,
      sizeBytes: media.sizeBytes ?? 0,
      maxBytes: largestFor(context, kind, media),
    })
  else
    refuse(context, 'media_type_not_supported', {
      name: media.name ?? wanted,
      type: media.mimeType ?? '?',
      allowed: context.capabilities.media[kind].mimeTypes.join(', '),
    })
  return undefined
}

function largestFor(context: FitContext, kind: MediaKind, media: Media): number {
  const asFile = context.capabilities.media.file
  const fileTakesIt = asFile.level === 'native' && isAllowedType(asFile, media)
  return Math.max(context.capabilities.media[kind].maxBytes, fileTakesIt ? asFile.maxBytes : 0)
}

function problemWith(limit: MediaLimit, media: Media): 'none' | 'type' | 'size' | undefined {
  if (limit.level === 'none') return 'none'
  if (!isAllowedType(limit, media)) return 'type'
  if ((media.sizeBytes ?? 0) > limit.maxBytes) return 'size'
  return undefined
}

function isAllowedType(limit: MediaLimit, media: Media): boolean {
  const type = (media.mimeType ?? '').split(';')[0]!.trim().toLowerCase()
  if (limit.mimeTypes.length === 0 || type === '') return true
  return limit.mimeTypes.some(allowed => (allowed.endsWith('/*') ? type.startsWith(allowed.slice(0, -1)) : type === allowed.split(';')[0]))
}

function withKind(content: MediaContent, kind: MediaKind): MediaContent {
  if (kind === content.kind) {
    if ('caption' in content) {
      const { caption: _caption, ...bare } = content
      return bare
    }
    return content
  }
  return { kind, media: content.media }
}

function bareWithCaption(content: MediaContent, caption: RichText): MediaContent {
  return content.kind === 'sticker' ? content : { ...content, caption }
}

/** Parts for an album: in groups that may stand together, single ones apart, or one by one where there are no albums. */
export function fitAlbum(context: FitContext, items: readonly AlbumItem[], keyboard: Keyboard | undefined): MessageBody[] {
  const usable: AlbumItem[] = []
  for (const item of items) {
    const kind = usableKind(context, item.kind, item.media)
    if (kind === 'image' || kind === 'video' || kind === 'audio' || kind === 'file') usable.push({ ...item, kind })
    else if (kind !== undefined) refuse(context, 'content_not_supported', { kind })
  }
  if (context.refusals.length > 0) return []
  const { album } = context.capabilities
  if (album.level === 'none') {
    if (usable.length > 1) note(context, 'album_to_messages', { parts: usable.length })
    return usable.flatMap((item, index) => fitMedia(context, item, index === usable.length - 1 ? keyboard : undefined))
  }
  const groups = groupsOf(usable, album.mixes, album.max)
  if (groups.length > 1) note(context, 'album_split', { parts: groups.length })
  const after: RichText[] = []
  const parts = groups.flatMap((group, index): MessageBody[] => {
    const isLast = index === groups.length - 1
    if (group.length < album.min) return group.flatMap(item => fitMedia(context, item, isLast ? keyboard : undefined))
    const captioned = group.map(item => {
      if (!item.caption?.text) return item
      const caption = withShownEntities(context, item.caption)
      if (fitsAsCaption(context, caption, undefined)) return { ...item, caption }
      note(context, 'caption_split', { max: context.capabilities.caption.max })
      after.push(caption)
      const { caption: _caption, ...bare } = item
      return bare
    })
    return [{ content: { kind: 'album', items: captioned } }]
  })
  parts.push(...after.flatMap(text => fitText(context, text, undefined)))
  const last = parts.at(-1)
  // Nothing can be pressed under an album: the keyboard goes under words of its own.
  if (keyboard && last && last.keyboard === undefined) {
    note(context, 'buttons_separated')
    if (last.content.kind === 'text') last.keyboard = keyboard
    else parts.push({ content: { kind: 'text', text: { text: '⬆' } }, keyboard })
  }
  return parts
}

function groupsOf(items: readonly AlbumItem[], mixes: readonly (readonly AlbumItem['kind'][])[], max: number): AlbumItem[][] {
  const groups: AlbumItem[][] = []
  for (const item of items) {
    const current = groups.at(-1)
    const together =
      current && current.length < max && mixes.some(mix => mix.includes(item.kind) && current.every(other => mix.includes(other.kind)))
    if (together) current.push(item)
    else groups.push([item])
  }
  return groups
}
