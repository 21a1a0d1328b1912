/**
 * `npm run bench -- outbound [--backlog=8000] [--seconds=15] [--rate=1000] [--replies=10] [--latency=20] [--batch=50] [--statuses=0] [--slots=N] [--where] [--json]`. First a backlog to a
 * platform without limits: parts per second until all are sent and recorded. Then a number with the highest throughput is kept full for some seconds while
 * people's replies on the same number are timed from the API call to the request at the platform; the platform counts what is over its rule. All
 * statuses come back as signed webhooks. The floor is measured in the same run.
 */
import { type BenchAccount, type BenchHub, measureFloorApart, percentile, round, startBenchHub } from './out/bench-hub.ts'
import { startSampling } from './out/sample.ts'

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

export async function outbound(options: Map<string, string>): Promise<void> {
  const backlog = Number(options.get('backlog') ?? 8_000)
  const seconds = Number(options.get('seconds') ?? 15)
  const rate = Number(options.get('rate') ?? 1_000)
  const replies = Number(options.get('replies') ?? 10)
  const batch = Number(options.get('batch') ?? 50)
  const kinds = options.get('statuses') === '0' ? [] : ['sent', 'delivered', 'read']
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  say('Starting a hub of its own, and a platform …')
  const bench = await startBenchHub(Number(options.get('latency') ?? 20), options.get('slots'))
  try {
    say('Floor: one-row inserts, 32 connections, 5 s …')
    const floor = await measureFloorApart(bench.ownerUrl, 5)
    const open = await bench.connect('whatsapp', { unlimited: '1' })
    statusesOf(bench, open, batch, kinds)
    say(`A backlog of ${backlog} parts …`)
    const sampling = options.has('where') ? await startSampling(bench.ownerUrl) : undefined
    const drained = await drain(bench, open, backlog, say)
    for (const { statement, busy, waits } of (await sampling?.stop()) ?? []) say(`  ${busy}  ${statement}  ${JSON.stringify(waits)}`)
    const number = await bench.connect('whatsapp', { throughput: String(rate) })
    statusesOf(bench, number, batch, kinds)
    say(`${rate} a second on one number for ${seconds} s, ${replies} replies a second …`)
    const held = await hold(bench, number, { seconds, rate, replies })
    const result = {
      sent: drained.sent,
      recorded: drained.recorded,
      perSecond: round(drained.recorded / drained.seconds),
      sentPerSecond: round(drained.sent / drained.sentSeconds),
      floor: round(floor),
      ratio: round(drained.recorded / drained.seconds / floor, 3),
      nodeMsPerPart: round(drained.nodeMs, 2),
      postgresMsPerPart: round(drained.postgresMs, 2),
      ...held,
      ...(await bench.memory()),
    }
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else {
      say('')
      say(`backlog    ${result.perSecond}/s sent and recorded (${result.ratio} of the floor), ${result.sentPerSecond}/s at the platform`)
      say(
        `           processor time a part with its three statuses: node ${result.nodeMsPerPart} ms, PostgreSQL ${result.postgresMsPerPart} ms`,
      )
      say(`floor      ${result.floor}/s`)
      say(`held       ${held.heldRate}/s of ${rate}, most in a second ${held.mostInASecond}, over the rule ${held.rateViolations}`)
      say(
        `replies    p50 ${held.replyP50Ms} ms, p99 ${held.replyP99Ms} ms from the call to the request (${held.replies}, lost ${held.repliesLost})`,
      )
      say(`statuses   ${held.statuses} taken of ${held.statusesDue}; doubled ${held.doubled}, out of order ${held.disordered}`)
      say(`memory     node ${result.nodeMiB} MiB, PostgreSQL ${result.postgresMiB} MiB`)
    }
  } finally {
    await bench.close()
  }
}

function statusesOf(bench: BenchHub, account: BenchAccount, batch: number, kinds: string[]): void {
  const { appSecret = '', wabaId = '', phoneNumberId = '' } = account.config
  bench.platform.order({ ask: 'statuses', settings: { url: account.webhookUrl, appSecret, wabaId, phoneNumberId, kinds, batch } })
}

