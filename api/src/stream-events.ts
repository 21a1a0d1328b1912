/**
 * What the event stream carries. Stored events come from the log in order of `position`; ephemeral ones (typing) have none and are never stored.
 * Always holds: every stored event carries a whole view, or the whole of the part of it that changed, so old snapshot + events = new snapshot; a client that
 * gets `resync` takes a new snapshot.
 */
import { partStates } from '@dragoman/core'
import { z } from 'zod'
import { mention } from './schemas/order.ts'
import { account, conversation, draft, member, message, partView, read, workspace } from './schemas/views.ts'

const id = z.uuid()

export const storedEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('conversation.changed'), conversation }),
  /** The member may see it from now on; the messages come by asking. */
  z.object({ kind: z.literal('conversation.entered'), conversation }),
  z.object({ kind: z.literal('conversation.left'), conversationId: id }),
  z.object({ kind: z.literal('message.created'), message }),
  z.object({ kind: z.literal('message.changed'), message }),
  /** How far a message of ours has come, and nothing else of it; where it is its conversation's last one, there too. By far the most frequent. */
  z.object({ kind: z.literal('state.changed'), conversationId: id, messageId: id, state: z.enum(partStates), parts: z.array(partView) }),
  /** By the rules of retention. */
  z.object({ kind: z.literal('messages.removed'), conversationId: id, messageIds: z.array(id) }),
  z.object({ kind: z.literal('account.changed'), account }),
  z.object({ kind: z.literal('member.changed'), member }),
  z.object({ kind: z.literal('workspace.changed'), workspace }),
  /** Only to the member it belongs to. */
  z.object({ kind: z.literal('draft.changed'), draft }),
  z.object({ kind: z.literal('read.changed'), read }),
  /** A colleague asks for my draft; and what became of it when I had asked. */
  z.object({ kind: z.literal('draft.asked'), conversationId: id, byId: id, byName: z.string() }),
  z.object({ kind: z.literal('draft.answered'), conversationId: id, byName: z.string(), given: z.boolean() }),
  z.object({ kind: z.literal('set_aside.changed'), open: z.int() }),
  /** A colleague named the member in a note. */
  z.object({ kind: z.literal('mention.created'), conversationId: id, messageId: id, by: z.string(), preview: z.string(), at: z.number() }),
  z.object({ kind: z.literal('mention.changed'), mention }),
  /** The moment that the member asked to be reminded at. */
  z.object({ kind: z.literal('reminder.due'), id, conversationId: id, text: z.string(), at: z.number() }),
  /** What the member had put off is back: by itself, or (`early`) because the customer wrote. */
  z.object({ kind: z.literal('snooze.woke'), conversationId: id, early: z.boolean(), at: z.number() }),
  /** To managers: a webhook was paused, since its receiver is gone or fails for days. */
  z.object({ kind: z.literal('webhook.paused'), webhookId: id, name: z.string(), reason: z.enum(['gone', 'failing']) }),
  /** A list or setting that all share has changed: ask for it anew (`teams`, `labels`, `setting:routing` …). */
  z.object({ kind: z.literal('catalogue.changed'), catalogue: z.string() }),
])
export type StoredEvent = z.infer<typeof storedEvent>
export type StoredEventKind = StoredEvent['kind']

export const ephemeralEvent = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('typing'),
    conversationId: id,
    by: z.enum(['customer', 'member']),
    memberId: id.optional(),
    until: z.number(),
  }),
  z.object({ kind: z.literal('presence'), online: z.array(id) }),
  /** Who looks at a conversation or writes in it at this moment; `until` passes unless it is said again. */
  z.object({
    kind: z.literal('looking'),
    conversationId: id,
    memberId: id,
    doing: z.enum(['viewing', 'replying', 'noting', 'gone']),
    until: z.number(),
  }),
])
export type EphemeralEvent = z.infer<typeof ephemeralEvent>

/** Frames of the WebSocket, server to client. `cursor` is `epoch:position`; events that a member may not see still move it. */
export const serverFrame = z.discriminatedUnion('frame', [
  z.object({ frame: z.literal('events'), cursor: z.string(), events: z.array(storedEvent) }),
  z.object({ frame: z.literal('ephemeral'), events: z.array(ephemeralEvent) }),
  /** The cursor is of another epoch or too old: take a new snapshot. */
  z.object({ frame: z.literal('resync') }),
  z.object({ frame: z.literal('alive'), at: z.number() }),
])
export type ServerFrame = z.infer<typeof serverFrame>

/** Frames from the client: it is typing, or looking at a conversation. */
export const clientFrame = z.discriminatedUnion('frame', [
  z.object({ frame: z.literal('typing'), conversationId: id }),
  /** Said again every 4 s while it holds; null: nothing is open. */
  z.object({
    frame: z.literal('looking'),
    conversationId: id.nullable(),
    doing: z.enum(['viewing', 'replying', 'noting']).default('viewing'),
  }),
  /** Whether this tab is before somebody's eyes; said when it changes and on every new stream. */
  z.object({ frame: z.literal('visible'), visible: z.boolean() }),
  z.object({ frame: z.literal('alive') }),
])
export type ClientFrame = z.infer<typeof clientFrame>
