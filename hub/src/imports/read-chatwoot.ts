/**
 * Answers of Chatwoot's API as they were saved: contacts, conversations, messages, inboxes (https://developers.chatwoot.com/api-reference). Always holds:
 * what is not known of a record is left out with a reason, never guessed.
 */
import { z } from 'zod'
import { type ReadRecord, type Thing, thing } from './things.ts'

const id = z.union([z.int(), z.string()])
const texts = z.record(z.string(), z.unknown()).nullish()
const sender = z.object({
  id: id.nullish(),
  name: z.string().nullish(),
  email: z.string().nullish(),
  phone_number: z.string().nullish(),
  identifier: z.string().nullish(),
  type: z.string().nullish(),
  custom_attributes: texts,
  additional_attributes: texts,
})

const contact = sender.extend({
  id,
  contact_inboxes: z.array(z.object({ source_id: id.nullish(), inbox: z.object({ id, name: z.string().nullish() }).nullish() })).nullish(),
})

const attachment = z.object({ file_type: z.string().nullish(), data_url: z.string().nullish(), coordinates_lat: z.number().nullish() })

const message = z.object({
  id,
  content: z.string().nullish(),
  conversation_id: id.nullish(),
  message_type: z.union([z.int(), z.enum(['incoming', 'outgoing', 'activity', 'template'])]),
  created_at: z.union([z.number(), z.string()]),
  private: z.boolean().nullish(),
  source_id: id.nullish(),
  content_attributes: z.looseObject({ deleted: z.boolean().nullish(), in_reply_to: id.nullish() }).nullish(),
  sender: sender.nullish(),
  attachments: z.array(attachment).nullish(),
})

const conversation = z.object({
  id,
  inbox_id: id,
  status: z.string().nullish(),
  created_at: z.union([z.number(), z.string()]).nullish(),
  timestamp: z.union([z.number(), z.string()]).nullish(),
  last_activity_at: z.union([z.number(), z.string()]).nullish(),
  labels: z.array(z.string()).nullish(),
  contact_inbox: z.object({ source_id: id.nullish() }).nullish(),
  meta: z.object({ sender: contact.partial({ contact_inboxes: true }), assignee: sender.nullish() }),
  messages: z.array(message).nullish(),
})

/** Reads one saved answer, or one record of it. */
export function readChatwoot(value: unknown): ReadRecord {
  const list = payloadOf(value)
  const things: Thing[] = []
  const accounts: Record<string, string> = {}
  const inConversation = conversationIdOf(value)
  for (const one of list) {
    const found = readOne(one, inConversation, accounts)
    if ('reason' in found) return found
    for (const made of found.things) {
      const parsed = thing.safeParse(made)
      if (!parsed.success) return { reason: parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ') }
      things.push(parsed.data)
    }
  }
  return { things, accounts }
}

function payloadOf(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value]
  if ('payload' in value && Array.isArray(value.payload)) return value.payload
  if ('data' in value) return payloadOf(value.data)
  return [value]
}

/** Messages that were asked for of one conversation may not name it: whoever saved them may have put it beside. */
function conversationIdOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'conversation_id' in value ? value.conversation_id : undefined
}

function readOne(
  value: unknown,
  conversationId: unknown,
  accounts: Record<string, string>,
): { things: z.input<typeof thing>[] } | { reason: string } {
  if (typeof value !== 'object' || value === null) return { reason: 'This is no record of Chatwoot.' }
  if ('message_type' in value) {
    const parsed = message.safeParse({ conversation_id: conversationId, ...value })
    return parsed.success ? messageOf(parsed.data) : { reason: why(parsed.error) }
  }
  if ('inbox_id' in value && 'meta' in value) {
    const parsed = conversation.safeParse(value)
    return parsed.success ? conversationOf(parsed.data, accounts) : { reason: why(parsed.error) }
  }
  if ('channel_type' in value && 'id' in value && 'name' in value) {
    accounts[String(value.id)] = String(value.name)
    return { things: [] }
  }
  if ('id' in value && ('phone_number' in value || 'contact_inboxes' in value || 'email' in value)) {
    const parsed = contact.safeParse(value)
    return parsed.success ? { things: [contactOf(parsed.data, accounts)] } : { reason: why(parsed.error) }
  }
  return { reason: 'This is neither a contact nor a conversation nor a message of Chatwoot.' }
}

