/**
 * Bodies to send, made from a channel's capabilities: one for each thing that it calls native, and the files that they need.
 * Always holds: what is made keeps within the limits that the capabilities name.
 */
import {
  type Capabilities,
  type Content,
  type Keyboard,
  type Media,
  type MediaKind,
  type MessageBody,
  measure,
  mediaKinds,
  mediaOf,
  type TextUnit,
} from '@dragoman/core'
import { sampleMedia } from '../simulator/media.ts'
import type { Upload } from '../simulator/types.ts'
import type { Sample } from './subject.ts'

/** A text of exactly so many units, made of characters whose length differs from unit to unit. */
export function textOfLength(length: number, unit: TextUnit): string {
  const piece = unit === 'byte' ? 'я' : '😀'
  const size = measure(piece, unit)
  return piece.repeat(Math.floor(length / size)) + 'a'.repeat(length % size)
}

/** A sample file for a kind of medium, of a type that the channel takes. */
export function sampleFile(kind: MediaKind, capabilities: Capabilities): Upload {
  const media = sampleMedia()
  const byKind: Record<MediaKind, Upload[]> = {
    image: [media.jpeg, media.png],
    video: [media.mp4],
    audio: [{ ...media.ogg, mimeType: 'audio/mpeg', name: 'song.mp3' }, { ...media.ogg, name: 'song.ogg' }, media.wav],
    voice: [media.ogg],
    file: [media.pdf, media.text],
    sticker: [media.webp],
  }
  const types = capabilities.media[kind].mimeTypes
  const choices = byKind[kind]
  return choices.find(choice => takesType(types, choice.mimeType)) ?? choices[0]!
}

/** Whether a list of types (exact, or `image/*`; empty: any) takes this one. */
export function takesType(types: readonly string[], mimeType: string): boolean {
  const [family] = mimeType.split('/')
  return types.length === 0 || types.some(type => type === mimeType || type === `${family}/*` || type === '*/*')
}

/** A body for everything native, with the channel's own samples over them. */
export function sampleBodies(capabilities: Capabilities, own: readonly Sample[] = []): Sample[] {
  const samples: Sample[] = [{ name: 'text', body: { content: text('Hello, how may we help? 😀') } }]
  const styled = capabilities.text.entities.filter(kind => kind === 'bold' || kind === 'italic' || kind === 'code')
  if (styled.length > 0) {
    const entities = styled.map((kind, index) => ({ kind, offset: 3 + index * 5, length: 4 }))
    samples.push({
      name: 'text with entities',
      body: { content: { kind: 'text', text: { text: '😀 bold ital code rest of it all', entities } } },
    })
  }
  for (const kind of mediaKinds) {
    const limit = capabilities.media[kind]
    if (limit.level !== 'native') continue
    const upload = sampleFile(kind, capabilities)
    const media: Media = {
      ref: { from: 'file', fileId: `sample-${kind}` },
      mimeType: upload.mimeType,
      name: upload.name,
      sizeBytes: upload.bytes.length,
    }
    const content = { kind, media, ...(limit.caption ? { caption: { text: 'See this' } } : {}) } as Content
    samples.push({ name: kind, body: { content }, files: { [`sample-${kind}`]: upload } })
  }
  for (const [kind, content] of Object.entries(structuredSamples(capabilities))) {
    if (capabilities.structured[kind as keyof Capabilities['structured']].level === 'native')
      samples.push({ name: kind, body: { content } })
  }
  for (const keyboard of keyboardSamples(capabilities))
    samples.push({ name: keyboard.kind, body: { content: text('Please choose'), keyboard } })
  const replaced = new Set(own.map(sample => sample.name))
  return [...samples.filter(sample => !replaced.has(sample.name)), ...own].map(sample => withFiles(sample, capabilities))
}

/** The sample with a file for every medium of ours. */
export function withFiles(sample: Sample, capabilities: Capabilities): Sample {
  const files: Sample['files'] = { ...sample.files }
  for (const media of mediaOf(sample.body.content)) {
    if (media.ref.from === 'file') files[media.ref.fileId] ??= sampleFile(kindOf(media, sample.body), capabilities)
  }
  return { ...sample, files }
}

/** One content of each structured kind. */
function structuredSamples(capabilities: Capabilities): Record<string, Content> {
  const card = { title: 'Tea', text: '100 g', buttons: [{ kind: 'reply' as const, title: 'Buy', payload: 'buy-tea' }] }
  const item = (index: number) => ({
    kind: 'image' as const,
    media: { ref: { from: 'file' as const, fileId: `sample-album-${index}` }, mimeType: 'image/jpeg' },
  })
  return {
    location: { kind: 'location', latitude: 55.75, longitude: 37.61, name: 'Shop', address: 'Main street 1' },
    contact_card: { kind: 'contact_card', contacts: [{ name: 'Nina Desk', phones: ['+15550100'] }] },
    poll: { kind: 'poll', question: 'Rate us', options: [{ text: 'Good' }, { text: 'Bad' }] },
    card: { kind: 'card', card },
    carousel: { kind: 'carousel', cards: [card, { ...card, title: 'Coffee' }] },
    product: { kind: 'product', productId: 'sku-1', catalogId: 'catalog-1' },
    album: { kind: 'album', items: Array.from({ length: Math.max(2, capabilities.album.min) }, (_, index) => item(index)) },
    booking: { kind: 'booking', title: 'Table for two', startsAt: 1_800_000_000_000 },
    ticket: { kind: 'ticket', title: 'Concert', reference: 'A-17' },
  }
}

function keyboardSamples(capabilities: Capabilities): Keyboard[] {
  const keyboards: Keyboard[] = []
  for (const kind of ['buttons', 'quick_replies'] as const) {
    const limit = kind === 'buttons' ? capabilities.buttons : capabilities.quickReplies
    if (limit.level !== 'native' || !limit.kinds.includes('reply')) continue
    keyboards.push({
      kind,
      rows: [[{ kind: 'reply', title: 'Yes', payload: 'answer:yes' }], [{ kind: 'reply', title: 'No', payload: 'answer:no' }]],
    })
  }
  if (capabilities.list.level === 'native') {
    const rows = [
      { title: 'Delivery', description: 'When and where', payload: 'topic:delivery' },
      { title: 'Payment', payload: 'topic:payment' },
    ]
    keyboards.push({ kind: 'list', button: 'Topics', sections: [{ title: 'Help', rows }] })
  }
  return keyboards
}

function kindOf(media: Media, body: MessageBody): MediaKind {
  const { content } = body
  if (content.kind === 'album') return content.items.find(item => item.media === media)?.kind ?? 'file'
  return mediaKinds.find(kind => kind === content.kind) ?? (media.mimeType?.startsWith('image/') ? 'image' : 'file')
}

function text(words: string): Content {
  return { kind: 'text', text: { text: words } }
}
