/** Routes of answers ready: saved replies, hours, automatic answers. Hours, texts and folders themselves are settings (`/v1/settings/:name`). */
import { z } from 'zod'
import { route } from '../route.ts'
import {
  automaticAnswers,
  automaticKinds,
  hoursSetting,
  hoursState,
  languageTag,
  replyBodies,
  replyExceptions,
  reportRow,
  savedReply,
  shortcut,
} from '../schemas/answers.ts'

const id = z.uuid()
const replyId = z.object({ replyId: id })
const tag = 'Answers'
const name = z.string().trim().min(1).max(120)

export const answerRoutes = {
  savedReplies: route({
    method: 'GET',
    path: '/v1/saved-replies',
    rule: 'agent',
    tag,
    summary: 'Saved replies: everybody’s and my own, with how often each was used',
    query: z.object({ archived: z.enum(['true', 'false']).default('false') }),
    response: z.object({ replies: z.array(savedReply) }),
  }),
  createSavedReply: route({
    method: 'POST',
    path: '/v1/saved-replies',
    rule: 'agent',
    tag,
    summary: 'Save a reply: my own, or (with the right to manage answers) everybody’s',
    body: z.object({
      name,
      shortcut,
      mine: z.boolean().default(false),
      folderId: id.nullable().default(null),
      bodies: replyBodies.default({}),
      exceptions: replyExceptions.default({}),
    }),
    response: savedReply,
  }),
  updateSavedReply: route({
    method: 'PATCH',
    path: '/v1/saved-replies/:replyId',
    rule: 'agent',
    tag,
    summary: 'Change a saved reply, put it away or take it back; a stale version is 409 with the present one as `current`',
    params: replyId,
    body: z.object({
      version: z.int(),
      name: name.optional(),
      shortcut: shortcut.optional(),
      folderId: id.nullable().optional(),
      bodies: replyBodies.optional(),
      exceptions: replyExceptions.optional(),
      archived: z.boolean().optional(),
    }),
    response: savedReply,
  }),
  exportSavedReplies: route({
    method: 'GET',
    path: '/v1/saved-replies/export',
    rule: 'agent',
    right: 'answers.manage',
    tag,
    summary: 'Everybody’s saved replies as one file, JSON or CSV; importing it gives the same again',
    query: z.object({ format: z.enum(['json', 'csv']).default('json') }),
    response: z.object({ fileName: z.string(), mimeType: z.string(), text: z.string() }),
  }),
  importSavedReplies: route({
    method: 'POST',
    path: '/v1/saved-replies/import',
    rule: 'agent',
    right: 'answers.manage',
    tag,
    summary: 'Take saved replies from a file; the shortcut says which. Broken rows are named and left out. `apply: false` only looks',
    body: z.object({ format: z.enum(['json', 'csv']), text: z.string().max(4_000_000), apply: z.boolean().default(false) }),
    response: z.object({
      created: z.int(),
      changed: z.int(),
      same: z.int(),
      errors: z.array(z.object({ row: z.int(), shortcut: z.string(), message: z.string() })),
    }),
  }),
  placeholders: route({
    method: 'GET',
    path: '/v1/conversations/:conversationId/placeholders',
    rule: 'agent',
    tag,
    summary: 'What placeholders stand for in this conversation, by language; an empty value is not known',
    params: z.object({ conversationId: id }),
    response: z.object({
      /** The customer’s, where it is known. */
      language: z.string().nullable(),
      values: z.record(z.string(), z.record(z.string(), z.string())),
    }),
  }),
  hoursPreview: route({
    method: 'POST',
    path: '/v1/hours/preview',
    rule: 'agent',
    tag,
    summary: 'Open or closed now, and until when: of the hours given, else of those that are set; for one account or team',
    body: z.object({
      value: hoursSetting.optional(),
      variantId: id.optional(),
      accountId: id.optional(),
      teamId: id.optional(),
      at: z.number().optional(),
    }),
    response: hoursState,
  }),
  previewAutomaticAnswer: route({
    method: 'POST',
    path: '/v1/automatic-answers/preview',
    rule: 'agent',
    tag,
    summary: 'What a customer who writes now would get by itself; of the texts given, else of those that are set',
    body: z.object({
      accountId: id,
      teamId: id.nullable().default(null),
      language: languageTag,
      /** Nobody has met this person yet. */
      firstTime: z.boolean().default(true),
      at: z.number().optional(),
      value: automaticAnswers.optional(),
    }),
    response: z.object({
      open: z.boolean(),
      answers: z.array(
        z.object({
          kind: z.enum(automaticKinds),
          text: z.string(),
          /** The language that the text is there in; another than asked: a fall-back. */
          language: z.string(),
          /** Seconds after the customer’s message; 0: at once. */
          afterSeconds: z.int(),
          /** By when an answer is promised by it. */
          promisedAt: z.number().nullable(),
        }),
      ),
    }),
  }),
  answersReport: route({
    method: 'GET',
    path: '/v1/answers/report',
    rule: 'agent',
    right: 'answers.manage',
    tag,
    summary: 'What differs between accounts and teams: automatic answers, hours, saved replies; equal ones too',
    response: z.object({ rows: z.array(reportRow) }),
  }),
  replyTimes: route({
    method: 'GET',
    path: '/v1/reply-times',
    rule: 'agent',
    tag,
    summary: 'How long a first answer takes, in open hours, over the last 28 days; nothing where there are fewer than 20 cases',
    response: z.object({
      times: z.array(
        z.object({
          accountId: id,
          cases: z.int(),
          medianMs: z.number(),
          p90Ms: z.number(),
          /** What a customer who writes now is told, by language. */
          words: z.record(z.string(), z.string()),
        }),
      ),
    }),
  }),
}
