/**
 * `backup <folder>`: everything but the key, as files in a new folder; with `--verify`, looks whether a backup is whole. Always holds: a hub may run meanwhile;
 * that the key file is not in it is said each time, with where it lies.
 */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { BackupFailure, BackupRefusal, backUp, type Manifest, openKeyFile, verifyBackup } from '@dragoman/hub'
import { backUpPhysically } from '../embedded-postgres/physical-copy.ts'
import { noteBackup } from './checks/backup.ts'
import { openDatabase } from './database.ts'
import { readMasterKey } from './running-hub.ts'
import { CommandError, commandSettings, print, printJson, UsageError } from './usage.ts'

export interface BackupOptions {
  folder: string
  verify?: boolean
  physical?: boolean
  json?: boolean
}

export async function backup(options: BackupOptions): Promise<void> {
  const folder = resolve(options.folder)
  if (options.verify && options.physical) throw new UsageError('--verify reads a backup, --physical makes one: say one of them.')
  await inOneLine(options.verify ? verify(folder, options.json) : make(folder, options))
}

async function make(folder: string, options: BackupOptions): Promise<void> {
  const settings = commandSettings()
  if (options.physical && settings.databaseUrl)
    throw new UsageError('--physical copies the embedded database only. DATABASE_URL is set: leave --physical out, or use pg_basebackup.')
  const masterKey = await readMasterKey(settings.home)
  const keyPath = join(settings.home, 'keys', 'master.json')
  const ring = await openKeyFile(keyPath)
  const database = await openDatabase(settings, masterKey, { progress: tell })
  const startedAt = Date.now()
  try {
    const source = {
      ownerUrl: database.url,
      ring,
      filesFolder: join(settings.home, 'files'),
      version: await programVersion(),
      progress: tell,
    }
    const manifest = options.physical ? await backUpPhysically(source, database.dataFolder!, folder) : await backUp(source, folder)
    const facts = factsOf(folder, manifest, Date.now() - startedAt)
    await noteBackup(settings.home, { at: startedAt, folder })
    if (options.json) return printJson({ ...facts, keyFile: keyPath })
    print(`Backed up to ${folder}: ${summary(facts)}, ${seconds(facts.ms)}.`)
    print(
      `The key file is not in it. Keep a copy of ${keyPath} apart from the backups: without it nobody can read them, with it anybody can.`,
    )
  } finally {
    await database.close()
  }
}

async function verify(folder: string, json?: boolean): Promise<void> {
  const startedAt = Date.now()
  const { manifest, damaged } = await verifyBackup(folder, tell)
  const facts = factsOf(folder, manifest, Date.now() - startedAt)
  if (json) printJson({ ...facts, whole: damaged.length === 0, damaged })
  else if (damaged.length === 0) print(`Whole: ${summary(facts)}, of ${manifest.takenAt}, checked in ${seconds(facts.ms)}.`)
  if (damaged.length === 0) return
  if (json) process.exitCode = 1
  else throw new CommandError(`Damaged: ${damaged.slice(0, 5).join(', ')}${damaged.length > 5 ? ` and ${damaged.length - 5} more` : ''}.`)
}

export function factsOf(folder: string, manifest: Manifest, ms: number) {
  const rowsOf = (table: string) => manifest.tables.find(one => one.table === table)?.rows ?? 0
  return {
    folder,
    kind: manifest.kind,
    takenAt: manifest.takenAt,
    version: manifest.version,
    migration: manifest.migrations.at(-1) ?? '',
    rows: manifest.tables.reduce((sum, one) => sum + one.rows, 0),
    messages: rowsOf('message'),
    files: manifest.files.count,
    bytes: manifest.tables.reduce((sum, one) => sum + one.bytes, 0) + manifest.files.totalBytes + (manifest.cluster?.totalBytes ?? 0),
    ms,
  }
}

export function summary(facts: ReturnType<typeof factsOf>): string {
  const rows = facts.kind === 'data' ? `${facts.messages} messages, ${facts.rows} rows, ` : 'a physical copy, '
  return `${rows}${facts.files} files, ${(facts.bytes / 1e6).toFixed(1)} MB`
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}

/** What is under way, for a person at a terminal only. */
export function tell(message: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K… ${message}`)
}

/** Refusals of the library become wrong use (exit status 2), its failures failures (1). */
export async function inOneLine(work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof BackupRefusal) throw new UsageError(error.message)
    if (error instanceof BackupFailure) throw new CommandError(error.message)
    throw error
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

export async function programVersion(): Promise<string> {
  return (JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version
}
