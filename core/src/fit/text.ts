/** Text and captions: entities that the messenger does not show, lengths, splitting. */
import type { Keyboard, MessageBody } from '../content.ts'
import type { RichText } from '../rich-text.ts'
import { type FitContext, note } from './context.ts'
import { splitText } from './split-text.ts'

/** Text parts; the keyboard stands under the last one, which may have to be shorter for it. */
export function fitText(context: FitContext, rich: RichText, keyboard: Keyboard | undefined): MessageBody[] {
  const { text } = context.capabilities
  const shown = withShownEntities(context, rich)
  const pieces = splitText(shown, text.max, Math.min(text.max, bodyMaxUnder(context, keyboard) ?? text.max), context.formatText)
  if (pieces.length > 1) note(context, 'text_split', { parts: pieces.length, max: text.max })
  return pieces.map((piece, index) => ({
    content: { kind: 'text', text: piece },
    ...(keyboard && index === pieces.length - 1 ? { keyboard } : {}),
  }))
}

/** The text without the entities that this messenger does not show; a link keeps its address in brackets. */
export function withShownEntities(context: FitContext, rich: RichText): RichText {
  const entities = rich.entities ?? []
  if (entities.length === 0) return rich
  const allowed = context.capabilities.text.entities
  const dropped = entities.filter(entity => !allowed.includes(entity.kind))
  if (dropped.length === 0) return rich
  const lost = dropped.filter(entity => !automatic.has(entity.kind))
  if (lost.length > 0) note(context, 'entities_dropped', { kinds: [...new Set(lost.map(entity => entity.kind))].join(', ') })
  let text = rich.text
  let kept = entities.filter(entity => allowed.includes(entity.kind)).map(entity => ({ ...entity }))
  // From the end, so that earlier offsets stay true.
  for (const link of dropped.filter(entity => entity.kind === 'link' && entity.url !== undefined).toSorted((a, b) => b.offset - a.offset)) {
    const end = link.offset + link.length
    if (text.slice(link.offset, end) === link.url) continue
    const insertion = ` (${link.url})`
    text = text.slice(0, end) + insertion + text.slice(end)
    kept = kept.map(entity =>
      entity.offset >= end
        ? { ...entity, offset: entity.offset + insertion.length }
        : entity.offset + entity.length > end
          ? { ...entity, length: entity.length + insertion.length }
          : entity,
    )
  }
  return kept.length > 0 ? { text, entities: kept } : { text }
}

/** Kinds that a messenger finds by itself in plain text: nothing is lost without them. */
const automatic = new Set(['url', 'email', 'phone', 'hashtag', 'mention', 'command'])

/** How long the words may be under which this keyboard stands. */
export function bodyMaxUnder(context: FitContext, keyboard: Keyboard | undefined): number | undefined {
  if (!keyboard) return undefined
  const { buttons, quickReplies, list } = context.capabilities
  return keyboard.kind === 'list' ? list.bodyMax : keyboard.kind === 'buttons' ? buttons.bodyMax : quickReplies.bodyMax
}

/** Whether words fit as a caption. */
export function fitsAsCaption(context: FitContext, caption: RichText, keyboard: Keyboard | undefined): boolean {
  const max = Math.min(context.capabilities.caption.max, bodyMaxUnder(context, keyboard) ?? Number.POSITIVE_INFINITY)
  return context.formatText(caption).length <= max
}
