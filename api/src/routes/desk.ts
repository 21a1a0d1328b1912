/** Routes of what a team shares: settings, teams, the queue, the supervisor’s figures. */
import { z } from 'zod'
import { route } from '../route.ts'
import { availability, team, teamSettings } from '../schemas/desk.ts'
import { conversation } from '../schemas/views.ts'
import { settingName } from '../settings.ts'

const id = z.uuid()

/** Counts of a stretch of time. Messages are counted by account and author, cases by account, team and owner. */
const reportMeasures = {
  incoming: z.int(),
  byPeople: z.int(),
  /** Automatic answers, notices. */
  byHub: z.int(),
  /** Written in the messenger's own app. */
  elsewhere: z.int(),
  opened: z.int(),
  closed: z.int(),
  answered: z.int(),
}
/** From a case's beginning to our first word, ms; percentiles to within a tenth. */
const reportFirstAnswer = z.object({ count: z.int(), medianMs: z.number().nullable(), p90Ms: z.number().nullable() })

export const deskRoutes = {
  setting: route({
    method: 'GET',
    path: '/v1/settings/:name',
    rule: 'agent',
    tag: 'Settings',
    summary: 'One setting of the workspace, with its version (0: nobody has set it)',
    params: z.object({ name: settingName }),
    response: z.object({ name: z.string(), value: z.unknown(), version: z.int() }),
  }),
  saveSetting: route({
    method: 'PUT',
    path: '/v1/settings/:name',
    rule: 'agent',
    tag: 'Settings',
    summary: 'Change a setting whole; needs the right of that setting. A stale version is 409 with the present one as `current`',
    params: z.object({ name: settingName }),
    body: z.object({ version: z.int().min(0), value: z.unknown() }),
    response: z.object({ name: z.string(), value: z.unknown(), version: z.int() }),
  }),
  teams: route({
    method: 'GET',
    path: '/v1/teams',
    rule: 'agent',
    tag: 'Teams',
    summary: 'Teams and who is in them',
    response: z.object({ teams: z.array(team) }),
  }),
  createTeam: route({
    method: 'POST',
    path: '/v1/teams',
    rule: 'agent',
    right: 'routing.manage',
    tag: 'Teams',
    summary: 'Make a team',
    body: z.object({
      name: z.string().trim().min(1).max(80),
      settings: teamSettings.partial().optional(),
      memberIds: z.array(id).max(500).default([]),
    }),
    response: team,
  }),
  updateTeam: route({
    method: 'PATCH',
    path: '/v1/teams/:teamId',
    rule: 'agent',
    right: 'routing.manage',
    tag: 'Teams',
    summary: 'Change a team; a stale version is 409',
    params: z.object({ teamId: id }),
    body: z.object({
      version: z.int(),
      name: z.string().trim().min(1).max(80).optional(),
      settings: teamSettings.partial().optional(),
      memberIds: z.array(id).max(500).optional(),
    }),
    response: team,
  }),
  archiveTeam: route({
    method: 'DELETE',
    path: '/v1/teams/:teamId',
    rule: 'agent',
    right: 'routing.manage',
    tag: 'Teams',
    summary: 'Put a team away; its conversations go to the queue without a team',
    params: z.object({ teamId: id }),
    response: z.object({}),
  }),
  setAvailability: route({
    method: 'PUT',
    path: '/v1/me/availability',
    rule: 'agent',
    tag: 'Teams',
    summary: 'I am there, busy or away. Away gives what waits for me back to the queue, when asked',
    body: z.object({ availability, by: z.enum(['self', 'idle']).default('self'), handBack: z.boolean().default(false) }),
    response: z.object({ availability, handedBack: z.int() }),
  }),
  assignTeam: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/team',
    rule: 'agent',
    tag: 'Inbox',
    summary: 'Give a conversation to a team’s queue, or to none',
    params: z.object({ conversationId: id }),
    body: z.object({ teamId: id.nullable() }),
    response: z.object({ conversation }),
  }),
  othersDrafts: route({
    method: 'GET',
    path: '/v1/conversations/:conversationId/others-drafts',
    rule: 'agent',
    tag: 'Drafts',
    summary: 'Which colleagues have a reply begun here; not what it says',
    params: z.object({ conversationId: id }),
    response: z.object({ drafts: z.array(z.object({ memberId: id, updatedAt: z.number(), connected: z.boolean() })) }),
  }),
  askForDraft: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/drafts/ask',
    rule: 'agent',
    tag: 'Drafts',
    summary: 'Ask a colleague for his draft. He decides; if he is not there, a copy is handed over and recorded',
    params: z.object({ conversationId: id }),
    body: z.object({ memberId: id }),
    response: z.object({ outcome: z.enum(['asked', 'copied']) }),
  }),
  answerDraftAsk: route({
    method: 'POST',
    path: '/v1/conversations/:conversationId/drafts/answer',
    rule: 'agent',
    tag: 'Drafts',
    summary: 'Give my draft to the colleague who asked for it, or keep it',
    params: z.object({ conversationId: id }),
    body: z.object({ memberId: id, give: z.boolean() }),
    response: z.object({}),
  }),
  takeNext: route({
    method: 'POST',
    path: '/v1/queue/take',
    rule: 'agent',
    tag: 'Teams',
    summary: 'Give me whoever waits longest in my teams’ queues',
    response: z.object({ conversation: conversation.nullable() }),
  }),
  supervisor: route({
    method: 'GET',
    path: '/v1/supervisor',
    rule: 'agent',
    right: 'reports.see',
    tag: 'Supervisor',
    summary: 'The desk at this moment, and today so far, by team, agent and account',
    query: z.object({ since: z.coerce.number().optional() }),
    response: z.object({
      at: z.number(),
      since: z.number(),
      open: z.int(),
      waiting: z.int(),
      queued: z.int(),
      oldestWaiting: z.object({ conversationId: id, since: z.number() }).nullable(),
      oldestQueued: z.object({ conversationId: id, since: z.number() }).nullable(),
      opened: z.int(),
      closed: z.int(),
      answered: z.int(),
      /** First answers since `since`: from the customer’s first message of a case to our first word, ms. */
      firstAnswer: z.object({ count: z.int(), medianMs: z.number().nullable(), p90Ms: z.number().nullable() }),
      rows: z.array(
        z.object({
          by: z.enum(['team', 'member', 'account']),
          id: id.nullable(),
          open: z.int(),
          waiting: z.int(),
          queued: z.int(),
          opened: z.int(),
          closed: z.int(),
          answered: z.int(),
          oldestWaitingSince: z.number().nullable(),
          medianMs: z.number().nullable(),
          p90Ms: z.number().nullable(),
        }),
      ),
      members: z.array(
        z.object({ id, connected: z.boolean(), availability, availabilitySince: z.number(), load: z.int(), capacity: z.int() }),
      ),
    }),
  }),
  report: route({
    method: 'GET',
    path: '/v1/reports',
    rule: 'agent',
    right: 'reports.see',
    tag: 'Supervisor',
    summary: 'Messages, cases, customers and first answers of up to 366 days, by day, hour of the week, team, agent and account',
    query: z.object({
      /** The first and the last day, as the firm's zone has them; without them the last 30 days. */
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
    }),
    response: z.object({
      zone: z.string(),
      from: z.iso.date(),
      to: z.iso.date(),
      /** People whose cases began in these days, each once. */
      customers: z.int(),
      total: z.object({ ...reportMeasures, firstAnswer: reportFirstAnswer }),
      days: z.array(z.object({ day: z.iso.date(), ...reportMeasures })),
      /** Of a week, in the firm's zone; Monday is 1. */
      hours: z.array(z.object({ weekday: z.int(), hour: z.int(), ...reportMeasures })),
      rows: z.array(
        z.object({ by: z.enum(['team', 'member', 'account']), id: id.nullable(), ...reportMeasures, firstAnswer: reportFirstAnswer }),
      ),
    }),
  }),
}
