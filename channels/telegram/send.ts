/**
 * Sending one part: as a rule a single request that commits; where Telegram refuses a stale handle or an odd picture, a second one that can work.
 * Always holds: pure and total; a request is asked for again only after an answer that says "not done". The ids of an album are one per item,
 * those of a poll are its message and `poll:id`, because votes name only the latter. https://core.telegram.org/bots/api#available-methods
 */
import { arrayAt, idAt, numberAt, objectAt, textAt } from '@dragoman/channel-kit'
import type { AccountView, Failure, LearnedHandle, OutboundPart, SendStep, StepResult } from '@dragoman/core'
import { type Answer, readAnswer } from './failures.ts'
import { connectionOf, messageKey } from './ids.ts'
import { type Plan, planOf, type Variant, type WireKind } from './plan.ts'
import { call } from './wire.ts'

/** An upload of 50 MB takes its time. */
const uploadTimeoutMs = 120_000

export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView, now: number): SendStep {
  try {
    return nextStep(part, done, account, now)
  } catch (error) {
    // Parts come from outside of this program too (imports, the API); one that has not the shape it claims must not stop a sender.
    return failed({
      kind: 'permanent',
      reason: 'invalid',
      code: 'malformed_part',
      detail: error instanceof Error ? error.message : 'malformed part',
    })
  }
}

function nextStep(part: OutboundPart, done: readonly StepResult[], account: AccountView, now: number): SendStep {
  const count = part.body.content.kind === 'contact_card' ? Math.max(1, part.body.content.contacts?.length ?? 0) : 1
  const externalIds: string[] = []
  const recipientIds: string[] = []
  const learned: LearnedHandle[] = []
  let at: number | undefined
  for (let index = 0; index < count; index++) {
    const base = index === 0 ? 'send' : `send-${index + 1}`
    let variant: Variant = {}
    let step = base
    for (;;) {
      const plans = planOf(part, variant, now)
      if (!Array.isArray(plans)) return failed(plans)
      const plan = plans[index]
      if (!plan) return failed({ kind: 'permanent', reason: 'invalid', code: 'empty', detail: 'There is nothing to send' })
      const result = done.findLast(earlier => earlier.step === step)
      if (!result) return { kind: 'request', step, commits: true, request: requestOf(plan, account) }
      const answer = readAnswer(result.transmission, { commits: true })
      if (answer.ok) {
        const messages = Array.isArray(answer.result) ? answer.result : [answer.result]
        const keys = messages.flatMap(message => keyOf(message, connectionOf(part.to)))
        if (keys.length === 0 || keys.length !== messages.length) {
          return failed({ kind: 'uncertain', code: 'no_message', detail: 'Telegram accepted the message but did not name it' })
        }
        externalIds.push(...keys, ...messages.flatMap(pollKeyOf))
        learned.push(...learnedFrom(plan, messages))
        at ??= dateOf(messages[0])
        break
      }
      const better = betterVariant(variant, plan, answer)
      if (!better) return failed(externalIds.length > 0 ? partly(answer.failure, index, count) : answer.failure)
      if (better.variant.chatId !== undefined && variant.chatId === undefined) recipientIds.push(`chat:${better.variant.chatId}`)
      variant = better.variant
      step = `${base}:${better.name}`
    }
  }
  return {
    kind: 'outcome',
    outcome: { kind: 'sent', externalIds, ...(at === undefined ? {} : { at }), ...(recipientIds.length > 0 ? { recipientIds } : {}) },
    ...(learned.length > 0 ? { learned } : {}),
  }
}

/** Some contacts are there already: sending the whole part again would repeat them, so a person has to see to the rest. */
function partly(failure: Failure, sent: number, count: number): Failure {
  if (failure.kind === 'uncertain' || failure.kind === 'auth') return failure
  return {
    kind: 'permanent',
    reason: 'other',
    code: 'partly_sent',
    detail: `${sent} of ${count} contacts were sent, then: ${failure.detail}`,
  }
}

/** What may work where this did not; each is tried once. */
function betterVariant(
  variant: Variant,
  plan: Plan,
  answer: Extract<Answer, { ok: false }>,
): { name: string; variant: Variant } | undefined {
  if (answer.failure.kind !== 'permanent') return undefined
  if (answer.migrateTo !== undefined && variant.chatId === undefined)
    return { name: 'migrated', variant: { ...variant, chatId: answer.migrateTo } }
  const words = answer.description.toLowerCase()
  if (
    plan.usesHandle &&
    !variant.fresh &&
    /wrong (remote )?file[ _]id|file is temporarily unavailable|file_reference|wrong type of the file/.test(words)
  ) {
    return { name: 'upload', variant: { ...variant, fresh: true } }
  }
  if (plan.isPhoto && !variant.asDocument && /photo_invalid_dimensions|image_process_failed/.test(words)) {
    return { name: 'document', variant: { ...variant, asDocument: true } }
  }
  return undefined
}

function requestOf(plan: Plan, account: AccountView) {
  const request = call(account, plan.method, plan.parameters, plan.uploads)
  return plan.uploads.length > 0 ? { ...request, timeoutMs: uploadTimeoutMs } : request
}

function keyOf(message: unknown, connection: string | undefined): string[] {
  const chatId = idAt(message, 'chat', 'id')
  const messageId = idAt(message, 'message_id')
  return chatId === undefined || messageId === undefined ? [] : [messageKey(chatId, messageId, connection)]
}

function pollKeyOf(message: unknown): string[] {
  const id = idAt(message, 'poll', 'id')
  return id === undefined ? [] : [`poll:${id}`]
}

function dateOf(message: unknown): number | undefined {
  const date = numberAt(message, 'date')
  return date === undefined ? undefined : date * 1000
}

/** Handles for next time, each with the kind that it is bound to. */
function learnedFrom(plan: Plan, messages: readonly unknown[]): LearnedHandle[] {
  return plan.learning.flatMap((learning, index) => {
    const handle = learning ? handleIn(messages[index], learning.wire) : undefined
    return learning && handle !== undefined ? [{ fileId: learning.fileId, handle: `${learning.wire}:${handle}` }] : []
  })
}

function handleIn(message: unknown, wire: WireKind): string | undefined {
  if (wire === 'photo') return textAt(arrayAt(message, 'photo').at(-1), 'file_id')
  return textAt(objectAt(message, wire), 'file_id')
}

function failed(failure: Failure): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure } }
}
