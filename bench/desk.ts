/**
 * `npm run bench -- desk [--agents=60] [--times=4] [--seconds=120] [--json]`: so many times the traffic of a peak hour (550 customers and 2,760 messages an
 * hour), for some seconds, over all simulated messengers, with agents who answer what they are given. Tells how long it took from a customer's first
 * message to an owner, what was answered twice (nothing may be), and that the live counters equal a recount. Floor: a round trip to the database in the
 * same run.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiClient, type ConversationView, createClient, openStream } from '@dragoman/api'
import { acceptInvitation, openKeyFile, rolePassword } from '@dragoman/hub'
import { startCrowd } from '@dragoman/simulator'
import pg from 'pg'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { readSettings } from '../server/src/settings.ts'
import { startHub } from '../server/src/start.ts'

const peak = { customers: 550, messages: 2_760, minutes: 60 }
/** An agent reads and types so long, at the script's own pace. */
const answersAfterMs = 20

export async function desk(options: Map<string, string>): Promise<void> {
  const agents = Number(options.get('agents') ?? 60)
  const times = Number(options.get('times') ?? 4)
  const seconds = Number(options.get('seconds') ?? 120)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  const home = await mkdtemp(join(tmpdir(), 'dragoman-bench-'))
  // Root's database server runs as another user, who must be able to reach the folder.
  await chmod(home, 0o755)
  const settings = readSettings({ DRAGOMAN_HOME: home, PORT: '0', DRAGOMAN_SIMULATOR: '1', LOG_LEVEL: 'error' })
  const running = await startHub({ settings, logger: pino({ level: 'error' }, pino.destination(2)) })
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const url = new URL(running.hub.pools.ownerUrl)
  url.password = rolePassword(ring.keys[ring.current]!, 'owner')
  const admin = new pg.Client({ connectionString: url.toString() })
  await admin.connect()
  let over = false
  const closers: (() => void)[] = []
  try {
    const owner = await enter(running.url, '/v1/setup', {
      name: 'Bench',
      email: 'bench@example.com',
      password: 'bench bench bench',
      workspaceName: 'Bench',
      language: 'en',
      demo: false,
    })
    say(`Signing ${agents} agents in …`)
    const memberIds: string[] = []
    const work: Promise<void>[] = []
    for (let index = 0; index < agents; index++) {
      const { url: link } = await owner.client.call('invite', { body: { role: 'agent' } })
      // Over HTTP so many at once from one address would be held back, as they should be.
      const person = {
        name: `Agent ${index + 1}`,
        email: `agent${index}@example.com`,
        password: 'bench bench bench',
        language: 'en' as const,
      }
      const { token } = await acceptInvitation(running.hub, link.split('/').at(-1)!, person, 'bench')
      const cookie = `${owner.cookie.split('=')[0]}=${token}`
      const agent: Entered = { cookie, client: createClient({ origin: running.url, headers: { cookie } }) }
      const { me } = await agent.client.call('session')
      memberIds.push(me.memberId)
      const answering = await seatAgent(running.url, agent, me.memberId, () => over, closers)
      work.push(answering())
    }
    const team = await owner.client.call('createTeam', {
      body: { name: 'Support', settings: { strategy: 'least_loaded', capacity: 12 }, memberIds },
    })
    await owner.client.call('saveSetting', {
      params: { name: 'routing' },
      body: { version: 0, value: { rules: [], defaultTeamId: team.id } },
    })
    const places = []
    for (const { kind, simulator } of running.simulators!.simulators.all()) {
      await owner.client.call('connectSimulated', { body: { channel: kind.id } })
      places.push({ channel: kind.id, simulator, accountId: simulator.accounts().at(-1)!.id })
    }
    await admin.query('analyze')
    const floorMs = await floorOf(admin)
    // A stretch of the hour, played `times` as fast.
    const minutes = (seconds * times) / 60
    const share = minutes / peak.minutes
    say(`Playing ${times} × the peak hour’s traffic for ${seconds} s …`)
    const crowd = startCrowd(places, {
      customers: Math.ceil(peak.customers * share),
      messages: Math.ceil(peak.messages * share),
      minutes,
      seed: 1,
      speed: times,
    })
    await crowd.finished
    const end = Date.now() + 60_000
    while (crowd.report().stillWaiting > 0 && Date.now() < end) await new Promise(resolve => setTimeout(resolve, 200))
    over = true
    await Promise.all(work)
    const { people: _people, ...seen } = crowd.report()
    const { rows } = await admin.query<{ p50: number; p99: number; most: number; nobody: number }>(
      `select percentile_cont(0.5) within group (order by ms) as p50, percentile_cont(0.99) within group (order by ms) as p99, max(ms) as most,
        count(*) filter (where ms is null)::int as nobody
        from (select extract(epoch from min(m.created_at) filter (where m.system->>'what' = 'case.routed') - min(m.created_at) filter (where m.direction = 'in')) * 1000 as ms
          from message m group by m.conversation_id having count(*) filter (where m.direction = 'in') > 0) o`,
    )
    const figures = await owner.client.call('supervisor', { query: {} })
    const { rows: recount } = await admin.query<{ open: number; waiting: number }>(
      `select count(*) filter (where state = 'open')::int as open, count(*) filter (where state = 'open' and unanswered_since is not null)::int as waiting from conversation`,
    )
    const ownerMs = {
      p50: Math.round(rows[0]!.p50),
      p99: Math.round(rows[0]!.p99),
      longest: Math.round(rows[0]!.most),
      without: rows[0]!.nobody,
    }
    const countersEqual = figures.open === recount[0]!.open && figures.waiting === recount[0]!.waiting
    if (json) process.stdout.write(`${JSON.stringify({ agents, times, seconds, ...seen, ownerMs, countersEqual, floorMs })}\n`)
    else {
      say(`messages   ${seen.wrote} from ${seen.customers} customers; ${(seen.wrote / seconds).toFixed(1)} a second`)
      say(`to an owner p50 ${ownerMs.p50} ms, p99 ${ownerMs.p99} ms, longest ${ownerMs.longest} ms; without one: ${ownerMs.without}`)
      say(
        `answers    ${seen.answers}; doubles ${seen.doubles}; still waiting ${seen.stillWaiting}; wait p50 ${seen.waits.medianMs} ms, p90 ${seen.waits.p90Ms} ms`,
      )
      say(`counters   ${countersEqual ? 'equal' : 'DIFFER FROM'} a recount; floor (one round trip) ${floorMs.toFixed(2)} ms`)
    }
  } finally {
    over = true
    for (const close of closers) close()
    await admin.end()
    await running.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

interface Entered {
  client: ApiClient
  cookie: string
}

async function enter(origin: string, path: string, body: object): Promise<Entered> {
  const response = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
  const cookie = response.headers.get('set-cookie')!.split(';')[0]!
  return { cookie, client: createClient({ origin, headers: { cookie } }) }
}

/** An agent: a stream as his browser has it, and what answers whoever is his and waits, until it is over. */
async function seatAgent(
  origin: string,
  { client, cookie }: Entered,
  memberId: string,
  isOver: () => boolean,
  closers: (() => void)[],
): Promise<() => Promise<void>> {
  const waiting = new Map<string, ConversationView>()
  /** A person sees that he has answered this already; an event of before his answer may still be on its way. */
  const answered = new Set<string>()
  class SignedInSocket extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols, { headers: { cookie } })
    }
  }
  const { cursor } = await client.call('snapshot', { query: {} })
  const stream = openStream(
    `${origin.replace('http', 'ws')}/v1/events`,
    cursor,
    {
      onEvents: events => {
        for (const event of events) if (event.kind === 'conversation.changed') waiting.set(event.conversation.id, event.conversation)
      },
      onEphemeral: () => {},
      onResync: () => {},
      onState: () => {},
    },
    { WebSocket: SignedInSocket },
  )
  closers.push(() => stream.close())
  return async () => {
    while (!isOver()) {
      for (const view of [...waiting.values()]) {
        waiting.delete(view.id)
        const question = view.lastMessage?.id ?? ''
        if (view.assigneeId !== memberId || view.unansweredSince === null || answered.has(question)) continue
        answered.add(question)
        await client
          .call('sendMessage', {
            params: { conversationId: view.id },
            body: {
              clientId: crypto.randomUUID(),
              body: { content: { kind: 'text', text: { text: `To ${question}` } } },
              lastOutId: view.lastOutId,
            },
          })
          .catch(() => answered.delete(question))
      }
      await new Promise(resolve => setTimeout(resolve, answersAfterMs))
    }
  }
}

async function floorOf(admin: pg.Client): Promise<number> {
  const startedAt = performance.now()
  for (let index = 0; index < 500; index++) await admin.query('select 1')
  return (performance.now() - startedAt) / 500
}
