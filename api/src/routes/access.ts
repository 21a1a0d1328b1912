/** Routes of getting in and being let in: the second step of signing in, passkeys, second factors, sessions. */
import { z } from 'zod'
import { route } from '../route.ts'
import { passkeyView, secondFactorView, sessionView } from '../schemas/people.ts'
import { me, workspace } from '../schemas/views.ts'

const id = z.uuid()
const ticket = z.string().min(20).max(128)
const code = z.string().trim().min(6).max(40)
/** Asked for where the session is not fresh (403 `confirm_password`). */
const password = z.string().max(256).optional()
/** As the browser gives it (WebAuthn Level 3, `toJSON`). Looked at closely by what verifies it. */
const credential = z.looseObject({ id: z.string().max(2_000), response: z.looseObject({ clientDataJSON: z.string().max(20_000) }) })
/** What the browser is asked with. */
const options = z.looseObject({ challenge: z.string() })
const recoveryCodes = z.array(z.string()).nullable()
const signedIn = z.object({ me, workspace })

export const accessRoutes = {
  signInSecond: route({
    method: 'POST',
    path: '/v1/session/second',
    rule: 'public',
    tag: 'Session',
    summary: 'The second step of signing in: a code of the app, a recovery code, or a passkey. A ticket has five tries and ten minutes',
    perMinute: 20,
    body: z.object({ ticket, code: code.optional(), passkey: credential.optional() }),
    response: signedIn,
  }),
  secondPasskeyOptions: route({
    method: 'POST',
    path: '/v1/session/second/passkey-options',
    rule: 'public',
    tag: 'Session',
    summary: 'What to ask the browser for, when the second step is a passkey',
    perMinute: 20,
    body: z.object({ ticket }),
    response: z.object({ options }),
  }),
  passkeyOptions: route({
    method: 'POST',
    path: '/v1/session/passkey-options',
    rule: 'public',
    tag: 'Session',
    summary: 'What to ask the browser for, to sign in by a passkey alone',
    perMinute: 30,
    response: z.object({ options }),
  }),
  signInWithPasskey: route({
    method: 'POST',
    path: '/v1/session/passkey',
    rule: 'public',
    tag: 'Session',
    summary: 'Sign in by a passkey alone',
    perMinute: 20,
    body: z.object({ passkey: credential }),
    response: signedIn,
  }),
  secondFactor: route({
    method: 'GET',
    path: '/v1/me/second-factor',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'My second factors',
    response: secondFactorView,
  }),
  beginTotp: route({
    method: 'POST',
    path: '/v1/me/second-factor/totp',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Begin with an authenticator app: its key, shown this once. It counts when a code was confirmed',
    perMinute: 20,
    body: z.object({ password }),
    response: z.object({ key: z.string(), uri: z.string() }),
  }),
  confirmTotp: route({
    method: 'POST',
    path: '/v1/me/second-factor/totp/confirm',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Switch the authenticator app on by a code of it. Recovery codes come with the first second factor, and are shown this once',
    perMinute: 20,
    body: z.object({ code }),
    response: z.object({ secondFactor: secondFactorView, recoveryCodes }),
  }),
  removeTotp: route({
    method: 'POST',
    path: '/v1/me/second-factor/totp/off',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Switch the authenticator app off',
    perMinute: 20,
    body: z.object({ password }),
    response: secondFactorView,
  }),
  newRecoveryCodes: route({
    method: 'POST',
    path: '/v1/me/second-factor/recovery-codes',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Ten new recovery codes, shown this once; the old ones end',
    perMinute: 20,
    body: z.object({ password }),
    response: z.object({ secondFactor: secondFactorView, recoveryCodes: z.array(z.string()) }),
  }),
  newPasskeyOptions: route({
    method: 'POST',
    path: '/v1/me/passkeys/options',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'What to ask the browser for, to make a passkey',
    perMinute: 20,
    body: z.object({ password }),
    response: z.object({ options }),
  }),
  addPasskey: route({
    method: 'POST',
    path: '/v1/me/passkeys',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Keep a passkey that the browser has made',
    perMinute: 20,
    body: z.object({ name: z.string().trim().min(1).max(80), passkey: credential }),
    response: z.object({ secondFactor: secondFactorView, recoveryCodes, passkey: passkeyView }),
  }),
  renamePasskey: route({
    method: 'PATCH',
    path: '/v1/me/passkeys/:passkeyId',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Give a passkey another name',
    params: z.object({ passkeyId: id }),
    body: z.object({ name: z.string().trim().min(1).max(80) }),
    response: secondFactorView,
  }),
  removePasskey: route({
    method: 'POST',
    path: '/v1/me/passkeys/:passkeyId/remove',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Remove a passkey',
    perMinute: 20,
    params: z.object({ passkeyId: id }),
    body: z.object({ password }),
    response: secondFactorView,
  }),
  sessions: route({
    method: 'GET',
    path: '/v1/me/sessions',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Where I am signed in',
    response: z.object({ sessions: z.array(sessionView) }),
  }),
  endSession: route({
    method: 'DELETE',
    path: '/v1/me/sessions/:sessionId',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'End one of my sessions',
    params: z.object({ sessionId: id }),
    response: z.object({}),
  }),
  endOtherSessions: route({
    method: 'DELETE',
    path: '/v1/me/sessions',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'End all my sessions but this one',
    response: z.object({ ended: z.int() }),
  }),
  memberSecurity: route({
    method: 'GET',
    path: '/v1/members/security',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Who has a second factor, and who is signed in how often',
    response: z.object({
      members: z.array(
        z.object({ memberId: id, totp: z.boolean(), passkeys: z.int(), sessions: z.int(), lastSeenAt: z.number().nullable() }),
      ),
    }),
  }),
  endMemberSessions: route({
    method: 'DELETE',
    path: '/v1/members/:memberId/sessions',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Sign a member out everywhere',
    params: z.object({ memberId: id }),
    response: z.object({ ended: z.int() }),
  }),
}
