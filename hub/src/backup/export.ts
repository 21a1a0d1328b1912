/**
 * `dragoman backup`: the data of one moment, as files. Always holds: one REPEATABLE READ transaction; rows stream from the server to the disk and are never
 * held in memory; a folder of that name appears only when everything is in it and on the disk; the key file is not in it.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { Transform } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { KeyRing } from '../sealing/codec.ts'
import { migrationsOf, partitionsOf, sequencesOf, type TableFacts, tablesOf } from './catalogue.ts'
import { BackupFailure, BackupRefusal, keysOf, type Manifest, writeManifest } from './manifest.ts'

export interface BackupSource {
  ownerUrl: string
  ring: KeyRing
  /** Where files are kept; one that is not there counts as empty. */
  filesFolder: string
  /** Of this program. */
  version: string
  progress(message: string): void
}

/** Makes a backup in `folder`, which must not be there yet. Throws BackupRefusal or BackupFailure, each with one line. */
export async function backUp(source: BackupSource, folder: string): Promise<Manifest> {
  return await intoNewFolder(folder, async unfinished => {
    const exported = await exportData(source, unfinished)
    source.progress('Copying files')
    const files = await copyFiles(source.filesFolder, join(unfinished, 'files'), join(unfinished, 'files.sha256'))
    const manifest: Manifest = {
      format: 1,
      kind: 'data',
      version: source.version,
      keys: keysOf(source.ring),
      ...exported,
      files: { file: 'files.sha256', ...files },
    }
    await writeManifest(unfinished, manifest)
    return manifest
  })
}

/** Lets `work` fill a folder beside, which becomes `folder` when it is done and on the disk. */
export async function intoNewFolder<Value>(folder: string, work: (unfinished: string) => Promise<Value>): Promise<Value> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new BackupRefusal(
      error.code === 'ENOTDIR' ? `${folder} is a file: name a folder that is not there yet.` : `${folder} cannot be read.`,
    )
  })
  if (there && there.length > 0) throw new BackupRefusal(`${folder} is there already and is not empty: name a new folder for each backup.`)
  const unfinished = join(dirname(folder), `.${basename(folder)}.unfinished-${process.pid}`)
  await mkdir(unfinished, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new BackupFailure(`The folder ${dirname(folder)} cannot be written to (${error.code}).`)
  })
  try {
    const value = await work(unfinished)
    await syncFolder(unfinished)
    if (there) await rm(folder, { recursive: true })
    await rename(unfinished, folder)
    await syncFolder(dirname(folder))
    return value
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new BackupFailure(`There is no room left on the disk of ${dirname(folder)}.`)
    throw error
  }
}

async function exportData(
  source: BackupSource,
  folder: string,
): Promise<Pick<Manifest, 'takenAt' | 'server' | 'migrations' | 'tables' | 'sequences' | 'partitions'>> {
  const client = await connectOwner(source.ownerUrl, 'dragoman backup')
  try {
    await client.query('begin isolation level repeatable read read only')
    const { rows } = await client.query<{ at: Date; server: string }>(`select now() as at, current_setting('server_version') as server`)
    const migrations = await migrationsOf(client)
    if (migrations.length === 0) throw new BackupRefusal('There is nothing to back up: this database was never used by Dragoman.')
    const found = await tablesOf(client)
    const partitions = await partitionsOf(client)
    await mkdir(join(folder, 'tables'))
    const tables: Manifest['tables'] = []
    for (const [index, table] of found.entries()) {
      source.progress(`Table ${index + 1} of ${found.length}: ${table.table}`)
      tables.push(await exportTable(client, table, folder))
    }
    // After the rows: a number that was given meanwhile is never given again.
    const sequences = await sequencesOf(client)
    await client.query('commit')
    return { takenAt: rows[0]!.at.toISOString(), server: rows[0]!.server, migrations, tables, sequences, partitions }
  } finally {
    await client.end().catch(() => {})
  }
}

async function exportTable(client: pg.Client, facts: TableFacts, folder: string): Promise<Manifest['tables'][number]> {
  const file = `tables/${facts.table}.copy`
  const columns = facts.columns.map(column => client.escapeIdentifier(column))
  const source = client.query(
    copyTo(`copy (select ${columns.join(', ')} from public.${client.escapeIdentifier(facts.table)}) to stdout with (format binary)`, {
      highWaterMark: 1 << 20,
    }),
  )
  const stored = await storeHashed(source, join(folder, file))
  return { table: facts.table, columns: facts.columns, rows: source.rowCount ?? 0, file, ...stored }
}

/** Writes a stream to a file, onto the disk, and says what was written. */
export async function storeHashed(source: NodeJS.ReadableStream, path: string): Promise<{ bytes: number; sha256: string }> {
  const sum = createHash('sha256')
  let bytes = 0
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  await pipeline(source, counting, createWriteStream(path, { flush: true, mode: 0o600, highWaterMark: 1 << 20 }))
  return { bytes, sha256: sum.digest('hex') }
}

/** Copies a folder of files and lists them as sha256sum would. A file that goes away meanwhile was deleted: it is left out. */
export async function copyFiles(
  from: string,
  into: string,
  list: string,
  skip: (path: string) => boolean = () => false,
): Promise<{ count: number; totalBytes: number; bytes: number; sha256: string }> {
  await mkdir(into, { recursive: true })
  const listed = createWriteStream(list, { flush: true })
  const sum = createHash('sha256')
  let [count, totalBytes, bytes] = [0, 0, 0]
  for await (const path of filesIn(from, skip)) {
    const name = relative(from, path).split(sep).join('/')
    const target = join(into, name)
    await mkdir(dirname(target), { recursive: true })
    const stored = await storeHashed(createReadStream(path, { highWaterMark: 1 << 20 }), target).catch(
      async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT' || error.path !== path) throw error
        await rm(target, { force: true })
        return undefined
      },
    )
    if (!stored) continue
    const line = Buffer.from(`${stored.sha256}  ${name}\n`)
    sum.update(line)
    count++
    totalBytes += stored.bytes
    bytes += line.length
    if (!listed.write(line)) await once(listed, 'drain')
  }
  listed.end()
  await finished(listed)
  return { count, totalBytes, bytes, sha256: sum.digest('hex') }
}

async function* filesIn(folder: string, skip: (path: string) => boolean): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    // A name that ends so is not whole yet.
    if (skip(path) || entry.name.endsWith('.part')) continue
    if (entry.isDirectory()) yield* filesIn(path, skip)
    else if (entry.isFile()) yield path
  }
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no such thing for folders.
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

/** A connection as the owner. Throws BackupFailure in one line, without the address. */
export async function connectOwner(ownerUrl: string, applicationName: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: ownerUrl,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  client.on('error', () => {})
  await client.connect().catch((error: Error) => {
    throw new BackupFailure(`The database cannot be reached: ${error.message || 'no answer'}.`)
  })
  return client
}
