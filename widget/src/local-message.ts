/** The visitor's own deeds as they look before the hub has them. Always holds: what waits stands last, in the order it was written, whatever the clock says. */
import type { VisitorMessage } from '@dragoman/api'
import type { Queued } from './queue.ts'

/** Later than any time of the hub. */
const lastOfAll = Number.MAX_SAFE_INTEGER

/** The message that an event will be; undefined for what changes another one. */
export function localMessage(
  visitor: string,
  { id, at, n, event }: Queued,
  known: ReadonlyMap<string, VisitorMessage>,
): VisitorMessage | undefined {
  const content = contentOf(event)
  if (!content) return undefined
  const key = `${visitor}:${id}`
  const quoted = known.get(String(event.replyTo ?? event.of ?? ''))
  return {
    id: key,
    from: 'visitor',
    at,
    order: [lastOfAll, n, key],
    body: { content },
    reactions: [],
    files: filesOf(event.file as WireFile | undefined),
    ...(quoted ? { replyTo: { id: quoted.id, preview: textOf(quoted), from: quoted.from } } : {}),
  }
}

function contentOf(event: Queued['event']): VisitorMessage['body']['content'] | undefined {
  switch (event.type) {
    case 'message':
      return { kind: 'text', text: { text: String(event.text) } }
    case 'choice':
      return { kind: 'choice', title: String(event.title) }
    case 'file':
      return fileContent(event.file as WireFile)
    default:
      return undefined
  }
}

/** Applies an event to the messages that are shown. */
export function applyLocally(visitor: string, shown: Map<string, VisitorMessage>, item: Queued): void {
  const { event } = item
  const local = localMessage(visitor, item, shown)
  if (local) {
    if (!shown.has(local.id)) shown.set(local.id, local)
    return
  }
  const target = shown.get(String(event.of))
  if (!target || item.refused) return
  if (event.type === 'edit') {
    shown.set(target.id, { ...target, editedAt: item.at, body: { content: { kind: 'text', text: { text: String(event.text) } } } })
  }
  if (event.type === 'delete') shown.set(target.id, { ...target, deleted: true })
  if (event.type === 'reaction') {
    const mine = (event.emojis as string[]).map(emoji => ({ by: 'visitor' as const, emoji }))
    shown.set(target.id, { ...target, reactions: [...target.reactions.filter(one => one.by !== 'visitor'), ...mine] })
  }
}

export interface WireFile {
  id: string
  kind: 'image' | 'video' | 'audio' | 'voice' | 'file'
  name?: string
  mimeType?: string
  sizeBytes?: number
}

function fileContent(file: WireFile): VisitorMessage['body']['content'] {
  return {
    kind: file.kind,
    media: { ref: { from: 'file', fileId: file.id }, name: file.name, mimeType: file.mimeType, sizeBytes: file.sizeBytes },
  }
}

function filesOf(file: WireFile | undefined): VisitorMessage['files'] {
  if (!file) return {}
  const { name = null, mimeType = null, sizeBytes = null } = file
  return {
    [file.id]: {
      state: 'stored',
      reason: null,
      mimeType,
      name,
      sizeBytes,
      width: null,
      height: null,
      durationMs: null,
      hasThumbnail: false,
    },
  }
}

/** The words of a message, for quotes and for what is read aloud. */
export function textOf(message: VisitorMessage): string {
  const { content } = message.body
  switch (content.kind) {
    case 'text':
      return content.text.text
    case 'choice':
      return content.title
    case 'card':
      return content.card.title
    case 'carousel':
      return content.text?.text ?? content.cards.map(card => card.title).join(', ')
    case 'location':
      return content.name ?? ''
    case 'contact_card':
      return content.contacts.map(contact => contact.name).join(', ')
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return content.caption?.text ?? ''
    default:
      return ''
  }
}
