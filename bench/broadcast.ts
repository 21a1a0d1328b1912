/**
 * `npm run bench -- broadcast [--recipients=100000] [--rate=1000] [--seconds=30] [--replies=5] [--latency=300] [--json]`: so many people of one number are written to
 * in bulk, at the number's rate, while its platform takes its time to answer; beside it a bot at 30 a second, one a second for each chat. The platform
 * counts what goes over its rules. Replies of people on the bot are timed alone and then beside the broadcast: a slow account must not delay another. The
 * floor is measured in the same run.
 */
import { type BenchAccount, type BenchHub, measureFloorApart, percentile, round, startBenchHub } from './out/bench-hub.ts'
import type { AccountReport, PlatformReport } from './out/platform.ts'

const wait = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const botRate = 30
/** To so many people more is written than may come to one at once. */
const eager = { people: 20, messages: 50 }

export async function broadcast(options: Map<string, string>): Promise<void> {
  const recipients = Number(options.get('recipients') ?? 100_000)
  const rate = Number(options.get('rate') ?? 1_000)
  const seconds = Number(options.get('seconds') ?? 30)
  const replies = Number(options.get('replies') ?? 5)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  say('Starting a hub of its own, and a platform …')
  const bench = await startBenchHub(20, options.get('slots'))
  try {
    say('Floor: one-row inserts, 32 connections, 5 s …')
    const floor = await measureFloorApart(bench.ownerUrl, 5)
    const bot = await bench.connect('telegram')
    const number = await bench.connect('whatsapp', { throughput: String(rate) })
    bench.platform.order({
      ask: 'rules',
      accounts: {
        [number.key]: {
          account: { perSecond: rate, depth: rate / 2 },
          pair: { perSecond: 1 / 6, depth: 45 },
          latencyMs: Number(options.get('latency') ?? 300),
        },
        [bot.key]: { account: { perSecond: botRate, depth: botRate / 2 }, pair: { perSecond: 1, depth: 4 } },
      },
    })
    const chats = await bench.people(bot, botRate * seconds * 3)
    const talkers = chats.splice(0, 100)
    await pause(bench, bot)
    await bench.write(bot, chats, 'bulk')
    say(`The bot alone for ${seconds} s …`)
    const alone = await run(bench, [bot], { seconds, replies, talkers })

    const people = await bench.people(number, recipients)
    await pause(bench, number)
    const writtenFrom = performance.now()
    await bench.write(number, people, 'bulk')
    const written = recipients / ((performance.now() - writtenFrom) / 1_000)
    say(`${recipients} written at ${round(written)}/s; ${eager.people} people get ${eager.messages} more each`)
    // Later numbers stand behind: each chunk counts on, so that the order within a conversation shows.
    for (let count = 1; count <= eager.messages; count++) await bench.write(number, people.slice(0, eager.people), 'more', count * 1_000)
    await bench.admin.query('analyze')
    say(`Both for ${seconds} s …`)
    const together = await run(bench, [number, bot], { seconds, replies, talkers })
    const numberReport = together.accounts[number.key]
    const botReport = together.accounts[bot.key]
    const result = {
      recipients,
      writtenPerSecond: round(written),
      floor: round(floor),
      ratio: round(perSecond(numberReport) / floor, 3),
      rate: perSecond(numberReport),
      permitted: rate,
      share: round(perSecond(numberReport) / rate, 3),
      botRate: perSecond(botReport),
      botRateAlone: perSecond(alone.accounts[bot.key]),
      botShare: round(perSecond(botReport) / botRate, 3),
      rateViolations: (numberReport?.refused ?? 0) + (botReport?.refused ?? 0) + (alone.accounts[bot.key]?.refused ?? 0),
      doubled: (numberReport?.doubled ?? 0) + (botReport?.doubled ?? 0),
      disordered: (numberReport?.disordered ?? 0) + (botReport?.disordered ?? 0),
      mostInASecond: numberReport?.mostInASecond ?? 0,
      replyAloneP50Ms: round(percentile(alone.replyMs, 0.5), 1),
      replyAloneP99Ms: round(percentile(alone.replyMs, 0.99), 1),
      replyP50Ms: round(percentile(together.replyMs, 0.5), 1),
      replyP99Ms: round(percentile(together.replyMs, 0.99), 1),
      repliesLost: alone.repliesLost + together.repliesLost,
      ...(await bench.memory()),
    }
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else {
      say('')
      say(`number     ${result.rate}/s of ${rate} permitted (${result.share}); most in a second ${result.mostInASecond}`)
      say(`bot        ${result.botRate}/s of ${botRate} (${result.botShare}); alone ${result.botRateAlone}/s`)
      say(`over rules ${result.rateViolations}; twice ${result.doubled}, out of order ${result.disordered}`)
      say(
        `replies on the bot  p50 ${result.replyP50Ms} ms, p99 ${result.replyP99Ms} ms; alone p50 ${result.replyAloneP50Ms} ms, p99 ${result.replyAloneP99Ms} ms`,
      )
      say(`floor      ${result.floor}/s (${result.ratio} of it); memory: node ${result.nodeMiB} MiB, PostgreSQL ${result.postgresMiB} MiB`)
    }
  } finally {
    await bench.close()
  }
}

async function pause(bench: BenchHub, account: BenchAccount): Promise<void> {
  await bench.client.call('updateAccount', { params: { accountId: account.id }, body: { status: 'paused' } })
}

/** Lets accounts send for some seconds; gives what the platform counted. */
async function run(
  bench: BenchHub,
  accounts: readonly BenchAccount[],
  plan: { seconds: number; replies: number; talkers: string[] },
): Promise<PlatformReport> {
  bench.platform.order({ ask: 'reset' })
  for (const account of accounts)
    await bench.client.call('updateAccount', { params: { accountId: account.id }, body: { status: 'active' } })
  bench.running.hub.bell.ring('parts')
  await wait(1_000)
  const replied = bench.platform.replied()
  const { seconds, replies, talkers } = plan
  bench.platform.order({
    ask: 'replies',
    settings: { origin: bench.running.url, cookie: bench.cookie, conversationIds: talkers, perSecond: replies, seconds: seconds - 2 },
  })
  await wait((seconds - 1) * 1_000)
  // Counted before the accounts are stopped: what follows is no steady rate.
  const counted = await bench.platform.report()
  for (const account of accounts) await pause(bench, account)
  await replied
  await wait(1_000)
  const report = await bench.platform.report()
  for (const [key, account] of Object.entries(report.accounts)) account.perSecond = counted.accounts[key]?.perSecond ?? []
  return report
}

/** Without the first second, in which a burst leaves, and the last, which is broken. */
function perSecond(report: AccountReport | undefined): number {
  const whole = report?.perSecond.slice(1, -1) ?? []
  return round(whole.reduce((sum, value) => sum + value, 0) / Math.max(1, whole.length), 1)
}
