/**
 * Sending one part, by the bot API or through the partner. Always holds: pure and total; every request commits, for neither platform has uploads;
 * a message token is kept digit by digit, for it is larger than JavaScript's numbers; where several messages are sent and one is refused, the rest is
 * a person's to decide.
 */
import { idAt } from '@dragoman/channel-kit'
import type { AccountView, Failure, OutboundPart, SendStep, StepResult } from '@dragoman/core'
import { receiverOf } from './address.ts'
import { nextBusiness } from './business-send.ts'
import { isBusiness } from './config.ts'
import { readAnswer } from './failures.ts'
import { planOf } from './plan.ts'
import { call, senderOf } from './wire.ts'

/** Status 14: `min_api_version` is too low for what the message holds. */
const tooLowVersion = '14'
/** The highest that any message here needs. */
const highestVersion = 7

export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  try {
    return isBusiness(account) ? nextBusiness(part, done, account) : nextOfBot(part, done, account)
  } catch (error) {
    // Parts come from outside of this program too; one that has not the shape it claims must not stop a sender.
    const detail = error instanceof Error ? error.message : 'malformed part'
    return failed({ kind: 'permanent', reason: 'invalid', code: 'malformed_part', detail })
  }
}

function nextOfBot(part: OutboundPart, done: readonly StepResult[], account: AccountView): SendStep {
  const messages = planOf(part)
  if (!Array.isArray(messages)) return failed(messages)
  const externalIds: string[] = []
  for (const [index, message] of messages.entries()) {
    const base = index === 0 ? 'send' : `send-${index + 1}`
    const first = done.findLast(earlier => earlier.step === base)
    // What Viber counts among the newer features is not all documented: it says so, and is told a higher version once.
    const isTooLow = first !== undefined && codeOf(first) === tooLowVersion && (message.min_api_version ?? 1) < highestVersion
    const step = isTooLow ? `${base}:raised` : base
    const result = isTooLow ? done.findLast(earlier => earlier.step === step) : first
    if (!result) {
      const version = isTooLow ? { min_api_version: highestVersion } : {}
      const value = { receiver: receiverOf(part.to), sender: senderOf(account), tracking_data: part.ref, ...message, ...version }
      return { kind: 'request', step, commits: true, request: call(account, 'send_message', value) }
    }
    const answer = readAnswer(result.transmission, { commits: true })
    if (!answer.ok) return failed(index > 0 ? partly(answer.failure, index, messages.length) : answer.failure)
    const token = idAt(answer.body, 'message_token')
    if (token === undefined)
      return failed({ kind: 'uncertain', code: 'no_token', detail: 'Viber accepted the message but gave it no token' })
    externalIds.push(token)
  }
  return { kind: 'outcome', outcome: { kind: 'sent', externalIds } }
}

function codeOf(result: StepResult): string | undefined {
  const answer = readAnswer(result.transmission, { commits: true })
  return answer.ok ? undefined : answer.failure.code
}

/** Some messages are there already: sending the whole part again would repeat them. */
function partly(failure: Failure, sent: number, count: number): Failure {
  if (failure.kind === 'uncertain' || failure.kind === 'auth') return failure
  return {
    kind: 'permanent',
    reason: 'other',
    code: 'partly_sent',
    detail: `${sent} of ${count} messages were sent, then: ${failure.detail}`,
  }
}

function failed(failure: Failure): SendStep {
  return { kind: 'outcome', outcome: { kind: 'failed', failure } }
}
