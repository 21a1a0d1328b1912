/** What the operations that keep a desk in order do: labels, changes of many and their undo, macros, saved views, reminders, mentions. */
import type { orderRoutes } from '@dragoman/api'
import {
  archiveLabel,
  archiveMacro,
  changeConversations,
  createLabel,
  createMacro,
  createView,
  deleteView,
  dismissSummary,
  dropReminder,
  listLabels,
  listMacros,
  listMentionable,
  listReminders,
  listViews,
  mergeLabel,
  readMentions,
  remind,
  runMacro,
  undoChange,
  updateLabel,
  updateMacro,
  updateView,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const orderHandlers: HandlersOf<typeof orderRoutes> = {
  labels: async (_input, actor, { web }) => ({ labels: await listLabels(web.hub, actor) }),
  createLabel: async ({ body }, actor, { web }) => await createLabel(web.hub, actor, body),
  updateLabel: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateLabel(web.hub, actor, params.labelId, version, change),
  mergeLabel: async ({ params, body }, actor, { web }) => await mergeLabel(web.hub, actor, params.labelId, body.into),
  archiveLabel: async ({ params }, actor, { web }) => ({ conversations: await archiveLabel(web.hub, actor, params.labelId) }),
  changeConversations: async ({ body }, actor, { web }) => await changeConversations(web.hub, actor, body),
  undo: async ({ params }, actor, { web }) => await undoChange(web.hub, actor, params.undoId),
  macros: async (_input, actor, { web }) => ({ macros: await listMacros(web.hub, actor) }),
  createMacro: async ({ body }, actor, { web }) => await createMacro(web.hub, actor, body),
  updateMacro: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateMacro(web.hub, actor, params.macroId, version, change),
  archiveMacro: async ({ params }, actor, { web }) => {
    await archiveMacro(web.hub, actor, params.macroId)
    return {}
  },
  runMacro: async ({ params, body }, actor, { web }) => await runMacro(web.hub, actor, params.macroId, body),
  savedViews: async (_input, actor, { web }) => ({ views: await listViews(web.hub, actor) }),
  createView: async ({ body }, actor, { web }) => await createView(web.hub, actor, body),
  updateView: async ({ params, body: { version, ...change } }, actor, { web }) =>
    await updateView(web.hub, actor, params.viewId, version, change),
  deleteView: async ({ params }, actor, { web }) => {
    await deleteView(web.hub, actor, params.viewId)
    return {}
  },
  reminders: async ({ params }, actor, { web }) => ({ reminders: await listReminders(web.hub, actor, params.conversationId) }),
  remind: async ({ params, body }, actor, { web }) => await remind(web.hub, actor, params.conversationId, body.at, body.text),
  dropReminder: async ({ params }, actor, { web }) => {
    await dropReminder(web.hub, actor, params.reminderId)
    return {}
  },
  mentionable: async ({ params }, actor, { web }) => ({ members: await listMentionable(web.hub, actor, params.conversationId) }),
  readMentions: async ({ params }, actor, { web }) => ({ mention: await readMentions(web.hub, actor, params.conversationId) }),
  dismissSummary: async ({ params }, actor, { web }) => ({ conversation: await dismissSummary(web.hub, actor, params.conversationId) }),
}
