/**
 * Sending in our own chat: one step, handed to the hub, which writes it in the transaction that records its outcome [mechanics 21].
 * Always holds: exactly once, never uncertain; the part's own reference is the message's id for the visitor.
 */
import type { OutboundPart, SendStep, StepResult } from '@dragoman/core'

/** Kinds that the widget draws; `fit` makes others into these before a part exists. */
const shownKinds = new Set(['text', 'image', 'video', 'audio', 'voice', 'file', 'sticker', 'location', 'contact_card', 'card', 'carousel'])

export function next(part: OutboundPart, done: readonly StepResult[]): SendStep {
  if (!shownKinds.has(part.body.content.kind)) {
    const detail = `The chat has no “${part.body.content.kind}”`
    return {
      kind: 'outcome',
      outcome: { kind: 'failed', failure: { kind: 'permanent', reason: 'unsupported', code: 'not_shown', detail } },
    }
  }
  const [published] = done
  if (!published)
    return { kind: 'request', step: 'publish', request: { via: 'publish', threadId: part.to.threadId, body: part.body }, commits: true }
  if (published.transmission.kind === 'answered') return { kind: 'outcome', outcome: { kind: 'sent', externalIds: [part.ref] } }
  // Nothing leaves the house, so nothing can have been done halfway.
  return {
    kind: 'outcome',
    outcome: { kind: 'failed', failure: { kind: 'retryable', code: 'not_published', detail: published.transmission.cause } },
  }
}
