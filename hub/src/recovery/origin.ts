/**
 * Notices that this database is not the one that it was: restored from a backup, a copy started elsewhere, a standby that was promoted. Always holds: decided
 * under a lock and in the transaction that enters recovered mode, so any number of processes may look at once; what cannot be asked of a server is not compared.
 */
import pg from 'pg'
import { beginRecovery, type RecoveryReason } from './begin.ts'

export interface Origin {
  systemIdentifier: string | null
  timeline: string | null
  databaseOid: string | null
  /** Of the embedded server: what tells one data folder from its copy. */
  folder: string | null
}

export interface OriginOptions {
  folder?: string | null
  /** What a promotion means. `continue`: every standby was synchronous, so nothing can be missing. */
  afterPromotion?: 'hold' | 'continue'
}

/** What came of it: undefined when this is the database that it was. */
export interface Recovered {
  reason: RecoveryReason
  held: number
}

/** Compares with the mark, enters recovered mode where something differs, and marks anew. As the owner, after migrating. */
export async function settleOrigin(client: pg.ClientBase, options: OriginOptions = {}): Promise<Recovered | undefined> {
  return await alone(client, async () => {
    const now: Origin = { ...(await originOf(client)), folder: options.folder ?? null }
    const dataUntil = await restoredUntil(client)
    const reason = dataUntil ? 'restore' : compare(await markOf(client), now)
    const recovered =
      reason === undefined || (reason === 'promotion' && options.afterPromotion === 'continue')
        ? undefined
        : { reason, held: await beginRecovery(client, reason, dataUntil ?? null) }
    if (dataUntil) await client.query('drop table public.restore_pending')
    await client.query(
      `insert into database_mark (system_identifier, timeline, database_oid, folder) values ($1, $2, $3, $4)
        on conflict (single) do update set system_identifier = excluded.system_identifier, timeline = excluded.timeline, database_oid = excluded.database_oid,
          folder = coalesce(excluded.folder, database_mark.folder), at = now()
        where (database_mark.system_identifier, database_mark.timeline, database_mark.database_oid, database_mark.folder)
          is distinct from (excluded.system_identifier, excluded.timeline, excluded.database_oid, coalesce(excluded.folder, database_mark.folder))`,
      [now.systemIdentifier, now.timeline, now.databaseOid, now.folder],
    )
    return recovered
  })
}

/** Enters recovered mode because a person says so. */
export async function markRecovered(client: pg.ClientBase): Promise<number> {
  return await alone(client, () => beginRecovery(client, 'marked', null))
}

/** One process at a time; a hub that goes on writing meanwhile may be in each other’s way once in a while. */
async function alone<Value>(client: pg.ClientBase, work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    await client.query('begin')
    try {
      await client.query('select pg_advisory_xact_lock($1)', [0x6472616f])
      const value = await work()
      await client.query('commit')
      return value
    } catch (error) {
      await client.query('rollback').catch(() => {})
      const isDeadlock = (error as { code?: string }).code === '40P01'
      if (!isDeadlock || attempt >= 5) throw error
    }
  }
}

/** The timeline of a server, as each new connection asks for it; undefined where a server does not tell. */
export async function timelineOf(client: pg.ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ timeline: string }>('select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as timeline')
  return rows[0]?.timeline
}

async function originOf(client: pg.ClientBase): Promise<Omit<Origin, 'folder'>> {
  const ask = async (text: string): Promise<string | null> => {
    await client.query('savepoint asking')
    try {
      const { rows } = await client.query<{ value: string }>(text)
      await client.query('release savepoint asking')
      return rows[0]?.value ?? null
    } catch {
      // Some hosted servers keep it to themselves.
      await client.query('rollback to savepoint asking')
      return null
    }
  }
  return {
    systemIdentifier: await ask('select system_identifier::text as value from pg_control_system()'),
    timeline: await ask('select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) as value'),
    databaseOid: await ask('select oid::text as value from pg_database where datname = current_database()'),
  }
}

async function markOf(client: pg.ClientBase): Promise<Origin | undefined> {
  const { rows } = await client.query<{
    system_identifier: string | null
    timeline: string | null
    database_oid: string | null
    folder: string | null
  }>('select system_identifier, timeline, database_oid, folder from database_mark')
  const row = rows[0]
  return row && { systemIdentifier: row.system_identifier, timeline: row.timeline, databaseOid: row.database_oid, folder: row.folder }
}

/** Why it is not the same database any more; undefined when it is, or was never marked. Pure. */
export function compare(before: Origin | undefined, now: Origin): RecoveryReason | undefined {
  if (!before) return undefined
  const differs = (name: keyof Origin) => before[name] !== null && now[name] !== null && before[name] !== now[name]
  if (differs('systemIdentifier') || differs('databaseOid') || differs('folder')) return 'copy'
  return differs('timeline') ? 'promotion' : undefined
}

/** The moment of the backup that was restored here and not yet settled. */
async function restoredUntil(client: pg.ClientBase): Promise<Date | undefined> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('public.restore_pending') is not null as there`)
  if (!rows[0]!.there) return undefined
  return (await client.query<{ data_until: Date }>('select data_until from public.restore_pending')).rows[0]?.data_until
}

/** A connection as the owner for what is above. */
export async function asOwner<Value>(ownerUrl: string, work: (client: pg.Client) => Promise<Value>, Client = pg.Client): Promise<Value> {
  const client = new Client({ connectionString: ownerUrl, application_name: 'dragoman recovery', connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end().catch(() => {})
  }
}
