/** Events of a community: to the Callback API's address, and to whoever polls; the two do not exclude each other. */
import { randomText } from '@dragoman/channel-kit/simulator'
import { limits } from './limits.ts'
import type { Group, Json, World } from './state.ts'

/** How long VK goes on trying before it marks the server as failed; assumed. */
const patienceMs = 3_600_000

export function tell(world: World, group: Group, type: string, object: Json, key: string): void {
  const { environment } = world
  const event: Json = { group_id: group.id, type, event_id: randomText(environment.random, 40, '0123456789abcdef'), v: '5.199', object }
  group.ts += 1
  group.events.push({ ts: group.ts, event })
  if (group.events.length > limits.eventsKept) group.events.splice(0, group.events.length - limits.eventsKept)
  for (const wake of world.waiters.get(group.id) ?? []) wake()
  if (!group.callback) return
  const { url, secret } = group.callback
  world.queue.add({
    key: `${group.id} ${key}`,
    url,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(secret ? { ...event, secret } : event)),
    expiresAt: environment.now() + patienceMs,
  })
}

/** Asks an address for the confirmation string, as the community's settings page does. */
export async function confirm(world: World, group: Group, url: string): Promise<{ ok: boolean; reason?: string }> {
  const body = new TextEncoder().encode(JSON.stringify({ type: 'confirmation', group_id: group.id }))
  const answer = await world.environment.post({ url, headers: { 'content-type': 'application/json' }, body })
  if (answer.status !== 200) return { ok: false, reason: `The server answered ${answer.status} instead of the confirmation string` }
  return answer.body.trim() === group.confirmation ? { ok: true } : { ok: false, reason: 'The server answered with another string' }
}

/** What came after a number; waits where nothing has. `1`: the number is too old; `2`: the key has ended. */
export async function poll(
  world: World,
  group: Group,
  key: string,
  since: number,
  waitMs: number,
): Promise<{ failed: 1; ts: string } | { failed: 2 | 3 } | { ts: string; updates: Json[] }> {
  if (key !== group.pollKey) return { failed: 2 }
  const oldest = group.events[0]?.ts ?? group.ts + 1
  if (since > group.ts || since < oldest - 1) return { failed: 1, ts: String(group.ts) }
  const found = () => group.events.filter(entry => entry.ts > since).map(entry => entry.event)
  if (found().length === 0 && waitMs > 0) {
    await new Promise<void>(done => {
      const waiters = world.waiters.get(group.id) ?? new Set()
      world.waiters.set(group.id, waiters)
      const wake = () => {
        waiters.delete(wake)
        done()
      }
      waiters.add(wake)
      world.environment.after(waitMs, wake)
    })
  }
  return { ts: String(group.ts), updates: found() }
}
