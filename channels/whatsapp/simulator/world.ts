/** What all parts of the simulated WhatsApp work on, and the small questions that they share. */
import { type Faults, randomDigits, randomText, type SimulatorEnvironment } from '@dragoman/channel-kit/simulator'
import { createOutbox } from './outbox.ts'
import type { BusinessNumber, Customer, StoredFile, StoredMessage, WhatsAppState } from './state.ts'
import { seedTemplates } from './template-seeds.ts'

export const windowMs = 24 * 60 * 60_000
export const entryPointMs = 72 * 60 * 60_000

export interface World {
  environment: SimulatorEnvironment
  state: WhatsAppState
  faults: Faults
  outbox: ReturnType<typeof createOutbox>
}

/** A platform with nobody on it. */
export function freshState(environment: SimulatorEnvironment): WhatsAppState {
  const { random } = environment
  return {
    version: 1,
    app: {
      id: randomDigits(random, 15),
      secret: randomText(random, 32, '0123456789abcdef'),
      name: 'Tern & Teal desk',
      token: `EAA${randomText(random, 60)}`,
      subscribed: false,
    },
    wabaId: randomDigits(random, 15),
    numbers: [],
    customers: [],
    files: [],
    templates: seedTemplates(),
    counter: 0,
  }
}

export function openWorld(environment: SimulatorEnvironment, state: WhatsAppState, faults: Faults): World {
  return { environment, state, faults, outbox: createOutbox(environment, faults, state) }
}

/** An id of a message, opaque and unlike any other. */
export function newMessageId({ environment, state }: World): string {
  state.counter++
  return `wamid.${btoa(`${state.counter}:${randomText(environment.random, 24)}`).replaceAll('=', '')}`
}

export function customerOf({ state }: World, customerId: string): Customer | undefined {
  return state.customers.find(customer => customer.id === customerId)
}

export function numberOf({ state }: World, numberId: string): BusinessNumber | undefined {
  return state.numbers.find(number => number.id === numberId)
}

/** The customer's chat that a `to` or `recipient` of this number means; someone who only chats with another number gets a new one. */
export function chatOf(world: World, number: BusinessNumber, message: Record<string, unknown>): Customer | undefined {
  const phone = typeof message.to === 'string' ? message.to.replace(/[^0-9]/g, '') : undefined
  const isPerson = (customer: Customer) => (phone ? customer.phone === phone : customer.bsuid === message.recipient)
  const own = world.state.customers.find(customer => customer.numberId === number.id && isPerson(customer))
  if (own) return own
  const elsewhere = world.state.customers.find(isPerson)
  if (!elsewhere) return undefined
  const chat: Customer = {
    ...structuredClone(elsewhere),
    id: `customer-${++world.state.counter}`,
    numberId: number.id,
    messages: [],
    windowUntil: 0,
    freeUntil: 0,
    cameByAdAt: undefined,
    typingUntil: 0,
    pair: { tokens: 45, at: world.environment.now() },
  }
  world.state.customers.push(chat)
  return chat
}

/** A message of any chat of a number. */
export function messageOf(
  { state }: World,
  numberId: string,
  messageId: string,
): { customer: Customer; message: StoredMessage } | undefined {
  for (const customer of state.customers) {
    if (customer.numberId !== numberId) continue
    const message = customer.messages.find(entry => entry.id === messageId)
    if (message) return { customer, message }
  }
  return undefined
}

/** A file that is still there. */
export function fileOf({ state, environment }: World, id: string): StoredFile | undefined {
  return state.files.find(file => file.id === id && file.expiresAt > environment.now() && environment.kept(file.fileId) !== undefined)
}

/** The `contacts` entry of a webhook: without a number where the person hides it. */
export function contactEntry(customer: Customer): Record<string, unknown> {
  return {
    profile: { name: customer.name, ...(customer.username ? { username: customer.username } : {}) },
    ...(customer.phone ? { wa_id: customer.phone } : {}),
    user_id: customer.bsuid,
  }
}

/** Seconds, as text: how messages carry their time. */
export function seconds(ms: number): string {
  return String(Math.floor(ms / 1000))
}
