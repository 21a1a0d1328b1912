/**
 * The `fetch` that the server hands to the runner.
 * Always holds: no request uses a socket that was idle for more than 2 s: such a socket may be closed at the other end just as we write,
 * and a send that fails then is uncertain instead of not sent [mechanics 14].
 */
import { Agent, fetch as undiciFetch } from 'undici'
import type { Fetch } from './perform.ts'

const longestIdleMs = 2_000
const connectTimeoutMs = 5_000

/** A `fetch` with a pool of its own, and the end of it. */
export function createFetch(): { fetch: Fetch; close(): Promise<void> } {
  const agent = new Agent({
    keepAliveTimeout: longestIdleMs,
    keepAliveMaxTimeout: longestIdleMs,
    connect: { timeout: connectTimeoutMs },
    // The runner keeps time itself; a long poll may be silent for a minute.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  // The package's own types of fetch and those that Node declares describe the same objects but are not assignable to each other.
  const ours = undiciFetch as unknown as (url: string, init: object) => Promise<Response>
  return {
    fetch: (url, init) => ours(url, { ...init, headers: [...new Headers(init.headers)], dispatcher: agent }),
    close: () => agent.destroy(),
  }
}
