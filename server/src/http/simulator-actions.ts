/**
 * What the simulator's page may ask of a phone, checked. Always holds: the schema accepts just what `CustomerAction` can say (the compiler checks
 * it); media come as uploads or as names of built-in samples, never as addresses to fetch.
 */
import { content } from '@dragoman/api'
import { type CustomerAction, sampleMedia, type Upload } from '@dragoman/channel-kit/simulator'
import { z } from 'zod'

const words = z.string().max(65_536)
const id = z.string().min(1).max(256)
const place = { row: z.int().min(0).max(1_000), column: z.int().min(0).max(1_000) }

const action = z.discriminatedUnion('act', [
  z.object({ act: z.literal('start'), payload: z.string().max(512).optional() }),
  z.object({ act: z.literal('write'), text: words, replyTo: id.optional() }),
  z.object({ act: z.literal('send'), content, replyTo: id.optional() }),
  z.object({ act: z.literal('press'), messageId: id, ...place }),
  z.object({ act: z.literal('press_key'), ...place }),
  z.object({ act: z.literal('react'), messageId: id, emoji: z.string().min(1).max(32).nullable() }),
  z.object({ act: z.literal('edit'), messageId: id, text: words }),
  z.object({ act: z.literal('delete'), messageId: id }),
  z.object({ act: z.literal('vote'), messageId: id, options: z.array(z.int().min(0).max(100)).max(100) }),
  z.object({ act: z.literal('block') }),
  z.object({ act: z.literal('unblock') }),
  z.object({ act: z.literal('hide_receipts'), on: z.boolean() }),
  z.object({ act: z.literal('typing') }),
  z.object({ act: z.literal('read') }),
  z.object({ act: z.literal('comment'), postId: id, text: words, replyTo: id.optional() }),
  z.object({ act: z.literal('mention'), text: words }),
  z.object({ act: z.literal('edit_comment'), commentId: id, text: words }),
  z.object({ act: z.literal('delete_comment'), commentId: id }),
  z.object({ act: z.literal('choose_entrance'), payload: z.string().max(1_024) }),
])

const sampleNames = ['png', 'jpeg', 'webp', 'ogg', 'wav', 'mp4', 'pdf', 'text'] as const
const upload = z.union([
  z.object({ base64: z.base64().max(140_000_000), mimeType: z.string().max(100), name: z.string().max(200) }),
  z.object({ sample: z.enum(sampleNames) }),
])

export const actionBody = z.object({ action, uploads: z.array(upload).max(12).default([]) })
export type ActionBody = z.input<typeof actionBody>

/** The action as a simulator takes it. */
export function actionOf(body: z.output<typeof actionBody>): CustomerAction {
  if (body.action.act !== 'send') return body.action
  const samples = sampleMedia()
  const uploads = body.uploads.map(
    (one): Upload =>
      'sample' in one ? samples[one.sample] : { bytes: Buffer.from(one.base64, 'base64'), mimeType: one.mimeType, name: one.name },
  )
  return { ...body.action, uploads }
}

const count = z.int().min(-1).max(1_000_000).optional()
/** Fault switches: how many more times, or -1 until switched off. */
export const faultsBody = z.object({
  rateLimit: count,
  serverError: count,
  timeoutAfterAccept: count,
  expiredToken: count,
  duplicateWebhooks: count,
  reorderWebhooks: count,
  rateLimitRetryAfterMs: z.int().min(0).max(600_000).optional(),
})

export const customerBody = z.object({
  accountId: id,
  name: z.string().trim().min(1).max(80),
  language: z.string().min(2).max(8).default('en'),
  withoutPhone: z.boolean().default(false),
})

/** What the business posts, as its people would in the vendor's app. */
export const postBody = z.object({ accountId: id, text: z.string().trim().min(1).max(65_536) })

/** One control of an account, and what was chosen in its form. */
export const controlBody = z.object({ id, values: z.record(z.string().max(256), z.string().max(4_096)).default({}) })
