/**
 * `npm run chaos -- --messages N --kills K --seed S [--json] [--report FILE]`: a hub of several processes under load, killed and cut from all sides;
 * afterwards every message is accounted for. Exit status 0: all zeros; 1: something was found; 2: an option that is not understood.
 */
import { writeFile } from 'node:fs/promises'
import { OptionsError, readOptions } from './options.ts'
import { evidence, hasFailed, humanReport, resultOf } from './report.ts'
import { markdownReport } from './report-page.ts'
import { runChaos } from './run.ts'

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  const startedAt = Date.now()
  const say = (line: string) => process.stderr.write(`[${((Date.now() - startedAt) / 1_000).toFixed(1).padStart(7)}] ${line}\n`)
  // Whoever ends it by hand leaves no process behind.
  const ending = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ending.abort())
  const run = await runChaos(options, say, ending.signal)
  if (options.json) {
    for (const line of evidence(run)) process.stderr.write(`${line}\n`)
    process.stdout.write(`${JSON.stringify(resultOf(run))}\n`)
  } else process.stdout.write(`${humanReport(run)}\n`)
  if (options.report !== undefined) await writeFile(options.report, markdownReport(run, new Date(startedAt)))
  return hasFailed(run) ? 1 : 0
}

main().then(
  code => process.exit(code),
  error => {
    if (error instanceof OptionsError) {
      process.stderr.write(`${error.message}\n`)
      process.exit(2)
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`)
    process.exit(1)
  },
)
