/** Sending on Instagram: files by their public address, or uploaded where there is none. The steps are shared with Meta's other messaging. */
import { nextSendStep } from '@dragoman/channel-meta-graph'
import type { AccountView, OutboundPart, SendStep, StepResult } from '@dragoman/core'
import { dialect, tools } from './dialect.ts'

/** The next step of sending a part. */
export function next(part: OutboundPart, done: readonly StepResult[], account: AccountView, now: number): SendStep {
  return nextSendStep(dialect, tools, part, done, account, now)
}
