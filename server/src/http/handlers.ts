/** What each operation does: one line each, the work is the hub's. */
import type { ChannelView } from '@dragoman/api'
import {
  acceptInvitation,
  accountDetail,
  assignConversation,
  cancelMessage,
  changePassword,
  changeWay,
  checkAccount,
  closeConversation,
  connectAccount,
  conversationDetail,
  countViews,
  deleteMessage,
  editMessage,
  fitMessage,
  type Hub,
  HubProblem,
  invite,
  isSetupNeeded,
  listAccounts,
  listConversations,
  listInvitations,
  listMembers,
  listSetAside,
  listTemplates,
  reactToMessage,
  readConversation,
  readInvitation,
  refetchFile,
  reopenConversation,
  replaySetAside,
  retryMessage,
  revokeInvitation,
  type SignedIn,
  saveDraft,
  search,
  sendMessage,
  sendMessageNow,
  sendTestMessage,
  settleMessage,
  setUp,
  showRead,
  signIn,
  signOut,
  snapshot,
  storeUpload,
  threadPage,
  updateAccount,
  updateContact,
  updateMe,
  updateMember,
  updateWorkspace,
  whoAmI,
} from '@dragoman/hub'
import { startDemo } from '../demo.ts'
import type { Call, Handlers } from './api.ts'
import { clearSessionCookie, sessionToken, setSessionCookie } from './sessions.ts'

function signedIn({ web, reply }: Call, session: SignedIn) {
  setSessionCookie(web, reply, session.token)
  return { me: session.me, workspace: session.workspace }
}

const agentOf = ({ request }: Call) => String(request.headers['user-agent'] ?? '')

export const handlers: Handlers = {
  setupState: async (_input, _actor, { web }) => ({
    needed: await isSetupNeeded(web.hub),
    demo: web.simulators !== undefined,
    version: web.version,
  }),
  setUp: async ({ body }, _actor, call) => {
    const { hub, simulators } = call.web
    const session = await setUp(
      hub,
      body,
      { name: body.workspaceName, countries: body.countries, businessKind: body.businessKind },
      agentOf(call),
    )
    if (body.demo && simulators) await startDemo(hub, simulators, session.actor)
    return signedIn(call, { ...session, ...(await whoAmI(hub, session.actor)) })
  },
  signIn: async ({ body }, _actor, call) => signedIn(call, await signIn(call.web.hub, body.email, body.password, agentOf(call))),
  session: async (_input, actor, { web }) => await whoAmI(web.hub, actor),
  signOut: async (_input, _actor, { web, request, reply }) => {
    const token = sessionToken(request)
    if (token) await signOut(web.hub, token)
    clearSessionCookie(reply)
    return {}
  },
  updateMe: async ({ body }, actor, { web }) => await updateMe(web.hub, actor, body),
  changePassword: async ({ body }, actor, { web, request }) => {
    await changePassword(web.hub, actor, sessionToken(request) ?? '', body.current, body.next)
    return {}
  },
  updateWorkspace: async ({ body }, actor, { web }) => await updateWorkspace(web.hub, actor, body),
  members: async (_input, actor, { web }) => ({ members: await listMembers(web.hub, actor) }),
  updateMember: async ({ params, body }, actor, { web }) => await updateMember(web.hub, actor, params.memberId, body),
  invitations: async (_input, actor, { web }) => ({ invitations: await listInvitations(web.hub, actor) }),
  invite: async ({ body }, actor, { web }) => await invite(web.hub, actor, body.role, body.email),
  revokeInvitation: async ({ params }, actor, { web }) => {
    await revokeInvitation(web.hub, actor, params.invitationId)
    return {}
  },
  invitation: async ({ params }, _actor, { web }) => await readInvitation(web.hub, params.token),
  acceptInvitation: async ({ params, body }, _actor, call) =>
    signedIn(call, await acceptInvitation(call.web.hub, params.token, body, agentOf(call))),

  channels: async (_input, _actor, { web }) => ({ channels: channelViews(web.hub) }),
  accounts: async (_input, actor, { web }) => ({ accounts: await listAccounts(web.hub, actor) }),
  checkAccount: async ({ body }, actor, { web }) => await checkAccount(web.hub, actor, body),
  connectAccount: async ({ body }, actor, { web }) => await connectAccount(web.hub, actor, body),
  connectSimulated: async ({ body }, actor, { web }) => {
    if (!web.simulators) throw new HubProblem('not_supported_here', 'The simulator is switched off (DRAGOMAN_SIMULATOR).')
    return await web.simulators.connect(web.hub, actor, body.channel, body.name)
  },
  account: async ({ params }, actor, { web }) => await accountDetail(web.hub, actor, params.accountId),
  updateAccount: async ({ params, body }, actor, { web }) => await updateAccount(web.hub, actor, params.accountId, body),
  changeWay: async ({ params, body }, actor, { web }) => await changeWay(web.hub, actor, params.accountId, body.way, body.takeOver),
  testMessage: async ({ params }, actor, { web }) => await sendTestMessage(web.hub, actor, params.accountId),
  templates: async ({ params, query }, actor, { web }) => await listTemplates(web.hub, actor, params.accountId, query.refresh === 'true'),
  setAside: async ({ query }, actor, { web }) => ({ items: await listSetAside(web.hub, actor.workspaceId, query.open === 'true') }),
  replaySetAside: async ({ params }, actor, { web }) => await replaySetAside(web.hub, actor.workspaceId, params.setAsideId, web.effects),

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
    conversation: await assignConversation(web.hub, actor, params.conversationId, body.memberId),
  }),
  close: async ({ params }, actor, { web }) => ({ conversation: await closeConversation(web.hub, actor, params.conversationId) }),
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
  search: async ({ query }, actor, { web }) => await search(web.hub, actor, query.q, query.limit),
}

/** Channels as data for the screens. */
export function channelViews(hub: Hub): ChannelView[] {
  return [...hub.channels.values()].map(channel => ({
    id: channel.id,
    badge: channel.badge,
    config: JSON.parse(JSON.stringify(channel.config)) as ChannelView['config'],
    capabilities: { ...channel.capabilities({}) },
    replyPolicy: { ...channel.replyPolicy },
    canSimulate: hub.simulatorOrigins(channel.id) !== undefined,
  }))
}
