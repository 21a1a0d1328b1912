/** What the operations of the shared desk do: settings, teams, the queue, the supervisor's figures. */
import type { deskRoutes } from '@dragoman/api'
import {
  answerDraftAsk,
  archiveTeam,
  askForDraft,
  assignToTeam,
  createTeam,
  listTeams,
  othersDrafts,
  readSetting,
  report,
  saveSetting,
  setAvailability,
  supervisorFigures,
  takeNext,
  updateTeam,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const deskHandlers: HandlersOf<typeof deskRoutes> = {
  setting: async ({ params }, actor, { web }) => await readSetting(web.hub, actor, params.name),
  saveSetting: async ({ params, body }, actor, { web }) => await saveSetting(web.hub, actor, params.name, body.version, body.value),
  teams: async (_input, actor, { web }) => ({ teams: await listTeams(web.hub, actor) }),
  createTeam: async ({ body }, actor, { web }) => await createTeam(web.hub, actor, body),
  updateTeam: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateTeam(web.hub, actor, params.teamId, version, change),
  archiveTeam: async ({ params }, actor, { web }) => {
    await archiveTeam(web.hub, actor, params.teamId)
    return {}
  },
  setAvailability: async ({ body }, actor, { web }) => await setAvailability(web.hub, actor, body),
  assignTeam: async ({ params, body }, actor, { web }) => ({
    conversation: await assignToTeam(web.hub, actor, params.conversationId, body.teamId),
  }),
  othersDrafts: async ({ params }, actor, { web }) => ({ drafts: await othersDrafts(web.hub, actor, params.conversationId) }),
  askForDraft: async ({ params, body }, actor, { web }) => ({
    outcome: await askForDraft(web.hub, actor, params.conversationId, body.memberId),
  }),
  answerDraftAsk: async ({ params, body }, actor, { web }) => {
    await answerDraftAsk(web.hub, actor, params.conversationId, body.memberId, body.give)
    return {}
  },
  takeNext: async (_input, actor, { web }) => ({ conversation: await takeNext(web.hub, actor) }),
  supervisor: async ({ query }, actor, { web }) => await supervisorFigures(web.hub, actor, query.since),
  report: async ({ query }, actor, { web }) => await report(web.hub, actor, query),
}
