/** What the operations of answers ready do: saved replies, hours, automatic answers, reply times. */
import type { answerRoutes } from '@dragoman/api'
import {
  answersReport,
  conversationPlaceholders,
  createSavedReply,
  exportSavedReplies,
  importSavedReplies,
  listSavedReplies,
  previewAutomaticAnswer,
  previewHours,
  readReplyTimes,
  updateSavedReply,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const answerHandlers: HandlersOf<typeof answerRoutes> = {
  savedReplies: async ({ query }, actor, { web }) => ({ replies: await listSavedReplies(web.hub, actor, query.archived === 'true') }),
  createSavedReply: async ({ body }, actor, { web }) => await createSavedReply(web.hub, actor, body),
  updateSavedReply: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateSavedReply(web.hub, actor, params.replyId, version, change),
  exportSavedReplies: async ({ query }, actor, { web }) => await exportSavedReplies(web.hub, actor, query.format),
  importSavedReplies: async ({ body }, actor, { web }) => await importSavedReplies(web.hub, actor, body),
  placeholders: async ({ params }, actor, { web }) => await conversationPlaceholders(web.hub, actor, params.conversationId),
  hoursPreview: async ({ body }, actor, { web }) => await previewHours(web.hub, actor, body),
  previewAutomaticAnswer: async ({ body }, actor, { web }) => await previewAutomaticAnswer(web.hub, actor, body),
  answersReport: async (_input, actor, { web }) => await answersReport(web.hub, actor),
  replyTimes: async (_input, actor, { web }) => await readReplyTimes(web.hub, actor),
}
