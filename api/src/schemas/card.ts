/** The live card: what the firm's own system knows of a customer, asked when a conversation is open. Text only: nothing in it is ever HTML. */
import { z } from 'zod'

const short = z.string().max(120)
const link = z
  .url()
  .max(2_000)
  .refine(value => /^https?:/i.test(value), { error: 'must begin with https:// or http://' })

/** What the firm's system answers. */
export const cardAnswer = z.object({
  title: short.optional(),
  sections: z
    .array(
      z.object({
        title: short.optional(),
        tags: z.array(z.string().max(40)).max(20).optional(),
        fields: z
          .array(z.object({ label: z.string().max(80), value: z.string().max(500), link: link.optional() }))
          .max(50)
          .optional(),
        table: z
          .object({ columns: z.array(z.string().max(60)).min(1).max(6), rows: z.array(z.array(z.string().max(200)).max(6)).max(50) })
          .optional(),
      }),
    )
    .max(20),
})
export type CardAnswer = z.infer<typeof cardAnswer>

export const cardReason = z.enum(['no_answer', 'http', 'not_a_card', 'address'])
export type CardReason = z.infer<typeof cardReason>

export const cardView = z
  .object({
    /** `ok`: just asked; `stale`: the last good one, since the system does not answer; `unavailable`: it never has; `off`: not set up. */
    state: z.enum(['off', 'ok', 'stale', 'unavailable']),
    title: z.record(z.string(), z.string()),
    card: cardAnswer.nullable(),
    asOf: z.number().nullable(),
    /** When it is asked again at the earliest. */
    retryAt: z.number().nullable(),
    /** Why there is none. */
    reason: cardReason.nullable(),
  })
  .meta({ id: 'LiveCard' })
export type CardView = z.infer<typeof cardView>

/** What came back when a manager tried it. */
export const cardTrial = z.object({
  card: cardAnswer.nullable(),
  reason: cardReason.nullable(),
  /** What stands in the way, where there was no answer. */
  cause: z.string().nullable(),
  status: z.int().nullable(),
  /** As it came. */
  answer: z.unknown(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
  durationMs: z.int(),
  request: z.unknown(),
})

export const liveCardSetting = z.object({
  on: z.boolean().default(false),
  url: z.union([z.literal(''), link]).default(''),
  title: z.record(z.string().max(16), short).default({}),
  /** How long an answer is good, seconds. */
  goodForSeconds: z.int().min(0).max(3_600).default(60),
  /** Members who may not see contact details see the card all the same. */
  forAll: z.boolean().default(false),
})
