/** What the operations of channels and accounts do. */
import type { accountRoutes, ChannelView } from '@dragoman/api'
import type { EntranceLimits } from '@dragoman/core'
import {
  accountDetail,
  changeWay,
  checkAccount,
  connectAccount,
  type Hub,
  HubProblem,
  listAccounts,
  listSetAside,
  listTemplates,
  replaySetAside,
  sendTestMessage,
  updateAccount,
} from '@dragoman/hub'
import type { HandlersOf } from '../api.ts'

export const accountHandlers: HandlersOf<typeof accountRoutes> = {
  channels: async (_input, _actor, { web }) => ({ channels: channelViews(web.hub) }),
  accounts: async (_input, actor, { web }) => ({ accounts: await listAccounts(web.hub, actor) }),
  checkAccount: async ({ body }, actor, { web }) => await checkAccount(web.hub, actor, body),
  connectAccount: async ({ body }, actor, { web }) => await connectAccount(web.hub, actor, body),
  connectSimulated: async ({ body }, actor, { web }) => {
    if (!web.simulators) throw new HubProblem('not_supported_here', 'The simulator is switched off (DRAGOMAN_SIMULATOR).')
    return await web.simulators.connect(web.hub, actor, body.channel, body.name, body.settings)
  },
  account: async ({ params }, actor, { web }) => await accountDetail(web.hub, actor, params.accountId),
  updateAccount: async ({ params, body }, actor, { web }) => await updateAccount(web.hub, actor, params.accountId, body),
  changeWay: async ({ params, body }, actor, { web }) => await changeWay(web.hub, actor, params.accountId, body.way, body.takeOver),
  testMessage: async ({ params }, actor, { web }) => await sendTestMessage(web.hub, actor, params.accountId),
  templates: async ({ params, query }, actor, { web }) => await listTemplates(web.hub, actor, params.accountId, query.refresh === 'true'),
  setAside: async ({ query }, actor, { web }) => ({ items: await listSetAside(web.hub, actor.workspaceId, query.open === 'true') }),
  replaySetAside: async ({ params }, actor, { web }) => await replaySetAside(web.hub, actor.workspaceId, params.setAsideId, web.effects),
}

/** Channels as data for the screens. */
export function channelViews(hub: Hub): ChannelView[] {
  return [...hub.channels.values()].map(channel => ({
    id: channel.id,
    badge: channel.badge,
    config: JSON.parse(JSON.stringify(channel.config)) as ChannelView['config'],
    capabilities: { ...channel.capabilities({}) },
    replyPolicy: { ...channel.replyPolicy },
    comments: channel.comments
      ? { capabilities: { ...channel.comments.capabilities({}) }, replyPolicy: { ...channel.comments.replyPolicy } }
      : null,
    surfaces: (channel.surfaces ?? []).map(({ id, name, threads, capabilities, replyPolicy }) => ({
      id,
      name: { ...name },
      threads,
      capabilities: { ...capabilities({}) },
      replyPolicy: { ...replyPolicy },
    })),
    extras: Object.keys(channel.extras),
    entranceMax: entranceLimits(channel.extras.entrance?.max),
    hasSubjects: channel.hasSubjects ?? false,
    countsPieces: channel.formatText({ text: 'a' }).segments !== undefined,
    canSimulate: hub.simulatorOrigins(channel.id) !== undefined,
  }))
}

function entranceLimits(max: EntranceLimits | undefined): ChannelView['entranceMax'] {
  if (!max) return null
  const { greeting, starters, starterTitle, menu, menuTitle } = max
  return { greeting, starters, starterTitle, menu, menuTitle }
}
