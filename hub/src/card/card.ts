/**
 * The live card: asks the firm's own system what it knows of a customer. Always holds: no transaction is open and no lock held while it is asked, so
 * replying never waits for it; one question at a time for a customer; a system that fails thrice is left alone for half a minute, and the card says so;
 * what it answers is checked and is text.
 */
import { randomBytes } from 'node:crypto'
import { type CardAnswer, type CardView, cardAnswer } from '@dragoman/api'
import { Webhook } from 'standardwebhooks'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { settingIn } from '../settings/settings.ts'

const timeoutMs = 5_000
const mostFailures = 3
const restMs = 30_000
const longestAnswer = 64 * 1_024
const mostKept = 2_000
const secretName = 'live_card'

interface Kept {
  card: CardAnswer
  at: number
}

interface Breaker {
  failures: number
  restsUntil: number
  reason: string
}

/** Kept in the process: a copy that another process lacks costs one more question. */
const kept = new Map<string, Kept>()
const underWay = new Map<string, Promise<CardView>>()
const breakers = new Map<string, Breaker>()

/** The card of a conversation's customer. Problem: not_found. */
export async function readCard(hub: Hub, actor: Actor, conversationId: string, refresh: boolean): Promise<CardView> {
  const facts = await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const setting = (await settingIn(tx, 'live_card')).value
      const conversation = await tx.db
        .selectFrom('conversation')
        .innerJoin('contact', 'contact.id', 'conversation.contact_id')
        .select([
          'conversation.account_id',
          'contact.id',
          'contact.name',
          'contact.phone',
          'contact.email',
          'contact.customer_id',
          'contact.attributes',
        ])
        .where('conversation.id', '=', conversationId)
        .executeTakeFirst()
      if (!conversation || !maySee(actor, { accountId: conversation.account_id, conversationId }))
        throw new HubProblem('not_found', 'There is no such conversation.')
      if (!setting.on || setting.url === '') return { setting }
      const identities = await tx.db
        .selectFrom('identity')
        .select(['id', 'account_id', 'username', 'phone'])
        .where('contact_id', '=', conversation.id)
        .execute()
      const secret = await tx.db.selectFrom('connection_secret').select('value').where('name', '=', secretName).executeTakeFirst()
      return { setting, conversation, identities, secret: secret && hub.codec.open(tx.workspaceId, secret.value).toString('utf8') }
    },
    { snapshot: true },
  )
  const { setting, conversation } = facts
  const nothing: CardView = { state: 'off', title: setting.title, card: null, asOf: null, retryAt: null, reason: null }
  if (!conversation || (!setting.forAll && !actor.rights.has('contacts.details'))) return nothing
  const key = `${actor.workspaceId} ${conversation.id}`
  const now = hub.now()
  const known = kept.get(key)
  if (known && !refresh && now - known.at < setting.goodForSeconds * 1_000)
    return { ...nothing, state: 'ok', card: known.card, asOf: known.at }
  // Another address is another system: it begins with a clean slate.
  const systemKey = `${actor.workspaceId} ${setting.url}`
  const breaker = breakers.get(systemKey)
  if (breaker && breaker.restsUntil > now) return { ...nothing, ...fallenBack(known), retryAt: breaker.restsUntil, reason: breaker.reason }
  const running = underWay.get(key)
  if (running) return await running
  const asking = ask(hub, actor.workspaceId, setting.url, facts.secret, {
    conversationId,
    accountId: conversation.account_id,
    contact: {
      id: conversation.id,
      name: conversation.name,
      phone: conversation.phone,
      email: conversation.email,
      customerId: conversation.customer_id,
      attributes: conversation.attributes,
    },
    identities: (facts.identities ?? []).map(one => ({ id: one.id, accountId: one.account_id, username: one.username, phone: one.phone })),
  }).then((answer): CardView => {
    if ('card' in answer) {
      keep(key, answer.card, hub.now())
      breakers.delete(systemKey)
      return { ...nothing, state: 'ok', card: answer.card, asOf: hub.now() }
    }
    const failed = noteFailure(systemKey, answer.reason, hub.now())
    return { ...nothing, ...fallenBack(known), retryAt: failed.restsUntil || null, reason: answer.reason }
  })
  underWay.set(key, asking)
  return await asking.finally(() => underWay.delete(key))
}

function fallenBack(known: Kept | undefined): Pick<CardView, 'state' | 'card' | 'asOf'> {
  return known ? { state: 'stale', card: known.card, asOf: known.at } : { state: 'unavailable', card: null, asOf: null }
}

function keep(key: string, card: CardAnswer, at: number): void {
  kept.delete(key)
  kept.set(key, { card, at })
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
}

function noteFailure(systemKey: string, reason: string, now: number): Breaker {
  const failures = (breakers.get(systemKey)?.failures ?? 0) + 1
  const breaker = { failures, reason, restsUntil: failures >= mostFailures ? now + restMs : 0 }
  breakers.set(systemKey, breaker)
  return breaker
}

async function ask(
  hub: Hub,
  workspaceId: string,
  url: string,
  secret: string | undefined,
  data: object,
): Promise<{ card: CardAnswer } | { reason: string }> {
  const id = newId()
  const at = new Date(hub.now())
  const body = { type: 'card.requested', timestamp: at.toISOString(), data }
  const signature: Record<string, string> = secret ? { 'webhook-signature': new Webhook(secret).sign(id, at, JSON.stringify(body)) } : {}
  const transmission = await hub.transport.perform(
    {
      via: 'http',
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Dragoman-Card/1',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
        ...signature,
      },
      body: { type: 'json', value: body },
      timeoutMs,
    },
    {
      secrets: {},
      origins: [new URL(url).origin],
      openFile: async () => {
        throw new Error('No files here')
      },
    },
  )
  if (transmission.kind !== 'answered') {
    hub.log.info({ workspaceId, cause: transmission.cause }, 'the live card was not answered')
    return { reason: transmission.kind === 'not_sent' ? 'address' : 'no_answer' }
  }
  if (transmission.status < 200 || transmission.status >= 300) return { reason: 'http' }
  const parsed = cardAnswer.safeParse(transmission.body)
  if (!parsed.success || JSON.stringify(transmission.body).length > longestAnswer) return { reason: 'not_a_card' }
  return { card: parsed.data }
}

/** Makes a new secret for the firm's system. */
export async function rotateCardSecret(hub: Hub, actor: Actor): Promise<{ secret: string }> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const value = hub.codec.seal(tx.workspaceId, secret)
    await tx.db
      .insertInto('connection_secret')
      .values({ workspace_id: tx.workspaceId, name: secretName, value })
      .onConflict(conflict => conflict.columns(['workspace_id', 'name']).doUpdateSet({ value, made_at: new Date(hub.now()) }))
      .execute()
    await recordOperation(tx, actor, 'live_card.secret_rotated', null, {})
  })
  return { secret }
}
