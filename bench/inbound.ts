/**
 * `npm run bench -- inbound [--seconds=8] [--connections=32] [--rate=300] [--json]`: webhooks per second over HTTP, signature checked, accepted (durable)
 * and applied (in the conversation, on the event log); then, at a steady rate, the time from acceptance to the event at a connected client; and the
 * floor of the same run. Figures are of this machine; only the ratios travel.
 */
import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient, openStream } from '@dragoman/api'
import { openKeyFile, rolePassword } from '@dragoman/hub'
import pg from 'pg'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { readSettings } from '../server/src/settings.ts'
import { startHub } from '../server/src/start.ts'
import type { GeneratorResult, GeneratorSettings } from './webhook-generator.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

export async function inbound(options: Map<string, string>): Promise<void> {
  const seconds = Number(options.get('seconds') ?? 8)
  const connections = Number(options.get('connections') ?? 32)
  const rate = Number(options.get('rate') ?? 300)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  const home = await mkdtemp(join(tmpdir(), 'dragoman-bench-'))
  // Root's database server runs as another user, who must be able to reach the folder.
  await chmod(home, 0o755)
  const settings = readSettings({ DRAGOMAN_HOME: home, PORT: '0', DRAGOMAN_SIMULATOR: '1', LOG_LEVEL: 'error' })
  say('Starting a hub of its own …')
  const running = await startHub({ settings, logger: pino({ level: 'error' }, pino.destination(2)) })
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const ownerUrl = new URL(running.hub.pools.ownerUrl)
  ownerUrl.password = rolePassword(ring.keys[ring.current]!, 'owner')
  const admin = new pg.Client({ connectionString: ownerUrl.toString() })
  await admin.connect()
  try {
    const setup = await fetch(`${running.url}/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
      body: JSON.stringify({
        name: 'Bench',
        email: 'bench@example.com',
        password: 'bench bench bench',
        workspaceName: 'Bench',
        language: 'en',
        demo: false,
      }),
    })
    const cookie = setup.headers.get('set-cookie')!.split(';')[0]!
    const client = createClient({ origin: running.url, headers: { cookie } })
    // Any channel whose webhooks carry a signature over the body; the platform behind it stays idle.
    const account = await client.call('connectSimulated', { body: { channel: 'whatsapp' } })
    const platform = running.simulators!.simulators.get('whatsapp')!.simulator.accounts()[0]!.config
    const base = {
      url: account.webhookUrl!,
      appSecret: platform.appSecret!,
      wabaId: platform.wabaId!,
      phoneNumberId: platform.phoneNumberId!,
      customers: 500,
    }

    say(`Floor: one-row inserts, 32 connections, ${seconds} s …`)
    const floor = Number(await child('floor.ts', [ownerUrl.toString(), String(seconds)]))

    say(`Warming up …`)
    await generate({ ...base, connections, seconds: 2, rate: 0, tag: 'warm' })
    await idle(admin)
    // A database that has been in use for a minute has statistics; a fresh one plans as if its tables were empty.
    await admin.query('analyze')

    say(`Closed loop: ${connections} connections, ${seconds} s …`)
    const before = await appliedCount(admin)
    const startedAt = performance.now()
    const closed = await generate({ ...base, connections, seconds, rate: 0, tag: 'load' })
    await idle(admin)
    const applied = ((await appliedCount(admin)) - before) / ((performance.now() - startedAt) / 1_000)

    say(`Open loop: ${rate}/s for ${seconds} s, one connected client …`)
    const latency = await eventLatency(running.url, client, cookie, () =>
      generate({ ...base, connections: 64, seconds, rate, tag: 'open' }),
    )
    await idle(admin)

    const result = {
      accepted: round(closed.accepted / closed.seconds),
      applied: round(applied),
      floor: round(floor),
      acceptedRatio: round(closed.accepted / closed.seconds / floor, 3),
      ratio: round(applied / floor, 3),
      p50Ms: round(percentile(latency.ms, 0.5), 1),
      p99Ms: round(percentile(latency.ms, 0.99), 1),
      events: latency.ms.length,
      missing: latency.missing,
      ackP50Ms: round(percentile(closed.latenciesMs, 0.5), 1),
      ackP99Ms: round(percentile(closed.latenciesMs, 0.99), 1),
      rate,
      connections,
      seconds,
      refused: closed.sent - closed.accepted,
    }
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else {
      say('')
      say(
        `accepted   ${result.accepted}/s   (${result.acceptedRatio} of the floor; acknowledged p50 ${result.ackP50Ms} ms, p99 ${result.ackP99Ms} ms)`,
      )
      say(`applied    ${result.applied}/s   (${result.ratio} of the floor)`)
      say(`floor      ${result.floor}/s`)
      say(
        `latency    p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms from sending the webhook to the event at a client, at ${rate}/s (${result.events} events, ${result.missing} missing)`,
      )
    }
  } finally {
    await admin.end()
    await running.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function generate(settings: GeneratorSettings): Promise<GeneratorResult> {
  return JSON.parse(await child('webhook-generator.ts', [JSON.stringify(settings)])) as GeneratorResult
}

async function child(script: string, parameters: string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [join(folder, script), ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    process_.stdout.on('data', chunk => (output += chunk))
    process_.on('close', code => (code === 0 ? resolve(output.trim()) : reject(new Error(`${script} ended with ${code}`))))
  })
}

async function appliedCount(admin: pg.Client): Promise<number> {
  return (await admin.query<{ n: number }>('select count(*)::int as n from message')).rows[0]!.n
}

async function idle(admin: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await admin.query('select 1 from lane_item where applied_at is null limit 1')
    if (rows.length === 0) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** Times from the sending of a webhook (the clock is in its text) to its event at a client. */
async function eventLatency(
  url: string,
  client: ReturnType<typeof createClient>,
  cookie: string,
  load: () => Promise<GeneratorResult>,
): Promise<{ ms: number[]; missing: number }> {
  class SignedInSocket extends WebSocket {
    constructor(address: string, protocols?: string[]) {
      super(address, protocols, { headers: { cookie } })
    }
  }
  const ms: number[] = []
  const { cursor } = await client.call('snapshot', { query: { limit: 1 } })
  const stream = openStream(
    `${url.replace('http', 'ws')}/v1/events`,
    cursor,
    {
      onEvents: events => {
        const now = Date.now()
        for (const event of events) {
          if (event.kind !== 'message.created' || event.message.body.content.kind !== 'text') continue
          const sentAt = Number(event.message.body.content.text.text.split(' ')[3])
          if (sentAt) ms.push(now - sentAt)
        }
      },
      onEphemeral: () => {},
      onResync: () => {},
      onState: () => {},
    },
    { WebSocket: SignedInSocket },
  )
  const { accepted } = await load()
  for (let waited = 0; ms.length < accepted && waited < 5_000; waited += 50) await new Promise(resolve => setTimeout(resolve, 50))
  stream.close()
  return { ms, missing: accepted - ms.length }
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits))
}
