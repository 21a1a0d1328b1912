/**
 * A Bot Connector of one's own: token service, signing keys and Connector over state in memory, and what people do in Teams – or did in Skype.
 * Always holds: written from the vendor's documented rules; shares nothing with the adapter beside it. A bot whose name holds "Skype" speaks Skype.
 */
import {
  createWebhookQueue,
  noFaults,
  randomText,
  type SimulatedAccount,
  type Simulator,
  type SimulatorEnvironment,
  type SimulatorKind,
} from '@dragoman/channel-kit/simulator'
import { tell } from './activities.ts'
import { handle, routes } from './api.ts'
import { act } from './customer.ts'
import { phoneOf } from './phone.ts'
import { type Bot, type Chat, type Person, restoreState, type State, type World } from './state.ts'
import { theme } from './theme.ts'

export const botframeworkSimulator: SimulatorKind = { id: 'botframework', theme, routes, create }

/** Each person's chat is spoken for by one of several regional addresses, as in the real Teams. */
const regions = ['emea', 'amer', 'teams']

function create(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const state: State = restoreState(saved)
  const faults = noFaults()
  // There is no second try: the wait before it is longer than any webhook is kept.
  const queue = createWebhookQueue({ environment, faults, retryDelayMs: () => 3_600_000 })
  const world: World = { environment, state, faults, queue }

  return {
    faults,
    handle: request => handle(world, request),

    newAccount(name) {
      const bot: Bot = {
        appId: guid(),
        secret: `sim8Q~${randomText(environment.random, 34)}`,
        tenantId: guid(),
        name,
        messenger: /skype/i.test(name) ? 'skype' : 'msteams',
        tokens: {},
      }
      state.bots[bot.appId] = bot
      environment.changed()
      return accountOf(bot)
    },

    accounts: () => Object.values(state.bots).map(accountOf),

    async setWebhook(accountId, url) {
      const bot = state.bots[accountId]
      if (!bot) return { ok: false, reason: 'There is no such bot' }
      if (!/^https:\/\//.test(url) && !/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(url))
        return { ok: false, reason: 'The messaging endpoint must be HTTPS' }
      bot.webhookUrl = url
      return { ok: true }
    },

    newCustomer(accountId, { name, language }) {
      const bot = botOf(accountId)
      const number = state.next++
      const person: Person = {
        id: `29:1${randomText(environment.random, 24)}`,
        directoryId: guid(),
        name,
        language,
        region: bot.messenger === 'skype' ? 'apis' : regions[number % regions.length]!,
      }
      state.people[person.id] = person
      const chat: Chat = {
        conversationId: bot.messenger === 'skype' ? person.id : `a:1${randomText(environment.random, 40)}`,
        appId: bot.appId,
        personId: person.id,
        installed: true,
        hidesReceipts: false,
        typingUntil: 0,
        messages: [],
        sentAt: [],
      }
      state.chats[`${bot.appId} ${person.id}`] = chat
      if (bot.messenger === 'msteams') {
        tell(world, bot, person, chat, { type: 'installationUpdate', action: 'add' })
        tell(world, bot, person, chat, { type: 'conversationUpdate', membersAdded: [{ id: person.id }, { id: `28:${bot.appId}` }] })
      } else tell(world, bot, person, chat, { type: 'contactRelationUpdate', action: 'add' })
      environment.changed()
      return phoneOf(world, bot, person, chat)
    },

    phones: () => Object.values(state.chats).map(chat => phoneOf(world, botOf(chat.appId), state.people[chat.personId]!, chat)),

    async act(customerId, action) {
      const chat = state.chats[customerId]
      const bot = chat && state.bots[chat.appId]
      const person = chat && state.people[chat.personId]
      if (!bot || !person || !chat) return { ok: false, reason: 'There is no such customer' }
      return act(world, bot, person, chat, action)
    },

    save: () => structuredClone(state),
  }

  function botOf(accountId: string): Bot {
    const bot = state.bots[accountId]
    if (!bot) throw new Error(`There is no bot ${accountId}`)
    return bot
  }

  function guid(): string {
    const hex = (length: number) => randomText(environment.random, length, '0123456789abcdef')
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`
  }
}

/** What stands in the Azure portal. */
function accountOf(bot: Bot): SimulatedAccount {
  const { appId, secret, tenantId, messenger, name } = bot
  return { id: appId, name, config: { appId, appSecret: secret, tenantId, messenger } }
}
