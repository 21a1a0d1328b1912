/**
 * A Viber of one's own: the bot API and a partner for Business Messages over state in memory, and what people can do in the app.
 * Always holds: written from the vendor's documented rules; shares nothing with the adapter beside it. An account is a bot unless the settings
 * say `business`.
 */
import {
  pngPicture,
  randomDigits,
  randomText,
  type SimulatedAccount,
  type Simulator,
  type SimulatorEnvironment,
  type SimulatorKind,
} from '@dragoman/channel-kit/simulator'
import { handle, routes } from './api.ts'
import { createCallbacks } from './callbacks.ts'
import { act } from './customer.ts'
import { phoneOf } from './phone.ts'
import { type Account, type Chat, chatKey, type Person, restoreState, type State, startFaults, storeFile, type World } from './state.ts'
import { theme } from './theme.ts'

export const viberSimulator: SimulatorKind = { id: 'viber', theme, accountChoices: ['service'], routes, create }

/** The same platform, whose new accounts are of Business Messages where nothing else is said. */
export const viberBusinessSimulator: SimulatorKind = {
  ...viberSimulator,
  create(environment, saved) {
    const simulator = create(environment, saved)
    return { ...simulator, newAccount: (name, settings) => simulator.newAccount(name, settings ?? { service: 'business' }) }
  },
}

function create(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const state: State = restoreState(saved)
  const faults = startFaults()
  const world: World = { environment, state, faults, ...createCallbacks({ environment, state, faults }) }

  return {
    faults,
    handle: request => handle(world, request),

    newAccount(name, settings = {}) {
      const { random } = environment
      const number = state.nextAccount++
      const kind = settings.service === 'business' ? 'business' : 'bot'
      const uri = `${name.toLowerCase().replace(/[^a-z0-9]+/g, '') || 'shop'}${number}`
      const key = () => [16, 16, 16].map(length => randomText(random, length, '0123456789abcdef')).join('-')
      const account: Account = {
        id: kind === 'bot' ? `pa:${randomDigits(random, 19)}` : state.accounts[name] ? `${name} ${number}` : name,
        kind,
        name,
        uri,
        token: key(),
        channelToken: key(),
        adminId: `${randomText(random, 22)}==`,
        posts: [],
        key: key(),
      }
      state.accounts[account.id] = account
      environment.changed()
      return accountOf(account)
    },

    accounts: () => Object.values(state.accounts).map(accountOf),

    /** What the owner types into the partner's portal; a bot's webhook is set by the API only. */
    async setWebhook(accountId, url, secrets) {
      const account = accountNamed(accountId)
      if (account.kind === 'business') account.portal = { url, secret: secrets.providerSecret ?? '' }
      return { ok: true }
    },

    newCustomer(accountId, { name, language }) {
      const account = accountNamed(accountId)
      const number = state.nextPerson++
      const bytes = pngPicture({ width: 160, height: 160, hue: (number * 47) % 360 })
      const { id } = storeFile(world, { bytes, mimeType: 'image/png', name: 'avatar.png' })
      const person: Person = {
        id: `${randomText(environment.random, 22)}==`,
        name,
        language,
        phone: `+1555${String(100_000 + number).padStart(7, '0')}`,
        avatar: `${environment.origin}/media/${id}.png`,
      }
      const chat: Chat = {
        accountId,
        personId: person.id,
        subscribed: false,
        blocked: false,
        hidesReceipts: false,
        welcomeUntil: 0,
        messages: [],
        unansweredAt: [],
        lastInboundAt: 0,
        detailsAskedAt: [],
      }
      state.people[person.id] = person
      state.chats[chatKey(accountId, person.id)] = chat
      environment.changed()
      return phoneOf(account, person, chat)
    },

    phones: () => Object.values(state.chats).map(chat => phoneOf(accountNamed(chat.accountId), state.people[chat.personId]!, chat)),

    async act(customerId, action) {
      const chat = state.chats[customerId]
      const person = chat && state.people[chat.personId]
      const account = chat && state.accounts[chat.accountId]
      if (!chat || !person || !account) return { ok: false, reason: 'There is no such customer' }
      return act(world, account, person, chat, action)
    },

    save: () => structuredClone(state),
  }

  function accountNamed(accountId: string): Account {
    const account = state.accounts[accountId]
    if (!account) throw new Error(`There is no account ${accountId}`)
    return account
  }
}

/** What the vendor's or the partner's pages show to the owner. */
function accountOf(account: Account): SimulatedAccount {
  const config: Record<string, string> =
    account.kind === 'bot'
      ? {
          service: 'bot',
          senderName: account.name.slice(0, 28),
          token: account.token,
          username: account.uri,
          channelToken: account.channelToken,
          channelAdminId: account.adminId,
        }
      : { service: 'business', senderName: account.id, providerKey: account.key }
  return { id: account.id, name: account.name, config }
}
