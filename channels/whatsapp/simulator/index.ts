/**
 * WhatsApp's Cloud API, simulated: one app and one business account with any number of telephone numbers, state in memory.
 * Always holds: never imports the adapter; rules come from Meta's documents. All numbers share the app, its secret and its token, so that one
 * webhook address may hear of several.
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
import { proveAddress } from '@dragoman/channel-meta-graph/simulator'
import { answer, routes } from './api.ts'
import { act } from './inbound.ts'
import { resumeStatuses } from './outbound.ts'
import { control, controlsOf } from './standing.ts'
import { type BusinessNumber, type Customer, isState } from './state.ts'
import { theme } from './theme.ts'
import { freshState, numberOf, openWorld, type World } from './world.ts'

export const whatsappSimulator: SimulatorKind = { id: 'whatsapp', theme, routes, create }

function create(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const state = isState(saved) ? structuredClone(saved) : freshState(environment)
  const faults = noFaults()
  const world = openWorld(environment, state, faults)
  resumeStatuses(world)

  return {
    faults,
    async handle(request) {
      const response = await answer(world, request)
      const show = (text: string) =>
        hideSecrets(text, [state.app.token, state.app.secret]).replace(/"verify_token":"[^"]*"/, '"verify_token":"…"')
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
      const number: BusinessNumber = {
        id: randomDigits(environment.random, 15),
        name,
        displayNumber: `4930555${randomDigits(environment.random, 4)}`,
        deliveredInMonth: {},
        throughput: { tokens: 80, at: environment.now() },
      }
      state.numbers.push(number)
      environment.changed()
      return accountOf(world, number)
    },
    accounts: () => state.numbers.map(number => accountOf(world, number)),
    setWebhook: (accountId, url, secrets) => setWebhook(world, accountId, url, secrets),
    controls(accountId) {
      const number = numberOf(world, accountId)
      return number ? controlsOf(world, number) : []
    },
    control(accountId, id, values) {
      const number = numberOf(world, accountId)
      return number ? control(world, number, id, values) : { ok: false, reason: 'There is no such number' }
    },
    newCustomer(accountId, person) {
      const customer = makeCustomer(world, accountId, person)
      state.customers.push(customer)
      environment.changed()
      return viewOf(world, customer)
    },
    phones: () => state.customers.map(customer => viewOf(world, customer)),
    act: async (customerId: string, action: CustomerAction) => act(world, customerId, action),
    save: () => structuredClone(state),
  }
}

function accountOf({ state }: World, number: BusinessNumber): SimulatedAccount {
  return {
    id: number.id,
    name: number.name,
    config: {
      phoneNumberId: number.id,
      wabaId: state.wabaId,
      token: state.app.token,
      displayNumber: `+${number.displayNumber}`,
      appSecret: state.app.secret,
    },
  }
}

/**
 * The owner enters the address in the app's dashboard. The app has one; a number for which another address is entered while other numbers use
 * the first gets that one for itself (Meta lets a number override the app's address). An older override of the whole account goes: an owner who
 * enters an address means it.
 */
async function setWebhook(
  { environment, state }: World,
  accountId: string,
  url: string,
  secrets: Record<string, string>,
): Promise<{ ok: boolean; reason?: string }> {
  const number = state.numbers.find(candidate => candidate.id === accountId)
  if (!number) return { ok: false, reason: 'There is no such number' }
  const proof = await proveAddress(environment, url, secrets.verifyToken ?? '')
  if (!proof.ok) return proof
  if (state.wabaCallback !== url) delete state.wabaCallback
  const isFirst = state.app.callback === undefined || state.app.callbackOf === accountId || state.app.callback === url
  if (isFirst) {
    state.app.callback = url
    state.app.callbackOf ??= accountId
    delete number.callback
  } else number.callback = url
  state.app.subscribed = true
  return { ok: true }
}

/** Numbers of ranges that are set aside for fiction, or of nobody. */
const prefixes: Record<string, { country: string; phone: string; digits: number }> = {
  ru: { country: 'RU', phone: '7900555', digits: 4 },
  en: { country: 'GB', phone: '447700900', digits: 3 },
  de: { country: 'DE', phone: '4915735550', digits: 3 },
}

function makeCustomer(
  { environment, state }: World,
  numberId: string,
  person: { name: string; language: string; withoutPhone?: boolean },
): Customer {
  const { random } = environment
  const place = prefixes[person.language] ?? prefixes.en
  const username = person.name.toLowerCase().replace(/[^a-z0-9]/g, '')
  let phone = ''
  do phone = `${place?.phone}${randomDigits(random, place?.digits ?? 4)}`
  while (state.customers.some(customer => customer.phone === phone) && state.customers.length < 500)
  return {
    id: `customer-${++state.counter}`,
    numberId,
    name: person.name,
    language: person.language,
    ...(person.withoutPhone ? { username: username.length >= 3 ? username : `user${randomDigits(random, 4)}` } : { phone }),
    bsuid: `${place?.country ?? 'GB'}.${randomText(random, 14)}`,
    blocked: false,
    hidesReceipts: false,
    stoppedMarketing: false,
    windowUntil: 0,
    freeUntil: 0,
    typingUntil: 0,
    pair: { tokens: 45, at: environment.now() },
    messages: [],
  }
}

function viewOf({ environment, state }: World, customer: Customer): PhoneView {
  const entrance = state.numbers.find(number => number.id === customer.numberId)?.entrance
  return {
    customerId: customer.id,
    accountId: customer.numberId,
    customerName: customer.name,
    ...(customer.phone ? { customerPhone: `+${customer.phone}` } : {}),
    accountName: state.numbers.find(number => number.id === customer.numberId)?.name ?? '',
    started: true,
    blocked: customer.blocked,
    hidesReceipts: customer.hidesReceipts,
    businessTyping: customer.typingUntil > environment.now(),
    messages: customer.messages.map(({ reference: _, category: __, receipts: ___, isVoice: ____, ...shown }) => shown),
    ...(entrance
      ? {
          entrance: {
            starters: entrance.prompts.map(prompt => ({ title: prompt, payload: prompt })),
            menu: entrance.commands.map(row => ({ title: row.command_description, payload: row.command_name })),
          },
        }
      : {}),
    abilities: {
      kinds: ['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card', 'order', 'unsupported'],
      videoStyles: [],
      reply: true,
      react: 'any',
      edit: true,
      delete: true,
      block: true,
      hideReceipts: true,
      typing: false,
      start: false,
      arrive: true,
      shareContact: false,
    },
  }
}
