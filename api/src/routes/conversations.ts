/** Routes of the inbox: snapshot, conversations, messages, drafts, files, search. */
import { z } from 'zod'
import { conversationFilter, filterFields, sortOrder, view } from '../filters.ts'
import { route } from '../route.ts'
import { messageBody } from '../schemas/content.ts'
import { closingAnswers, mention } from '../schemas/order.ts'
import {
  account,
  contact,
  conversation,
  draft,
  fitResult,
  identity,
  me,
  member,
  message,
  read,
  replyOption,
  workspace,
} from '../schemas/views.ts'

const conversationId = z.object({ conversationId: z.uuid() })
const messageId = z.object({ messageId: z.uuid() })

/** A built-in view to begin with, and filters that narrow or turn it. */
export const listQuery = z.object({
  view: view.default('all'),
  ...z.object(filterFields).partial().shape,
  /** Absent: the view’s own order. */
  sort: sortOrder.optional(),
  /** From an earlier page's `next`. */
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export const page = z.object({
  conversations: z.array(conversation),
  reads: z.array(read),
  drafts: z.array(draft),
  mentions: z.array(mention),
  next: z.string().nullable(),
})
export type ConversationPage = z.infer<typeof page>

export const conversationRoutes = {
  snapshot: route({
    method: 'GET',
    path: '/v1/snapshot',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'All that the inbox starts from, as of one moment; the stream goes on from `cursor`',
    query: listQuery.partial(),
    response: page.extend({
      cursor: z.string(),
      me,
      workspace,
      members: z.array(member),
      accounts: z.array(account),
      counts: z.record(z.string(), z.int()),
      setAsideOpen: z.int(),
    }),
  }),
  conversations: route({
    method: 'GET',
    path: '/v1/conversations',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'A page of conversations: a view, filters that combine, an order',
    query: listQuery,
    response: page,
  }),
  counts: route({
    method: 'GET',
    path: '/v1/counts',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'How many conversations each view holds: built-in ones by name, saved ones by id (10,000 at most)',
    response: z.object({ counts: z.record(z.string(), z.int()) }),
  }),
  conversation: route({
    method: 'GET',
    path: '/v1/conversations/:conversationId',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'One conversation, what may be sent in it, and who the customer is',
    params: conversationId,
    response: z.object({
      conversation,
      reply: z.object({ freeform: replyOption, template: replyOption }),
      contact,
      identities: z.array(identity),
      drafts: z.array(draft),
      read: read.nullable(),
      cases: z.array(
        z.object({
          id: z.uuid(),
          number: z.int(),
          openedAt: z.number(),
          closedAt: z.number().nullable(),
          /** What was asked when it was closed. */
          fields: closingAnswers,
        }),
      ),
    }),
  }),
  messages: route({
    method: 'GET',
    path: '/v1/conversations/:conversationId/messages',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Messages in order. `before`, `after` and `around` take a message id; without one, the newest',
    params: conversationId,
    query: z.object({
      before: z.uuid().optional(),
      after: z.uuid().optional(),
      around: z.uuid().optional(),
      at: z.coerce.number().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    response: z.object({ messages: z.array(message), hasOlder: z.boolean(), hasNewer: z.boolean(), cursor: z.string() }),
  }),
  sendMessage: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/messages',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Send a message or write a note. The same `clientId` and content give the first answer again',
    params: conversationId,
    body: z.object({
      clientId: z.string().min(8).max(64),
      body: messageBody,
      note: z.boolean().default(false),
      /** Members named in a note. */
      mentions: z.array(z.uuid()).max(20).default([]),
      replyToId: z.uuid().optional(),
      /** Hold it this long, so that it can be taken back. */
      undoSeconds: z.number().min(0).max(30).default(0),
      /** Send at this time, ms. */
      sendAt: z.number().optional(),
      /** Our latest message that I had seen (`lastOutId`) when I began: if a colleague has answered since, 409 `answered_meanwhile`. Absent: not asked. */
      lastOutId: z.uuid().nullable().optional(),
      /** The saved reply that this came from: it counts how often it was used. */
      savedReplyId: z.uuid().optional(),
    }),
    response: z.object({ message }),
  }),
  fit: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/fit',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'What the messenger will show of a message, and what is lost; stores nothing',
    params: conversationId,
    body: z.object({ body: messageBody }),
    response: z.object({ fit: fitResult, reply: replyOption }),
  }),
  retryMessage: route({
    method: 'POST',
    path: '/v1/messages/:messageId/retry',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Send the failed parts again; an uncertain one only with `evenIfUncertain`',
    params: messageId,
    body: z.object({ evenIfUncertain: z.boolean().default(false) }),
    response: z.object({ message }),
  }),
  cancelMessage: route({
    method: 'POST',
    path: '/v1/messages/:messageId/cancel',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Take back what has not left yet',
    params: messageId,
    response: z.object({ message }),
  }),
  sendNow: route({
    method: 'POST',
    path: '/v1/messages/:messageId/send-now',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Let a held or scheduled message go at once',
    params: messageId,
    response: z.object({ message }),
  }),
  settleMessage: route({
    method: 'POST',
    path: '/v1/messages/:messageId/settle',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Say of an uncertain message whether it arrived',
    params: messageId,
    body: z.object({ arrived: z.boolean() }),
    response: z.object({ message }),
  }),
  editMessage: route({
    method: 'POST',
    path: '/v1/messages/:messageId/edit',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Edit a sent message, where the messenger can',
    params: messageId,
    body: z.object({ body: messageBody }),
    response: z.object({ message }),
  }),
  deleteMessage: route({
    method: 'POST',
    path: '/v1/messages/:messageId/delete',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Delete a sent message for the customer, where the messenger can',
    params: messageId,
    response: z.object({ message }),
  }),
  react: route({
    method: 'POST',
    path: '/v1/messages/:messageId/reaction',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Put a reaction on a message, or take it away',
    params: messageId,
    body: z.object({ emoji: z.string().min(1).max(32).nullable() }),
    response: z.object({ message }),
  }),
  assign: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/assign',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Assign to a member, or to nobody',
    params: conversationId,
    /** `expected`: who I think has it now; if it is another, 409 `taken_meanwhile`. */
    body: z.object({
      memberId: z.uuid().nullable(),
      expected: z.uuid().nullable().optional(),
      summary: z.string().trim().max(300).optional(),
    }),
    response: z.object({ conversation }),
  }),
  close: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/close',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Close the case; where fields are asked for, 422 `closing_fields_missing` names them',
    params: conversationId,
    body: z.object({ fields: closingAnswers.default({}) }),
    response: z.object({ conversation }),
  }),
  reopen: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/reopen',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Open a case again',
    params: conversationId,
    response: z.object({ conversation }),
  }),
  markRead: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/read',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'I have read so many of the customer’s messages (fewer: mark unread)',
    params: conversationId,
    body: z.object({ readCount: z.int().min(0) }),
    response: z.object({ read }),
  }),
  saveDraft: route({
    method: 'PUT',
    path: '/v1/conversations/:conversationId/drafts/:mode',
    rule: 'agent',
    tag: 'Drafts',
    summary: 'Keep a draft; a stale version is 409 with the other text',
    params: conversationId.extend({ mode: z.enum(['reply', 'note']) }),
    /** `version`: the one I know, 0 for none. A null body deletes the draft. */
    body: z.object({ version: z.int().min(0), body: messageBody.nullable(), replyToId: z.uuid().nullable() }),
    response: z.object({ draft }),
  }),
  updateContact: route({
    method: 'PATCH',
    path: '/v1/contacts/:contactId',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Correct a contact’s name, phone, e-mail or language',
    params: z.object({ contactId: z.uuid() }),
    body: z.object({
      name: z.string().trim().min(1).max(200).optional(),
      phone: z.string().max(40).nullable().optional(),
      /** A masked one (of who may not see it) means: as it is. */
      email: z
        .union([z.email().max(320), z.string().max(320).regex(/•/)])
        .nullable()
        .optional(),
      language: z.string().max(16).nullable().optional(),
    }),
    response: contact,
  }),
  uploadFile: route({
    method: 'POST',
    path: '/v1/files',
    rule: 'agent',
    tag: 'Files',
    summary: 'Upload a file (multipart, field `file`); its type is found from its bytes',
    multipart: true,
    response: z.object({
      fileId: z.uuid(),
      mimeType: z.string(),
      name: z.string(),
      sizeBytes: z.number(),
      width: z.number().nullable(),
      height: z.number().nullable(),
      kind: z.enum(['image', 'video', 'audio', 'voice', 'file', 'sticker']),
    }),
  }),
  refetchFile: route({
    method: 'POST',
    path: '/v1/files/:fileId/fetch',
    rule: 'agent',
    tag: 'Files',
    summary: 'Try again to fetch a file from the messenger',
    params: z.object({ fileId: z.uuid() }),
    response: z.object({}),
  }),
  search: route({
    method: 'GET',
    path: '/v1/search',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Search people (name, phone in any form, e-mail, order number), words of messages, names of files; filters as in lists',
    query: conversationFilter.extend({
      q: z.string().trim().min(1).max(200),
      /** ms: messages from then on, and before then. */
      from: z.coerce.number().optional(),
      before: z.coerce.number().optional(),
      direction: z.enum(['in', 'out', 'note']).optional(),
      withFiles: z.enum(['yes', 'no']).optional(),
      limit: z.coerce.number().int().min(1).max(50).default(20),
    }),
    response: z.object({
      contacts: z.array(z.object({ conversation, matched: z.enum(['name', 'phone', 'username', 'email', 'attribute']) })),
      messages: z.array(
        z.object({
          conversation,
          messageId: z.uuid(),
          at: z.number(),
          /** Text with the hits between U+2039 and U+203A. */ snippet: z.string(),
        }),
      ),
      files: z.array(z.object({ conversation, messageId: z.uuid(), fileId: z.uuid(), name: z.string(), at: z.number() })),
      /** What the words were taken for, when as they were typed they found little. */
      corrected: z.string().nullable(),
    }),
  }),
}
