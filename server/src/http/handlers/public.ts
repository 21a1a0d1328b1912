/** What the operations of comments, requests, entrances and contradictions do. */
import type { publicRoutes } from '@dragoman/api'
import {
  admitConversation,
  answerPrivately,
  decideContradiction,
  hideComment,
  listContradictions,
  readAccess,
  readEntrance,
  removeComment,
  saveAccess,
  saveEntrance,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const publicHandlers: HandlersOf<typeof publicRoutes> = {
  admitConversation: async ({ params }, actor, { web }) => ({
    conversation: await admitConversation(web.hub, actor, params.conversationId),
  }),
  hideComment: async ({ params, body }, actor, { web }) => ({ message: await hideComment(web.hub, actor, params.messageId, body.hidden) }),
  removeComment: async ({ params }, actor, { web }) => ({ message: await removeComment(web.hub, actor, params.messageId) }),
  answerPrivately: async ({ params, body }, actor, { web }) => await answerPrivately(web.hub, actor, params.messageId, body),
  entrance: async ({ params }, actor, { web }) => ({ entrance: await readEntrance(web.hub, actor, params.accountId) }),
  saveEntrance: async ({ params, body }, actor, { web }) => ({ entrance: await saveEntrance(web.hub, actor, params.accountId, body) }),
  accessProgress: async ({ params }, actor, { web }) => await readAccess(web.hub, actor, params.channel),
  saveAccessProgress: async ({ params, body }, actor, { web }) => await saveAccess(web.hub, actor, params.channel, body),
  contradictions: async (_input, actor, { web }) => ({ contradictions: await listContradictions(web.hub, actor) }),
  decideContradiction: async ({ params, body }, actor, { web }) => ({
    contradiction: await decideContradiction(web.hub, actor, params.contradictionId, body.state),
  }),
}
