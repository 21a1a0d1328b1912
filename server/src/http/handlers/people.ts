/** What the operations of people and workspace do: one line each, the work is the hub’s. */
import type { peopleRoutes } from '@dragoman/api'
import {
  acceptInvitation,
  changePassword,
  invite,
  isSetupNeeded,
  listInvitations,
  listMembers,
  readInvitation,
  revokeInvitation,
  sendInvitation,
  setUp,
  signIn,
  signOut,
  updateMe,
  updateMember,
  updateWorkspace,
  whoAmI,
} from '@dragoman/hub'
import { startDemo } from '../../demo.ts'
import type { Call, HandlersOf } from '../api.ts'
import { callerFacts, clearSessionCookie, sessionToken, signedIn } from '../sessions.ts'

const agentOf = (call: Call) => callerFacts(call.request).userAgent

export const peopleHandlers: HandlersOf<typeof peopleRoutes> = {
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
  signIn: async ({ body }, _actor, call) => {
    const result = await signIn(call.web.hub, body.email, body.password, callerFacts(call.request))
    return 'needs' in result ? result : signedIn(call, result)
  },
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
  invitations: async (_input, actor, { web }) => ({
    invitations: await listInvitations(web.hub, actor),
    canMail: web.hub.mail !== undefined,
  }),
  invite: async ({ body }, actor, { web }) => await invite(web.hub, actor, body),
  sendInvitation: async ({ params }, actor, { web }) => await sendInvitation(web.hub, actor, params.invitationId),
  revokeInvitation: async ({ params }, actor, { web }) => {
    await revokeInvitation(web.hub, actor, params.invitationId)
    return {}
  },
  invitation: async ({ params }, _actor, { web }) => await readInvitation(web.hub, params.token),
  acceptInvitation: async ({ params, body }, _actor, call) =>
    signedIn(call, await acceptInvitation(call.web.hub, params.token, body, agentOf(call))),
}
