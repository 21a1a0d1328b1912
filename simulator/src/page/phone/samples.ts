/**
 * What a phone can send without being given anything: a sample of every kind. Always holds: pictures are drawn here, in the browser; sounds and clips
 * are the hub's own samples; an own file takes the sample's place.
 */
import type { Content, Media } from '@dragoman/core'
import { t } from '../i18n.ts'
import type { IconName } from '../pieces/icons.tsx'
import type { SampleName, UploadBody } from '../wire.ts'

/** A kind of content, a video's style after a colon. */
export type SendKind = Content['kind'] | 'video:note' | 'video:animation'

interface Sendable {
  icon: IconName
  /** What an own file may be; absent where there is no file. */
  accept?: string
  /** Several files at once. */
  many?: boolean
  make(caption: string, names: readonly string[]): Content | undefined
  upload?: () => Promise<UploadBody[]>
}

const nowhere: Media = { ref: { from: 'link', url: '' } }
const words = (caption: string) => (caption ? { caption: { text: caption } } : {})
const sample = (name: SampleName) => async (): Promise<UploadBody[]> => [{ sample: name }]

export const sendables: Partial<Record<SendKind, Sendable>> = {
  image: {
    icon: 'image',
    accept: 'image/*',
    make: caption => ({ kind: 'image', media: nowhere, ...words(caption) }),
    upload: async () => [await photo(205)],
  },
  album: {
    icon: 'album',
    accept: 'image/*,video/mp4',
    many: true,
    upload: async () => await Promise.all([205, 30, 120].map(photo)),
    make: (caption, names) => ({
      kind: 'album',
      items: names.map((name, index) => ({
        kind: /\.mp4$/i.test(name) ? 'video' : 'image',
        media: nowhere,
        ...(index === 0 ? words(caption) : {}),
      })),
    }),
  },
  video: {
    icon: 'video',
    accept: 'video/*',
    make: caption => ({ kind: 'video', media: nowhere, ...words(caption) }),
    upload: sample('mp4'),
  },
  'video:note': { icon: 'round', accept: 'video/*', make: () => ({ kind: 'video', style: 'note', media: nowhere }), upload: sample('mp4') },
  'video:animation': {
    icon: 'loop',
    accept: 'video/mp4,image/gif',
    make: caption => ({ kind: 'video', style: 'animation', media: nowhere, ...words(caption) }),
    upload: sample('mp4'),
  },
  voice: {
    icon: 'microphone',
    accept: 'audio/*',
    make: () => ({ kind: 'voice', media: { ...nowhere, durationMs: 2_000 } }),
    upload: sample('ogg'),
  },
  audio: {
    icon: 'music',
    accept: 'audio/*',
    make: caption => ({ kind: 'audio', media: nowhere, title: t('sample.audio'), ...words(caption) }),
    upload: sample('wav'),
  },
  file: { icon: 'file', accept: '', make: caption => ({ kind: 'file', media: nowhere, ...words(caption) }), upload: sample('pdf') },
  sticker: {
    icon: 'sticker',
    accept: 'image/webp',
    make: () => ({ kind: 'sticker', media: nowhere, emoji: '🫖' }),
    upload: async () => [await sticker()],
  },
  location: { icon: 'pin', make: () => ({ kind: 'location', latitude: 59.93428, longitude: 30.3351 }) },
  contact_card: {
    icon: 'person',
    make: () => ({ kind: 'contact_card', contacts: [{ name: t('sample.contact'), phones: ['+15550142'] }] }),
  },
  poll: {
    icon: 'poll',
    make: () => ({
      kind: 'poll',
      question: t('sample.poll'),
      options: [t('sample.poll.1'), t('sample.poll.2'), t('sample.poll.3')].map(text => ({ text })),
    }),
  },
  order: {
    icon: 'cart',
    make: () => ({
      kind: 'order',
      items: [
        { productId: 'KETTLE-01', name: t('sample.product.1'), quantity: 1, price: { amountMinor: 3_900, currency: 'EUR' } },
        { productId: 'CUP-04', name: t('sample.product.2'), quantity: 4, price: { amountMinor: 650, currency: 'EUR' } },
      ],
    }),
  },
  unsupported: { icon: 'question', make: () => ({ kind: 'unsupported', type: 'poll' }) },
}

