/**
 * `npm run bench -- day [--messages=23000] [--seconds=60] [--agents=50] [--json]`: a day of a busy firm in a minute: six of ten messages come from customers
 * as signed webhooks on two accounts, four are people's answers over the API, and every agent has his stream open (a fifth of them sees one account only).
 * Tells whether any agent missed or was told too much, how late events were, that all counters equal a recount, and memory. Floor: one-row inserts and a
 * round trip to the database in the same run.
 */
import { fork } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { acceptInvitation, actorOf, figureDifferences } from '@dragoman/hub'
import type pg from 'pg'
import { type BenchHub, generateWebhooks, percentile, round, runBeside, startBenchHub } from './bench-hub.ts'
import type { AgentResult, AgentSettings, AgentStatus, ToAgents } from './day/agents.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const customersShare = 0.6
const customers = 700
/** One of so many agents sees the second account only. */
const oneOf = 5
/** After the day so long is waited for what is still under way. */
const patienceMs = 120_000

export async function day(options: Map<string, string>): Promise<void> {
  const messages = Number(options.get('messages') ?? 23_000)
  const seconds = Number(options.get('seconds') ?? 60)
  const agents = Number(options.get('agents') ?? 50)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  const bench = await startBenchHub()
  const desk = fork(join(folder, 'day', 'agents.ts'))
  const ask = <Answer>(message: ToAgents) =>
    new Promise<Answer>((resolve, reject) => {
      desk.once('message', answer => resolve(answer as Answer))
      desk.once('exit', code => reject(new Error(`the agents’ process ended with ${code}`)))
      desk.send(message)
    })
  desk.setMaxListeners(0)
  try {
    const first = await bench.connectSigned(customers)
    const second = await bench.connectSigned(customers)
    const { rows: accounts } = await bench.admin.query<{ id: string }>('select id from account order by created_at')
    say(`Signing ${agents} agents in …`)
    const seated: AgentSettings['agents'] = []
    for (let index = 0; index < agents; index++) seated.push(await joinAgent(bench, index, accounts[1]!.id))
    say(`Floor …`)
    const floor = Number(await runBeside('floor.ts', [bench.ownerUrl, '5']))
    const roundTripMs = await roundTrip(bench.admin)
    await bench.admin.query('analyze')
    const { cursor } = await bench.client.call('snapshot', { query: {} })
    const answersOfTen = Math.round(10 * (1 / customersShare - 1))
    await ask({
      do: 'start',
      settings: {
        origin: bench.running.url,
        cursor,
        agents: seated,
        answersOfTen,
        mostAnswers: Math.round(messages * (1 - customersShare)),
      },
    })
    say(`A day of ${messages.toLocaleString('en')} messages in ${seconds} s …`)
    const startedAt = performance.now()
    const rate = (messages * customersShare) / seconds / 2
    const posted = await Promise.all(
      [first, second].map((base, index) =>
        generateWebhooks({ ...base, connections: 32, seconds, rate, tag: index === 0 ? 'day' : 'day2' }),
      ),
    )
    const status = await settled(bench, () => ask<AgentStatus>({ do: 'status' }))
    const tookMs = performance.now() - startedAt
    const result = await ask<AgentResult>({ do: 'compare', ...(await everyMessage(bench.admin, accounts[1]!.id)) })
    const accepted = posted.reduce((sum, one) => sum + one.accepted, 0)
    const countersEqual = await areCountersRight(bench)
    const memory = {
      hubMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
      postgresMiB: await memoryOfDatabase(bench.admin),
      agentsMiB: result.rssMiB,
    }
    const figures = {
      messages: accepted + status.answers,
      accepted,
      notAccepted: posted.reduce((sum, one) => sum + one.sent - one.accepted, 0),
      answers: status.answers,
      refused: status.refused,
      seconds: round(tookMs / 1_000, 1),
      perSecond: round((accepted + status.answers) / (tookMs / 1_000)),
      agents,
      ...result,
      countersEqual,
      memory,
      floor: { insertsPerSecond: floor, roundTripMs: round(roundTripMs, 2) },
      toFloor: round((accepted + status.answers) / (tookMs / 1_000) / floor, 3),
      lagToFloor: round(result.lag.p50Ms / roundTripMs),
    }
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`)
    else {
      say(
        `messages   ${accepted} in, ${status.answers} answers (${status.refused} refused) in ${figures.seconds} s: ${figures.perSecond}/s, ${figures.toFloor} of the floor`,
      )
      say(
        `agents     ${result.events.toLocaleString('en')} messages told to ${agents}; missing ${result.missing}, told too much ${result.foreign}, twice ${result.twice}; streams broken ${result.dropped}`,
      )
      say(
        `lag        p50 ${result.lag.p50Ms} ms, p99 ${result.lag.p99Ms} ms, longest ${result.lag.mostMs} ms, from sending the webhook to the event at an agent`,
      )
      say(`counters   ${countersEqual ? 'equal' : 'DIFFER FROM'} a recount`)
      say(`memory     hub ${memory.hubMiB} MiB, PostgreSQL ${memory.postgresMiB ?? '?'} MiB, agents ${memory.agentsMiB} MiB`)
      say(`floor      ${floor}/s one-row inserts, ${figures.floor.roundTripMs} ms a round trip`)
    }
  } finally {
    desk.removeAllListeners('exit')
    desk.kill()
    await bench.stop()
  }
}

async function joinAgent(bench: BenchHub, index: number, secondAccount: string): Promise<AgentSettings['agents'][number]> {
  const { hub } = bench.running
  const { url } = await bench.client.call('invite', { body: { role: 'agent' } })
  const person = { name: `Agent ${index + 1}`, email: `agent${index}@example.com`, password: 'bench bench bench', language: 'en' as const }
  // Over HTTP so many at once from one address would be held back, as they should be.
  const { token } = await acceptInvitation(hub, url.split('/').at(-1)!, person, 'bench')
  const sees = index % oneOf === oneOf - 1 ? 'second' : 'all'
  if (sees === 'second') {
    const { memberId } = (await actorOf(hub, token))!
    await bench.client.call('updateMember', { params: { memberId }, body: { accountIds: [secondAccount] } })
  }
  return { cookie: `${bench.cookie.split('=')[0]}=${token}`, sees }
}

/** Until all is applied, answered, sent and told; gives up after a while, and the result says what is missing. */
async function settled(bench: BenchHub, ask: () => Promise<AgentStatus>): Promise<AgentStatus> {
  const end = Date.now() + patienceMs
  let quiet = 0
  let before = ''
  for (;;) {
    const status = await ask()
    const { rows } = await bench.admin.query<{ waiting: boolean }>(
      `select exists (select 1 from lane_item where applied_at is null) or exists (select 1 from part where state in ('pending', 'sending')) as waiting`,
    )
    const present = JSON.stringify(status)
    quiet = !rows[0]!.waiting && status.underWay === 0 && present === before ? quiet + 1 : 0
    if (quiet === 5 || Date.now() > end) return status
    before = present
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

async function everyMessage(admin: pg.Client, secondAccount: string): Promise<{ all: string[]; second: string[] }> {
  const { rows } = await admin.query<{ id: string; account_id: string }>('select id, account_id from message')
  return { all: rows.map(row => row.id), second: rows.filter(row => row.account_id === secondAccount).map(row => row.id) }
}

async function areCountersRight(bench: BenchHub): Promise<boolean> {
  const figures = await bench.client.call('supervisor', { query: {} })
  const { rows } = await bench.admin.query<{ open: number; waiting: number; workspace_id: string }>(
    `select count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'open' and unanswered_since is not null)::int as waiting, min(workspace_id::text) as workspace_id from conversation`,
  )
  const recount = rows[0]!
  return (
    figures.open === recount.open &&
    figures.waiting === recount.waiting &&
    (await figureDifferences(bench.running.hub, recount.workspace_id)) === 0
  )
}

async function roundTrip(admin: pg.Client): Promise<number> {
  const ms: number[] = []
  for (let index = 0; index < 500; index++) {
    const startedAt = performance.now()
    await admin.query('select 1')
    ms.push(performance.now() - startedAt)
  }
  return percentile(ms, 0.5)
}

/** What the server's processes have for themselves and their share of what is common; null where the system does not say. */
async function memoryOfDatabase(admin: pg.Client): Promise<number | null> {
  const { rows } = await admin.query<{ pid: number }>('select pid from pg_stat_activity')
  let kib = 0
  for (const { pid } of rows) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    kib += Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0)
  }
  return kib === 0 ? null : Math.round(kib / 1_024)
}