async function drain(bench: BenchHub, account: BenchAccount, count: number, say: (line: string) => void) {
  const conversations = await bench.people(account, count)
  await bench.client.call('updateAccount', { params: { accountId: account.id }, body: { status: 'paused' } })
  const writtenFrom = performance.now()
  await bench.write(account, conversations, 'backlog')
  say(`  written at ${round(count / ((performance.now() - writtenFrom) / 1_000))}/s`)
  await bench.admin.query('analyze')
  const startedAt = performance.now()
  const cpuFrom = await bench.cpuMs()
  await bench.client.call('updateAccount', { params: { accountId: account.id }, body: { status: 'active' } })
  bench.running.hub.bell.ring('parts')
  const recorded = await untilSettled(bench, account, count)
  const seconds = (performance.now() - startedAt) / 1_000
  const report = (await bench.platform.report()).accounts[account.key]!
  await quiet(bench)
  const cpuTo = await bench.cpuMs()
  return {
    sent: report.accepted,
    recorded,
    seconds,
    sentSeconds: (report.lastAt - report.firstAt) / 1_000,
    nodeMs: (cpuTo.node - cpuFrom.node) / count,
    postgresMs: (cpuTo.postgres - cpuFrom.postgres) / count,
  }
}

/** Waits until nothing is pending or sending any more; gives how many were sent. */
async function untilSettled(bench: BenchHub, account: BenchAccount, count: number): Promise<number> {
  for (let waited = 0; waited < 120_000; waited += 50) {
    const { rows } = await bench.admin.query<{ n: number }>(
      `select count(*)::int as n from part where workspace_id = $1 and account_id = $2 and state in ('pending', 'sending')`,
      [account.workspaceId, account.id],
    )
    if (rows[0]!.n === 0) break
    await wait(50)
  }
  const { rows } = await bench.admin.query<{ n: number }>(
    `select count(*)::int as n from part where workspace_id = $1 and account_id = $2 and state in ('sent', 'delivered', 'read')`,
    [account.workspaceId, account.id],
  )
  if (rows[0]!.n !== count) process.stderr.write(`${count - rows[0]!.n} parts are neither sent nor waiting\n`)
  return rows[0]!.n
}

/** Until the platform has told all its statuses and they are applied. */
async function quiet(bench: BenchHub): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    const { rows } = await bench.admin.query('select 1 from lane_item where applied_at is null limit 1')
    if (rows.length === 0 && (await bench.platform.report()).statusesWaiting === 0) return
    await wait(100)
  }
}

async function hold(bench: BenchHub, account: BenchAccount, plan: { seconds: number; rate: number; replies: number }) {
  const { seconds, rate, replies } = plan
  // A fifth more than can leave, so that the number is full to the end.
  const conversations = await bench.people(account, Math.ceil(seconds * rate * 1.2) + 200)
  const talkers = conversations.splice(0, 200)
  await bench.client.call('updateAccount', { params: { accountId: account.id }, body: { status: 'paused' } })
  await bench.write(account, conversations, 'bulk')
  await bench.admin.query('analyze')
  bench.platform.order({ ask: 'reset' })
  // The platform gives half a second's worth of slack; the hub is not told.
  bench.platform.order({ ask: 'rules', accounts: { [account.key]: { account: { perSecond: rate, depth: rate / 2 } } } })
  await bench.client.call('updateAccount', { params: { accountId: account.id }, body: { status: 'active' } })
  bench.running.hub.bell.ring('parts')
  await wait(1_000)
  const replied = bench.platform.replied()
  bench.platform.order({
    ask: 'replies',
    settings: { origin: bench.running.url, cookie: bench.cookie, conversationIds: talkers, perSecond: replies, seconds: seconds - 2 },
  })
  await wait((seconds - 1) * 1_000)
  const atEnd = await bench.platform.report()
  await bench.client.call('updateAccount', { params: { accountId: account.id }, body: { status: 'paused' } })
  await replied
  await quiet(bench)
  const report = await bench.platform.report()
  const mine = atEnd.accounts[account.key]!
  const all = report.accounts[account.key]!
  // The first second and the last, broken one say nothing of the rate.
  const whole = mine.perSecond.slice(1, -1)
  const { rows } = await bench.admin.query<{ n: number }>(
    `select count(*)::int as n from part where workspace_id = $1 and account_id = $2 and state = 'read'`,
    [account.workspaceId, account.id],
  )
  return {
    heldRate: round(whole.reduce((sum, value) => sum + value, 0) / Math.max(1, whole.length)),
    rateViolations: all.refused,
    mostInASecond: all.mostInASecond,
    replies: report.replyMs.length,
    repliesLost: report.repliesLost,
    replyP50Ms: round(percentile(report.replyMs, 0.5), 1),
    replyP99Ms: round(percentile(report.replyMs, 0.99), 1),
    statuses: rows[0]!.n * 3,
    statusesDue: all.accepted * 3,
    doubled: all.doubled,
    disordered: all.disordered,
  }
}
