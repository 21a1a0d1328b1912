/** `npm start`: builds what is stale, starts the hub, says where to go, stops on Ctrl-C. A wrong setting is one line and exit status 2. */

import { NewerDatabaseError } from '@dragoman/hub'
import { prepareDemo } from './demo.ts'
import { buildFrontEnds } from './front-ends.ts'
import { readSettings, SettingsError } from './settings.ts'
import { type RunningHub, startHub } from './start.ts'

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const startedAt = Date.now()
  const progress = (message: string) => say(`… ${message}`)
  if (settings.role !== 'worker') await buildFrontEnds(progress)
  let running: RunningHub | undefined
  let stopping = false
  const stop = (signal: string) => {
    if (stopping) process.exit(1)
    stopping = true
    say(`\n${signal}: finishing what is under way …`)
    // Never longer: what could not be finished is settled by the others, or at the next start.
    setTimeout(() => process.exit(1), settings.stopMs - 200).unref()
    void (running?.stop() ?? Promise.resolve()).then(() => {
      say('Stopped.')
      process.exit(0)
    })
  }
  process.on('SIGINT', () => stop('Ctrl-C'))
  process.on('SIGTERM', () => stop('SIGTERM'))
  running = await startHub({ settings, progress })
  if (stopping) return
  const demo = settings.demo ? await prepareDemo(running) : undefined
  say('')
  if (settings.role === 'worker') say(`Dragoman works (${Date.now() - startedAt} ms).`)
  else {
    say(`Dragoman is ready (${Date.now() - startedAt} ms).`)
    say(`  Inbox      ${running.url}/`)
    if (running.simulators) say(`  Simulator  ${running.url}/simulator`)
    say(`  API        ${running.url}/reference`)
    if (demo) say(`  Sign in    ${demo.email}  ${demo.password}`)
    say(`  Data       ${settings.home}`)
  }
  say('')
}

main().catch(error => {
  if (error instanceof SettingsError) {
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
  process.stderr.write(`Dragoman could not start: ${error instanceof Error ? error.message : error}\n`)
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(1)
  if (error instanceof NewerDatabaseError) {
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
})
