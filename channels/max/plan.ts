/**
 * From a part to the message that says it, and the files that must be uploaded before. Always holds: one part is one message; nothing is cut; what MAX
 * has no message for is a failure. A token is bound to the kind that its file was uploaded as.
 */
import { compact } from '@dragoman/channel-kit'
import type { Content, Failure, Media, OutboundPart, RichText } from '@dragoman/core'
import { joinRichText } from '@dragoman/core'
import { formatText, isHtml } from './format.ts'
import { keyboardOf } from './keyboard.ts'
import type { UploadKind, WireAttachment, WireMessage } from './wire.ts'

/** A file that stands in the message: ours, to be uploaded unless its token is known, or already there. */
export interface PlannedFile {
  kind: UploadKind
  fileId: string
  fileName: string
  mimeType: string
  sizeBytes: number
  /** Known from an earlier upload. */
  token?: string
}

export interface Plan {
  text: RichText
  /** In order; `{ file }` is filled with a token. */
  attachments: (WireAttachment | { file: PlannedFile })[]
}

export function planOf(part: OutboundPart): Plan | Failure {
  const { content } = part.body
  const plan = contentPlan(content, part)
  if ('kind' in plan) return plan
  const keyboard = keyboardOf(part.body.keyboard)
  return keyboard ? { ...plan, attachments: [...plan.attachments, keyboard] } : plan
}

/** The message with every file's token in its place. */
export function messageOf(plan: Plan, tokens: ReadonlyMap<PlannedFile, string>, replyTo: string | undefined): WireMessage {
  const attachments = plan.attachments.map(attachment =>
    'file' in attachment ? { type: attachment.file.kind, payload: { token: tokens.get(attachment.file) ?? '' } } : attachment,
  )
  return compact({
    text: plan.text.text === '' ? null : formatText(plan.text).body,
    attachments: attachments.length > 0 ? attachments : null,
    link: replyTo === undefined ? null : { type: 'reply' as const, mid: replyTo },
    format: isHtml(plan.text) ? ('html' as const) : undefined,
  })
}

const nothing: RichText = { text: '' }

function contentPlan(content: Content, part: OutboundPart): Plan | Failure {
  switch (content.kind) {
    case 'text':
      return { text: content.text, attachments: [] }
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return filesPlan(
        [{ kind: content.kind === 'voice' ? 'audio' : content.kind, media: content.media }],
        content.caption ?? nothing,
        part,
      )
    case 'album': {
      const captions = content.items.flatMap(item => (item.caption?.text ? [item.caption] : []))
      return filesPlan(content.items, joinRichText(captions, '\n'), part)
    }
    case 'sticker': {
      const { ref } = content.media
      return ref.from === 'platform' && ref.id !== undefined
        ? { text: nothing, attachments: [{ type: 'sticker', payload: { code: ref.id } }] }
        : unsupported('sticker of one’s own')
    }
    case 'location':
      return {
        text: { text: [content.name, content.address].filter(Boolean).join('\n') },
        attachments: [{ type: 'location', latitude: content.latitude, longitude: content.longitude }],
      }
    case 'contact_card':
      return { text: nothing, attachments: (content.contacts ?? []).map(contactAttachment) }
    default:
      return unsupported(content.kind)
  }
}

function filesPlan(items: readonly { kind: UploadKind; media: Media }[], text: RichText, part: OutboundPart): Plan | Failure {
  const attachments: Plan['attachments'] = []
  for (const { kind, media } of items) {
    const { ref } = media
    const token = ref.from === 'platform' ? tokenIn(ref.id) : undefined
    const source = ref.from === 'file' ? part.media?.[ref.fileId] : undefined
    if (token !== undefined) attachments.push({ type: kind, payload: { token } })
    else if (ref.from === 'link' && kind === 'image') attachments.push({ type: 'image', payload: { url: ref.url } })
    else if (ref.from === 'file' && source) {
      const known = source.handle?.startsWith(`${kind}:`) ? source.handle.slice(kind.length + 1) : undefined
      const file = { kind, fileId: ref.fileId, fileName: source.name || 'file', mimeType: source.mimeType, sizeBytes: source.sizeBytes }
      attachments.push({ file: { ...file, ...(known ? { token: known } : {}) } })
    } else return { kind: 'permanent', reason: 'media_unavailable', code: 'no_file', detail: 'The file is not there' }
  }
  return { text, attachments }
}

/** What came in may go out again by its token: `video:token`, `file:token` … as `parse-content.ts` writes them. */
function tokenIn(id: string | undefined): string | undefined {
  const match = /^(?:image|video|audio|file):(.+)$/s.exec(id ?? '')
  return match?.[1]
}

function contactAttachment(contact: Extract<Content, { kind: 'contact_card' }>['contacts'][number]): WireAttachment {
  const phones = contact.phones ?? []
  const escaped = (value: string) => value.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n')
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `FN:${escaped(contact.name)}`,
    ...(contact.organization ? [`ORG:${escaped(contact.organization)}`] : []),
    ...phones.map(phone => `TEL;TYPE=cell:${phone}`),
    ...(contact.emails ?? []).map(email => `EMAIL:${escaped(email)}`),
    'END:VCARD',
  ]
  return { type: 'contact', payload: compact({ name: contact.name, vcf_info: lines.join('\r\n'), vcf_phone: phones[0] }) }
}

function unsupported(kind: string): Failure {
  return { kind: 'permanent', reason: 'unsupported', code: 'content_not_supported', detail: `MAX has no message of the kind ${kind}` }
}
