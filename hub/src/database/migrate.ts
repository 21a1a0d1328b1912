/**
 * Plain SQL migrations, applied at start under kysely's lock, and the two roles that they speak of. Always holds: a database that is newer than
 * this program is refused; roles and passwords are set before the first table is made.
 */
import { readdir, readFile } from 'node:fs/promises'
import { runMigrations } from 'graphile-worker'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import pg from 'pg'
import { appRole, rolePassword, systemRole } from './pools.ts'
import { requireFitServer } from './server-check.ts'
import { createServers, type DatabaseServers } from './servers.ts'

const folder = new URL('../../migrations/', import.meta.url)

/** Brings the database to this program's schema, or, with `until`, only as far as that migration. Returns the names of the migrations that were applied now. Throws an Error with one clear sentence. */
export async function migrate(
  ownerUrl: string,
  masterKey: Uint8Array,
  known?: DatabaseServers,
  options: { until?: string; durabilityMayBeOff?: boolean } = {},
): Promise<string[]> {
  const servers = known ?? createServers(ownerUrl)
  const pool = new pg.Pool({
    connectionString: servers.url,
    max: 2,
    connectionTimeoutMillis: 10_000,
    application_name: 'dragoman migrations',
    Client: servers.Client,
  })
  pool.on('error', () => {})
  pool.on('connect', client => client.on('error', () => {}))
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await requireFitServer(pool, options.durabilityMayBeOff ?? false)
    await refuseNewer(pool)
    await ensureRole(pool, servers, appRole, rolePassword(masterKey, appRole))
    await ensureRole(pool, servers, systemRole, rolePassword(masterKey, systemRole))
    const migrator = new Migrator({ db: database, provider: { getMigrations: () => readMigrations() } })
    const { error, results } = await (options.until === undefined ? migrator.migrateToLatest() : migrator.migrateTo(options.until))
    if (error) throw explain(error)
    const applied = (results ?? []).filter(result => result.status === 'Success').map(result => result.migrationName)
    if (options.until !== undefined) return applied
    await prepareJobs(pool)
    return applied
  } finally {
    await database.destroy()
    if (!known) servers.close()
  }
}

/** The migrations of this program, in order. */
export async function knownMigrations(): Promise<string[]> {
  return (await readdir(folder))
    .filter(name => name.endsWith('.sql'))
    .map(name => name.replace(/\.sql$/, ''))
    .sort()
}

async function readMigrations() {
  const names = await knownMigrations()
  const entries = await Promise.all(
    names.map(async name => {
      const text = await readFile(new URL(`${name}.sql`, folder), 'utf8')
      return [
        name,
        {
          up: async (db: Kysely<never>) => {
            await sql.raw(text).execute(db)
          },
        },
      ] as const
    }),
  )
  return Object.fromEntries(entries)
}

/** This program may not work on this database. Nothing was changed. */
export class RefusedDatabaseError extends Error {}

/** The database is ahead of this program. */
export class NewerDatabaseError extends RefusedDatabaseError {}

/** Before anything is touched, the roles' passwords included: other hubs are at work on it. */
async function refuseNewer(pool: pg.Pool): Promise<void> {
  const { rows: tables } = await pool.query("select to_regclass('public.kysely_migration') as found")
  if (!tables[0]!.found) return
  const known = new Set(await knownMigrations())
  const { rows } = await pool.query<{ name: string }>('select name from public.kysely_migration')
  if (rows.some(row => !known.has(row.name))) throw newer()
}

function newer(): NewerDatabaseError {
  return new NewerDatabaseError(
    'The database belongs to a newer version of Dragoman than this one. Start the newer version, or restore a backup.',
  )
}

function explain(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error)
  if (text.includes('corrupted migrations')) return newer()
  return new Error(`The database could not be migrated: ${text}`, { cause: error })
}

async function ensureRole(pool: pg.Pool, servers: DatabaseServers, role: string, password: string): Promise<void> {
  const client = await pool.connect()
  try {
    // Several nodes may start at once, and roles belong to the whole server: one at a time.
    await client.query('select pg_advisory_lock($1)', [0x64726167])
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role])
    const options = 'login nosuperuser nocreatedb nocreaterole noinherit nobypassrls'
    const secret = client.escapeLiteral(password)
    if (!rowCount) await client.query(`create role ${role} ${options} password ${secret}`)
    else if (!(await canSignIn(pool, servers, role, password))) {
      await refuseInUse(client)
      await client.query(`alter role ${role} ${options} password ${secret}`)
    }
  } catch (cause) {
    if (cause instanceof OtherKeyError) throw cause
    throw new Error(
      `The database role ${role} could not be made: ${cause instanceof Error ? cause.message : cause}. The user of DATABASE_URL needs CREATEROLE.`,
      { cause },
    )
  } finally {
    await client.query('select pg_advisory_unlock($1)', [0x64726167]).catch(() => {})
    client.release()
  }
}

/** A hub with another key file is at work on this server. */
export class OtherKeyError extends RefusedDatabaseError {}

/** A password belongs to a key file and to the whole server: whoever is signed in with another one must not be locked out by a mistake. */
async function refuseInUse(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<{ database: string; count: number }>(
    'select datname as database, count(*)::int as count from pg_stat_activity where usename = any($1) group by 1 order by 2 desc limit 1',
    [[appRole, systemRole]],
  )
  if (rows[0])
    throw new OtherKeyError(
      `Another hub with a different key file is at work on this database server (${rows[0].count} connections to “${rows[0].database}”). Give this one the same keys/master.json, or stop the other one first.`,
    )
}

async function canSignIn(pool: pg.Pool, servers: DatabaseServers, role: string, password: string): Promise<boolean> {
  const url = new URL(String(pool.options.connectionString))
  url.username = role
  url.password = password
  const client = new servers.Client({ connectionString: url.toString(), connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    await client.end()
    return true
  } catch (error) {
    // Refused for its password, or for having no right to sign in yet. Whatever else went wrong says nothing of the password.
    if (/^28/.test((error as { code?: string }).code ?? '')) return false
    throw error
  }
}

/** graphile-worker's own tables, reachable for the system role; and a wrapper by which the app role adds jobs despite their row-level security [mechanics 23]. */
async function prepareJobs(pool: pg.Pool): Promise<void> {
  await runMigrations({ pgPool: pool })
  // One at a time, where several nodes start at once: two grants of one table end with “tuple concurrently updated”. One implicit transaction.
  await pool.query(`
    select pg_advisory_xact_lock(${0x64726168});
    grant usage on schema graphile_worker to ${systemRole};
    grant select, insert, update, delete on all tables in schema graphile_worker to ${systemRole};
    grant usage, select on all sequences in schema graphile_worker to ${systemRole};
    grant execute on all functions in schema graphile_worker to ${systemRole};
    do $$
    declare found record;
    begin
      for found in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'graphile_worker' and c.relkind = 'r' and c.relrowsecurity
          and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'system_all')
      loop
        execute format('create policy system_all on graphile_worker.%I to ${systemRole} using (true) with check (true)', found.relname);
      end loop;
    end $$;
    create or replace function enqueue_job(task text, payload json, key text, run_at timestamptz) returns void
      language sql security definer set search_path = public as
      $f$ select graphile_worker.add_job(task, payload => payload, job_key => key, run_at => coalesce(run_at, now())) $f$;
    revoke all on function enqueue_job(text, json, text, timestamptz) from public;
    grant execute on function enqueue_job(text, json, text, timestamptz) to ${appRole}, ${systemRole};
  `)
}
