/**
 * What our own clients see of each noun. Always holds: a view is whole (never a patch), so that applying an event twice or late changes nothing
 * [mechanics 8]; times are ms since the epoch; nothing here is secret to a member who may see the conversation.
 */
import { partStates } from '@dragoman/core'
import { z } from 'zod'
import { right } from '../rights.ts'
import { messageBody } from './content.ts'
import { availability, priority, queuePlace } from './desk.ts'
import { shifts } from './people.ts'

const id = z.uuid()
const time = z.number()

export const role = z.enum(['owner', 'manager', 'agent']).meta({ id: 'Role' })
export const language = z.enum(['en', 'ru'])
export const localized = z.record(z.string(), z.string())

export const member = z
  .object({
    id,
    name: z.string(),
    email: z.string().nullable(),
    role,
    active: z.boolean(),
    availability,
    languages: z.array(z.string()),
    skills: z.array(z.string()),
    capacity: z.int().nullable(),
    /** A role of the firm’s own; null: the built-in one. */
    roleId: id.nullable(),
    /** Only conversations of these accounts; null: of all. */
    accountIds: z.array(id).nullable(),
    /** When he works, in `zone`; null: always. */
    shifts: shifts.nullable(),
    zone: z.string().nullable(),
    version: z.int(),
  })
  .meta({ id: 'Member' })

export const problemView = z.object({ code: z.string(), detail: z.string(), reason: z.string().optional() })

export const account = z
  .object({
    id,
    channel: z.string(),
    name: z.string(),
    externalId: z.string(),
    endpointId: id,
    way: z.enum(['webhook', 'poll', 'visitor']),
    simulated: z.boolean(),
    status: z.enum(['active', 'paused', 'disconnected']),
    /** Where its settings or what its platform refused make it differ from its channel: core `Capabilities`, as JSON. */
    capabilities: z.record(z.string(), z.unknown()).nullable(),
    /** Names of features that the platform refused although the registry has them. */
    degraded: z.array(z.string()),
    /** What its platform last said of it, newest first: quality, limits, permissions. */
    news: z.array(z.object({ what: z.string(), detail: z.string(), facts: z.record(z.string(), z.unknown()).optional(), at: time })),
    /** Host of the proxy that its requests go through. */
    proxy: z.string().nullable(),
    /** `observe`: traffic is taken in, nothing leaves. */
    mode: z.enum(['live', 'observe']),
    /** Why it is paused: the failure's code and words, and what to do. */
    problem: z
      .object({ code: z.string(), detail: z.string(), advice: z.object({ en: z.string(), ru: z.string() }).optional(), since: time })
      .nullable(),
    config: z.record(z.string(), z.string()),
    webhookUrl: z.string().nullable(),
    lastInboundAt: time.nullable(),
    lastWebhookProblem: z.string().nullable(),
    createdAt: time,
  })
  .meta({ id: 'Account' })

