/** What a hub needs of its database: reachable, the right version and schema, a clock like ours, queues that move, accounts that work. Always holds: reads only. */
import { readdir } from 'node:fs/promises'
import { createServers, rolePassword } from '@dragoman/hub'
import type pg from 'pg'
import { runningServer } from '../../embedded-postgres/embedded-server.ts'
import type { Settings } from '../../settings.ts'
import { readMasterKey } from '../running-hub.ts'
import { type Check, check, failed, ok, skipped, warning } from './check.ts'
import { checkServer } from './server.ts'
import { checkWork } from './work.ts'

export interface DatabaseReport {
  checks: Check[]
  /** Connected accounts of real platforms that wait for webhooks. */
  realWebhooks: number
  /** Connected accounts of real platforms: there is something to lose. */
  realAccounts: number
  /** Since the server last archived a piece of its log. */
  archivedAgoSeconds: number | undefined
}

const titles = {
  database: 'Database',
  clock: 'Clock',
  migrations: 'Schema',
  queues: 'Queues',
  set_aside: 'Events set aside',
  accounts: 'Accounts',
  endpoints: 'Refused webhooks',
} as const

export async function checkDatabase(settings: Settings): Promise<DatabaseReport> {
  const url = settings.databaseUrl ?? (await embeddedUrl(settings))
  if (url === undefined)
    return {
      checks: [{ id: 'database', title: titles.database, ...skipped('the embedded server does not run now; it starts with the hub') }],
      realWebhooks: 0,
      realAccounts: 0,
      archivedAgoSeconds: undefined,
    }
  const servers = createServers(url)
  const client = new servers.Client({
    connectionString: servers.url,
    connectionTimeoutMillis: 5_000,
    application_name: 'dragoman doctor',
    statement_timeout: 10_000,
  })
  client.on('error', () => {})
  const trouble = await client.connect().then(
    () => undefined,
    (error: Error) => error,
  )
  if (trouble) {
    const found = failed(
      trouble.message || 'does not answer',
      settings.databaseUrl ? 'DATABASE_URL leads to no server, or its user and password are not right.' : 'The embedded server refuses us.',
      settings.databaseUrl ? 'psql "$DATABASE_URL" -c "select 1"' : 'npm start',
    )
    return {
      checks: [{ id: 'database', title: titles.database, ...found }],
      realWebhooks: 0,
      realAccounts: 0,
      archivedAgoSeconds: undefined,
    }
  }
  try {
    return await look(client)
  } finally {
    servers.close()
    await client.end().catch(() => {})
  }
}

async function embeddedUrl(settings: Settings): Promise<string | undefined> {
  const key = await readMasterKey(settings.home).catch(() => undefined)
  return key && (await runningServer(settings.home, rolePassword(key, 'owner')))?.url
}

