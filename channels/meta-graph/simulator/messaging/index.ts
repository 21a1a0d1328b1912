/**
 * A messenger of Meta's page messaging, simulated: everything that two of them share, told apart by rules that each gives.
 * Always holds: never imports an adapter; rules come from Meta's documents. Every account has a token of its own and the app's one secret.
 */
import {
  type CustomerAction,
  hideSecrets,
  logExcerpt,
  noFaults,
  type PhoneView,
  randomDigits,
  randomText,
  type SimulatedAccount,
  type Simulator,
  type SimulatorEnvironment,
  type SimulatorKind,
} from '@dragoman/channel-kit/simulator'
import { proveAddress } from '../webhooks.ts'
import { answer } from './api.ts'
import { newPost, postsFor } from './feed.ts'
import { act } from './inbound.ts'
import { resumeDeliveries } from './outbound.ts'
import { createOutbox } from './outbox.ts'
import { entranceFor } from './profile.ts'
import type { MessagingRules, World } from './rules.ts'
import { type BusinessAccount, type Customer, isState, type MessagingState } from './state.ts'

export type { FileRule, MessagingRules, World } from './rules.ts'
export { day, hour, inboxAppId, week } from './rules.ts'
export type { BusinessAccount, Comment, Customer, Post, Template } from './state.ts'

/** The simulator of a messenger with these rules. */
export function messagingSimulator(rules: MessagingRules): SimulatorKind {
  return { id: rules.id, theme: rules.theme, routes: rules.routes, create: (environment, saved) => create(rules, environment, saved) }
}

function create(rules: MessagingRules, environment: SimulatorEnvironment, saved: unknown): Simulator {
  const state = isState(saved) ? structuredClone(saved) : freshState(rules, environment)
  const faults = noFaults()
  const world: World = { environment, state, faults, rules, send: createOutbox(environment, faults, state, rules) }
  resumeDeliveries(world)
  const known = (accountId: string) => state.accounts.find(account => account.id === accountId)

  return {
    faults,
    async handle(request) {
      const response = answer(world, request)
      const show = (text: string) => hideSecrets(text, [state.app.secret, ...state.accounts.map(account => account.token)])
      environment.log({
        at: environment.now(),
        direction: 'request',
        what: show(`${request.method} ${request.path}`),
        status: response.hangMs === undefined ? response.status : 0,
        sent: show(logExcerpt(request.body, request.headers['content-type'])),
        received: response.hangMs === undefined ? show(logExcerpt(response.body, response.headers?.['content-type'])) : '',
      })
      return response
    },
    newAccount(name) {
      const account: BusinessAccount = {
        name,
        ...rules.newAccount(environment, name),
        tokenMadeAt: environment.now(),
        fields: [],
        pace: { tokens: 300, at: environment.now() },
        heavyPace: { tokens: 10, at: environment.now() },
        entrance: { greeting: [], iceBreakers: [], menu: [] },
      }
      state.accounts.push(account)
      environment.changed()
      return shown(account)
    },
    accounts: () => state.accounts.map(shown),
    async setWebhook(accountId, url, secrets) {
      const account = known(accountId)
      if (!account) return { ok: false, reason: 'There is no such account' }
      const proof = await proveAddress(environment, url, secrets.verifyToken ?? '')
      if (proof.ok) account.callback = url
      return proof
    },
    newPost(accountId, text) {
      const account = known(accountId)
      return account ? newPost(world, account, text) : ''
    },
    newCustomer(accountId, person) {
      const customer = newCustomer(state, environment, accountId, person)
      state.customers.push(customer)
      environment.changed()
      return viewOf(world, customer)
    },
    phones: () => state.customers.map(customer => viewOf(world, customer)),
    act: async (customerId: string, action: CustomerAction) => act(world, customerId, action),
    save: () => structuredClone(state),
  }

  function shown(account: BusinessAccount): SimulatedAccount {
    return { id: account.id, name: account.name, config: rules.configOf(account, state.app) }
  }
}

/** A platform with nobody on it. */
function freshState(rules: MessagingRules, { random }: SimulatorEnvironment): MessagingState {
  return {
    version: 1,
    app: { id: randomDigits(random, 15), secret: randomText(random, 32, '0123456789abcdef'), name: 'Tern & Teal desk' },
    accounts: [],
    customers: [],
    posts: [],
    files: [],
    templates: structuredClone(rules.templates),
    counter: 0,
  }
}

function newCustomer(
  state: MessagingState,
  { random }: SimulatorEnvironment,
  accountId: string,
  person: { name: string; language: string },
): Customer {
  const handle = person.name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return {
    id: `customer-${++state.counter}`,
    accountId,
    personId: randomDigits(random, 17),
    commenterId: randomDigits(random, 17),
    name: person.name,
    username: handle.length >= 3 ? handle : `user${randomDigits(random, 5)}`,
    language: person.language,
    blocked: false,
    hidesReceipts: false,
    lastAt: 0,
    isRequest: false,
    typingUntil: 0,
    messages: [],
  }
}

function viewOf(world: World, customer: Customer): PhoneView {
  const { environment, state, rules } = world
  const account = state.accounts.find(entry => entry.id === customer.accountId)
  const posts = postsFor(world, customer)
  return {
    customerId: customer.id,
    accountId: customer.accountId,
    customerName: customer.name,
    accountName: account?.name ?? '',
    started: true,
    blocked: customer.blocked,
    hidesReceipts: customer.hidesReceipts,
    businessTyping: customer.typingUntil > environment.now(),
    messages: customer.messages.map(({ edits: _, receipts: __, ...message }) => message),
    abilities: rules.abilities,
    ...(posts.length ? { posts } : {}),
    ...(account ? entranceFor(account, customer) : {}),
  }
}
