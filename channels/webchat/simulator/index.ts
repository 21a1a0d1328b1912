/**
 * Sites with our chat on them, and people who visit these. There is no platform: visitors talk to the hub itself, over the same routes as the widget.
 * Always holds: shares nothing with the adapter beside it; in the hub's page the visitor is shown by the real widget on a real page (`frameUrl`).
 */
import {
  createWebhookQueue,
  noFaults,
  type PhoneAbilities,
  type PhoneMessage,
  type PhoneView,
  randomText,
  type SimulatedAccount,
  type Simulator,
  type SimulatorEnvironment,
  type SimulatorKind,
} from '@dragoman/channel-kit/simulator'
import { act } from './customer.ts'
import { restoreState, type Site, type State, type Visitor } from './state.ts'
import { theme } from './theme.ts'
import { addressOf, jsonOf, tokenOf, upload } from './wire.ts'

export const webchatSimulator: SimulatorKind = { id: 'webchat', theme, routes: [], create }

const abilities: PhoneAbilities = {
  kinds: ['text', 'image', 'video', 'audio', 'voice', 'file', 'location'],
  videoStyles: [],
  reply: true,
  react: ['👍', '❤️', '😂', '😮', '😢', '🙏'],
  edit: true,
  delete: true,
  block: false,
  hideReceipts: false,
  typing: true,
  start: false,
  shareContact: false,
}

/** The widget tries again after 1 s, 2 s, 4 s …, as long as a week. */
const longestWaitMs = 30_000
const givenUpAfterMs = 7 * 86_400_000
/** How long after a deed the phone follows what the hub says, and how often it asks. */
const followMs = 30_000
const followEveryMs = 700

function create(environment: SimulatorEnvironment, saved?: unknown): Simulator {
  const state: State = restoreState(saved)
  const faults = noFaults()
  const following = new Map<string, number>()
  const queue = createWebhookQueue({
    environment,
    faults,
    retryDelayMs: attempt => Math.min(longestWaitMs, 1_000 * 2 ** (attempt - 1)),
    secrets: () => state.sites.map(site => site.secret),
  })

  return {
    faults,
    // Nobody asks a platform that does not exist.
    handle: async () => ({ status: 404, body: '{}' }),

    newAccount(name) {
      const site: Site = { id: `site-${state.nextSite++}`, name, secret: randomText(environment.random, 40) }
      state.sites.push(site)
      environment.changed()
      return accountOf(site)
    },
    accounts: () => state.sites.map(accountOf),

    async setWebhook(accountId, url, secrets) {
      const site = siteOf(accountId)
      if (!site) return { ok: false, reason: 'There is no such site' }
      site.url = url
      if (secrets.visitorSecret) site.secret = secrets.visitorSecret
      environment.changed()
      return { ok: true }
    },

    newCustomer(accountId, { name, language }) {
      const visitor: Visitor = { id: randomText(environment.random, 22), siteId: accountId, name, language, written: 0, messages: [] }
      state.visitors.push(visitor)
      environment.changed()
      return phoneOf(visitor)
    },
    phones: () => state.visitors.map(phoneOf),

    publish({ threadId, externalId, body, replyTo }) {
      const visitor = visitorOf(threadId)
      if (!visitor) return
      visitor.messages.push({
        id: externalId,
        from: 'business',
        at: environment.now(),
        body,
        reactions: [],
        ...(replyTo ? { replyTo } : {}),
      })
      environment.changed()
      post(visitor, { type: 'delivered', until: environment.now() })
    },

    async act(customerId, action) {
      const visitor = visitorOf(customerId)
      const site = visitor && siteOf(visitor.siteId)
      const address = site && addressOf(site)
      if (!visitor || !site || !address) return { ok: false, reason: 'This site is not connected' }
      if ('messageId' in action) await refresh(visitor)
      const result = await act(
        {
          environment,
          visitor,
          post: event => post(visitor, event),
          newId: () => randomText(environment.random, 16),
          upload: async file =>
            address.hub
              ? await upload(environment, address.hub, tokenOf(site, visitor, address.endpoint, environment.now()), file)
              : { id: environment.keep(file.bytes, file.mimeType, file.name).fileId },
        },
        action,
      )
      if (result.ok && address.hub) follow(visitor)
      environment.changed()
      return result
    },

    save: () => structuredClone(state),
  }

  function post(visitor: Visitor, event: Record<string, unknown>): void {
    const site = siteOf(visitor.siteId)
    const address = site && addressOf(site)
    if (!site || !address) return
    const person = { name: visitor.name, language: visitor.language }
    const token = tokenOf(site, visitor, address.endpoint, environment.now())
    queue.add({
      key: visitor.id,
      url: address.events,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: new TextEncoder().encode(JSON.stringify({ visitor: visitor.id, person, events: [event] })),
      expiresAt: environment.now() + givenUpAfterMs,
    })
  }

  /** Looks at the thread again and again for a while, as an open widget would. */
  function follow(visitor: Visitor): void {
    const isRunning = following.has(visitor.id)
    following.set(visitor.id, environment.now() + followMs)
    if (!isRunning) step()

    function step(): void {
      if (environment.now() > (following.get(visitor.id) ?? 0)) {
        following.delete(visitor.id)
        return
      }
      environment.after(followEveryMs, () => void refresh(visitor).then(step))
    }
  }

  async function refresh(visitor: Visitor): Promise<void> {
    const site = siteOf(visitor.siteId)
    const address = site && addressOf(site)
    if (!site || !address?.hub) return
    const authorization = `Bearer ${tokenOf(site, visitor, address.endpoint, environment.now())}`
    const answer = await environment.post({
      url: `${address.hub}/history`,
      method: 'GET',
      headers: { authorization },
      body: new Uint8Array(),
    })
    const { messages } = jsonOf(answer.body) as { messages?: Shown[] }
    if (answer.status !== 200 || !Array.isArray(messages)) return
    const known = visitor.messages.filter(mine => mine.from === 'customer' && !messages.some(one => one.id === mine.id))
    const next = [...messages.map(shown), ...known].toSorted((a, b) => a.at - b.at)
    if (JSON.stringify(next) === JSON.stringify(visitor.messages)) return
    visitor.messages = next
    environment.changed()
  }

  function siteOf(id: string): Site | undefined {
    return state.sites.find(site => site.id === id)
  }
  function visitorOf(id: string): Visitor | undefined {
    return state.visitors.find(visitor => visitor.id === id)
  }

  function phoneOf(visitor: Visitor): PhoneView {
    const site = siteOf(visitor.siteId)
    const address = site && addressOf(site)
    const frame = site && address?.hub ? { frameUrl: frameUrl(site, visitor, address.endpoint, environment.now()) } : {}
    return {
      customerId: visitor.id,
      accountId: visitor.siteId,
      customerName: visitor.name,
      accountName: site?.name ?? '',
      started: true,
      blocked: false,
      hidesReceipts: false,
      businessTyping: false,
      messages: visitor.messages,
      abilities,
      ...frame,
    }
  }
}

