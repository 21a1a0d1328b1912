/**
 * Sends one part: drives the channel's pure step machine through the runner. Always holds: only a step marked `commits` can become uncertain; a late
 * look at the reply policy comes before the first request; it never throws.
 */

import { Readable } from 'node:stream'
import { type LearnedHandle, messageClassOf, type Outcome, replyOptions, type StepResult } from '@dragoman/core'
import { performFor } from '../accounts/gate.ts'
import { surfaceOf } from '../accounts/surface.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { TriedSignal } from '../signals.ts'
import type { Sending } from './sending.ts'

export interface SendResult {
  sending: Sending
  outcome: Outcome
  learned: LearnedHandle[]
}

/** A machine that asks for more steps than this is broken. */
const mostSteps = 32

/** Sends a part and says what came of it. */
export async function sendPart(hub: Hub, sending: Sending): Promise<SendResult> {
  const { account, part } = sending
  const channel = channelOf(hub, account.channel)
  const learned: LearnedHandle[] = []
  const startedAt = hub.now()
  const done: StepResult[] = []
  const option = replyOptions(surfaceOf(channel, account, part.to).replyPolicy, sending.windows, sending.standing, hub.now())[
    messageClassOf(part.body.content)
  ]
  if (!option.allowed) {
    const reason = option.reason === 'blocked' ? 'blocked' : option.reason === 'not_started' ? 'not_started' : 'window_closed'
    return finish({
      kind: 'failed',
      failure: { kind: 'permanent', reason, code: option.reason, detail: 'The message waited until it was no longer allowed to be sent' },
    })
  }
  let committing = false
  try {
    for (let count = 0; count < mostSteps; count++) {
      const step = channel.send.next(part, done, account.view, hub.now())
      learned.push(...(step.learned ?? []))
      if (step.kind === 'outcome') return finish(step.outcome)
      if (step.request.via === 'publish') return finish({ kind: 'sent', externalIds: [part.ref], at: hub.now() })
      committing = step.commits
      const transmission = await performFor(hub, account, 'acts', step.request, {
        secrets: sending.secrets,
        origins: Object.values(account.view.origins),
        openFile: async fileId => {
          const stored = sending.storageKeys.get(fileId)
          if (!stored) throw new Error('The file is not in storage')
          const { stream } = await hub.storage.get(stored.key)
          return { stream: Readable.toWeb(stream) as ReadableStream<Uint8Array>, sizeBytes: stored.sizeBytes }
        },
      })
      // Without a commit nothing can have happened at the platform: an unanswered preparation may simply be tried again.
      if (transmission.kind === 'no_answer' && !step.commits) {
        return finish({ kind: 'failed', failure: { kind: 'retryable', code: 'no_answer', detail: transmission.cause } })
      }
      done.push({ step: step.step, transmission })
    }
    return finish({
      kind: 'failed',
      failure: { kind: 'permanent', reason: 'other', code: 'too_many_steps', detail: 'The channel asked for too many steps' },
    })
  } catch (error) {
    hub.log.error({ err: error, partId: part.ref, channel: account.channel }, 'sending failed on our side')
    const detail = error instanceof Error ? error.message : String(error)
    return finish({
      kind: 'failed',
      failure: committing
        ? { kind: 'uncertain', code: 'internal', detail }
        : { kind: 'permanent', reason: 'other', code: 'internal', detail },
    })
  }

  function finish(outcome: Outcome): SendResult {
    hub.signals.tried({
      workspaceId: account.workspaceId,
      partId: part.ref,
      channel: account.channel,
      outcome: outcomeName(outcome),
      startedAt,
      endedAt: hub.now(),
    })
    return { sending, outcome, learned }
  }
}

function outcomeName(outcome: Outcome): TriedSignal['outcome'] {
  if (outcome.kind === 'sent') return 'sent'
  switch (outcome.failure.kind) {
    case 'uncertain':
      return 'no_answer'
    case 'rate_limited':
      return 'limited'
    case 'retryable':
      return 'retry'
    case 'auth':
      return 'account'
    default:
      return 'failed'
  }
}
