/** Routes of setup, sign-in, the workspace and its members. */
import { businessKinds } from '@dragoman/core'
import { z } from 'zod'
import { route } from '../route.ts'
import { invitationView, memberFacts } from '../schemas/people.ts'
import { language, me, member, role, workspace } from '../schemas/views.ts'

const email = z.email().max(320)
const password = z.string().min(10).max(256)
const name = z.string().trim().min(1).max(120)

export const peopleRoutes = {
  setupState: route({
    method: 'GET',
    path: '/v1/setup',
    rule: 'public',
    tag: 'Setup',
    summary: 'Whether the hub has an owner yet',
    response: z.object({ needed: z.boolean(), demo: z.boolean(), version: z.string() }),
  }),
  setUp: route({
    method: 'POST',
    path: '/v1/setup',
    rule: 'public',
    tag: 'Setup',
    summary: 'Create the owner and the workspace; signs in',
    perMinute: 10,
    body: z.object({
      name,
      email,
      password,
      workspaceName: name,
      language,
      countries: z.array(z.string().length(2)).max(50).default([]),
      businessKind: z.enum(businessKinds).default('other'),
      /** Connect three simulated accounts and start a live conversation. */
      demo: z.boolean().default(true),
    }),
    response: z.object({ me, workspace }),
  }),
  signIn: route({
    method: 'POST',
    path: '/v1/session',
    rule: 'public',
    tag: 'Session',
    summary: 'Sign in; sets the session cookie, or answers with the ticket of the second step',
    perMinute: 20,
    body: z.object({ email, password: z.string().max(256) }),
    response: z.union([
      z.object({ me, workspace }),
      z.object({ needs: z.literal('second_factor'), ticket: z.string(), ways: z.array(z.enum(['totp', 'passkey', 'recovery'])) }),
    ]),
  }),
  session: route({
    method: 'GET',
    path: '/v1/session',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Who I am',
    response: z.object({ me, workspace }),
  }),
  signOut: route({
    method: 'DELETE',
    path: '/v1/session',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Sign out; ends the session and its streams',
    response: z.object({}),
  }),
  updateMe: route({
    method: 'PATCH',
    path: '/v1/me',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Change my own settings',
    body: z.object({
      name: name.optional(),
      language: language.optional(),
      theme: z.enum(['light', 'dark', 'auto']).optional(),
      density: z.enum(['comfortable', 'compact']).optional(),
      sendKey: z.enum(['enter', 'ctrl_enter']).optional(),
      undoSeconds: z.int().min(0).max(30).optional(),
    }),
    response: me,
  }),
  changePassword: route({
    method: 'POST',
    path: '/v1/me/password',
    rule: 'signed_in',
    tag: 'Session',
    summary: 'Change my password; ends my other sessions',
    perMinute: 10,
    body: z.object({ current: z.string().max(256), next: password }),
    response: z.object({}),
  }),
  updateWorkspace: route({
    method: 'PATCH',
    path: '/v1/workspace',
    rule: 'agent',
    right: 'desk.manage',
    tag: 'Workspace',
    summary: 'Change the workspace',
    body: z.object({
      name: name.optional(),
      languages: z.array(z.string().min(2).max(8)).min(1).max(20).optional(),
      countries: z.array(z.string().length(2)).max(50).optional(),
      businessKind: z.enum(businessKinds).optional(),
      checklistDismissed: z.boolean().optional(),
      widgetSeen: z.boolean().optional(),
    }),
    response: workspace,
  }),
  members: route({
    method: 'GET',
    path: '/v1/members',
    rule: 'agent',
    tag: 'Members',
    summary: 'Everyone in the workspace',
    response: z.object({ members: z.array(member) }),
  }),
  updateMember: route({
    method: 'PATCH',
    path: '/v1/members/:memberId',
    rule: 'agent',
    tag: 'Members',
    summary:
      'Change a member: role, activity and accounts with the right `people.manage`, what routing asks also with `routing.manage`. With `version`, a stale one is 409',
    params: z.object({ memberId: z.uuid() }),
    body: memberFacts.partial().extend({
      version: z.int().optional(),
      role: role.optional(),
      /** A role of the firm’s own, in place of `role`. */
      roleId: z.uuid().optional(),
      active: z.boolean().optional(),
      /** Only conversations of these accounts; null: of all. */
      accountIds: z.array(z.uuid()).max(1_000).nullable().optional(),
      /** All teams he is in. */
      teamIds: z.array(z.uuid()).max(200).optional(),
    }),
    response: member,
  }),
  invitations: route({
    method: 'GET',
    path: '/v1/invitations',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Invitations that wait, and those that expired in the last 30 days',
    response: z.object({
      invitations: z.array(invitationView),
      /** Whether the hub can send e-mail. */
      canMail: z.boolean(),
    }),
  }),
  invite: route({
    method: 'POST',
    path: '/v1/invitations',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Invite a member; the link is shown once, and sent by e-mail where asked',
    body: z.object({
      email: email.optional(),
      role: role.default('agent'),
      /** A role of the firm’s own, in place of `role`. */
      roleId: z.uuid().optional(),
      teamIds: z.array(z.uuid()).max(50).default([]),
      send: z.boolean().default(false),
    }),
    response: z.object({ id: z.uuid(), url: z.string(), expiresAt: z.number(), sending: z.boolean() }),
  }),
  sendInvitation: route({
    method: 'POST',
    path: '/v1/invitations/:invitationId/send',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Make a new link for an invitation, valid for another week, and send it; the old link ends',
    perMinute: 30,
    params: z.object({ invitationId: z.uuid() }),
    response: z.object({ id: z.uuid(), url: z.string(), expiresAt: z.number(), sending: z.boolean() }),
  }),
  revokeInvitation: route({
    method: 'DELETE',
    path: '/v1/invitations/:invitationId',
    rule: 'agent',
    right: 'people.manage',
    tag: 'Members',
    summary: 'Take an invitation back',
    params: z.object({ invitationId: z.uuid() }),
    response: z.object({}),
  }),
  invitation: route({
    method: 'GET',
    path: '/v1/invitations/by-token/:token',
    rule: 'public',
    tag: 'Members',
    summary: 'What an invitation is for',
    perMinute: 30,
    params: z.object({ token: z.string().max(128) }),
    response: z.object({
      workspaceName: z.string(),
      role,
      /** Of a role of the firm’s own. */
      roleName: z.record(z.string(), z.string()).nullable(),
      email: z.string().nullable(),
      name: z.string().nullable(),
      invitedBy: z.string(),
    }),
  }),
  acceptInvitation: route({
    method: 'POST',
    path: '/v1/invitations/by-token/:token',
    rule: 'public',
    tag: 'Members',
    summary: 'Accept an invitation; signs in',
    perMinute: 10,
    params: z.object({ token: z.string().max(128) }),
    body: z.object({ name, email, password, language }),
    response: z.object({ me, workspace }),
  }),
}
