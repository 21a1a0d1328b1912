/**
 * What a run came to: the figures that are asked for, a page for people, a page for the docs. Always holds: `failed` is true when any zero is not zero.
 */
import type { ChaosRun } from './run.ts'

export interface ChaosResult {
  lost: number
  duplicated: number
  reordered: number
  regressed: number
  sentTwice: number
  uncertain: number
  messages: number
  kills: number
  backP50Ms: number
  backMaxMs: number
  seed: number
  /** Uncertain parts that no cut explains: a failure. */
  uncertainUnjustified: number
  /** Anything else that must not be. */
  wrong: number
  orphans: number
  orphanSettleMaxMs: number
  restartP50Ms: number
  restartMaxMs: number
  cuts: number
  inbound: number
  outbound: number
  events: number
  webhooksRepeated: number
  webhooksRetried: number
  everUncertain: number
  secondsLoad: number
  secondsSettle: number
  secondsWhole: number
  settled: boolean
}

export function resultOf(run: ChaosRun): ChaosResult {
  const { findings, kills } = run
  const back = kills.kills.map(({ backMs }) => backMs)
  return {
    lost: findings.lost.length,
    duplicated: findings.duplicated.length,
    reordered: findings.reordered.length,
    regressed: findings.regressed.length,
    sentTwice: findings.sentTwice.length,
    uncertain: findings.uncertain.length,
    messages: findings.accounted.inbound + findings.accounted.outbound,
    kills: kills.kills.length,
    backP50Ms: middle(back),
    backMaxMs: Math.max(0, ...back),
    seed: run.options.seed,
    uncertainUnjustified: findings.uncertain.filter(({ why }) => why === undefined).length,
    wrong: findings.wrong.length + run.crashes.length + (run.unsettled ? 1 : 0),
    orphans: kills.orphans,
    orphanSettleMaxMs: Math.max(0, ...kills.orphanSettleMs),
    restartP50Ms: middle(run.startupMs),
    restartMaxMs: Math.max(0, ...run.startupMs),
    cuts: kills.cuts.length,
    inbound: findings.accounted.inbound,
    outbound: findings.accounted.outbound,
    events: findings.accounted.events,
    webhooksRepeated: run.record.repeats,
    webhooksRetried: run.record.retries,
    everUncertain: run.follower.everUncertain,
    secondsLoad: run.seconds.load,
    secondsSettle: run.seconds.settle,
    secondsWhole: run.seconds.whole,
    settled: run.unsettled === undefined,
  }
}

const zeros = ['lost', 'duplicated', 'reordered', 'regressed', 'sentTwice', 'uncertainUnjustified', 'wrong'] as const

/** Whether something was found that must not be; or fewer kills were made, or messages accounted for, than were asked for. */
export function hasFailed(run: ChaosRun): boolean {
  const result = resultOf(run)
  return zeros.some(name => result[name] > 0) || result.kills < run.options.kills || result.messages < run.options.messages
}

/** The findings in words, at most so many of each. */
export function evidence({ findings, crashes, unsettled }: ChaosRun, most = 20): string[] {
  const lines = (['lost', 'duplicated', 'reordered', 'regressed', 'sentTwice', 'wrong'] as const).flatMap(name =>
    findings[name].slice(0, most).map(line => `${name}: ${line}`),
  )
  return [
    ...lines,
    ...findings.uncertain
      .filter(({ why }) => why === undefined)
      .slice(0, most)
      .map(({ of }) => `uncertain without a cut: ${of}`),
    ...crashes.map(
      ({ name, code, signal, words }) => `wrong: ${name} ended by itself (code ${code}, signal ${signal}): ${words.replace(/\s+/g, ' ')}`,
    ),
    ...(unsettled ? [`wrong: not settled: ${unsettled}`] : []),
  ]
}

/** For people. */
export function humanReport(run: ChaosRun): string {
  const result = resultOf(run)
  const rows: [string, string][] = [
    ['messages', `${result.messages} (${result.inbound} in, ${result.outbound} out), ${result.events} events`],
    ['kills', `${result.kills} (${kindsOf(run)}), ${result.cuts} cuts of connections`],
    ['lost', String(result.lost)],
    ['duplicated', String(result.duplicated)],
    ['reordered', String(result.reordered)],
    ['regressed', String(result.regressed)],
    ['sent twice', String(result.sentTwice)],
    ['uncertain', `${result.uncertain} (${result.uncertainUnjustified} without a cut; ${result.everUncertain} were at some time)`],
    ['wrong', String(result.wrong)],
    ['back', `p50 ${result.backP50Ms} ms, max ${result.backMaxMs} ms until new work was done`],
    ['orphans', `${result.orphans} sends, settled within ${result.orphanSettleMaxMs} ms`],
    ['restart', `p50 ${result.restartP50Ms} ms, max ${result.restartMaxMs} ms until a process works`],
    ['webhooks', `${result.webhooksRepeated} repeated, ${result.webhooksRetried} retried; answers ${JSON.stringify(run.record.answers)}`],
    ['API', `answers ${JSON.stringify(run.desk.statuses)}`],
    ['time', `${result.secondsLoad} s load, ${result.secondsSettle} s settling, ${result.secondsWhole} s in all`],
    [
      'memory',
      `MB at most: ${Object.entries(run.memoryMb)
        .map(([name, mb]) => `${name} ${mb}`)
        .join(', ')}`,
    ],
    ['seed', String(result.seed)],
  ]
  return [...rows.map(([name, value]) => `${name.padEnd(12)}${value}`), ...evidence(run)].join('\n')
}

function kindsOf({ kills }: ChaosRun): string {
  return Object.entries(Object.groupBy(kills.kills, ({ what }) => what))
    .map(([what, list]) => `${list!.length} × ${what}`)
    .join(', ')
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