function why(error: z.ZodError): string {
  return error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ')
}

function contactOf(one: z.output<typeof contact>, accounts: Record<string, string>): z.input<typeof thing> {
  for (const { inbox } of one.contact_inboxes ?? []) if (inbox) accounts[String(inbox.id)] ??= inbox.name ?? String(inbox.id)
  const attributes = Object.entries({ ...one.additional_attributes, ...one.custom_attributes }).flatMap(([name, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value) && value !== '' ? [[name, String(value)]] : [],
  )
  return {
    type: 'contact',
    id: one.id,
    name: one.name || undefined,
    phone: one.phone_number || undefined,
    email: one.email || undefined,
    customerId: one.identifier || undefined,
    attributes: Object.fromEntries(attributes) as Record<string, string>,
    addresses: (one.contact_inboxes ?? []).flatMap(({ source_id, inbox }) =>
      source_id && inbox ? [{ account: inbox.id as string, externalId: source_id as string }] : [],
    ),
  }
}

function conversationOf(
  one: z.output<typeof conversation>,
  accounts: Record<string, string>,
): { things: z.input<typeof thing>[] } | { reason: string } {
  accounts[String(one.inbox_id)] ??= String(one.inbox_id)
  const made = one.created_at ?? one.messages?.[0]?.created_at ?? one.timestamp
  if (made === null || made === undefined) return { reason: 'created_at: missing' }
  const messages = (one.messages ?? []).map(item => messageOf({ ...item, conversation_id: one.id }))
  const refused = messages.find(item => 'reason' in item)
  if (refused && 'reason' in refused) return refused
  return {
    things: [
      contactOf(one.meta.sender as z.output<typeof contact>, accounts),
      {
        type: 'conversation',
        id: one.id as string,
        account: one.inbox_id as string,
        contactId: one.meta.sender.id as string,
        threadId: (one.contact_inbox?.source_id as string) || undefined,
        status: one.status === 'open' ? 'open' : 'closed',
        assigneeEmail: one.meta.assignee?.email || undefined,
        labels: one.labels ?? [],
        openedAt: made,
        closedAt: one.last_activity_at ?? undefined,
      },
      ...messages.flatMap(item => ('things' in item ? item.things : [])),
    ],
  }
}

function messageOf(one: z.output<typeof message>): { things: z.input<typeof thing>[] } | { reason: string } {
  if (one.conversation_id === null || one.conversation_id === undefined) return { reason: 'conversation_id: missing' }
  const type =
    typeof one.message_type === 'number' ? (['incoming', 'outgoing', 'activity', 'template'] as const)[one.message_type] : one.message_type
  // What the system noted by itself, and what was taken back.
  if (type === 'activity' || one.content_attributes?.deleted) return { things: [] }
  const attachments = (one.attachments ?? []).flatMap(item => (item.data_url ? [{ url: item.data_url, kind: kindOf(item.file_type) }] : []))
  if (!one.content && attachments.length === 0) return { things: [] }
  const reply = one.content_attributes?.in_reply_to
  return {
    things: [
      {
        type: 'message',
        id: one.id as string,
        conversationId: one.conversation_id as string,
        direction: one.private ? 'note' : type === 'incoming' ? 'in' : 'out',
        at: one.created_at,
        authorName: one.sender?.name || undefined,
        authorEmail: one.sender?.type === 'contact' ? undefined : one.sender?.email || undefined,
        text: one.content ?? '',
        attachments,
        platformId: (one.source_id as string) || undefined,
        replyTo: (reply as string) || undefined,
      },
    ],
  }
}

function kindOf(type: string | null | undefined): 'image' | 'video' | 'audio' | 'file' {
  return type === 'image' || type === 'video' || type === 'audio' ? type : 'file'
}
