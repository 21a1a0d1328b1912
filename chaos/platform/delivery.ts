/**
 * How the platform posts webhooks: to one of the hub's ports, again and again until it is answered with 2xx, sometimes once more after that. Always
 * holds: nothing is given up; a body that was acknowledged was answered with 2xx after it had been written whole.
 */
import { Agent, request } from 'node:http'
import type { Random } from '../random.ts'

export interface Delivery {
  /** Resolves when the body has been acknowledged. */
  post(path: string, body: string, headers: Record<string, string>, patience?: 'usual' | 'eager'): Promise<void>
  /** The same body once more, later: as a platform does that has not seen the acknowledgement. */
  repeat(path: string, body: string, headers: Record<string, string>): void
  outstanding(): number
  answers: Record<string, number>
  counts: { repeats: number; retries: number }
}

/** A platform's own patience with one webhook, ms. */
const answerWithinMs = 15_000

export function createDelivery(ports: readonly number[], random: Random): Delivery {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const answers: Record<string, number> = {}
  const counts = { repeats: 0, retries: 0 }
  let outstanding = 0

  async function attempt(path: string, body: string, headers: Record<string, string>): Promise<{ status: number; waitMs: number }> {
    return await new Promise(resolve => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: random.pick(ports),
          path,
          method: 'POST',
          agent,
          timeout: answerWithinMs,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
        },
        response => {
          response.resume()
          // Acknowledged is what was answered whole.
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, waitMs: Number(response.headers['retry-after'] ?? 0) * 1_000 }),
          )
          response.on('error', () => resolve({ status: 0, waitMs: 0 }))
          response.on('aborted', () => resolve({ status: 0, waitMs: 0 }))
        },
      )
      outgoing.on('timeout', () => outgoing.destroy())
      outgoing.on('error', () => resolve({ status: 0, waitMs: 0 }))
      outgoing.end(body)
    })
  }

  async function post(path: string, body: string, headers: Record<string, string>, patience: 'usual' | 'eager' = 'usual'): Promise<void> {
    outstanding++
    for (let tries = 1; ; tries++) {
      const { status, waitMs } = await attempt(path, body, headers)
      answers[status] = (answers[status] ?? 0) + 1
      if (status >= 200 && status < 300) break
      counts.retries++
      const pause = patience === 'eager' ? 25 : Math.min(1_500, Math.max(waitMs * random.between(0.3, 1), random.between(30, 120) * tries))
      await new Promise(resolve => setTimeout(resolve, pause))
    }
    outstanding--
  }

  return {
    post,
    repeat(path, body, headers) {
      counts.repeats++
      outstanding++
      setTimeout(() => void post(path, body, headers).then(() => outstanding--), random.between(0, 4_000))
    },
    outstanding: () => outstanding,
    answers,
    counts,
  }
}
