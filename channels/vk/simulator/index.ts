/**
 * A VK of one's own: the API, upload servers and long poll over state in memory, a wall with comments, and what people do in the app.
 * Always holds: written from the vendor's documented rules; shares nothing with the adapter beside it.
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
import { handle, routes } from './api.ts'
import { act } from './customer.ts'
import { confirm } from './events.ts'
import { phoneOf } from './phone.ts'
import { type Chat, chatKey, type Group, type Person, restoreState, type State, type World } from './state.ts'
import { theme } from './theme.ts'
import { newPost } from './wall.ts'

export const vkSimulator: SimulatorKind = { id: 'vk', theme, routes, create }

function create(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const state: State = restoreState(saved)
  const faults = noFaults()
  const queue = createWebhookQueue({
    // Taken is what was answered with the word `ok`; anything else is sent again.
    environment: { ...environment, post: async webhook => wordOf(await environment.post(webhook)) },
    faults,
    retryDelayMs: attempt => Math.min(60_000, 2_000 * attempt),
    secrets: () => Object.values(state.groups).flatMap(group => (group.callback?.secret ? [group.callback.secret] : [])),
  })
  const world: World = { environment, state, faults, queue, waiters: new Map() }

  return {
    faults,
    handle: request => handle(world, request),

    newAccount(name) {
      const id = 200_000_000 + state.next++
      const group: Group = {
        id,
        name,
        screenName: `shop_${id % 1_000_000}`,
        token: `vk1.a.${randomText(environment.random, 80)}`,
        confirmation: randomText(environment.random, 8, '0123456789abcdef'),
        ts: 1,
        events: [],
        pollKey: '',
        posts: [],
        nextComment: 1,
        calls: [],
        sent: {},
        guids: {},
      }
      state.groups[String(id)] = group
      environment.changed()
      return accountOf(group)
    },

    accounts: () => Object.values(state.groups).map(accountOf),

    async setWebhook(accountId, url, secrets) {
      const group = state.groups[accountId]
      if (!group) return { ok: false, reason: 'There is no such community' }
      const answer = await confirm(world, group, url)
      if (answer.ok) group.callback = { url, secret: secrets.webhookSecret ?? '' }
      return answer
    },

    newPost(accountId, text) {
      return String(newPost(world, groupOf(accountId), -groupOf(accountId).id, text).id)
    },

    newCustomer(accountId, { name, language }) {
      const group = groupOf(accountId)
      const person: Person = { id: 5_550_000 + state.next++, name, language }
      state.people[String(person.id)] = person
      const chat: Chat = { groupId: group.id, personId: person.id, allowed: false, typingUntil: 0, messages: [] }
      state.chats[chatKey(group.id, person.id)] = chat
      environment.changed()
      return phoneOf(world, group, person, chat)
    },

    phones: () =>
      Object.values(state.chats).map(chat => phoneOf(world, groupOf(String(chat.groupId)), state.people[String(chat.personId)]!, chat)),

    async act(customerId, action) {
      const chat = state.chats[customerId]
      const group = chat && state.groups[String(chat.groupId)]
      const person = chat && state.people[String(chat.personId)]
      if (!group || !person || !chat) return { ok: false, reason: 'There is no such customer' }
      return act(world, group, person, chat, action)
    },

    save: () => structuredClone(state),
  }

  function groupOf(accountId: string): Group {
    const group = state.groups[accountId]
    if (!group) throw new Error(`There is no community ${accountId}`)
    return group
  }
}

function wordOf(answer: { status: number; body: string }): { status: number; body: string } {
  return answer.status === 200 && answer.body.trim() !== 'ok' ? { status: 0, body: answer.body } : answer
}

/** What stands in the community's settings. */
function accountOf({ id, name, token, screenName, confirmation }: Group): SimulatedAccount {
  return { id: String(id), name, config: { groupId: String(id), token, screenName, confirmation } }
}
