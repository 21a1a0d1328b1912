/**
 * What a line of the log belongs to: a request, or a job. Always holds: it is carried along by the runtime, so that use cases need not pass it on; it holds
 * ids only.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { SpanPlace } from './trace-context.ts'

export interface Doing {
  /** Id of the request, as it stands in the answer's `x-request-id`. */
  requestId?: string
  /** Id and name of a background job. */
  jobId?: string
  task?: string
  /** Where its spans hang, when traces are switched on and this one is kept. */
  span?: SpanPlace
}

const current = new AsyncLocalStorage<Doing>()

/** Runs `work` as part of a request or job; what it starts belongs to it too. */
export function during<Value>(doing: Doing, work: () => Value): Value {
  return current.run(doing, work)
}

/** What is being done here and now. */
export function doingNow(): Doing | undefined {
  return current.getStore()
}
