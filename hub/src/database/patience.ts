/**
 * A start waits for a database that is away for a moment: one that recovers from a crash, or comes up after us. Always holds: what waiting cannot help (a
 * wrong password, a missing right, a name that nobody knows) is told at once; a supervisor does not see us die and give us up.
 */

/** The server refuses for now, breaks off, or nobody listens yet. */
const passing = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** No connection is free, or signing in took too long: both pass. */
const tooMany = new Set(['53300', '57014'])

/** Whether an error, or what it came from, says that the database is away for the moment. */
export function isAway(error: unknown): boolean {
  for (let link = error, depth = 0; link instanceof Error && depth < 8; link = link.cause, depth++) {
    const { code = '', message } = link as Error & { code?: string }
    if (
      passing.has(code) ||
      /^(08|57P)/.test(code) ||
      tooMany.has(code) ||
      /Connection terminated|timeout exceeded when trying to connect|Query read timeout|connection has been discarded|not queryable/.test(
        message,
      )
    )
      return true
    if (link instanceof AggregateError && link.errors.some(isAway)) return true
  }
  return false
}

/** Does `work`, again and again while the database is away, for `patienceMs` at most; then throws what the last try threw. */
export async function whenReachable<Value>(work: () => Promise<Value>, onWaiting: () => void, patienceMs = 60_000): Promise<Value> {
  const until = performance.now() + patienceMs
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isAway(error) || performance.now() > until) throw error
      if (tries === 1) onWaiting()
      await new Promise(resolve => setTimeout(resolve, Math.min(1_000, 100 * tries)))
    }
  }
}