/** A page of a shop with the widget on it. The token changes once a day only, so that a frame is not loaded anew each time the phone is looked at. */
function frameUrl(site: Site, visitor: Visitor, endpoint: string, now: number): string {
  const token = tokenOf(site, visitor, endpoint, Math.floor(now / 86_400_000) * 86_400_000)
  const query = new URLSearchParams({ visitor: token, name: visitor.name, language: visitor.language })
  return `/simulator/site/${endpoint}?${query}`
}

/** A message as the hub gives it to the widget. */
interface Shown {
  id: string
  from: 'visitor' | 'business'
  at: number
  body: PhoneMessage['body']
  replyTo?: { id: string }
  editedAt?: number
  deleted?: boolean
  seen?: boolean
  reactions: { by: 'visitor' | 'business'; emoji: string }[]
}

function shown(message: Shown): PhoneMessage {
  const isMine = message.from === 'visitor'
  return {
    id: message.id,
    from: isMine ? 'customer' : 'business',
    at: message.at,
    body: message.body,
    reactions: message.reactions.map(({ by, emoji }) => ({ by: by === 'visitor' ? 'customer' : 'business', emoji })),
    ...(isMine ? { status: message.seen ? 'read' : 'sent' } : {}),
    ...(message.editedAt ? { edited: true } : {}),
    ...(message.deleted ? { deleted: true } : {}),
    ...(message.replyTo ? { replyTo: message.replyTo.id } : {}),
  }
}

function accountOf(site: Site): SimulatedAccount {
  const title = JSON.stringify({ en: 'Chat with us', ru: 'Напишите нам' })
  const greeting = JSON.stringify({
    en: 'Hello. Ask us anything: we usually answer within a few minutes.',
    ru: 'Здравствуйте! Спрашивайте – обычно отвечаем за несколько минут.',
  })
  return { id: site.id, name: site.name, config: { visitorSecret: site.secret, title, greeting } }
}
