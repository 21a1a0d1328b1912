/**
 * Views of what keeps a desk in order: actions on conversations, macros, saved views, reminders, mentions, fields of closing.
 * Always holds: one list of actions serves a single press, a bulk change and a macro.
 */
import { z } from 'zod'
import { conversationFilter, sortOrder } from '../filters.ts'
import { localizedText, priority } from './desk.ts'

const id = z.uuid()
const time = z.number()

export const closingField = z.object({
  id: z.string().min(1).max(40),
  label: localizedText,
  kind: z.enum(['text', 'choice', 'number', 'yesno']),
  choices: z
    .array(z.object({ id: z.string().min(1).max(40), label: localizedText }))
    .max(50)
    .default([]),
  required: z.boolean().default(true),
  /** Only for these accounts; none named: for all. */
  accounts: z.array(id).max(200).default([]),
})
export type ClosingField = z.infer<typeof closingField>
export const closing = z.object({ fields: z.array(closingField).max(20).default([]) })
export type Closing = z.infer<typeof closing>

/** Answers to the fields of closing, by field. */
export const closingAnswers = z.record(z.string().max(40), z.union([z.string().max(2_000), z.number(), z.boolean()]))
export type ClosingAnswers = z.infer<typeof closingAnswers>

/** What can be done to conversations. */
export const conversationAction = z.discriminatedUnion('kind', [
  /** `{name}` and `{agent}` are filled in. */
  z.object({ kind: z.literal('reply'), text: z.string().trim().min(1).max(4_000) }),
  z.object({ kind: z.literal('note'), text: z.string().trim().min(1).max(4_000) }),
  z.object({ kind: z.literal('labels'), add: z.array(id).max(20).default([]), remove: z.array(id).max(50).default([]) }),
  z.object({
    kind: z.literal('assign'),
    to: z.union([z.enum(['me', 'nobody']), id]),
    /** What the new owner needs to know, in a line. */
    summary: z.string().trim().max(300).optional(),
  }),
  z.object({ kind: z.literal('team'), teamId: id.nullable(), summary: z.string().trim().max(300).optional() }),
  z.object({ kind: z.literal('priority'), priority }),
  /** Until a moment, by words, or (both absent) no longer. */
  z.object({ kind: z.literal('snooze'), until: time.nullable().optional(), phrase: z.string().trim().max(80).optional() }),
  z.object({ kind: z.literal('close'), fields: closingAnswers.default({}) }),
  z.object({ kind: z.literal('reopen') }),
  z.object({ kind: z.literal('read') }),
  /** Outside all figures; with `block` whatever the contact writes later goes there too. */
  z.object({ kind: z.literal('spam'), block: z.boolean().default(false) }),
  /** Back among the others; a blocked contact is unblocked. */
  z.object({ kind: z.literal('notSpam') }),
])
export type ConversationAction = z.infer<typeof conversationAction>
export type ConversationActionInput = z.input<typeof conversationAction>

/** Actions that a macro may hold. */
export const macroKinds = ['reply', 'note', 'labels', 'assign', 'team', 'priority', 'snooze', 'close'] as const
export const macroActions = z
  .array(conversationAction)
  .min(1)
  .max(12)
  .refine(actions => actions.every(action => (macroKinds as readonly string[]).includes(action.kind)), 'not an action of macros')
  .refine(actions => actions.filter(action => action.kind === 'reply').length <= 1, 'one reply at most')

export const macro = z
  .object({
    id,
    name: z.string(),
    shared: z.boolean(),
    ownerId: id.nullable(),
    actions: z.array(conversationAction),
    version: z.int(),
  })
  .meta({ id: 'Macro' })
export type MacroView = z.infer<typeof macro>

export const savedView = z
  .object({
    id,
    name: z.string(),
    filter: conversationFilter,
    sort: sortOrder,
    shared: z.boolean(),
    ownerId: id.nullable(),
    place: z.number(),
    version: z.int(),
  })
  .meta({ id: 'SavedView' })
export type SavedView = z.infer<typeof savedView>

export const reminder = z.object({ id, conversationId: id, at: time, text: z.string(), firedAt: time.nullable() }).meta({ id: 'Reminder' })
export type ReminderView = z.infer<typeof reminder>

/** How often a member was mentioned in a conversation, and where last. */
export const mention = z
  .object({ conversationId: id, memberId: id, unread: z.int(), total: z.int(), messageId: id.nullable() })
  .meta({ id: 'Mention' })
export type MentionView = z.infer<typeof mention>
