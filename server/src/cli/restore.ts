/**
 * `restore <folder>`: a backup becomes the database of these settings. Always holds: the hashes are checked first; a database that holds something is replaced
 * only when its number of messages was named; the hub starts recovered afterwards, and it is said how to go on.
 */
import { chmod, copyFile, mkdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { asOwner, checkKeys, migrate, openKeyFile, readManifest, restoreBackup, settleOrigin } from '@dragoman/hub'
import { folderMark } from '../embedded-postgres/folder-mark.ts'
import { putPhysicalCopy } from '../embedded-postgres/physical-copy.ts'
import type { Settings } from '../settings.ts'
import { factsOf, inOneLine, seconds, summary, tell } from './backup.ts'
import { isUsed, openDatabase } from './database.ts'
import { findHub } from './running-hub.ts'
import { CommandError, commandSettings, print, printJson, UsageError } from './usage.ts'

export interface RestoreOptions {
  folder: string
  replace?: string
  key?: string
  json?: boolean
}

export async function restore(options: RestoreOptions): Promise<void> {
  if (options.replace !== undefined && !/^\d+$/.test(options.replace))
    throw new UsageError('--replace takes the number of messages that are deleted, as the refusal without it says.')
  await inOneLine(run(options))
}

async function run(options: RestoreOptions): Promise<void> {
  const settings = commandSettings()
  const folder = resolve(options.folder)
  const manifest = await readManifest(folder)
  const hub = await findHub(settings)
  if (hub)
    throw new CommandError(`A hub runs on ${settings.home} (process ${hub.pid}, ${hub.url}). Stop it first (Ctrl-C, or: kill ${hub.pid}).`)
  const keyPath = await provideKey(settings, options.key)
  const ring = await openKeyFile(keyPath)
  checkKeys(manifest, ring, keyPath)
  const masterKey = ring.keys[ring.current]!
  const startedAt = Date.now()
  const filesFolder = join(settings.home, 'files')
  if (manifest.kind === 'physical') {
    if (settings.databaseUrl)
      throw new UsageError(
        'A physical copy becomes an embedded database. DATABASE_URL is set: restore a backup that was made without --physical.',
      )
    await putPhysicalCopy(folder, settings.home, filesFolder, tell)
  }
  const database = await openDatabase(settings, masterKey, { progress: tell, make: true })
  let held: number
  try {
    if (manifest.kind === 'data') {
      if (database.dataFolder && (await isUsed(database.url))) throw new CommandError('A hub is at work on this database. Stop it first.')
      await restoreBackup(
        { ownerUrl: database.url, ring, keyPath, filesFolder, replace: toNumber(options.replace), progress: tell },
        folder,
      )
    }
    held = await settle(database.url, database.dataFolder, masterKey)
  } finally {
    await database.close()
  }
  const facts = factsOf(folder, manifest, Date.now() - startedAt)
  if (options.json) return printJson({ ...facts, held })
  print(`Restored from ${manifest.takenAt}: ${summary(facts)}, ${seconds(facts.ms)}.`)
  print(
    `The hub starts recovered: nothing is sent, ${held} parts are held, webhooks are taken in. A manager releases it in the inbox, or: npm run dragoman -- recovered --release none`,
  )
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text)
}

/** Enters recovered mode now, rather than at the next start: so the number that is held can be said. */
async function settle(url: string, dataFolder: string | undefined, masterKey: Uint8Array): Promise<number> {
  await migrate(url, masterKey)
  return await asOwner(url, async client => {
    const recovered = await settleOrigin(client, { folder: dataFolder === undefined ? null : await folderMark(dataFolder) })
    return recovered?.held ?? 0
  })
}

/** The key file of the data folder; or, where there is none, a copy of the one that was named. */
async function provideKey(settings: Settings, named: string | undefined): Promise<string> {
  const path = join(settings.home, 'keys', 'master.json')
  const isThere = (await stat(path).catch(() => undefined)) !== undefined
  if (named === undefined) {
    if (!isThere)
      throw new UsageError(
        `There is no key file ${path}, and it is never in a backup. Name your copy of it with --key <file>; without it nobody can read the backup.`,
      )
    return path
  }
  const given = await readFile(named, 'utf8').catch(() => {
    throw new UsageError(`The key file ${named} cannot be read.`)
  })
  if (isThere) {
    if ((await readFile(path, 'utf8')).trim() !== given.trim())
      throw new UsageError(`There is another key file already: ${path}. Choose another DRAGOMAN_HOME, or move it away.`)
    return path
  }
  // Read before it is copied: a wrong file must not become the key of this folder.
  await openKeyFile(resolve(named))
  await mkdir(dirname(path), { recursive: true })
  await copyFile(named, path)
  await chmod(path, 0o600)
  return path
}
