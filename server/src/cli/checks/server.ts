/** What a hub needs of the database server itself: durability for every role, roles and walls, connections, standbys, locks. Always holds: reads only. */
import { appRole, serverFacts, systemRole, troublesOf } from '@dragoman/hub'
import type pg from 'pg'
import { type Check, check, failed, ok, skipped, warning } from './check.ts'

const mebibyte = 1024 ** 2
/** A standby further behind than this loses as much when it takes over. */
const mostBehindBytes = 64 * mebibyte
const longestTransactionSeconds = 300

export async function checkServer(client: pg.Client): Promise<Check[]> {
  const row = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await client.query<Row>(text, values)).rows[0]!
  return [
    await check('server', 'Database server', async () => {
      const facts = await serverFacts(client)
      const [trouble] = troublesOf(facts).filter(({ kind }) => kind !== 'encoding')
      if (trouble) return failed(`PostgreSQL ${facts.version}`, trouble.sentence, trouble.fix)
      const { rows } = await client.query<{ role: string | null; settings: string[] }>(
        `select r.rolname as role, s.setconfig as settings from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole
          where s.setdatabase in (0, (select oid from pg_database where datname = current_database())) and (s.setrole = 0 or r.rolname = any($1::text[]))`,
        [[appRole, systemRole]],
      )
      const off = rows.flatMap(({ role, settings }) =>
        settings.filter(one => one === 'synchronous_commit=off').map(() => role ?? 'every role'),
      )
      return off.length > 0
        ? failed(
            `PostgreSQL ${facts.version}, synchronous_commit is off for ${off.join(', ')}`,
            'A crash would lose messages that platforms believe delivered.',
            off.map(role => `alter role ${role === 'every role' ? 'all' : role} reset synchronous_commit`).join('; '),
          )
        : ok(`PostgreSQL ${facts.version}, fsync, synchronous_commit and full_page_writes on`)
    }),
    await check('locale', 'Encoding', async () => {
      const facts = await serverFacts(client)
      const trouble = troublesOf(facts).find(({ kind }) => kind === 'encoding')
      return trouble ? failed(facts.encoding, trouble.sentence, trouble.fix) : ok(`${facts.encoding}, ${facts.collation}`)
    }),
    await check('roles', 'Database roles', async () => {
      const { rows } = await client.query<{ rolname: string; strong: boolean; login: boolean }>(
        `select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb as strong, rolcanlogin as login from pg_roles where rolname = any($1::text[])`,
        [[appRole, systemRole]],
      )
      if (rows.length < 2) return warning(`${rows.length} of 2`, 'They are made at the first start.', 'npm start')
      const strong = rows.filter(one => one.strong || !one.login)
      if (strong.length > 0)
        return failed(
          strong.map(one => one.rolname).join(', '),
          'These roles may more than they should, or cannot sign in: workspaces would not be kept apart by the database.',
          strong.map(one => `alter role ${one.rolname} login nosuperuser nobypassrls nocreaterole nocreatedb`).join('; '),
        )
      const { open } = await row<{ open: string | null }>(
        `select string_agg(c.relname, ', ') as open from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
          where c.relkind in ('r', 'p') and exists (select 1 from pg_policy p where p.polrelid = c.oid) and not (c.relrowsecurity and c.relforcerowsecurity)`,
      )
      return open === null
        ? ok('app and system, neither above row-level security')
        : failed(
            open,
            'Row-level security is switched off on these tables.',
            open
              .split(', ')
              .map(table => `alter table ${table} enable row level security, force row level security`)
              .join('; '),
          )
    }),
    await check('connections', 'Connections', async () => {
      const { used, most, ours } = await row<{ used: number; most: number; ours: number }>(
        `select count(*)::int as used, current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
          count(*) filter (where application_name like 'dragoman%')::int as ours from pg_stat_activity where backend_type = 'client backend'`,
      )
      const found = `${used} of ${most} in use, ${ours} of them ours`
      return used > most * 0.85
        ? warning(
            found,
            'When none is left, requests wait and then fail.',
            `alter system set max_connections = ${Math.ceil((most * 2) / 50) * 50};   (then restart the server)`,
          )
        : ok(found)
    }),
    await check('transactions', 'Long transactions', async () => {
      const { rows } = await client.query<{ who: string; seconds: number; pid: number }>(
        `select coalesce(nullif(application_name, ''), usename::text, 'unknown') as who, extract(epoch from now() - xact_start)::int as seconds, pid from pg_stat_activity
          where xact_start < now() - $1 * interval '1 second' and backend_type = 'client backend' and pid <> pg_backend_pid() order by xact_start limit 5`,
        [longestTransactionSeconds],
      )
      return rows.length === 0
        ? ok(`none above ${longestTransactionSeconds / 60} minutes`)
        : warning(
            rows.map(one => `${one.who}: ${one.seconds} s`).join('; '),
            'What was deleted meanwhile cannot be cleaned away, and locks may be held.',
            rows.map(one => `select pg_terminate_backend(${one.pid})`).join('; '),
          )
    }),
    await check('standby', 'Standby servers', async () => {
      const { recovering } = await row<{ recovering: boolean }>('select pg_is_in_recovery() as recovering')
      if (recovering)
        return failed(
          'this server is a standby',
          'A hub writes; this server takes no writes until it is promoted.',
          'Name the primary in DATABASE_URL, or promote this one: select pg_promote()',
        )
      const { rows } = await client.query<{ name: string; state: string; sync: string; behind: number | null }>(
        `select coalesce(nullif(application_name, ''), client_addr::text, 'standby') as name, state, sync_state as sync, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::float8 as behind from pg_stat_replication order by 1`,
      )
      const { wanted } = await row<{ wanted: string }>(`select current_setting('synchronous_standby_names') as wanted`)
      if (rows.length === 0)
        return wanted === ''
          ? skipped('none is connected')
          : failed(
              `none is connected, and commits wait for ${wanted}`,
              'Every write hangs until a standby is there.',
              `Start the standby, or: alter system set synchronous_standby_names = ''; select pg_reload_conf()`,
            )
      const found = rows.map(one => `${one.name}: ${one.state}, ${one.sync}, ${Math.round((one.behind ?? 0) / 1024)} KiB behind`).join('; ')
      return rows.some(one => one.state !== 'streaming' || (one.behind ?? 0) > mostBehindBytes)
        ? warning(found, 'What a standby has not got is lost when it takes over.', 'Look at its log and at the line between the two')
        : ok(found)
    }),
  ]
}
