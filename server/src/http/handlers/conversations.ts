/** What the operations of the inbox do. */
import type { conversationRoutes } from '@dragoman/api'
import {
  assignConversation,
  cancelMessage,
  closeConversation,
  conversationDetail,
  countViews,
  deleteMessage,
  editMessage,
  fitMessage,
  HubProblem,
  listConversations,
  reactToMessage,
  readConversation,
  refetchFile,
  reopenConversation,
  retryMessage,
  saveDraft,
  search,
  sendMessage,
  sendMessageNow,
  settleMessage,
  showRead,
  snapshot,
  storeUpload,
  threadPage,
  updateContact,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const conversationHandlers: HandlersOf<typeof conversationRoutes> = {
  snapshot: async ({ query }, actor, { web }) =>
    await snapshot(web.hub, actor, { ...query, view: query.view ?? 'all', limit: query.limit ?? 50 }),
  conversations: async ({ query }, actor, { web }) => await listConversations(web.hub, actor, query),
  counts: async (_input, actor, { web }) => ({ counts: await countViews(web.hub, actor) }),
  conversation: async ({ params }, actor, { web }) => await conversationDetail(web.hub, actor, params.conversationId),
  messages: async ({ params, query }, actor, { web }) => await threadPage(web.hub, actor, params.conversationId, query),
  sendMessage: async ({ params, body }, actor, { web }) => ({ message: await sendMessage(web.hub, actor, params.conversationId, body) }),
  fit: async ({ params, body }, actor, { web }) => await fitMessage(web.hub, actor, params.conversationId, body.body),
  retryMessage: async ({ params, body }, actor, { web }) => ({
    message: await retryMessage(web.hub, actor, params.messageId, body.evenIfUncertain),
  }),
  cancelMessage: async ({ params }, actor, { web }) => ({ message: await cancelMessage(web.hub, actor, params.messageId) }),
  sendNow: async ({ params }, actor, { web }) => ({ message: await sendMessageNow(web.hub, actor, params.messageId) }),
  settleMessage: async ({ params, body }, actor, { web }) => ({
    message: await settleMessage(web.hub, actor, params.messageId, body.arrived),
  }),
  editMessage: async ({ params, body }, actor, { web }) => ({ message: await editMessage(web.hub, actor, params.messageId, body.body) }),
  deleteMessage: async ({ params }, actor, { web }) => ({ message: await deleteMessage(web.hub, actor, params.messageId) }),
  react: async ({ params, body }, actor, { web }) => ({ message: await reactToMessage(web.hub, actor, params.messageId, body.emoji) }),
  assign: async ({ params, body }, actor, { web }) => ({
    conversation: await assignConversation(web.hub, actor, params.conversationId, body.memberId, body.expected, body.summary),
  }),
  close: async ({ params, body }, actor, { web }) => ({
    conversation: await closeConversation(web.hub, actor, params.conversationId, body.fields),
  }),
  reopen: async ({ params }, actor, { web }) => ({ conversation: await reopenConversation(web.hub, actor, params.conversationId) }),
  markRead: async ({ params, body }, actor, { web }) => {
    const read = await readConversation(web.hub, actor, params.conversationId, body.readCount)
    void showRead(web.hub, actor, params.conversationId).catch(() => {})
    return { read }
  },
  saveDraft: async ({ params, body }, actor, { web }) => ({
    draft: await saveDraft(web.hub, actor, params.conversationId, params.mode, body),
  }),
  updateContact: async ({ params, body }, actor, { web }) => await updateContact(web.hub, actor, params.contactId, body),
  uploadFile: async (_input, actor, { web, request }) => {
    const part = await request.file()
    if (!part) throw new HubProblem('invalid_request', 'There is no file in the form.')
    return await storeUpload(
      web.hub,
      actor.workspaceId,
      { bytes: part.file, name: part.filename, declaredType: part.mimetype, memberId: actor.memberId },
      web.inspect,
    )
  },
  refetchFile: async ({ params }, actor, { web }) => {
    await refetchFile(web.hub, actor, params.fileId)
    return {}
  },
  search: async ({ query: { q, limit, from, before, direction, withFiles, ...filter } }, actor, { web }) =>
    await search(web.hub, actor, { q, limit, from, before, direction, withFiles, filter }),
}
