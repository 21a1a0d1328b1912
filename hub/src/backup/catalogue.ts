/**
 * What there is to back up, asked of the database’s own catalogue, never a list by hand: a table that somebody adds is in the next backup. Always holds:
 * partitions are read and written through their parents; generated columns are left to the server; the few tables that stay behind are named here, with why.
 */
import type pg from 'pg'
import type { Manifest } from './manifest.ts'

/** Tables whose rows belong to running processes or to one very database, and not to the data. */
export const leftBehind: Readonly<Record<string, string>> = {
  kysely_migration: 'written by migrating; its state stands in the manifest',
  kysely_migration_lock: 'written by migrating',
  session: 'a session that was ended since must not come back: everybody signs in again',
  sign_in_step: 'minutes old at most',
  node: 'processes that are gone',
  rate_limit: 'counters of minutes',
  database_mark: 'says which very database this is',
}

export interface TableFacts {
  table: string
  columns: string[]
  isPartitioned: boolean
  forcesRowSecurity: boolean
}

/** All tables with data of ours, partitions folded into their parents, in order of name. */
export async function tablesOf(client: pg.ClientBase): Promise<TableFacts[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; partitioned: boolean; forced: boolean }>(
    `select c.relname as name, c.relkind = 'p' as partitioned, c.relforcerowsecurity as forced,
        array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum) as columns
      from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p'
        and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by c.relname`,
  )
  return rows
    .filter(row => !Object.hasOwn(leftBehind, row.name))
    .map(row => ({ table: row.name, columns: row.columns, isPartitioned: row.partitioned, forcesRowSecurity: row.forced }))
}

/** Sequences, those of identity columns too. */
export async function sequencesOf(client: pg.ClientBase): Promise<Manifest['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S' order by c.relname`,
  )
  const found: Manifest['sequences'] = []
  for (const { name } of rows) {
    const { rows: states } = await client.query<{ value: string; called: boolean }>(
      `select last_value::text as value, is_called as called from public.${client.escapeIdentifier(name)}`,
    )
    found.push({ sequence: name, value: Number(states[0]!.value), called: states[0]!.called })
  }
  return found
}

/** Partitions with their bounds, parents before children. */
export async function partitionsOf(client: pg.ClientBase): Promise<Manifest['partitions']> {
  const { rows } = await client.query<{ parent: string; table: string; bound: string }>(
    `with recursive tree as (
        select i.inhrelid as oid, i.inhparent as parent, 1 as depth from pg_inherits i join pg_class c on c.oid = i.inhparent
          where c.relkind = 'p' and not c.relispartition and c.relnamespace = 'public'::regnamespace
        union all select i.inhrelid, i.inhparent, t.depth + 1 from pg_inherits i join tree t on i.inhparent = t.oid)
      select p.relname as parent, c.relname as "table", pg_get_expr(c.relpartbound, c.oid) as bound
      from tree t join pg_class c on c.oid = t.oid join pg_class p on p.oid = t.parent where c.relkind in ('r', 'p') order by t.depth, c.relname`,
  )
  return rows
}

/** Names of the migrations that this database has seen, in order; empty where it was never migrated. */
export async function migrationsOf(client: pg.ClientBase): Promise<string[]> {
  const { rows: known } = await client.query<{ there: boolean }>(`select to_regclass('public.kysely_migration') is not null as there`)
  if (!known[0]!.there) return []
  const { rows } = await client.query<{ name: string }>('select name from public.kysely_migration order by name')
  return rows.map(row => row.name)
}
