/** One question to the firm's own system for a card. Always holds: signed where there is a secret, 5 s at most, and what comes back is checked: it is a card or it is said why not. */
import { type CardAnswer, type CardReason, cardAnswer } from '@dragoman/api'
import { Webhook } from 'standardwebhooks'
import { newId } from '../database/ids.ts'
import type { Hub } from '../hub.ts'

const timeoutMs = 5_000
const longestAnswer = 64 * 1_024

export interface CardQuestion {
  url: string
  secret: string | undefined
  data: object
}

export interface CardTrial {
  card: CardAnswer | null
  /** Why it is no card; null: it is one. */
  reason: CardReason | null
  /** What stands in the way, where there was no answer. */
  cause: string | null
  status: number | null
  /** As it came; null: no answer. */
  answer: unknown
  errors: { path: string; message: string }[]
  durationMs: number
  request: object
}

/** Asks once. Never throws for what the system does. */
export async function askForCard(hub: Hub, workspaceId: string, { url, secret, data }: CardQuestion): Promise<CardTrial> {
  const id = newId()
  const startedAt = hub.now()
  const at = new Date(startedAt)
  const request = { type: 'card.requested', timestamp: at.toISOString(), data }
  const signature: Record<string, string> = secret ? { 'webhook-signature': new Webhook(secret).sign(id, at, JSON.stringify(request)) } : {}
  const transmission = await hub.transport.perform(
    {
      via: 'http',
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Dragoman-Card/1',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(startedAt / 1_000)),
        ...signature,
      },
      body: { type: 'json', value: request },
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
  const trial: CardTrial = {
    card: null,
    reason: null,
    cause: null,
    status: null,
    answer: null,
    errors: [],
    durationMs: Math.round(hub.now() - startedAt),
    request,
  }
  if (transmission.kind !== 'answered') {
    hub.log.info({ workspaceId, cause: transmission.cause }, 'the live card was not answered')
    return { ...trial, reason: transmission.kind === 'not_sent' ? 'address' : 'no_answer', cause: transmission.cause }
  }
  const answered = { ...trial, status: transmission.status, answer: transmission.body ?? null }
  if (transmission.status < 200 || transmission.status >= 300) return { ...answered, reason: 'http' }
  const length = JSON.stringify(transmission.body ?? null).length
  if (length > longestAnswer)
    return { ...answered, reason: 'not_a_card', errors: [{ path: '', message: `longer than ${longestAnswer} characters (${length})` }] }
  const parsed = cardAnswer.safeParse(transmission.body)
  if (parsed.success) return { ...answered, card: parsed.data }
  return {
    ...answered,
    reason: 'not_a_card',
    errors: parsed.error.issues.slice(0, 20).map(issue => ({ path: issue.path.join('.'), message: issue.message })),
  }
}