/** The kinds that a phone offers, in the order of the sheet. */
export function kindsOf(abilities: { kinds: readonly Content['kind'][]; videoStyles: readonly ('note' | 'animation')[] }): SendKind[] {
  return (Object.keys(sendables) as SendKind[]).filter(kind => {
    const [plain, style] = kind.split(':') as [Content['kind'], 'note' | 'animation' | undefined]
    return abilities.kinds.includes(plain) && (style === undefined || abilities.videoStyles.includes(style))
  })
}

/** An own file as it goes to the hub. */
export async function readFile(file: File): Promise<UploadBody> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
  return { base64: url.slice(url.indexOf(',') + 1), mimeType: file.type || 'application/octet-stream', name: file.name }
}

async function drawn(
  width: number,
  height: number,
  type: string,
  name: string,
  draw: (pen: CanvasRenderingContext2D) => void,
): Promise<UploadBody> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  draw(canvas.getContext('2d')!)
  const url = canvas.toDataURL(type, 0.9)
  return { base64: url.slice(url.indexOf(',') + 1), mimeType: url.slice(5, url.indexOf(';')), name }
}

/** A still life: a teapot on a table, in light of a hue. */
async function photo(hue: number): Promise<UploadBody> {
  return await drawn(960, 720, 'image/jpeg', `photo-${hue}.jpg`, pen => {
    const wall = pen.createLinearGradient(0, 0, 960, 540)
    wall.addColorStop(0, `hsl(${hue} 38% 88%)`)
    wall.addColorStop(1, `hsl(${hue} 30% 66%)`)
    pen.fillStyle = wall
    pen.fillRect(0, 0, 960, 720)
    pen.fillStyle = `hsl(${(hue + 175) % 360} 24% 42%)`
    pen.fillRect(0, 520, 960, 200)
    pen.fillStyle = 'rgb(0 0 0 / 0.18)'
    pen.beginPath()
    pen.ellipse(490, 578, 240, 26, 0, 0, 7)
    pen.fill()
    pen.translate(480, 430)
    pen.scale(1.7, 1.7)
    teapot(pen, `hsl(${hue} 58% 40%)`, `hsl(${hue} 60% 54%)`)
  })
}

async function sticker(): Promise<UploadBody> {
  return await drawn(512, 512, 'image/webp', 'sticker.webp', pen => {
    pen.translate(248, 280)
    pen.scale(1.7, 1.7)
    pen.shadowColor = 'rgb(0 0 0 / 0.25)'
    pen.shadowBlur = 12
    teapot(pen, '#c8692a', '#e8914d')
    pen.shadowBlur = 0
    pen.fillStyle = '#3a2114'
    pen.beginPath()
    pen.arc(-24, -6, 7, 0, 7)
    pen.arc(20, -6, 7, 0, 7)
    pen.fill()
    pen.strokeStyle = '#3a2114'
    pen.lineWidth = 5
    pen.lineCap = 'round'
    pen.beginPath()
    pen.arc(-2, 6, 18, 0.3, 2.85)
    pen.stroke()
  })
}

function teapot(pen: CanvasRenderingContext2D, dark: string, light: string): void {
  pen.lineCap = 'round'
  pen.strokeStyle = dark
  pen.lineWidth = 15
  pen.beginPath()
  pen.ellipse(84, 4, 36, 38, 0, -1.7, 1.7)
  pen.stroke()
  pen.lineWidth = 20
  pen.beginPath()
  pen.moveTo(-70, 34)
  pen.quadraticCurveTo(-112, 20, -124, -36)
  pen.stroke()
  pen.fillStyle = light
  pen.beginPath()
  pen.ellipse(0, 12, 88, 72, 0, 0, 7)
  pen.fill()
  pen.fillStyle = dark
  pen.beginPath()
  pen.ellipse(0, -54, 52, 14, 0, 0, 7)
  pen.fill()
  pen.beginPath()
  pen.arc(0, -74, 11, 0, 7)
  pen.fill()
  pen.fillStyle = 'rgb(255 255 255 / 0.3)'
  pen.beginPath()
  pen.ellipse(-36, -18, 13, 30, 0.5, 0, 7)
  pen.fill()
}
