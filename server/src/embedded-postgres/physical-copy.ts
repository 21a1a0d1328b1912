/**
 * A copy of the embedded database file by file, while it runs. Always holds: PostgreSQL is told before and after, and every piece of its log in between is in
 * the copy, held for us by a slot, so the copy recovers to one moment by itself; it is put only where no database is.
 */
import { createReadStream } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import {
  assertWhole,
  BackupFailure,
  BackupRefusal,
  type BackupSource,
  connectOwner,
  copyFiles,
  hashFile,
  intoNewFolder,
  keysOf,
  listed,
  type Manifest,
  migrationsOf,
  storeHashed,
  writeManifest,
} from '@dragoman/hub'
import { serverUser } from './server-user.ts'

/** What belongs to the running server, or is made anew: PostgreSQL’s own list for base backups. */
const leftOut = [
  /^postmaster\.(pid|opts)$/,
  /^server\.log$/,
  /^pg_wal$/,
  /^pg_(replslot|dynshmem|notify|serial|snapshots|stat_tmp|subtrans)\/./,
  /(^|\/)pgsql_tmp/,
  /(^|\/)pg_internal\.init/,
]
/** A file copy keeps no empty folders, and PostgreSQL asks for these. */
const folders = ['pg_wal/archive_status', 'pg_wal/summaries', 'pg_logical/snapshots', 'pg_logical/mappings'].concat(
  ['replslot', 'dynshmem', 'notify', 'serial', 'snapshots', 'stat_tmp', 'subtrans', 'tblspc', 'stat', 'twophase', 'commit_ts'].map(
    name => `pg_${name}`,
  ),
)

/** Makes a physical backup in `folder`. The server has to run. Throws BackupRefusal or BackupFailure. */
export async function backUpPhysically(source: BackupSource, dataFolder: string, folder: string): Promise<Manifest> {
  return await intoNewFolder(folder, async unfinished => {
    const target = join(unfinished, 'database')
    const client = await connectOwner(source.ownerUrl, 'dragoman backup')
    try {
      const migrations = await migrationsOf(client)
      // Temporary: it goes with this connection, whatever becomes of us.
      await client.query('select pg_create_physical_replication_slot($1, true, true)', [`dragoman_backup_${process.pid}`])
      source.progress('Waiting for a checkpoint')
      const { rows: begun } = await client.query<{ file: string; at: Date; server: string }>(
        `select pg_walfile_name(pg_backup_start('dragoman backup', true)) as file, clock_timestamp() as at, current_setting('server_version') as server`,
      )
      source.progress('Copying the database')
      const list = join(unfinished, 'database.sha256')
      const copied = await copyFiles(dataFolder, target, list, path => {
        const name = relative(dataFolder, path).split(sep).join('/')
        return leftOut.some(pattern => pattern.test(name))
      })
      const { rows: ended } = await client.query<{ labelfile: string; last: string }>(
        'select labelfile, pg_walfile_name(lsn) as last from pg_backup_stop(false)',
      )
      await writeFile(join(target, 'backup_label'), ended[0]!.labelfile, { flush: true })
      const more = [
        await entry(target, 'backup_label'),
        ...(await copyLog(join(dataFolder, 'pg_wal'), target, begun[0]!.file, ended[0]!.last)),
      ]
      await appendFile(list, more.map(one => `${one.sha256}  ${one.name}\n`).join(''), { flush: true })
      source.progress('Copying files')
      const files = await copyFiles(source.filesFolder, join(unfinished, 'files'), join(unfinished, 'files.sha256'))
      const manifest: Manifest = {
        format: 1,
        kind: 'physical',
        version: source.version,
        takenAt: begun[0]!.at.toISOString(),
        server: begun[0]!.server,
        keys: keysOf(source.ring),
        migrations,
        tables: [],
        sequences: [],
        partitions: [],
        files: { file: 'files.sha256', ...files },
        cluster: {
          file: 'database.sha256',
          count: copied.count + more.length,
          totalBytes: copied.totalBytes + more.reduce((sum, one) => sum + one.bytes, 0),
          ...(await hashFile(list)),
        },
      }
      await writeManifest(unfinished, manifest)
      return manifest
    } finally {
      await client.end().catch(() => {})
    }
  })
}

async function entry(folder: string, name: string): Promise<{ name: string; sha256: string; bytes: number }> {
  return { name, ...(await hashFile(join(folder, name))) }
}

/** The pieces of the write-ahead log from the first that the copy needs to the one in which it ended. */
async function copyLog(
  from: string,
  target: string,
  first: string,
  last: string,
): Promise<{ name: string; sha256: string; bytes: number }[]> {
  await mkdir(join(target, 'pg_wal'), { recursive: true })
  const names = (await readdir(from)).filter(name => /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last).sort()
  // After a promotion the history says which timeline follows which.
  const histories = (await readdir(from)).filter(name => name.endsWith('.history'))
  if (names[0] !== first || names.at(-1) !== last)
    throw new BackupFailure('A piece of the database’s log that the copy needs is gone. Try again, or leave --physical out.')
  const copied: { name: string; sha256: string; bytes: number }[] = []
  for (const name of [...names, ...histories])
    copied.push({ name: `pg_wal/${name}`, ...(await storeHashed(createReadStream(join(from, name)), join(target, 'pg_wal', name))) })
  return copied
}

/** Puts a physical backup where the embedded database of `home` will be. Throws BackupRefusal where there is one. */
export async function putPhysicalCopy(
  folder: string,
  home: string,
  filesFolder: string,
  progress: (message: string) => void,
): Promise<void> {
  const dataFolder = join(home, 'database')
  if (await stat(dataFolder).catch(() => undefined))
    throw new BackupRefusal(
      `There is a database in ${home} already. Choose another DRAGOMAN_HOME, or empty this one: npm run dragoman -- reset`,
    )
  const manifest = await assertWhole(folder, progress)
  const unfinished = `${dataFolder}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  progress('Copying the database')
  await place(join(folder, 'database'), unfinished, join(folder, manifest.cluster!.file))
  for (const name of folders) await mkdir(join(unfinished, name), { recursive: true, mode: 0o700 })
  await giveToServer(unfinished)
  progress('Copying files')
  await place(join(folder, 'files'), filesFolder, join(folder, manifest.files.file))
  await rename(unfinished, dataFolder)
}

async function place(from: string, into: string, list: string): Promise<void> {
  for await (const { name, sha256 } of listed(list)) {
    const path = join(into, name)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const stored = await storeHashed(createReadStream(join(from, name)), path)
    if (stored.sha256 !== sha256) throw new BackupFailure(`The file ${name} came out otherwise than it went in: look at the disk.`)
  }
}

/** The server’s own user reads and writes it, and nobody else. */
async function giveToServer(path: string): Promise<void> {
  const user = serverUser()
  if (user) await chown(path, user.uid, user.gid)
  const isFolder = (await stat(path)).isDirectory()
  await chmod(path, isFolder ? 0o700 : 0o600)
  if (isFolder) for (const name of await readdir(path)) await giveToServer(join(path, name))
}
