/** What an answer to an exchange means: Graph's failure, or what is read of its body. */
import { graphFailure } from '@dragoman/channel-meta-graph'
import type { Result, Transmission } from '@dragoman/core'
import { whatsAppFailure } from './failures.ts'

/** A failure of an exchange that may be repeated without harm, or what `read` makes of its answer. */
export function result<Value>(transmission: Transmission, read: (body: unknown) => Value): Result<Value> {
  const failure = graphFailure(transmission, { commits: false, serverErrorsAreRefusals: true }, whatsAppFailure)
  if (failure) return { ok: false, failure }
  return { ok: true, value: read(transmission.kind === 'answered' ? transmission.body : undefined) }
}
