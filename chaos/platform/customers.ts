/**
 * The customers: they write, in bursts and all at once, and edit what they wrote. Always holds: each message has its number in its conversation; two
 * messages of one conversation and one second go out one after the other (nobody could order them otherwise), all else may overtake.
 */
import { randomOf } from '../random.ts'
import type { Delivery } from './delivery.ts'
import type { PlatformSettings } from './messages.ts'
import { secretOf, updateBody } from './telegram.ts'
import { messageId, messagesBody, signatureOf, type Written } from './whatsapp.ts'
import { type AccountSpec, customerOf } from './words.ts'

/** Where the hub wants an account's webhooks; learned when it subscribes. */
export interface Endpoint {
  path: string
  secret: string
}

export interface Customers {
  made(): number
  acknowledged(): number
  /** By conversation, how many messages it has. */
  written: Int32Array
  edits: Map<string, number>
  /** Messages that are still to be edited. */
  editing(): number
  /** How many have been shown by now. */
  shown(count: number): void
  /** Writes until the messages have run out. */
  run(): Promise<void>
  /** A message of an account's own probe conversation, now. */
  probe(account: number): { conversation: number; number: number; externalId: string; account: number }
}

/** Telegram's numbers of a chat: the customer's are round, what the bot says goes between. */
export const chatStep = 1_000

const repeatShare = 0.08
const twinShare = 0.04
const batchShare = 0.2
const editShare = 0.01
const earlyEditShare = 0.002

export function createCustomers(settings: PlatformSettings, endpointOf: (account: AccountSpec) => Endpoint, delivery: Delivery): Customers {
  const { accounts, conversations } = settings
  const random = randomOf(settings.seed, 'customers')
  // The last ones, one for each account, are probes.
  const written = new Int32Array(conversations + accounts.length)
  const lastSecond = new Int32Array(written.length)
  const underWay = new Int32Array(written.length)
  const edits = new Map<string, number>()
  let updateId = 1
  let made = 0
  let acknowledged = 0
  let shown = 0

  const accountOf = (conversation: number) => accounts[conversation % accounts.length]!
  const secondNow = () => Math.floor(Date.now() / 1_000)

  /** A conversation that may write now; undefined: none was found. */
  function choose(kind?: AccountSpec['kind']): number | undefined {
    const now = secondNow()
    for (let tries = 0; tries < 40; tries++) {
      const conversation = random.below(conversations)
      if (kind && accountOf(conversation).kind !== kind) continue
      if (underWay[conversation]! > 0 && lastSecond[conversation] === now) continue
      return conversation
    }
    return undefined
  }

  function write(conversation: number): Written {
    const number = ++written[conversation]!
    const at = secondNow()
    if (lastSecond[conversation] !== at) underWay[conversation] = 0
    lastSecond[conversation] = at
    underWay[conversation]!++
    return { conversation, number, edit: 0, at, phoneNumberId: accountOf(conversation).externalId }
  }

  function done(message: Written): void {
    if (lastSecond[message.conversation] === message.at && underWay[message.conversation]! > 0) underWay[message.conversation]!--
  }

  const bodyOf = (list: readonly Written[]): { path: string; body: string; headers: Record<string, string> } => {
    const account = accountOf(list[0]!.conversation)
    const { path, secret } = endpointOf(account)
    if (account.kind === 'whatsapp') {
      const body = messagesBody(list)
      return { path, body, headers: signatureOf(body) }
    }
    const { conversation, number, edit, at } = list[0]!
    const body = updateBody({ updateId: updateId++, conversation, number, edit, messageId: number * chatStep, at, editedAt: at })
    return { path, body, headers: secretOf(secret) }
  }

  async function edit(message: Written, number: number): Promise<void> {
    edits.set(`${message.conversation} ${message.number}`, number)
    const { path, body, headers } = bodyOf([{ ...message, edit: number, at: secondNow() }])
    if (random.chance(repeatShare)) delivery.repeat(path, body, headers)
    await delivery.post(path, body, headers)
  }

  /** Edits come a second apart at least: the platforms' clocks know no less. */
  let editing = 0
  async function editLater(message: Written): Promise<void> {
    editing++
    for (let number = 1; number <= 1 + random.below(2); number++) {
      await new Promise(resolve => setTimeout(resolve, random.between(1_100, 3_000)))
      await edit(message, number)
    }
    editing--
  }

  function nextBatch(): Written[] | undefined {
    const first = choose()
    if (first === undefined) return undefined
    const list = [write(first)]
    if (accountOf(first).kind === 'telegram' || !random.chance(batchShare)) return list
    const size = Math.min(2 + random.below(7), settings.messages - made)
    while (list.length < size) {
      // Now and then two of one conversation in one body.
      const next = random.chance(0.15) ? list.at(-1)!.conversation : choose('whatsapp')
      if (next === undefined) break
      list.push(write(next))
    }
    return list
  }

  async function sender(): Promise<void> {
    while (made < settings.messages) {
      const wait = startedAt + (made / settings.rate) * 1_000 - Date.now()
      if (wait > 0) {
        await new Promise(resolve => setTimeout(resolve, Math.min(wait, 50)))
        continue
      }
      const list = made - shown < settings.backlog ? nextBatch() : undefined
      if (!list) {
        await new Promise(resolve => setTimeout(resolve, 20))
        continue
      }
      made += list.length
      const { path, body, headers } = bodyOf(list)
      const early = random.chance(earlyEditShare) ? edit(list[0]!, 1) : undefined
      const twin = random.chance(twinShare) ? delivery.post(path, body, headers) : undefined
      if (twin) delivery.counts.repeats++
      await delivery.post(path, body, headers)
      for (const message of list) done(message)
      acknowledged += list.length
      if (random.chance(repeatShare)) delivery.repeat(path, body, headers)
      if (!early && random.chance(editShare)) void editLater(list[0]!)
      await Promise.all([early, twin])
    }
  }

  let startedAt = Date.now()
  return {
    made: () => made,
    acknowledged: () => acknowledged,
    written,
    edits,
    shown: count => {
      shown = count
    },
    editing: () => editing,
    async run() {
      startedAt = Date.now()
      await Promise.all(Array.from({ length: settings.connections }, sender))
    },
    probe(account) {
      const conversation = conversations + account
      const message = write(conversation)
      const { path, body, headers } = bodyOf([message])
      void delivery.post(path, body, headers, 'eager').then(() => done(message))
      const externalId =
        accounts[account]!.kind === 'whatsapp'
          ? messageId(conversation, message.number)
          : `${customerOf(conversation)}:${message.number * chatStep}`
      return { conversation, number: message.number, externalId, account }
    },
  }
}