async function look(client: pg.Client): Promise<DatabaseReport> {
  const row = async <Row extends pg.QueryResultRow>(text: string) => (await client.query<Row>(text)).rows[0]!
  const isMade = (await row<{ made: boolean }>(`select to_regclass('public.part') is not null as made`)).made
  const checks = [
    await check('database', titles.database, () => ok('answers')),
    await check('clock', titles.clock, async () => {
      const before = Date.now()
      const { at } = await row<{ at: number }>('select extract(epoch from clock_timestamp())::float8 * 1000 as at')
      const apart = Math.round(Number(at) - (before + Date.now()) / 2)
      const found = `${Math.abs(apart)} ms ${apart < 0 ? 'behind' : 'ahead of'} ours`
      if (Math.abs(apart) > 30_000)
        return failed(
          found,
          'Windows, leases and retries go by the database’s clock, sessions by ours.',
          'sudo timedatectl set-ntp true   (on both machines)',
        )
      return Math.abs(apart) > 2_000
        ? warning(found, 'Countdowns will be wrong by as much.', 'sudo timedatectl set-ntp true   (on both machines)')
        : ok(found)
    }),
    ...(await checkServer(client)),
    await check('migrations', titles.migrations, async () => await migrations(client)),
  ]
  if (!isMade) return { checks, realWebhooks: 0, realAccounts: 0, archivedAgoSeconds: undefined }
  checks.push(
    await check('queues', titles.queues, async () => {
      const queues = await row<{ lanes: number; oldest: number; pending: number; overdue: number; uncertain: number; workers: number }>(
        `select (select count(*)::int from lane_item where applied_at is null and account_id is not null) as lanes,
          (select coalesce(extract(epoch from max(now() - j.received_at)), 0)::int from lane_item l join journal j on j.workspace_id = l.workspace_id and j.id = l.journal_id where l.applied_at is null and l.account_id is not null) as oldest,
          (select count(*)::int from part where state = 'pending') as pending, (select count(*)::int from part p join account a on a.workspace_id = p.workspace_id and a.id = p.account_id where p.state = 'pending' and a.status = 'active' and p.not_before < now() - interval '2 minutes' and p.due_at < now() - interval '2 minutes') as overdue,
          (select count(*)::int from part where state = 'uncertain') as uncertain`,
      )
      const found = `${queues.lanes} webhooks to apply, ${queues.pending} parts to send, ${queues.uncertain} uncertain`
      if (queues.oldest > 120 || queues.overdue > 0)
        return failed(
          `${found}; the oldest waits ${queues.oldest} s, ${queues.overdue} parts are overdue`,
          'Nobody works on the queues: no worker runs, or it cannot reach the database.',
          'npm start   (or, beside web processes: DRAGOMAN_ROLE=worker npm start)',
        )
      return queues.uncertain > 0
        ? warning(
            found,
            'An uncertain message left, and no answer came: it is never sent again blindly.',
            'Open these conversations in the inbox and say whether they arrived',
          )
        : ok(found)
    }),
    await check('set_aside', titles.set_aside, async () => {
      const { open, reasons } = await row<{ open: number; reasons: string | null }>(
        `select count(*)::int as open, string_agg(distinct left(reason, 80), '; ') as reasons from set_aside where resolved_at is null`,
      )
      return open === 0
        ? ok('none')
        : warning(
            `${open}: ${reasons}`,
            'These events could not be applied; nothing of them is lost.',
            'Open “Set aside” in the inbox, mend the cause, press “Try again”',
          )
    }),
    await check('accounts', titles.accounts, async () => {
      const { rows } = await client.query<{ name: string; problem: { code?: string; detail?: string } | null }>(
        `select name, problem from account where status = 'paused' order by name`,
      )
      const { active } = await row<{ active: number }>(`select count(*)::int as active from account where status = 'active'`)
      return rows.length === 0
        ? ok(`${active} active`)
        : warning(
            rows.map(({ name, problem }) => `${name}: ${problem?.detail ?? problem?.code ?? 'paused'}`).join('; '),
            'A paused account receives and sends nothing.',
            'Open Accounts in the inbox, mend the credentials, press “Resume”',
          )
    }),
    await check('endpoints', titles.endpoints, async () => {
      const { rows } = await client.query<{ id: string; channel: string; count: number; reason: string | null }>(
        `select id, channel, rejected_count::int as count, last_rejected_reason as reason from endpoint where last_rejected_at > now() - interval '1 day' order by rejected_count desc limit 5`,
      )
      return rows.length === 0
        ? ok('none in the last day')
        : warning(
            rows.map(one => `${one.channel} ${one.id.slice(0, 8)}: ${one.count} (${one.reason ?? 'signature'})`).join('; '),
            'Somebody posts with another secret: a stranger, or the secret was changed at the platform.',
            'Open the account in the inbox and enter the platform’s secret anew',
          )
    }),
  )
  checks.push(...(await checkWork(client)))
  const { webhooks, accounts } = await row<{ webhooks: number; accounts: number }>(
    `select count(*) filter (where way = 'webhook')::int as webhooks, count(*)::int as accounts from account where status = 'active' and origins is null and way <> 'visitor'`,
  )
  const { archived } = await row<{ archived: number | null }>(
    'select extract(epoch from now() - last_archived_time)::float8 as archived from pg_stat_archiver',
  )
  return { checks, realWebhooks: webhooks, realAccounts: accounts, archivedAgoSeconds: archived ?? undefined }
}

async function migrations(client: pg.Client) {
  const known = (await readdir(new URL('../../../../hub/migrations/', import.meta.url)))
    .filter(name => name.endsWith('.sql'))
    .map(name => name.replace(/\.sql$/, ''))
  const { rows: tables } = await client.query(`select 1 from pg_tables where tablename = 'kysely_migration'`)
  if (tables.length === 0) return warning('empty', 'Nothing was made in this database yet.', 'npm start   (migrates by itself)')
  const { rows } = await client.query<{ name: string }>('select name from kysely_migration')
  const applied = rows.map(one => one.name)
  const newer = applied.filter(name => !known.includes(name))
  if (newer.length > 0)
    return failed(`newer than this program: ${newer.join(', ')}`, 'A newer Dragoman has worked on this database.', 'git pull && npm start')
  const missing = known.filter(name => !applied.includes(name))
  return missing.length > 0
    ? warning(`${missing.length} migrations wait: ${missing.join(', ')}`, 'They are applied at the next start.', 'npm start')
    : ok(`${applied.length} migrations, none waits`)
}
