/**
 * `dragoman restore`: a backup becomes a database again. Always holds: nothing is touched before every hash was checked; a database that holds something is
 * refused unless its loss was named in figures; rows and the note that the hub has to start recovered come in one transaction, so that whatever dies in
 * between, nothing is sent twice.
 */
import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { knownMigrations, migrate } from '../database/migrate.ts'
import type { KeyRing } from '../sealing/codec.ts'
import { migrationsOf, partitionsOf, type TableFacts, tablesOf } from './catalogue.ts'
import { connectOwner, storeHashed } from './export.ts'
import { BackupFailure, BackupRefusal, checkKeys, type Manifest } from './manifest.ts'
import { assertWhole, listed } from './verify.ts'

export interface RestoreTarget {
  ownerUrl: string
  ring: KeyRing
  /** For the words of an error. */
  keyPath: string
  filesFolder: string
  /** How many messages may be lost, where the database is not empty: exactly as many as are there. */
  replace?: number
  progress(message: string): void
}

/** Restores a data backup. Throws BackupRefusal or BackupFailure, each with one line. The database is then at this program’s schema and marked for recovered mode. */
export async function restoreBackup(target: RestoreTarget, folder: string): Promise<Manifest> {
  const manifest = await assertWhole(folder, target.progress)
  if (manifest.kind !== 'data')
    throw new BackupRefusal('This is a physical copy: it becomes an embedded database, not one of DATABASE_URL.')
  checkKeys(manifest, target.ring, target.keyPath)
  await checkMigrations(manifest)
  const masterKey = target.ring.keys[target.ring.current]!
  const client = await connectOwner(target.ownerUrl, 'dragoman restore')
  try {
    await refuseWhileUsed(client)
    await makeEmpty(client, target.replace)
    target.progress(`Making the tables of ${manifest.migrations.at(-1)}`)
    await migrate(target.ownerUrl, masterKey, undefined, { until: manifest.migrations.at(-1)! })
    await load(client, manifest, folder, target.progress)
    target.progress('Copying files')
    await restoreFiles(folder, manifest, target.filesFolder)
    target.progress('Bringing the tables to this version')
    await migrate(target.ownerUrl, masterKey)
    await client.query('analyze')
  } finally {
    await client.end().catch(() => {})
  }
  return manifest
}

async function checkMigrations(manifest: Manifest): Promise<void> {
  const known = await knownMigrations()
  const unknown = manifest.migrations.filter(name => !known.includes(name))
  const skipped = known.slice(0, manifest.migrations.length).find(name => !manifest.migrations.includes(name))
  if (unknown.length > 0)
    throw new BackupRefusal(
      `This backup was made by a newer version of Dragoman (${manifest.version}, its tables are at ${unknown.at(-1)}). Restore it with that version.`,
    )
  // Not a state of any release: two branches of development.
  if (skipped)
    throw new BackupRefusal(`This backup was made by a version of Dragoman that does not know ${skipped}. Restore it with that version.`)
}

/** A hub at work on this database would write into what is being restored. */
async function refuseWhileUsed(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ busy: number }>(
    `select count(*)::int as busy from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and application_name like 'dragoman%'
      and application_name not in ('dragoman restore', 'dragoman folder lock', 'dragoman migrations')`,
  )
  if (rows[0]!.busy > 0) throw new BackupFailure('A hub is at work on this database. Stop all its processes first.')
}

/** What is in a database, as far as a person would miss it. */
export async function contentsOf(
  client: pg.ClientBase,
): Promise<{ isOurs: boolean; tables: number; workspaces: number; messages: number }> {
  const isOurs = (await migrationsOf(client)).length > 0
  const tables = await tablesOf(client)
  const count = async (table: string) =>
    tables.some(one => one.table === table)
      ? (await client.query<{ count: number }>(`select count(*)::int as count from public.${table}`)).rows[0]!.count
      : 0
  return { isOurs, tables: tables.length, workspaces: isOurs ? await count('workspace') : 0, messages: isOurs ? await count('message') : 0 }
}

async function makeEmpty(client: pg.Client, replace: number | undefined): Promise<void> {
  const held = await contentsOf(client)
  if (!held.isOurs && held.tables > 0)
    throw new BackupRefusal(`This database holds ${held.tables} tables that are not Dragoman’s. Name an empty database in DATABASE_URL.`)
  if (held.workspaces > 0 && replace !== held.messages)
    throw new BackupRefusal(
      `This database is not empty: it holds ${held.messages} messages, which would be lost. Name an empty one, or say --replace ${held.messages} to delete them.`,
    )
  if (!held.isOurs) return
  await client.query('begin')
  await client.query('drop schema if exists graphile_worker cascade')
  const { rows } = await client.query<{ drop: string }>(
    `select format('drop table public.%I cascade', relname) as drop from pg_class c
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
          and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      union all select format('drop routine public.%I(%s) cascade', proname, pg_get_function_identity_arguments(p.oid)) from pg_proc p
        where pronamespace = 'public'::regnamespace and not exists (select 1 from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`,
  )
  // Functions that take a table’s row type go with their table.
  for (const { drop } of rows) await client.query(drop.replace(/^drop (table|routine) /, 'drop $1 if exists '))
  await client.query('commit')
}

