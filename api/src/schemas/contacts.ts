/** Views of a person: what the firm knows of him, notes about him, his past cases and files on all messengers. Always holds: only what comes from conversations that the asking member may see. */
import { z } from 'zod'
import { closingAnswers } from './order.ts'
import { contact, conversation, identity } from './views.ts'

const id = z.uuid()
const time = z.number()

export const attributeKey = z.string().trim().min(1).max(60)
export const attributeValue = z.string().trim().min(1).max(500)

/** Setting `attributes`: keys that every profile offers, in this order, filled in or not. */
export const attributesSetting = z.object({ first: z.array(attributeKey).max(30).default([]) })

export const contactProfile = z
  .object({
    contact,
    /** How the firm’s own systems call him. */
    customerId: z.string().nullable(),
    attributes: z.record(z.string(), z.string()),
    version: z.int(),
    createdAt: time,
    /** Where he came from first. */
    source: conversation.shape.source,
    conversations: z.array(conversation),
    identities: z.array(identity),
  })
  .meta({ id: 'ContactProfile' })
export type ContactProfile = z.infer<typeof contactProfile>

export const contactNote = z
  .object({
    id,
    authorId: id,
    authorName: z.string(),
    body: z.string(),
    pinned: z.boolean(),
    version: z.int(),
    createdAt: time,
    editedAt: time.nullable(),
  })
  .meta({ id: 'ContactNote' })
export type ContactNoteView = z.infer<typeof contactNote>

export const contactCase = z
  .object({
    id,
    number: z.int(),
    conversationId: id,
    accountId: id,
    channel: z.string(),
    openedAt: time,
    closedAt: time.nullable(),
    /** ms until the first answer; null: there was none. */
    answeredAfterMs: z.number().nullable(),
    answeredBy: id.nullable(),
    fields: closingAnswers,
  })
  .meta({ id: 'ContactCase' })
export type ContactCaseView = z.infer<typeof contactCase>

export const contactFile = z
  .object({
    fileId: id,
    messageId: id,
    conversationId: id,
    name: z.string().nullable(),
    mimeType: z.string().nullable(),
    sizeBytes: z.number().nullable(),
    hasThumbnail: z.boolean(),
    at: time,
  })
  .meta({ id: 'ContactFile' })
export type ContactFileView = z.infer<typeof contactFile>

export const contactRow = z
  .object({
    contact,
    customerId: z.string().nullable(),
    channels: z.array(z.string()),
    lastActivityAt: time.nullable(),
    /** The conversation that was active last. */
    conversationId: id.nullable(),
  })
  .meta({ id: 'ContactRow' })
export type ContactRow = z.infer<typeof contactRow>

/** Somebody who might be the same person, and on what ground. `sure`: both messengers, or the firm's own signature, vouch for it. */
export const suggestedMerge = contactRow
  .extend({ grounds: z.array(z.object({ kind: z.enum(['phone', 'email', 'customer_id']), sure: z.boolean() })) })
  .meta({ id: 'SuggestedMerge' })
export type SuggestedMerge = z.infer<typeof suggestedMerge>

export const mergeView = z
  .object({
    id,
    /** Who was joined with this person. */
    name: z.string(),
    reason: z.enum(['member', 'moved', 'signed_link']),
    by: id.nullable(),
    at: time,
  })
  .meta({ id: 'Merge' })
export type MergeView = z.infer<typeof mergeView>

export const movingFigures = z
  .object({
    accountId: id,
    /** People who can be written to there. */
    reachable: z.int(),
    /** Of them: who can be reached nowhere else. */
    onlyHere: z.int(),
    /** People who were given a link to it. */
    invited: z.int(),
    moved: z.int(),
    /** Whether links lead into this account. */
    hasLink: z.boolean(),
  })
  .meta({ id: 'MovingFigures' })
export type MovingFigures = z.infer<typeof movingFigures>
