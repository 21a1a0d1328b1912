/**
 * A mail provider on this machine: an outgoing (SMTP) and an incoming (IMAP) server that any mail program can talk to, and customers with mail of their own.
 * Always holds: written from the RFCs; it shares nothing with the adapter or the runner.
 */
import type { PhoneAbilities, PhoneView, Simulator, SimulatorEnvironment, SimulatorKind } from '@dragoman/channel-kit/simulator'
import { noFaults, randomText } from '@dragoman/channel-kit/simulator'
import { actAsCustomer, reportOnLast } from './customer.ts'
import { imapServer } from './imap-server.ts'
import { smtpServer } from './smtp-server.ts'
import { type Customer, restoreState, type Shop, type World } from './state.ts'
import { theme } from './theme.ts'

const abilities: PhoneAbilities = {
  kinds: ['text', 'image', 'video', 'audio', 'file'],
  videoStyles: [],
  reply: true,
  react: false,
  edit: false,
  delete: false,
  block: true,
  hideReceipts: false,
  typing: false,
  start: false,
  shareContact: false,
}

function createSimulator(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const world: World = { environment, state: restoreState(saved), faults: noFaults(), listeners: new Set() }
  const { state } = world
  const smtp = smtpServer(world)
  const imap = imapServer(world)
  return {
    async open() {
      await Promise.all([smtp.listen(state.ports.smtp), imap.listen(state.ports.imap)])
      state.ports = { smtp: smtp.port(), imap: imap.port() }
    },
    async close() {
      await Promise.all([smtp.close(), imap.close()])
    },
    origins: () => ({ smtp: `smtp://127.0.0.1:${smtp.port()}`, imap: `imap://127.0.0.1:${imap.port()}` }),
    async handle() {
      return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'Mail does not come by HTTP.' }
    },
    newAccount(name) {
      const number = Object.keys(state.shops).length + 1
      const address = `help${number === 1 ? '' : number}@shop.example`
      const shop: Shop = {
        address,
        name,
        password: randomText(environment.random, 16),
        uidValidity: Math.floor(environment.now() / 1000),
        nextUid: 1,
        letters: [],
      }
      state.shops[address] = shop
      environment.changed()
      return simulated(shop)
    },
    accounts: () => Object.values(state.shops).map(simulated),
    newCustomer(accountId, { name, language }) {
      const id = `customer-${++state.count}`
      const left = name.toLowerCase().replace(/[^a-z]+/g, '') || 'customer'
      const customer: Customer = { id, shop: accountId, name, address: `${left}.${state.count}@mail.example`, language, messages: [] }
      state.customers[id] = customer
      environment.changed()
      return viewOf(world, customer)
    },
    phones: () => Object.values(state.customers).map(customer => viewOf(world, customer)),
    async act(customerId, action) {
      const customer = state.customers[customerId]
      return customer ? actAsCustomer(world, customer, action) : { ok: false, reason: 'There is no such customer.' }
    },
    controls: () => [
      {
        id: 'report',
        title: { en: 'Report on the last letter', ru: 'Отчёт о последнем письме' },
        fields: [
          {
            name: 'what',
            label: { en: 'It says', ru: 'Что в нём' },
            kind: 'choice',
            choices: [
              { value: 'unknown', label: { en: 'no such mailbox', ru: 'нет такого ящика' } },
              { value: 'full', label: { en: 'mailbox full, given up', ru: 'ящик переполнен, доставка прекращена' } },
              { value: 'delayed', label: { en: 'delayed, tried again', ru: 'задержка, попытки продолжаются' } },
            ],
          },
        ],
      },
    ],
    control: (accountId, id, values) =>
      id === 'report' ? reportOnLast(world, accountId, values.what ?? '') : { ok: false, reason: 'There is no such thing.' },
    faults: world.faults,
    save: () => structuredClone(state),
  }
}

function simulated(shop: Shop) {
  const config = {
    address: shop.address,
    senderName: shop.name,
    password: shop.password,
    incomingHost: 'imap.simulator.example',
    outgoingHost: 'smtp.simulator.example',
  }
  return { id: shop.address, name: shop.name, config, way: 'poll' as const }
}

function viewOf(world: World, customer: Customer): PhoneView {
  const shop = world.state.shops[customer.shop]
  return {
    customerId: customer.id,
    accountId: customer.shop,
    customerName: customer.name,
    accountName: shop?.name ?? '',
    started: true,
    blocked: customer.isBlocked ?? false,
    hidesReceipts: false,
    businessTyping: false,
    messages: customer.messages.map(({ subject, ...message }) => ({
      ...message,
      body: subject ? { ...message.body, subject } : message.body,
    })),
    abilities,
  }
}

export const emailSimulator: SimulatorKind = { id: 'email', theme, routes: [], create: createSimulator }