export const contact = z
  .object({
    id,
    name: z.string(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    language: z.string().nullable(),
    avatarFileId: id.nullable(),
    blocked: z.boolean(),
  })
  .meta({ id: 'Contact' })

export const identity = z
  .object({
    id,
    accountId: id,
    contactId: id,
    name: z.string(),
    username: z.string().nullable(),
    phone: z.string().nullable(),
    externalIds: z.array(z.string()),
    language: z.string().nullable(),
  })
  .meta({ id: 'Identity' })

export const standing = z.enum(['open', 'not_started', 'requested', 'blocked', 'elsewhere'])
export const replyOption = z.union([
  z.object({ allowed: z.literal(true), priceClass: z.string(), until: time.optional(), window: z.string().optional() }),
  z.object({
    allowed: z.literal(false),
    reason: z.enum(['window_closed', 'blocked', 'not_started', 'requested', 'elsewhere', 'never_allowed']),
    closedAt: time.optional(),
    window: z.string().optional(),
  }),
])

/** A row of the list, and the head of a thread. The same for every member; what is each member's own comes beside it (`reads`, `drafts`). */
export const conversation = z
  .object({
    id,
    accountId: id,
    channel: z.string(),
    threadId: z.string(),
    contact,
    identityId: id,
    state: z.enum(['open', 'closed']),
    assigneeId: id.nullable(),
    teamId: id.nullable(),
    /** Since when he waits whom nobody owns; null: somebody owns it, or nobody waits. */
    queue: queuePlace.nullable(),
    priority,
    labelIds: z.array(id),
    snoozedUntil: time.nullable(),
    /** When a snooze ended by itself; a mark until something else happens. */
    wokenAt: time.nullable(),
    /** What whoever handed it over wants the new owner to know; until dismissed. */
    summary: z.string().nullable(),
    spam: z.boolean(),
    caseId: id.nullable(),
    caseNumber: z.int().nullable(),
    standing,
    /** A public thread: comments under a post, or a mention; null: a direct conversation. */
    place: z
      .object({ kind: z.enum(['comments', 'mention']), postId: z.string(), title: z.string().optional(), url: z.string().optional() })
      .nullable(),
    windows: z.array(z.object({ window: z.string(), until: time })),
    /** How many messages of the customer there are; a member's unread count is this less what he has read. */
    inboundCount: z.int(),
    /** When the customer's oldest unanswered message came; null when the last word is ours. */
    unansweredSince: time.nullable(),
    /** When it ought to be answered: the promise, the end of a reply window, or a day; null when nobody waits. */
    dueAt: time.nullable(),
    /** Our latest message: what one must have seen before answering. */
    lastOutId: id.nullable(),
    lastOutBy: id.nullable(),
    /** Where the person came from first. */
    source: z
      .object({ source: z.string(), payload: z.string().optional(), title: z.string().optional(), url: z.string().optional() })
      .nullable(),
    lastMessage: z
      .object({
        id,
        kind: z.string(),
        preview: z.string(),
        direction: z.enum(['in', 'out', 'note', 'system']),
        authorId: id.nullable(),
        authorName: z.string(),
        at: time,
        state: z.enum(partStates),
      })
      .nullable(),
    lastActivityAt: time,
    createdAt: time,
    /** Messages of before then were removed by the rules of retention. */
    removedBefore: time.optional(),
  })
  .meta({ id: 'Conversation' })

export const partView = z
  .object({
    id,
    index: z.int(),
    state: z.enum(partStates),
    notBefore: time,
    attempt: z.int(),
    failure: z
      .object({
        kind: z.string(),
        reason: z.string().optional(),
        code: z.string(),
        detail: z.string(),
        advice: z.object({ en: z.string(), ru: z.string() }).optional(),
      })
      .nullable(),
    sentAt: time.nullable(),
    deliveredAt: time.nullable(),
    readAt: time.nullable(),
  })
  .meta({ id: 'Part' })

export const message = z
  .object({
    id,
    conversationId: id,
    clientId: z.string().nullable(),
    direction: z.enum(['in', 'out', 'note', 'system']),
    author: z.object({ kind: z.enum(['customer', 'member', 'system', 'elsewhere']), id: id.nullable(), name: z.string() }),
    body: messageBody,
    replyTo: z.object({ id, preview: z.string(), authorName: z.string() }).nullable(),
    /** Where it stands in the thread: sort by these three. */
    order: z.object({ at: time, tie: z.number(), externalId: z.string() }),
    at: time,
    editedAt: time.nullable(),
    /** Earlier texts, oldest first. */
    revisions: z.array(z.object({ body: messageBody, at: time })),
    deletedAt: time.nullable(),
    /** A customer’s comment that only its writer sees since then. */
    hiddenAt: time.nullable(),
    forwarded: z.boolean(),
    groupId: z.string().nullable(),
    referral: z
      .object({ source: z.string(), payload: z.string().optional(), title: z.string().optional(), url: z.string().optional() })
      .nullable(),
    reactions: z.array(z.object({ by: z.enum(['customer', 'member']), byId: id.nullable(), emoji: z.string() })),
    state: z.enum(partStates),
    parts: z.array(partView),
    /** By file id: what is known of each medium of the body. */
    files: z.record(
      z.string(),
      z.object({
        state: z.enum(['expected', 'stored', 'failed']),
        reason: z.string().nullable(),
        mimeType: z.string().nullable(),
        name: z.string().nullable(),
        sizeBytes: z.number().nullable(),
        width: z.number().nullable(),
        height: z.number().nullable(),
        durationMs: z.number().nullable(),
        hasThumbnail: z.boolean(),
      }),
    ),
    /** A system line: what happened, for translation (`case.closed`, `assigned` …). */
    system: z.object({ what: z.string(), params: z.record(z.string(), z.string()) }).nullable(),
    /** Members named in a note. */
    mentions: z.array(id),
  })
  .meta({ id: 'Message' })

export const draft = z
  .object({
    conversationId: id,
    memberId: id,
    mode: z.enum(['reply', 'note']),
    version: z.int(),
    body: messageBody.nullable(),
    replyToId: id.nullable(),
    updatedAt: time,
  })
  .meta({ id: 'Draft' })

/** How far a member has read a conversation: the number of the customer's messages that he has seen. */
export const read = z.object({ conversationId: id, memberId: id, readCount: z.int() }).meta({ id: 'Read' })

export const me = z
  .object({
    userId: id,
    memberId: id,
    name: z.string(),
    email: z.string(),
    role,
    language,
    theme: z.enum(['light', 'dark', 'auto']),
    density: z.enum(['comfortable', 'compact']),
    sendKey: z.enum(['enter', 'ctrl_enter']),
    undoSeconds: z.int().min(0).max(30),
    rights: z.array(right),
    availability,
    /** `missing`: the firm asks for a second factor and there is none yet; nothing else can be done before. */
    secondFactor: z.enum(['on', 'off', 'missing']),
    roleId: id.nullable(),
  })
  .meta({ id: 'Me' })

export const workspace = z
  .object({
    id,
    name: z.string(),
    languages: z.array(z.string()),
    countries: z.array(z.string()),
    businessKind: z.string(),
    simulator: z.boolean(),
    publicUrl: z.string().nullable(),
    checklist: z.object({
      connected: z.boolean(),
      replied: z.boolean(),
      invited: z.boolean(),
      widgetSeen: z.boolean(),
      dismissed: z.boolean(),
    }),
  })
  .meta({ id: 'Workspace' })

export const fitNote = z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])).optional() })
/** Of an SMS: into how many pieces it goes, how it is coded, what still fits into the last. */
const segments = z.object({
  count: z.number(),
  encoding: z.enum(['gsm7', 'ucs2']),
  used: z.number(),
  perSegment: z.number(),
  left: z.number(),
})
const partLength = z.object({ used: z.number(), max: z.number(), segments: segments.optional() })

