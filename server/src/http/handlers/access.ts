/** What the operations of getting in do: second steps, passkeys, second factors, sessions. */
import type { accessRoutes } from '@dragoman/api'
import {
  addPasskey,
  assertionOptions,
  beginTotp,
  confirmTotp,
  endMemberSessions,
  endOtherSessions,
  endSession,
  listSessions,
  memberSecurity,
  newPasskeyOptions,
  newRecoveryCodes,
  readSecondFactor,
  removePasskey,
  removeTotp,
  renamePasskey,
  secondPasskeyOptions,
  signInSecond,
  signInWithPasskey,
} from '@dragoman/hub'
import type { Call, HandlersOf } from '../api.ts'
import { callerFacts, relyingParty, sessionToken, signedIn } from '../sessions.ts'

const tokenOf = ({ request }: Call) => sessionToken(request) ?? ''
const partyOf = ({ web, request }: Call) => relyingParty(web, request)
/** What the browser gets is a plain object of JSON. */
const plain = (options: { challenge: string }) => ({ ...options })

export const accessHandlers: HandlersOf<typeof accessRoutes> = {
  signInSecond: async ({ body }, _actor, call) =>
    signedIn(
      call,
      await signInSecond(call.web.hub, body.ticket, body, body.passkey ? partyOf(call) : undefined, callerFacts(call.request)),
    ),
  secondPasskeyOptions: async ({ body }, _actor, call) => ({
    options: plain(await secondPasskeyOptions(call.web.hub, body.ticket, partyOf(call))),
  }),
  passkeyOptions: async (_input, _actor, call) => ({ options: plain(await assertionOptions(call.web.hub, partyOf(call))) }),
  signInWithPasskey: async ({ body }, _actor, call) =>
    signedIn(call, await signInWithPasskey(call.web.hub, body.passkey, partyOf(call), callerFacts(call.request))),
  secondFactor: async (_input, actor, { web }) => await readSecondFactor(web.hub, actor),
  beginTotp: async ({ body }, actor, call) => await beginTotp(call.web.hub, actor, tokenOf(call), body.password),
  confirmTotp: async ({ body }, actor, { web }) => await confirmTotp(web.hub, actor, body.code),
  removeTotp: async ({ body }, actor, call) => await removeTotp(call.web.hub, actor, tokenOf(call), body.password),
  newRecoveryCodes: async ({ body }, actor, call) => await newRecoveryCodes(call.web.hub, actor, tokenOf(call), body.password),
  newPasskeyOptions: async ({ body }, actor, call) => ({
    options: plain(await newPasskeyOptions(call.web.hub, actor, partyOf(call), tokenOf(call), body.password)),
  }),
  addPasskey: async ({ body }, actor, call) => await addPasskey(call.web.hub, actor, partyOf(call), body.name, body.passkey),
  renamePasskey: async ({ params, body }, actor, { web }) => await renamePasskey(web.hub, actor, params.passkeyId, body.name),
  removePasskey: async ({ params, body }, actor, call) =>
    await removePasskey(call.web.hub, actor, params.passkeyId, tokenOf(call), body.password),
  sessions: async (_input, actor, call) => ({ sessions: await listSessions(call.web.hub, actor, tokenOf(call)) }),
  endSession: async ({ params }, actor, { web }) => {
    await endSession(web.hub, actor, params.sessionId)
    return {}
  },
  endOtherSessions: async (_input, actor, call) => ({ ended: await endOtherSessions(call.web.hub, actor, tokenOf(call)) }),
  memberSecurity: async (_input, actor, { web }) => ({ members: await memberSecurity(web.hub, actor) }),
  endMemberSessions: async ({ params }, actor, { web }) => ({ ended: await endMemberSessions(web.hub, actor, params.memberId) }),
}
