/**
 * `npm start`: builds what is stale, starts the hub, says where to go, stops on Ctrl-C. A wrong setting is one line and exit status 2. Always holds:
 * nothing of ours is imported before the cache of compiled modules is on: most of a start is compiling, and who was killed should be back at once.
 */
import { enableCompileCache, flushCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

import type { RunningHub } from './start.ts'

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/dragoman', import.meta.url)))
const { readSettings, SettingsError } = await import('./settings.ts')

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<void> {
  const settings = readSettings(process.env)
  const startedAt = Date.now()
  const progress = (message: string) => say(`… ${message}`)
  // On a laptop the pages come first. A web process takes in webhooks first: after an update the pages that are there serve until the new ones are built.
  if (settings.role === 'all') await (await import('./front-ends.ts')).buildFrontEnds(progress)
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
  const { startHub } = await import('./start.ts')
  running = await startHub({ settings, progress })
  // At once, and not at the end as by itself: a SIGKILL leaves no time for it.
  flushCompileCache()
  if (stopping) return
  const demo = settings.demo ? await (await import('./demo.ts')).prepareDemo(running) : undefined
  if (settings.role === 'web')
    void import('./front-ends.ts')
      .then(({ buildFrontEnds }) => buildFrontEnds(progress))
      .catch(error => process.stderr.write(`${error instanceof Error ? error.message : error}\n`))
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

main().catch(async error => {
  const { RefusedDatabaseError } = await import('@dragoman/hub')
  if (error instanceof SettingsError || error instanceof RefusedDatabaseError) {
    process.stderr.write(`${error.message}\n`)
    process.exit(2)
  }
  process.stderr.write(`Dragoman could not start: ${error instanceof Error ? error.message : error}\n`)
  if (process.env.LOG_LEVEL === 'debug' && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  process.exit(1)
})
