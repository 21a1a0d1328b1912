/**
 * The live card: asks the firm's own system what it knows of a customer. Always holds: no transaction is open and no lock held while it is asked, so
 * replying never waits for it; one question at a time for a customer; a system that fails thrice is left alone for half a minute, and the card says so;
 * what it answers is checked and is text.
 */
import { randomBytes } from 'node:crypto'
import type { CardAnswer, CardReason, CardView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { askForCard, type CardTrial } from './ask.ts'
import { cardFacts, cardSecretName } from './facts.ts'

const mostFailures = 3
const restMs = 30_000
const mostKept = 2_000

interface Kept {
  card: CardAnswer
  at: number
}

interface Breaker {
  failures: number
  restsUntil: number
  reason: CardReason
}

/** Kept in the process: a copy that another process lacks costs one more question. */
const kept = new Map<string, Kept>()
const underWay = new Map<string, Promise<CardView>>()
const breakers = new Map<string, Breaker>()

/** The card of a conversation's customer. Problem: not_found. */
export async function readCard(hub: Hub, actor: Actor, conversationId: string, refresh: boolean): Promise<CardView> {
  const { setting, contactId, question } = await cardFacts(hub, actor, conversationId)
  const nothing: CardView = { state: 'off', title: setting.title, card: null, asOf: null, retryAt: null, reason: null }
  if (!setting.on || setting.url === '' || (!setting.forAll && !actor.rights.has('contacts.details'))) return nothing
  // Another address is another system: it begins with a clean slate.
  const systemKey = `${actor.workspaceId} ${setting.url}`
  const key = `${systemKey} ${contactId}`
  const now = hub.now()
  const known = kept.get(key)
  if (known && !refresh && now - known.at < setting.goodForSeconds * 1_000)
    return { ...nothing, state: 'ok', card: known.card, asOf: known.at }
  const breaker = breakers.get(systemKey)
  if (breaker && breaker.restsUntil > now) return { ...nothing, ...fallenBack(known), retryAt: breaker.restsUntil, reason: breaker.reason }
  const running = underWay.get(key)
  if (running) return await running
  const asking = askForCard(hub, actor.workspaceId, question).then(({ card, reason }): CardView => {
    if (card) {
      keep(key, card, hub.now())
      breakers.delete(systemKey)
      return { ...nothing, state: 'ok', card, asOf: hub.now() }
    }
    const failed = noteFailure(systemKey, reason ?? 'no_answer', hub.now())
    return { ...nothing, ...fallenBack(known), retryAt: failed.restsUntil || null, reason: failed.reason }
  })
  underWay.set(key, asking)
  return await asking.finally(() => underWay.delete(key))
}

/** Asks the firm's system about a conversation's customer, on or off, and tells all that came back. Nothing is kept of it. Problems: not_found, invalid_request. */
export async function tryCard(hub: Hub, actor: Actor, conversationId: string): Promise<CardTrial> {
  const { question } = await cardFacts(hub, actor, conversationId)
  if (question.url === '') throw new HubProblem('invalid_request', 'There is no address yet: give one and save.')
  return await askForCard(hub, actor.workspaceId, question)
}

function fallenBack(known: Kept | undefined): Pick<CardView, 'state' | 'card' | 'asOf'> {
  return known ? { state: 'stale', card: known.card, asOf: known.at } : { state: 'unavailable', card: null, asOf: null }
}

function keep(key: string, card: CardAnswer, at: number): void {
  kept.delete(key)
  kept.set(key, { card, at })
  if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
}

function noteFailure(systemKey: string, reason: CardReason, now: number): Breaker {
  const failures = (breakers.get(systemKey)?.failures ?? 0) + 1
  const breaker = { failures, reason, restsUntil: failures >= mostFailures ? now + restMs : 0 }
  breakers.set(systemKey, breaker)
  return breaker
}

/** Makes a new secret for the firm's system. */
export async function rotateCardSecret(hub: Hub, actor: Actor): Promise<{ secret: string }> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const value = hub.codec.seal(tx.workspaceId, secret)
    await tx.db
      .insertInto('connection_secret')
      .values({ workspace_id: tx.workspaceId, name: cardSecretName, value })
      .onConflict(conflict => conflict.columns(['workspace_id', 'name']).doUpdateSet({ value, made_at: new Date(hub.now()) }))
      .execute()
    await recordOperation(tx, actor, 'live_card.secret_rotated', null, {})
  })
  return { secret }
}
