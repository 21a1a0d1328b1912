/**
 * A MAX of one's own: the Bot API over state in memory, and what people can do in the app.
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
import { act } from './customer.ts'
import { limits } from './limits.ts'
import { phoneOf } from './phone.ts'
import {
  type Bot,
  type Dialog,
  dialogKey,
  fileAddress,
  type Person,
  restoreState,
  type State,
  startFaults,
  storeFile,
  type World,
} from './state.ts'
import { theme } from './theme.ts'
import { createUpdates } from './updates.ts'

export const maxSimulator: SimulatorKind = { id: 'max', theme, routes, create }

function create(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const state: State = restoreState(saved)
  const faults = startFaults()
  const updates = createUpdates({ environment, state, faults })
  const world: World = { environment, state, faults, tell: updates.tell }

  return {
    faults,
    handle: request => handle(world, updates, request),

    newAccount(name) {
      const id = state.nextBot++
      const bot: Bot = {
        id,
        token: randomText(environment.random, 80),
        name,
        username: `id77000${id}_bot`,
        subscriptions: [],
        updates: [],
        nextMarker: 1_000 + Math.floor(environment.random() * 1000),
        pace: { tokens: limits.burst, at: environment.now() },
      }
      state.bots[String(id)] = bot
      environment.changed()
      return accountOf(bot)
    },

    accounts: () => Object.values(state.bots).map(accountOf),

    newCustomer(accountId, { name, language }) {
      const bot = botOf(accountId)
      const id = state.nextPerson++
      const bytes = pngPicture({ width: 160, height: 160, hue: (id * 47) % 360 })
      const { token } = storeFile(world, 'image', { bytes, mimeType: 'image/png', name: 'avatar.png' })
      const person: Person = {
        id,
        firstName: name,
        language,
        username: `person_${id}`,
        phone: `+1555${String(id).padStart(7, '0')}`,
        avatar: fileAddress(world, token),
      }
      const dialog: Dialog = {
        chatId: 140_000_000 + bot.id * 3 + id * 7,
        botId: bot.id,
        personId: id,
        started: false,
        stopped: false,
        typingUntil: 0,
        messages: [],
      }
      state.people[String(id)] = person
      state.dialogs[dialogKey(bot.id, id)] = dialog
      environment.changed()
      return phoneOf(world, bot, person, dialog)
    },

    phones: () =>
      Object.values(state.dialogs).map(dialog =>
        phoneOf(world, botOf(String(dialog.botId)), state.people[String(dialog.personId)]!, dialog),
      ),

    async act(customerId, action) {
      const dialog = state.dialogs[customerId]
      const bot = dialog && state.bots[String(dialog.botId)]
      const person = dialog && state.people[String(dialog.personId)]
      if (!dialog || !bot || !person) return { ok: false, reason: 'There is no such customer' }
      return act(world, bot, person, dialog, action)
    },

    save: () => structuredClone(state),
  }

  function botOf(accountId: string): Bot {
    const bot = state.bots[accountId]
    if (!bot) throw new Error(`There is no bot ${accountId}`)
    return bot
  }
}

/** What the partner cabinet shows to the owner. */
function accountOf(bot: Bot): SimulatedAccount {
  return { id: String(bot.id), name: bot.name, config: { token: bot.token, username: bot.username } }
}
