/** Routes of what stands beside writing: comments, message requests, entrances, and what a platform refused. */
import { z } from 'zod'
import { route } from '../route.ts'
import { messageBody } from '../schemas/content.ts'
import { conversation, message } from '../schemas/views.ts'

const messageId = z.object({ messageId: z.uuid() })
const accountId = z.object({ accountId: z.uuid() })
/** A text by BCP 47 language. */
const texts = z.record(z.string().max(16), z.string().max(1_000))

export const entrance = z
  .object({
    greeting: texts.optional(),
    starters: z.array(z.object({ title: texts, payload: z.string().min(1).max(200) })).max(20),
    menu: z.array(z.object({ title: texts, payload: z.string().max(200).optional(), url: z.url().optional() })).max(20),
  })
  .meta({ id: 'Entrance' })

export const contradiction = z
  .object({
    id: z.uuid(),
    accountId: z.uuid(),
    /** A name of the capabilities, such as `media.video` or `features.edit`. */
    feature: z.string(),
    code: z.string(),
    detail: z.string(),
    occurrences: z.int(),
    firstAt: z.number(),
    lastAt: z.number(),
    state: z.enum(['open', 'confirmed', 'dismissed']),
  })
  .meta({ id: 'Contradiction' })
export type ContradictionView = z.infer<typeof contradiction>

export const accessProgress = z
  .object({
    channel: z.string(),
    /** Steps that are done: when, and who said so. */
    steps: z.record(z.string(), z.object({ at: z.number(), by: z.uuid() })),
    note: z.string(),
    version: z.int(),
  })
  .meta({ id: 'AccessProgress' })
export type AccessProgressView = z.infer<typeof accessProgress>

const channelName = z.object({ channel: z.string().max(40) })

export const publicRoutes = {
  admitConversation: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/admit',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Accept a message request, or take a conversation over from another program',
    params: z.object({ conversationId: z.uuid() }),
    response: z.object({ conversation }),
  }),
  hideComment: route({
    method: 'POST',
    path: '/v1/messages/:messageId/hide',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Hide a customer’s comment from all but its writer, or show it again',
    params: messageId,
    body: z.object({ hidden: z.boolean() }),
    response: z.object({ message }),
  }),
  removeComment: route({
    method: 'POST',
    path: '/v1/messages/:messageId/remove-comment',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Take a customer’s comment away, for good',
    params: messageId,
    response: z.object({ message }),
  }),
  answerPrivately: route({
    method: 'POST',
    path: '/v1/messages/:messageId/answer-privately',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Write to a comment’s author in private: opens a direct conversation',
    params: messageId,
    body: z.object({ clientId: z.string().min(8).max(100), body: messageBody }),
    response: z.object({ conversationId: z.uuid(), message }),
  }),
  entrance: route({
    method: 'GET',
    path: '/v1/accounts/:accountId/entrance',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Greeting, first questions and menu of an account',
    params: accountId,
    response: z.object({ entrance }),
  }),
  saveEntrance: route({
    method: 'PUT',
    path: '/v1/accounts/:accountId/entrance',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Set greeting, first questions and menu at the platform',
    params: accountId,
    body: entrance,
    response: z.object({ entrance }),
  }),
  accessProgress: route({
    method: 'GET',
    path: '/v1/channels/:channel/access',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'How far the application for access at the vendor has come',
    params: channelName,
    response: accessProgress,
  }),
  saveAccessProgress: route({
    method: 'PATCH',
    path: '/v1/channels/:channel/access',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Tick steps of the application, or keep a note; needs the version that was read',
    params: channelName,
    body: z.object({
      version: z.int(),
      done: z.record(z.string().max(60), z.boolean()).optional(),
      note: z.string().max(4_000).optional(),
    }),
    response: accessProgress,
  }),
  contradictions: route({
    method: 'GET',
    path: '/v1/contradictions',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'What platforms refused although the registry has it',
    response: z.object({ contradictions: z.array(contradiction) }),
  }),
  decideContradiction: route({
    method: 'POST',
    path: '/v1/contradictions/:contradictionId',
    rule: 'agent',
    right: 'accounts.manage',
    tag: 'Accounts',
    summary: 'Confirm that a feature is gone, or dismiss the refusal',
    params: z.object({ contradictionId: z.uuid() }),
    body: z.object({ state: z.enum(['confirmed', 'dismissed']) }),
    response: z.object({ contradiction }),
  }),
}
