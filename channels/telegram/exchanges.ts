/** Pairs of request and meaning over the Bot API's envelope. Always holds: total; none of these commits a message, so none is ever uncertain. */
import type { AccountView, Exchange, Failure, HttpRequest, Result } from '@dragoman/core'
import { readAnswer } from './failures.ts'

export const unreadable: Failure = { kind: 'retryable', code: 'unreadable', detail: 'The answer has not the documented shape' }

/** An exchange whose answer needs no more than a look at `result`. */
export function exchange<Input, Value>(
  request: (input: Input, account: AccountView) => HttpRequest,
  read: (result: unknown, input: Input) => Value | undefined,
  commits = false,
): Exchange<Input, Value> {
  return {
    request,
    outcome(transmission, input): Result<Value> {
      const answer = readAnswer(transmission, { commits })
      if (!answer.ok) return { ok: false, failure: answer.failure }
      const value = read(answer.result, input)
      if (value !== undefined) return { ok: true, value }
      return { ok: false, failure: commits ? { ...unreadable, kind: 'uncertain' } : unreadable }
    },
  }
}

/** For methods that only say `true`. */
export function command<Input>(request: (input: Input, account: AccountView) => HttpRequest, forgive?: RegExp): Exchange<Input, void> {
  return {
    request,
    outcome(transmission): Result<void> {
      const answer = readAnswer(transmission, { commits: false })
      if (answer.ok || forgive?.test(answer.description.toLowerCase())) return { ok: true, value: undefined }
      return { ok: false, failure: answer.failure }
    },
  }
}
