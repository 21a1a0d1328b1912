/** Nothing comes by webhook: letters are fetched from the mailbox, over a connection that is encrypted and signed in. */
import type { AccountsInBody, Verdict } from '@dragoman/core'

export function verify(): Verdict {
  return { kind: 'rejected', reason: 'letters are fetched, not posted' }
}

export function accountsOf(): AccountsInBody {
  return { kind: 'only' }
}
