/** Schemas of the canonical model on our wire. Always holds: what they accept is exactly `Content` of core (the compiler checks it below). */
import type { Content, Keyboard, MessageBody, RichText } from '@dragoman/core'
import { z } from 'zod'

const entityKinds = [
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
] as const

export const richText = z
  .object({
    text: z.string().max(65_536),
    entities: z
      .array(
        z.object({
          kind: z.enum(entityKinds),
          offset: z.int().min(0),
          length: z.int().min(1),
          url: z.string().max(2_048).optional(),
          language: z.string().max(64).optional(),
          id: z.string().max(128).optional(),
        }),
      )
      .max(500)
      .optional(),
  })
  .meta({ id: 'RichText' })

const mediaRef = z.discriminatedUnion('from', [
  z.object({ from: z.literal('platform'), id: z.string().optional(), url: z.string().optional(), expiresAt: z.number().optional() }),
  z.object({ from: z.literal('file'), fileId: z.uuid() }),
  z.object({ from: z.literal('link'), url: z.string().max(4_096) }),
])

export const media = z
  .object({
    ref: mediaRef,
    mimeType: z.string().max(255).optional(),
    sizeBytes: z.number().min(0).optional(),
    name: z.string().max(1_024).optional(),
    width: z.number().optional(),
    height: z.number().optional(),
    durationMs: z.number().optional(),
    waveform: z.array(z.number()).max(512).optional(),
  })
  .meta({ id: 'Media' })

const money = z.object({ amountMinor: z.int(), currency: z.string().length(3) })
const title = z.string().min(1).max(1_024)

export const button = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('reply'), title, payload: z.string().max(1_024) }),
  z.object({ kind: z.literal('url'), title, url: z.url({ protocol: /^https?$/ }).max(2_048) }),
  z.object({ kind: z.literal('phone'), title, phone: z.string().max(32) }),
  z.object({ kind: z.literal('share_contact'), title }),
  z.object({ kind: z.literal('share_location'), title }),
])

const rows = z.array(z.array(button).min(1).max(12)).min(1).max(100)
export const keyboard = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('buttons'), rows }),
    z.object({ kind: z.literal('quick_replies'), rows }),
    z.object({
      kind: z.literal('list'),
      button: title,
      sections: z
        .array(
          z.object({
            title: z.string().max(256).optional(),
            rows: z
              .array(z.object({ title, description: z.string().max(1_024).optional(), payload: z.string().max(1_024) }))
              .min(1)
              .max(100),
          }),
        )
        .min(1)
        .max(20),
    }),
  ])
  .meta({ id: 'Keyboard' })

const card = z.object({
  title: z.string().max(1_024),
  text: z.string().max(4_096).optional(),
  media: media.optional(),
  mediaKind: z.enum(['image', 'video']).optional(),
  price: money.optional(),
  buttons: z.array(button).max(20).optional(),
})
const caption = richText.optional()
const albumItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), media, caption }),
  z.object({ kind: z.literal('video'), media, caption }),
  z.object({ kind: z.literal('audio'), media, caption }),
  z.object({ kind: z.literal('file'), media, caption }),
])

export const content = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('text'), text: richText }),
    z.object({ kind: z.literal('image'), media, caption }),
    z.object({ kind: z.literal('video'), media, caption, style: z.enum(['note', 'animation']).optional() }),
    z.object({ kind: z.literal('audio'), media, caption, title: z.string().optional(), performer: z.string().optional() }),
    z.object({ kind: z.literal('voice'), media, caption }),
    z.object({ kind: z.literal('file'), media, caption }),
    z.object({ kind: z.literal('sticker'), media, emoji: z.string().optional() }),
    z.object({
      kind: z.literal('location'),
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      name: z.string().max(1_024).optional(),
      address: z.string().max(1_024).optional(),
      liveUntil: z.number().optional(),
    }),
    z.object({
      kind: z.literal('contact_card'),
      contacts: z
        .array(
          z.object({
            name: z.string().max(1_024),
            phones: z.array(z.string().max(64)),
            emails: z.array(z.string().max(320)).optional(),
            organization: z.string().max(1_024).optional(),
            own: z.boolean().optional(),
          }),
        )
        .min(1)
        .max(257),
    }),
    z.object({ kind: z.literal('choice'), title: z.string(), payload: z.string().optional(), description: z.string().optional() }),
    z.object({
      kind: z.literal('poll'),
      question: z.string().min(1).max(1_024),
      options: z
        .array(z.object({ text: z.string().min(1).max(256), votes: z.number().optional() }))
        .min(1)
        .max(12),
      multiple: z.boolean().optional(),
      anonymous: z.boolean().optional(),
    }),
    z.object({ kind: z.literal('card'), card }),
    z.object({ kind: z.literal('carousel'), text: richText.optional(), cards: z.array(card).min(1).max(10) }),
    z.object({
      kind: z.literal('product'),
      productId: z.string(),
      catalogId: z.string().optional(),
      name: z.string().optional(),
      price: money.optional(),
      text: richText.optional(),
    }),
    z.object({
      kind: z.literal('order'),
      items: z.array(z.object({ productId: z.string(), name: z.string().optional(), quantity: z.number(), price: money.optional() })),
      text: richText.optional(),
      catalogId: z.string().optional(),
      total: money.optional(),
    }),
    z.object({
      kind: z.literal('booking'),
      title: z.string().min(1).max(1_024),
      startsAt: z.number(),
      endsAt: z.number().optional(),
      place: z.string().optional(),
      reference: z.string().optional(),
    }),
    z.object({
      kind: z.literal('ticket'),
      title: z.string().min(1).max(1_024),
      reference: z.string(),
      media: media.optional(),
      validAt: z.number().optional(),
    }),
    z.object({
      kind: z.literal('template'),
      name: z.string().min(1).max(512),
      language: z.string().min(2).max(16),
      preview: z.string().optional(),
      values: z
        .array(
          z.object({
            part: z.enum(['header', 'body', 'button']),
            index: z.int().min(0),
            name: z.string().optional(),
            text: z.string().max(1_024).optional(),
            media: media.optional(),
            mediaKind: z.enum(['image', 'video', 'file']).optional(),
          }),
        )
        .max(50),
    }),
    z.object({ kind: z.literal('album'), items: z.array(albumItem).min(1).max(30) }),
    z.object({
      kind: z.literal('story_reply'),
      text: richText.optional(),
      storyUrl: z.string().optional(),
      media: media.optional(),
      mention: z.boolean().optional(),
    }),
    z.object({
      kind: z.literal('call'),
      direction: z.enum(['in', 'out']),
      video: z.boolean().optional(),
      durationMs: z.number().optional(),
      answered: z.boolean(),
    }),
    z.object({ kind: z.literal('unsupported'), type: z.string(), detail: z.string().optional() }),
  ])
  .meta({ id: 'Content' })

export const messageBody = z
  .object({
    content,
    keyboard: keyboard.optional(),
    subject: z.string().max(1_000).optional(),
    folded: z.array(z.object({ kind: z.enum(['quote', 'signature']), text: z.string() })).optional(),
    automatic: z.boolean().optional(),
  })
  .meta({ id: 'MessageBody' })

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never
true satisfies Same<z.infer<typeof richText>, RichText>
true satisfies Same<z.infer<typeof keyboard>, Keyboard>
true satisfies Same<z.infer<typeof content>, Content>
true satisfies Same<z.infer<typeof messageBody>, MessageBody>
