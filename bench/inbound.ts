/**
 * `npm run bench -- inbound [--seconds=5] [--connections=1,8,32,128] [--rate=3300] [--json]`: webhooks per second over HTTP, signature checked. Accepted:
 * answered with 200 after the commit. Applied: in the conversation and on the event log, while what a closed loop has left behind is worked off.
 * Sustained: from the first webhook of a closed loop until all of them are applied, with the generator on the same machine. The floor is of the same run;
 * only the ratios travel.
 */
import { appliedCount, generateWebhooks, percentile, round, runBeside, startBenchHub } from './bench-hub.ts'

export async function inbound(options: Map<string, string>): Promise<void> {
  const seconds = Number(options.get('seconds') ?? 5)
  const connections = (options.get('connections') ?? '1,8,32,128').split(',').map(Number)
  const rate = Number(options.get('rate') ?? 3_300)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  say('Starting a hub of its own …')
  const hub = await startBenchHub()
  try {
    const base = await hub.connectSigned(500)
    say(`Floor: one-row inserts, 32 connections, ${seconds} s …`)
    const floor = Number(await runBeside('floor.ts', [hub.ownerUrl, String(seconds)]))

    say('Warming up …')
    await generateWebhooks({ ...base, connections: 32, seconds: 3, rate: 0, tag: 'warm' })
    await hub.idle()
    // A database that has been in use for a minute has statistics; a fresh one plans as if its tables were empty.
    await hub.admin.query('analyze')

    const loops = []
    for (const count of connections) {
      say(`Closed loop: ${count} connection${count === 1 ? '' : 's'}, ${seconds} s …`)
      const before = await appliedCount(hub)
      const startedAt = performance.now()
      const closed = await generateWebhooks({ ...base, connections: count, seconds, rate: 0, tag: `c${count}` })
      const left = { applied: await appliedCount(hub), at: performance.now() }
      await hub.idle()
      const endedAt = performance.now()
      const after = await appliedCount(hub)
      loops.push({
        connections: count,
        accepted: round(closed.accepted / closed.seconds),
        refused: closed.sent - closed.accepted,
        appliedMeanwhile: round((left.applied - before) / closed.seconds),
        // Of a handful that were left behind no rate can be told.
        appliedAfter: after - left.applied >= 1_000 ? round((after - left.applied) / ((endedAt - left.at) / 1_000)) : null,
        sustained: round((after - before) / ((endedAt - startedAt) / 1_000)),
        lost: closed.accepted - (after - before),
        ackP50Ms: round(percentile(closed.latenciesMs, 0.5), 1),
        ackP99Ms: round(percentile(closed.latenciesMs, 0.99), 1),
      })
    }

    say(`Open loop: ${rate}/s for ${seconds} s …`)
    const before = await appliedCount(hub)
    const open = await generateWebhooks({ ...base, connections: 128, seconds, rate, tag: 'open' })
    await hub.idle()
    const lost = open.accepted - ((await appliedCount(hub)) - before)

    const best = loops.reduce((most, loop) => (loop.accepted > most.accepted ? loop : most))
    const applied = Math.max(...loops.map(loop => Math.max(loop.appliedAfter ?? 0, loop.sustained)))
    const result = {
      accepted: best.accepted,
      applied,
      floor: round(floor),
      acceptedRatio: round(best.accepted / floor, 3),
      ratio: round(applied / floor, 3),
      sustained: Math.max(...loops.map(loop => loop.sustained)),
      p50Ms: round(percentile(open.latenciesMs, 0.5), 1),
      p99Ms: round(percentile(open.latenciesMs, 0.99), 1),
      rate,
      heldRate: round(open.accepted / open.seconds),
      refused: open.sent - open.accepted,
      lost: lost + loops.reduce((sum, loop) => sum + loop.lost, 0),
      seconds,
      loops,
    }
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else {
      say('')
      for (const loop of loops)
        say(
          `${String(loop.connections).padStart(4)} connections   accepted ${loop.accepted}/s (acknowledged p50 ${loop.ackP50Ms}, p99 ${loop.ackP99Ms} ms)   applied meanwhile ${loop.appliedMeanwhile}/s, after ${loop.appliedAfter ?? '–'}/s   sustained ${loop.sustained}/s`,
        )
      say(
        `open loop          ${result.heldRate} of ${rate}/s, acknowledged p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms, ${result.refused} refused`,
      )
      say(
        `floor              ${result.floor}/s: accepted ${result.acceptedRatio} of it, applied ${result.ratio} of it (${applied}/s); ${result.lost} lost`,
      )
    }
  } finally {
    await hub.stop()
  }
}
