/**
 * A Telegram of one's own: the Bot API over state in memory, and what people can do in the app.
 * Always holds: written from the vendor's documented rules; shares nothing with the adapter beside it.
 */
import {
  pngPicture,
  randomText,
  type SimulatedAccount,
  type Simulator,
  type SimulatorEnvironment,
  type SimulatorKind,
} from '@dragoman/channel-kit/simulator'
import { handle, routes } from './api.ts'
import { control, controlsOf } from './controls.ts'
import { act } from './customer.ts'
import { limits } from './limits.ts'
import { phoneOf } from './phone.ts'
import { openPublicPlaces, postByPeople } from './public.ts'
import {
  type Bot,
  chatKey,
  chatOf,
  type Person,
  publicChat,
  restoreState,
  type State,
  startFaults,
  storeFile,
  type World,
} from './state.ts'
import { theme } from './theme.ts'
import { createUpdates } from './updates.ts'

export const telegramSimulator: SimulatorKind = { id: 'telegram', theme, routes, create }

function create(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const state: State = restoreState(saved)
  const faults = startFaults()
  const updates = createUpdates({ environment, state, faults })
  const world: World = { environment, state, faults, tell: updates.tell }
  for (const bot of Object.values(state.bots)) updates.flush(bot)

  return {
    faults,
    handle: request => handle(world, updates, request),

    newAccount(name) {
      const id = state.nextBotId++
      const username = `${
        name
          .toLowerCase()
          .replace(/[^a-z0-9]+/g, '_')
          .replace(/^_+|_+$/g, '') || 'shop'
      }_${id % 1000}_bot`.replace(/^(?![a-z])/, 'b')
      const bot: Bot = {
        id,
        token: `${id}:${randomText(environment.random, 35)}`,
        name,
        username,
        allowed: null,
        nextUpdateId: 900_000 + Math.floor(environment.random() * 1000),
        updates: [],
        pace: { tokens: limits.botBurst, at: environment.now() },
      }
      state.bots[String(id)] = bot
      openPublicPlaces(world, bot)
      environment.changed()
      return accountOf(state, bot)
    },

    accounts: () => Object.values(state.bots).map(bot => accountOf(state, bot)),
    newPost: (accountId, text) => postByPeople(world, botOf(accountId), text),
    controls: accountId => controlsOf(world, botOf(accountId)),
    control: (accountId, id, values) => control(world, botOf(accountId), id, values),

    newCustomer(accountId, { name, language, withoutPhone }) {
      const bot = botOf(accountId)
      const id = state.nextPersonId++
      const person: Person = {
        id,
        firstName: name,
        language,
        ...(withoutPhone ? {} : { phone: `+1555${String(id).slice(-7).padStart(7, '0')}` }),
      }
      const latin = name.toLowerCase().replace(/[^a-z]/g, '')
      if (latin.length > 1) person.username = `${latin}_${id % 10_000}`
      person.avatar = storeFile(world, 'photo', {
        bytes: pngPicture({ width: 160, height: 160, hue: (id * 47) % 360 }),
        mimeType: 'image/png',
        name: 'avatar.png',
      }).id
      state.people[String(id)] = person
      const chat = {
        botId: bot.id,
        personId: id,
        started: false,
        blocked: false,
        typingUntil: 0,
        messages: [],
        pace: { tokens: limits.chatBurst, at: environment.now() },
      }
      state.chats[chatKey(bot.id, id)] = chat
      environment.changed()
      return phoneOf(world, bot, person, chat)
    },

    phones: () =>
      Object.values(state.chats)
        .filter(chat => !chat.group)
        .map(chat => phoneOf(world, botOf(String(chat.botId)), state.people[String(chat.personId)]!, chat)),

    async act(customerId, action) {
      const [botId, personId, connection] = customerId.split(':')
      const bot = state.bots[botId ?? '']
      const person = state.people[personId ?? '']
      const chat = bot && person && chatOf(state, bot.id, person.id, connection)
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
}

/** What BotFather tells the owner. */
function accountOf(state: State, bot: Bot): SimulatedAccount {
  const channel = publicChat(state, bot.id, 'channel')?.group.username
  const discussion = publicChat(state, bot.id, 'supergroup')?.group.id
  return {
    id: String(bot.id),
    name: bot.name,
    config: {
      token: bot.token,
      username: bot.username,
      ...(channel ? { channel: `@${channel}` } : {}),
      ...(discussion === undefined ? {} : { discussion: String(discussion) }),
    },
  }
}
