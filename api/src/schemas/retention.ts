/**
 * How long what is kept. Always holds: messages and files are kept for ever until somebody sets otherwise; of several rules the narrowest counts, account before
 * channel before workspace; nothing younger than 30 days goes, so that a platform's late repeat finds what it repeats.
 */
import { z } from 'zod'

/** Whole days; null: for ever. */
const days = (least: number) => z.int().min(least).max(36_500).nullable()

export const leastMessageDays = 30
export const leastAuditDays = 365

const exception = z
  .object({
    /** One of both. */
    channel: z.string().max(40).nullable(),
    accountId: z.uuid().nullable(),
    messages: days(leastMessageDays),
    files: days(leastMessageDays),
  })
  .refine(one => (one.channel === null) !== (one.accountId === null), { error: 'either a channel or an account' })

export const retention = z.object({
  /** Messages, notes and lines of the system, with their files, reactions and earlier versions. */
  messages: days(leastMessageDays).default(null),
  /** Files alone: the message stays and says that its file was removed. */
  files: days(leastMessageDays).default(null),
  exceptions: z
    .array(exception)
    .max(200)
    .refine(list => new Set(list.map(one => one.channel ?? one.accountId)).size === list.length, { error: 'each channel and account once' })
    .default([]),
  /** The search index: older messages are still there, and are not found by their words. */
  search: days(leastMessageDays).default(null),
  /** Who did what. */
  audit: days(leastAuditDays).default(null),
  /** From where somebody signed in; that he did stays. */
  addresses: z.int().min(1).max(730).default(90),
  /** What outgoing webhooks carried. */
  deliveries: z.int().min(3).max(365).default(14),
  /** Events that could not be applied, after they were settled. */
  setAside: z.int().min(8).max(3_650).default(365),
})
export type Retention = z.infer<typeof retention>

export const retentionPreview = z
  .object({
    messages: z.object({ count: z.int(), oldest: z.number().nullable(), conversations: z.int() }),
    files: z.object({ count: z.int(), bytes: z.int() }),
    search: z.int(),
    audit: z.int(),
    addresses: z.int(),
    deliveries: z.int(),
    setAside: z.int(),
    byAccount: z.array(z.object({ accountId: z.uuid(), messages: z.int() })),
    /** When something was last removed by rule. */
    last: z.object({ at: z.number(), messages: z.int(), files: z.int() }).nullable(),
  })
  .meta({ id: 'RetentionPreview' })
export type RetentionPreview = z.infer<typeof retentionPreview>