export const fitResult = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('parts'),
      parts: z.array(z.object({ body: messageBody, length: partLength.optional() })),
      notes: z.array(fitNote),
    }),
    z.object({ kind: z.literal('refused'), refusals: z.array(fitNote) }),
  ])
  .meta({ id: 'Fit' })

export const templateInfo = z
  .object({
    name: z.string(),
    language: z.string(),
    category: z.string(),
    status: z.string(),
    header: z.object({ kind: z.enum(['text', 'image', 'video', 'file', 'location']), text: z.string().optional() }).optional(),
    body: z.string(),
    footer: z.string().optional(),
    buttons: z.array(z.object({ kind: z.enum(['reply', 'url', 'phone', 'copy_code', 'other']), title: z.string(), variable: z.boolean() })),
    slots: z.array(
      z.object({
        part: z.enum(['header', 'body', 'button']),
        index: z.int(),
        name: z.string().optional(),
        kind: z.enum(['text', 'image', 'video', 'file']),
        sample: z.string().optional(),
      }),
    ),
    reason: z.string().optional(),
  })
  .meta({ id: 'Template' })

export const setAside = z
  .object({
    id,
    accountId: id.nullable(),
    channel: z.string(),
    at: time,
    reason: z.string(),
    kind: z.string().nullable(),
    attempts: z.int(),
    resolvedAt: time.nullable(),
    preview: z.string(),
  })
  .meta({ id: 'SetAside' })

export type Role = z.infer<typeof role>
export type MemberView = z.infer<typeof member>
export type AccountViewModel = z.infer<typeof account>
export type ContactView = z.infer<typeof contact>
export type IdentityView = z.infer<typeof identity>
export type ConversationView = z.infer<typeof conversation>
export type PartView = z.infer<typeof partView>
export type MessageView = z.infer<typeof message>
export type DraftView = z.infer<typeof draft>
export type ReadView = z.infer<typeof read>
export type Me = z.infer<typeof me>
export type WorkspaceView = z.infer<typeof workspace>
export type FitResult = z.infer<typeof fitResult>
export type TemplateView = z.infer<typeof templateInfo>
export type SetAsideView = z.infer<typeof setAside>
