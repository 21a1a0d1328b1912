/**
 * `npm run bench -- overload [--seconds=10] [--times=3] [--json]`: three times as many webhooks as the hub just accepted, by the clock, while an agent
 * works on the desk. Reported: what was refused and how it was said, how long accepted ones took, how the agent's requests did before and meanwhile, and
 * how soon all is as before. The floor is the agent's own times without the flood, of the same run.
 */
import { appliedCount, type BenchHub, generateWebhooks, percentile, round, startBenchHub } from './bench-hub.ts'

/** An agent asks for something so often, whatever came of the last. */
const agentEveryMs = 50

export async function overload(options: Map<string, string>): Promise<void> {
  const seconds = Number(options.get('seconds') ?? 10)
  const times = Number(options.get('times') ?? 3)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  say('Starting a hub of its own …')
  const hub = await startBenchHub()
  try {
    const base = await hub.connectSigned(500)
    say('Warming up …')
    await generateWebhooks({ ...base, connections: 32, seconds: 3, rate: 0, tag: 'warm' })
    await hub.idle()
    await hub.admin.query('analyze')
    say(`What it can take: a closed loop of 128 connections, ${seconds} s …`)
    const closed = await generateWebhooks({ ...base, connections: 128, seconds, rate: 0, tag: 'closed' })
    const capacity = closed.accepted / closed.seconds
    await hub.idle()
    say('An agent alone, 5 s …')
    const alone = await agentsTimes(hub, 5_000)
    const rate = Math.round(capacity * times)
    say(`${rate}/s for ${seconds} s, and the agent …`)
    const before = await appliedCount(hub)
    // More connections than the hub lets in at once: each waits for its answer.
    const flood = generateWebhooks({ ...base, connections: 2_000, seconds, rate, tag: 'flood' })
    let isOver = false
    void flood.then(() => (isOver = true))
    const meanwhile = await agentsTimes(hub, Number.POSITIVE_INFINITY, () => isOver)
    const flooded = await flood
    const endedAt = performance.now()
    const agentBackMs = await agentBackAfter(hub, Math.max(50, 2 * percentile(alone.ms, 0.5)))
    await hub.idle()
    const idleMs = performance.now() - endedAt
    const lost = flooded.accepted - ((await appliedCount(hub)) - before)
    const result = {
      capacity: round(capacity),
      offered: round(flooded.sent / flooded.seconds),
      accepted: round(flooded.accepted / flooded.seconds),
      acceptedRatio: round(flooded.accepted / flooded.seconds / capacity, 2),
      refused: flooded.sent - flooded.accepted,
      refusedWithRetryAfter: flooded.refusedWithRetryAfter,
      acceptedP50Ms: round(percentile(flooded.acceptedMs, 0.5), 1),
      acceptedP99Ms: round(percentile(flooded.acceptedMs, 0.99), 1),
      agentAloneP50Ms: round(percentile(alone.ms, 0.5), 1),
      agentAloneP99Ms: round(percentile(alone.ms, 0.99), 1),
      agentP50Ms: round(percentile(meanwhile.ms, 0.5), 1),
      agentP99Ms: round(percentile(meanwhile.ms, 0.99), 1),
      agentRefused: meanwhile.failed,
      agentBackMs: round(agentBackMs),
      allAppliedMs: round(idleMs),
      lost,
      seconds,
    }
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else {
      say('')
      say(`capacity           ${result.capacity}/s accepted in a closed loop`)
      say(
        `flood              ${result.offered}/s came, ${result.accepted}/s accepted (p50 ${result.acceptedP50Ms}, p99 ${result.acceptedP99Ms} ms from the sending)`,
      )
      say(`refused            ${result.refused}, of which ${result.refusedWithRetryAfter} with 503 and Retry-After; ${result.lost} lost`)
      say(`an agent alone     p50 ${result.agentAloneP50Ms}, p99 ${result.agentAloneP99Ms} ms`)
      say(`in the flood       p50 ${result.agentP50Ms}, p99 ${result.agentP99Ms} ms; ${result.agentRefused} of his requests refused`)
      say(`afterwards         the agent as before after ${result.agentBackMs} ms, everything applied after ${result.allAppliedMs} ms`)
    }
  } finally {
    await hub.stop()
  }
}

/** What an agent does all day: the list, a conversation, its last page. */
async function ask(hub: BenchHub, turn: number): Promise<void> {
  const list = await hub.client.call('conversations', { query: { limit: 50 } })
  const one = list.conversations[turn % Math.max(1, list.conversations.length)]
  if (one) await hub.client.call('messages', { params: { conversationId: one.id }, query: { limit: 50 } })
}

async function agentsTimes(hub: BenchHub, forMs: number, isOver = () => false): Promise<{ ms: number[]; failed: number }> {
  const ms: number[] = []
  let failed = 0
  const until = performance.now() + forMs
  const running: Promise<void>[] = []
  for (let turn = 0; performance.now() < until && !isOver(); turn++) {
    const startedAt = performance.now()
    running.push(
      ask(hub, turn).then(
        () => void ms.push(performance.now() - startedAt),
        () => void failed++,
      ),
    )
    await new Promise(resolve => setTimeout(resolve, agentEveryMs))
  }
  await Promise.all(running)
  return { ms, failed }
}

/** How long until the agent's requests take no more than this again. */
async function agentBackAfter(hub: BenchHub, withinMs: number): Promise<number> {
  const startedAt = performance.now()
  for (let turn = 0; ; turn++) {
    const askedAt = performance.now()
    const isFine = await ask(hub, turn).then(
      () => performance.now() - askedAt <= withinMs,
      () => false,
    )
    if (isFine || performance.now() - startedAt > 60_000) return askedAt - startedAt
  }
}
