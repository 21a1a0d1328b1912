/**
 * A carrier on this machine: an SMPP line that any client can bind to, a gateway with JSON, and phones that show plain text.
 * Always holds: written from the specifications; it shares nothing with the adapter or the runner.
 */
import { createHmac } from 'node:crypto'
import type { PhoneAbilities, PhoneView, Simulator, SimulatorEnvironment, SimulatorKind } from '@dragoman/channel-kit/simulator'
import { createWebhookQueue, noFaults, randomDigits, randomText } from '@dragoman/channel-kit/simulator'
import { serveGateway } from './gateway.ts'
import { actOnPhone } from './network.ts'
import { smppServer } from './smpp-server.ts'
import { type Client, type Phone, restoreState, type World } from './state.ts'
import { theme } from './theme.ts'

const abilities: PhoneAbilities = {
  kinds: ['text'],
  videoStyles: [],
  reply: false,
  react: false,
  edit: false,
  delete: false,
  block: false,
  hideReceipts: false,
  typing: false,
  start: false,
  shareContact: false,
}

/** A gateway tries a webhook again for a day. */
const webhookLifeMs = 86_400_000

export function createSimulator(environment: SimulatorEnvironment, saved: unknown, usualWay: Client['way']): Simulator {
  const state = restoreState(saved)
  const faults = noFaults()
  const server = smppServer(() => world)
  const webhooks = createWebhookQueue({
    environment,
    faults,
    retryDelayMs: attempt => Math.min(600_000, 1_000 * 2 ** attempt),
    secrets: () => Object.values(state.clients).flatMap(client => client.webhook?.secret ?? []),
  })
  const world: World = {
    environment,
    state,
    faults,
    deliver: server.deliver,
    waiters: new Set(),
    post(client, event) {
      if (!client.webhook) return
      const body = Buffer.from(JSON.stringify(event))
      const signature = createHmac('sha256', client.webhook.secret).update(body).digest('hex')
      webhooks.add({
        key: client.id,
        url: client.webhook.url,
        headers: { 'content-type': 'application/json', 'x-signature': `sha256=${signature}` },
        body,
        expiresAt: environment.now() + webhookLifeMs,
      })
    },
  }
  return {
    async open() {
      await server.listen(state.port)
      state.port = server.port()
    },
    close: () => server.close(),
    origins: () => ({ smpp: `smpp://127.0.0.1:${server.port()}`, gateway: environment.origin }),
    handle: request => serveGateway(world, request),
    newAccount(name, settings) {
      const number = Object.keys(state.clients).length + 1
      const sender = settings?.sender || `+1555010${String(number).padStart(4, '0')}`
      const id = sender.replace(/^\+/, '')
      const way = settings?.way === 'http' || settings?.way === 'smpp' ? settings.way : usualWay
      const client: Client = {
        id,
        name,
        sender,
        way,
        systemId: `shop${number}`,
        password: randomText(environment.random, 8),
        events: [],
        outbox: [],
      }
      state.clients[id] = client
      environment.changed()
      return simulated(client)
    },
    accounts: () => Object.values(state.clients).map(simulated),
    async setWebhook(accountId, url, secrets) {
      const client = state.clients[accountId]
      if (!client) return { ok: false, reason: 'There is no such client.' }
      if (client.way === 'http') client.webhook = { url, secret: secrets.webhookSecret ?? '' }
      environment.changed()
      return { ok: true }
    },
    newCustomer(accountId, { name, language }) {
      const id = `phone-${++state.count}`
      const phone: Phone = {
        id,
        client: accountId,
        name,
        number: `+1555${randomDigits(environment.random, 7)}`,
        language,
        messages: [],
        pieces: {},
      }
      state.phones[id] = phone
      environment.changed()
      return viewOf(world, phone)
    },
    phones: () => Object.values(state.phones).map(phone => viewOf(world, phone)),
    async act(customerId, action) {
      const phone = state.phones[customerId]
      return phone ? actOnPhone(world, phone, action) : { ok: false, reason: 'There is no such phone.' }
    },
    controls: accountId => [
      {
        id: 'network',
        title: { en: 'The network', ru: 'Сеть' },
        fields: [
          {
            name: 'reports',
            label: { en: 'Reports of what is sent from now on', ru: 'Отчёты о том, что будет отправлено' },
            kind: 'choice',
            choices: [
              { value: 'DELIVRD', label: { en: 'delivered', ru: 'доставлено' } },
              { value: 'UNDELIV', label: { en: 'cannot be delivered', ru: 'доставить нельзя' } },
              { value: 'EXPIRED', label: { en: 'expired: the phone was off', ru: 'истекло: телефон был выключен' } },
              { value: 'nothing', label: { en: 'none at all', ru: 'никаких' } },
            ],
            value: state.clients[accountId]?.reports ?? 'DELIVRD',
          },
        ],
      },
    ],
    control(accountId, id, { reports }) {
      const client = state.clients[accountId]
      const known = (['DELIVRD', 'UNDELIV', 'EXPIRED', 'nothing'] as const).find(one => one === reports)
      if (id !== 'network' || !client || !known) return { ok: false, reason: 'There is no such thing.' }
      client.reports = known
      environment.changed()
      return { ok: true }
    },
    faults,
    save: () => structuredClone(state),
  }
}

function simulated(client: Client) {
  const common = { way: client.way, sender: client.sender, password: client.password }
  return client.way === 'http'
    ? { id: client.id, name: client.name, config: { ...common, url: 'https://gateway.simulator.example' } }
    : {
        id: client.id,
        name: client.name,
        config: { ...common, host: 'smpp.simulator.example', systemId: client.systemId },
        way: 'poll' as const,
      }
}

function viewOf({ state }: World, phone: Phone): PhoneView {
  return {
    customerId: phone.id,
    accountId: phone.client,
    customerName: phone.name,
    customerPhone: phone.number,
    accountName: state.clients[phone.client]?.name ?? '',
    started: true,
    blocked: false,
    hidesReceipts: false,
    businessTyping: false,
    messages: phone.messages.map(message => ({ ...message })),
    abilities,
  }
}

const routes = [
  { method: 'POST', path: '/messages', origin: 'gateway' },
  { method: 'GET', path: '/account', origin: 'gateway' },
  { method: 'GET', path: '/events', origin: 'gateway' },
] as const

export const smsSimulator: SimulatorKind = {
  id: 'sms',
  theme,
  accountChoices: ['way'],
  routes,
  create: (environment, saved) => createSimulator(environment, saved, 'smpp'),
}

/** The same carrier, whose accounts come by its gateway where nothing else is chosen. */
export const smsGatewaySimulator: SimulatorKind = {
  ...smsSimulator,
  create: (environment, saved) => createSimulator(environment, saved, 'http'),
}
