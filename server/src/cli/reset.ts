/**
 * `reset`: empties the data folder of a hub on the embedded database: database, files, simulator, key. Always holds: never while a hub runs on it; never
 * a database of DATABASE_URL; only what the hub itself has made is removed, and only in a folder that is a hub's.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { confirm, isCancel } from '@clack/prompts'
import { rolePassword } from '@dragoman/hub'
import { runningServer } from '../embedded-postgres/embedded-server.ts'
import { findHub, readMasterKey } from './running-hub.ts'
import { CommandError, commandSettings, print, UsageError } from './usage.ts'

/** What a hub makes in its folder. PostgreSQL's programs beside it stay: they are the same for the next start. */
const ours = ['database', 'files', 'simulator', 'keys', 'running.json']

export async function reset(options: { yes?: boolean }): Promise<void> {
  const settings = commandSettings()
  if (settings.databaseUrl)
    throw new UsageError('reset empties only the embedded database. DATABASE_URL is set: drop and create that database yourself.')
  const present = (await readdir(settings.home).catch(() => [])).filter(name => ours.includes(name))
  if (present.length === 0) return print(`Nothing to reset: there is no data in ${settings.home}.`)
  const hub = await findHub(settings)
  if (hub)
    throw new CommandError(`A hub runs on ${settings.home} (process ${hub.pid}, ${hub.url}). Stop it first (Ctrl-C, or: kill ${hub.pid}).`)
  if (!options.yes) {
    if (!process.stdin.isTTY) throw new UsageError(`This deletes all data in ${settings.home}. Say so with --yes.`)
    const sure = await confirm({
      message: `Delete all data in ${settings.home} (${present.join(', ')})? Messages, accounts and the key are gone for good.`,
      initialValue: false,
    })
    if (isCancel(sure) || !sure) return print('Nothing was deleted.')
  }
  await stopDatabase(settings.home)
  for (const name of present) await rm(join(settings.home, name), { recursive: true, force: true })
  print(`Deleted in ${settings.home}: ${present.join(', ')}. The next start begins anew.`)
}

/** A database server that a killed hub left behind. */
async function stopDatabase(home: string): Promise<void> {
  if (!(await stat(join(home, 'database')).catch(() => undefined))) return
  const key = await readMasterKey(home).catch(() => undefined)
  const server = key && (await runningServer(home, rolePassword(key, 'owner')))
  await server?.stop()
}
