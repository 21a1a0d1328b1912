/** Routes of setup, sign-in, the workspace and its members. */
import { z } from 'zod'
import { route } from '../route.ts'
import { language, me, member, role, workspace } from '../schemas/views.ts'

const email = z.email().max(320)
const password = z.string().min(10).max(256)
const name = z.string().trim().min(1).max(120)

export const peopleRoutes = {
  setupState: route({
    method: 'GET', path: '/v1/setup', rule: 'public', tag: 'Setup', summary: 'Whether the hub has an owner yet',
    response: z.object({ needed: z.boolean(), demo: z.boolean(), version: z.string() }),
  }),
  setUp: route({
    method: 'POST', path: '/v1/setup', rule: 'public', tag: 'Setup', summary: 'Create the owner and the workspace; signs in', perMinute: 10,
    body: z.object({
      name, email, password, workspaceName: name, language, countries: z.array(z.string().length(2)).max(50).default([]), businessKind: z.string().max(40).default('other'),
      /** Connect three simulated accounts and start a live conversation. */
      demo: z.boolean().default(true),
    }),
    response: z.object({ me, workspace }),
  }),
  signIn: route({
    method: 'POST', path: '/v1/session', rule: 'public', tag: 'Session', summary: 'Sign in; sets the session cookie', perMinute: 20,
    body: z.object({ email, password: z.string().max(256) }),
    response: z.object({ me, workspace }),
  }),
  session: route({ method: 'GET', path: '/v1/session', rule: 'signed_in', tag: 'Session', summary: 'Who I am', response: z.object({ me, workspace }) }),
  signOut: route({ method: 'DELETE', path: '/v1/session', rule: 'signed_in', tag: 'Session', summary: 'Sign out; ends the session and its streams', response: z.object({}) }),
  updateMe: route({
    method: 'PATCH', path: '/v1/me', rule: 'signed_in', tag: 'Session', summary: 'Change my own settings',
    body: z.object({
      name: name.optional(), language: language.optional(), theme: z.enum(['light', 'dark', 'auto']).optional(), density: z.enum(['comfortable', 'compact']).optional(),
      sendKey: z.enum(['enter', 'ctrl_enter']).optional(), undoSeconds: z.int().min(0).max(30).optional(),
    }),
    response: me,
  }),
  changePassword: route({
    method: 'POST', path: '/v1/me/password', rule: 'signed_in', tag: 'Session', summary: 'Change my password; ends my other sessions', perMinute: 10,
    body: z.object({ current: z.string().max(256), next: password }), response: z.object({}),
  }),
  updateWorkspace: route({
    method: 'PATCH', path: '/v1/workspace', rule: 'manager', tag: 'Workspace', summary: 'Change the workspace',
    body: z.object({
      name: name.optional(), languages: z.array(z.string().min(2).max(8)).min(1).max(20).optional(), countries: z.array(z.string().length(2)).max(50).optional(),
      businessKind: z.string().max(40).optional(), checklistDismissed: z.boolean().optional(), widgetSeen: z.boolean().optional(),
    }),
    response: workspace,
  }),
  members: route({ method: 'GET', path: '/v1/members', rule: 'agent', tag: 'Members', summary: 'Everyone in the workspace', response: z.object({ members: z.array(member) }) }),
  updateMember: route({
    method: 'PATCH', path: '/v1/members/:memberId', rule: 'manager', tag: 'Members', summary: 'Change a member’s role, or switch the member off',
    params: z.object({ memberId: z.uuid() }), body: z.object({ role: role.optional(), active: z.boolean().optional() }), response: member,
  }),
  invitations: route({
    method: 'GET', path: '/v1/invitations', rule: 'manager', tag: 'Members', summary: 'Invitations that wait',
    response: z.object({ invitations: z.array(z.object({ id: z.uuid(), email: z.string().nullable(), role, expiresAt: z.number() })) }),
  }),
  invite: route({
    method: 'POST', path: '/v1/invitations', rule: 'manager', tag: 'Members', summary: 'Invite a member; the link is shown once',
    body: z.object({ email: email.optional(), role }), response: z.object({ id: z.uuid(), url: z.string(), expiresAt: z.number() }),
  }),
  revokeInvitation: route({
    method: 'DELETE', path: '/v1/invitations/:invitationId', rule: 'manager', tag: 'Members', summary: 'Take an invitation back',
    params: z.object({ invitationId: z.uuid() }), response: z.object({}),
  }),
  invitation: route({
    method: 'GET', path: '/v1/invitations/by-token/:token', rule: 'public', tag: 'Members', summary: 'What an invitation is for', perMinute: 30,
    params: z.object({ token: z.string().max(128) }), response: z.object({ workspaceName: z.string(), role, email: z.string().nullable() }),
  }),
  acceptInvitation: route({
    method: 'POST', path: '/v1/invitations/by-token/:token', rule: 'public', tag: 'Members', summary: 'Accept an invitation; signs in', perMinute: 10,
    params: z.object({ token: z.string().max(128) }), body: z.object({ name, email, password, language }), response: z.object({ me, workspace }),
  }),
}
