/** The page of a run for `docs/`. Always holds: made from the run alone, figures and seed, so that anyone can repeat it. */
import { evidence, hasFailed, resultOf } from './report.ts'
import type { ChaosRun } from './run.ts'

export function markdownReport(run: ChaosRun, at: Date): string {
  const result = resultOf(run)
  const byKind = Object.entries(Object.groupBy(run.kills.kills, ({ what }) => what)).map(([what, list]) => {
    const sorted = list!.map(({ backMs }) => backMs).toSorted((a, b) => a - b)
    return `| ${what} | ${sorted.length} | ${sorted[Math.floor(sorted.length / 2)]} | ${sorted.at(-1)} |`
  })
  const reasons = Object.entries(Object.groupBy(run.findings.uncertain, ({ why }) => why ?? 'nothing that is known'))
  return `${[
    '# Chaos: a run and what came of it',
    '',
    `Written by \`npm run chaos -- --messages ${run.options.messages} --kills ${run.options.kills} --seed ${run.options.seed} --report docs/chaos.md\` on ${at.toISOString().slice(0, 10)}. ${hasFailed(run) ? '**Something was found; see the end.**' : 'Everything that must be zero is zero.'}`,
    '',
    'Simulated platforms (a process that nobody kills, with books of its own) post signed webhooks and take messages. The hub is two web and two worker processes and a PostgreSQL. All of them are killed with SIGKILL at moments that the seed decides, and started again; connections to the database are ended by the server and cut on the way. Webhooks come twice and out of order, several in a body; agents’ answers are pressed again until they are taken; the platform answers 429, 500, 504, nothing, resets, slowly, and loses answers after it has accepted. Afterwards every message is looked for on four sides: the platform’s books, the database, the event log as a client followed it, and the API.',
    '',
    '| | |',
    '|---|---|',
    ...Object.entries(result).map(([name, value]) => `| ${name} | ${value} |`),
    '',
    '## Back after a kill',
    '',
    'From the SIGKILL until a webhook posted after it was accepted and applied on every account, ms.',
    '',
    '| killed | times | p50 | max |',
    '|---|---|---|---|',
    ...byKind,
    '',
    '## What is uncertain, and why',
    '',
    reasons.length === 0
      ? 'Nothing.'
      : 'A part is uncertain when its request left and no answer came: it is never sent again by itself. Receipts settle most; these remain.',
    '',
    ...(reasons.length === 0 ? [] : ['| cut | parts |', '|---|---|', ...reasons.map(([why, list]) => `| ${why} | ${list!.length} |`), '']),
    '## Answers',
    '',
    `Of the hub to webhooks (0: none came): ${list(run.record.answers)}. To agents: ${list(run.desk.statuses)}.`,
    '',
    ...(hasFailed(run) ? ['## Found', '', ...evidence(run, 200).map(line => `- ${line}`), ''] : []),
  ].join('\n')}`
}

function list(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([status, count]) => `${status} × ${count}`)
    .join(', ')
}
