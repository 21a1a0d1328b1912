/** `crowd --customers 550 --messages 2760 --minutes 60 --speed 10`: plays a peak hour over all connected simulated accounts, and tells what each customer saw. */
import type { Crowd, CrowdReport } from '@dragoman/simulator'
import { askHub } from './running-hub.ts'
import { commandSettings, print, printJson, UsageError } from './usage.ts'

const askEveryMs = 500
/** After the last line, answers are waited for so long (seconds, by `--patience`). */
const defaultPatience = '20'

type Figure = 'customers' | 'messages' | 'minutes' | 'speed' | 'seed' | 'patience'

export async function crowd(options: { [Name in Figure]?: string } & { json?: boolean }): Promise<void> {
  const settings = commandSettings()
  const number = (name: Figure, fallback: string) => {
    const value = Number(options[name] ?? fallback)
    if (!Number.isFinite(value) || value < 0) throw new UsageError(`--${name}: “${options[name]}” is not a number.`)
    return value
  }
  const asked = {
    customers: number('customers', '550'),
    messages: number('messages', '2760'),
    minutes: number('minutes', '60'),
    speed: number('speed', '10'),
    seed: number('seed', '1'),
  }
  const patienceMs = number('patience', defaultPatience) * 1_000
  const { accounts } = await askHub<{ accounts: number }>(settings, 'POST', '/v1/operator/crowd', asked)
  const stop = () => {
    void askHub(settings, 'DELETE', '/v1/operator/crowd').finally(() => process.exit(130))
  }
  process.once('SIGINT', stop)
  const look = () => askHub<{ progress: ReturnType<Crowd['progress']>; report: CrowdReport }>(settings, 'GET', '/v1/operator/crowd')
  let state = await look()
  while (!state.progress.done) {
    await new Promise(resolve => setTimeout(resolve, askEveryMs))
    state = await look()
    if (!options.json && process.stderr.isTTY)
      process.stderr.write(
        `\r${state.progress.written} / ${state.progress.lines} written, ${state.report.answers} answers, ${state.report.doubles} doubles `,
      )
  }
  const until = Date.now() + patienceMs
  while (state.report.stillWaiting > 0 && Date.now() < until) {
    await new Promise(resolve => setTimeout(resolve, askEveryMs))
    state = await look()
  }
  process.removeListener('SIGINT', stop)
  if (options.json) return printJson({ accounts, ...asked, ...state.report })
  if (process.stderr.isTTY) process.stderr.write('\n')
  print(describe(accounts, state.progress.elapsedMs, state.report))
}

function describe(accounts: number, elapsedMs: number, report: CrowdReport): string {
  const { waits } = report
  const longest = report.people
    .map(person => ({ ...person, worst: Math.max(person.stillWaitingMs ?? 0, ...person.waitsMs, 0) }))
    .sort((a, b) => b.worst - a.worst)
    .slice(0, 10)
  return [
    `${report.customers} customers on ${accounts} accounts wrote ${report.wrote} messages in ${span(elapsedMs)}.`,
    `answers   ${report.answers} to ${report.answeredCustomers} customers; ${report.stillWaiting} still wait`,
    `doubles   ${report.doubles}`,
    `waits     half within ${span(waits.medianMs)}, nine of ten within ${span(waits.p90Ms)}, longest ${span(waits.longestMs)} (${waits.count} waits)`,
    ...report.refused.map(one => `refused   ${one.times} × ${one.reason}`),
    'Longest:',
    ...longest.map(
      one =>
        `  ${one.name} (${one.channel}): wrote ${one.wrote}, saw ${one.answers}, ${one.stillWaitingMs === null ? 'longest wait' : 'still waits,'} ${span(one.worst)}`,
    ),
  ].join('\n')
}

function span(ms: number | null): string {
  if (ms === null) return '–'
  return ms < 1_000 ? `${Math.round(ms)} ms` : ms < 120_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}