/** Fills the tables, in one transaction: indexes and foreign keys are made again afterwards, triggers rest, row-level security is forced again at the end. */
async function load(client: pg.Client, manifest: Manifest, folder: string, progress: (message: string) => void): Promise<void> {
  const facts = new Map((await tablesOf(client)).map(one => [one.table, one]))
  for (const { table } of manifest.tables)
    if (!facts.has(table)) throw new BackupFailure(`The backup has a table “${table}” that its own migrations do not make.`)
  await client.query('begin')
  await client.query(`set local maintenance_work_mem = '256MB'`)
  // Whoever starts a hub on this database from now on starts it recovered (hub/src/recovery/origin.ts).
  await client.query('create table public.restore_pending (data_until timestamptz not null)')
  await client.query('insert into public.restore_pending values ($1)', [manifest.takenAt])
  const all = [...facts.values()]
  for (const one of all) {
    if (one.forcesRowSecurity) await client.query(`alter table ${nameOf(client, one)} no force row level security`)
    await client.query(`alter table ${nameOf(client, one)} disable trigger user`)
  }
  const later = await takeDown(client)
  // What migrating itself has put in is in the backup too.
  await client.query(`truncate ${all.map(one => nameOf(client, one)).join(', ')}`)
  await makePartitions(client, manifest)
  for (const [index, one] of manifest.tables.entries()) {
    if (one.rows === 0) continue
    progress(`Table ${index + 1} of ${manifest.tables.length}: ${one.table}, ${one.rows} rows`)
    const columns = one.columns.map(column => client.escapeIdentifier(column)).join(', ')
    const sink = client.query(
      copyFrom(`copy ${nameOf(client, one)} (${columns}) from stdin with (format binary)`, { highWaterMark: 1 << 20 }),
    )
    await pipeline(createReadStream(join(folder, one.file), { highWaterMark: 1 << 20 }), sink)
    if (sink.rowCount !== one.rows)
      throw new BackupFailure(`Of ${one.table} ${sink.rowCount} rows came instead of ${one.rows}. Nothing was kept.`)
  }
  for (const [index, statement] of later.entries()) {
    if (index % 10 === 0) progress(`Indexes and keys: ${index} of ${later.length}`)
    await client.query(statement)
  }
  for (const { sequence, value, called } of manifest.sequences)
    await client.query('select setval($1::regclass, $2, $3)', [`public.${client.escapeIdentifier(sequence)}`, value, called])
  for (const one of all) {
    await client.query(`alter table ${nameOf(client, one)} enable trigger user`)
    if (one.forcesRowSecurity) await client.query(`alter table ${nameOf(client, one)} force row level security`)
  }
  await client.query('commit')
}

function nameOf(client: pg.Client, { table }: Pick<TableFacts, 'table'>): string {
  return `public.${client.escapeIdentifier(table)}`
}

/** Partitions as they were. Those that migrating has just made alike stay, with their rights; others give way; days are made as `add_day` makes them. */
async function makePartitions(client: pg.Client, manifest: Manifest): Promise<void> {
  const same = (one: Manifest['partitions'][number], other: Manifest['partitions'][number]) =>
    one.parent === other.parent && one.table === other.table && one.bound === other.bound
  const present = await partitionsOf(client)
  for (const one of present)
    if (!manifest.partitions.some(other => same(one, other))) await client.query(`drop table public.${client.escapeIdentifier(one.table)}`)
  for (const one of manifest.partitions) {
    if (present.some(other => same(one, other))) continue
    if (!/^(FOR VALUES |DEFAULT$)[^;]*$/i.test(one.bound))
      throw new BackupFailure(`The backup names a partition in a form that is not known: ${one.table}.`)
    const name = `public.${client.escapeIdentifier(one.table)}`
    await client.query(`create table ${name} partition of public.${client.escapeIdentifier(one.parent)} ${one.bound}`)
    // Reached through their table only.
    await client.query(`alter table ${name} enable row level security, force row level security`)
  }
}

/** Drops what makes filling slow and gives the statements that make it again: foreign keys, and indexes that no constraint needs. */
async function takeDown(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ drop: string; make: string }>(
    `select drop, make from (
        select 1 as place, format('alter table public.%I drop constraint %I', c.relname, k.conname) as drop,
            format('alter table public.%I add constraint %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) as make, k.oid as id
          from pg_constraint k join pg_class c on c.oid = k.conrelid
          where k.contype = 'f' and k.conparentid = 0 and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
        union all
        select 0, format('drop index public.%I', i.relname), pg_get_indexdef(i.oid), i.oid
          from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
          where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relispartition
            and not exists (select 1 from pg_constraint k where k.conindid = i.oid)
            and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      ) found order by place, id`,
  )
  // Foreign keys first: they stand on unique indexes.
  for (const { drop } of rows.toReversed()) await client.query(drop)
  return rows.map(row => row.make)
}

async function restoreFiles(folder: string, manifest: Manifest, filesFolder: string): Promise<void> {
  for await (const { name, sha256 } of listed(join(folder, manifest.files.file))) {
    const path = join(filesFolder, name)
    await mkdir(dirname(path), { recursive: true })
    const stored = await storeHashed(createReadStream(join(folder, 'files', name)), path)
    if (stored.sha256 !== sha256) throw new BackupFailure(`The file ${name} came out otherwise than it went in: look at the disk.`)
  }
}
