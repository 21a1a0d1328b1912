/**
 * Walks a channel's step machine from its first request to its outcome, for tests and tools that need no leases or records.
 * The hub has its own loop with the same shape: it records each step between two requests.
 */
import type { AccountView, Channel, ChannelRequest, LearnedHandle, OutboundPart, Outcome, StepResult, Transmission } from '@dragoman/core'

/** More than any platform's chain is long: a machine that goes on is broken. */
const mostSteps = 32

export interface Driven {
  outcome: Outcome
  steps: { step: string; request: ChannelRequest; transmission: Transmission; commits: boolean }[]
  learned: LearnedHandle[]
}

/** Sends one part by performing each request that the machine asks for. */
export async function driveSend(
  channel: Channel,
  part: OutboundPart,
  account: AccountView,
  run: (request: ChannelRequest) => Promise<Transmission>,
  now: () => number = Date.now,
): Promise<Driven> {
  const done: StepResult[] = []
  const steps: Driven['steps'] = []
  const learned: LearnedHandle[] = []
  for (let count = 0; count <= mostSteps; count++) {
    const next = channel.send.next(part, done, account, now())
    learned.push(...(next.learned ?? []))
    if (next.kind === 'outcome') return { outcome: next.outcome, steps, learned }
    const transmission = await run(next.request)
    done.push({ step: next.step, transmission })
    steps.push({ step: next.step, request: next.request, transmission, commits: next.commits })
  }
  throw new Error(`${channel.id}: no outcome after ${mostSteps} steps`)
}
