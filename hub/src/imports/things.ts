/** What an import brings, whatever the file was: contacts, conversations, messages. The form of our own JSON files (`docs/import.md`, version 1) is this. */
import { z } from 'zod'

const id = z.union([z.string().trim().min(1).max(200), z.int()]).transform(String)
const text = (most: number) => z.string().trim().max(most)
const moment = z.union([z.number(), z.string()]).transform((value, context) => {
  const ms = typeof value === 'number' ? (value < 100_000_000_000 ? value * 1_000 : value) : Date.parse(value)
  if (Number.isFinite(ms) && ms > 0 && ms < 4_102_444_800_000) return ms
  context.addIssue({ code: 'custom', message: 'not a moment: give ISO 8601 or a Unix time' })
  return z.NEVER
})

export const contactThing = z.object({
  type: z.literal('contact'),
  id,
  name: text(200).optional(),
  phone: text(40).optional(),
  email: text(320).optional(),
  language: text(20).optional(),
  customerId: text(200).optional(),
  attributes: z.record(z.string().max(100), z.string().max(2_000)).default({}),
  /** How the platform calls this person on an account. */
  addresses: z
    .array(z.object({ account: id, externalId: id }))
    .max(50)
    .default([]),
})

export const conversationThing = z.object({
  type: z.literal('conversation'),
  id,
  /** The account as the source names it: mapped to one of ours. */
  account: id,
  contactId: id,
  /** The thread as the platform names it; absent: by the contact’s address. */
  threadId: id.optional(),
  status: z.enum(['open', 'closed']).default('closed'),
  assigneeEmail: text(320).optional(),
  labels: z.array(text(60).min(1)).max(50).default([]),
  openedAt: moment,
  closedAt: moment.optional(),
})

export const messageThing = z.object({
  type: z.literal('message'),
  id,
  conversationId: id,
  direction: z.enum(['in', 'out', 'note']),
  at: moment,
  authorName: text(200).optional(),
  authorEmail: text(320).optional(),
  text: z.string().max(100_000).default(''),
  /** `url`: fetched once, from public addresses only. `fileId`: uploaded before by `POST /v1/files`. */
  attachments: z
    .array(
      z.object({
        url: z
          .url({ protocol: /^https?$/ })
          .max(4_000)
          .optional(),
        fileId: z.uuid().optional(),
        kind: z.enum(['image', 'video', 'audio', 'file']).default('file'),
        name: text(200).optional(),
      }),
    )
    .max(30)
    .default([]),
  /** The id at the platform: a message that also came by webhook is not doubled. */
  platformId: id.optional(),
  replyTo: id.optional(),
})

export const thing = z.discriminatedUnion('type', [contactThing, conversationThing, messageThing])
export type Thing = z.output<typeof thing>
export type ContactThing = z.output<typeof contactThing>
export type ConversationThing = z.output<typeof conversationThing>
export type MessageThing = z.output<typeof messageThing>

/** A record read: what it brings, or why it is left out. `note`: accounts of the source that were met. */
export type ReadRecord = { things: Thing[]; accounts?: Record<string, string> } | { reason: string }
