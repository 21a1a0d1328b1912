/** Whether work goes on: nodes, stuck lanes, parts and jobs, tokens that end, webhooks that stay away, retention, partitions, recovered mode. Always holds: reads only. */
import { deadAfterMs } from '@dragoman/hub'
import type pg from 'pg'
import { type Check, check, failed, ok, skipped, warning } from './check.ts'

const daySeconds = 86_400
/** Longer than what is kept, and the round that prunes each hour. */
const mostJournalDays = 33
const mostEventDays = 16

export async function checkWork(client: pg.Client): Promise<Check[]> {
  const rowsOf = async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) => (await client.query<Row>(text, values)).rows
  const isThere = async (table: string) =>
    (await rowsOf<{ there: boolean }>('select to_regclass($1) is not null as there', [table]))[0]!.there
  return [
    await check('nodes', 'Processes', async () => {
      const nodes = await rowsOf<{ role: string; age: number }>(
        'select role, extract(epoch from clock_timestamp() - heartbeat_at)::int as age from node order by started_at',
      )
      const alive = nodes.filter(one => one.age * 1_000 < deadAfterMs)
      const dead = nodes.length - alive.length
      const found = `${alive.length} at work${alive.length > 0 ? ` (${alive.map(one => one.role).join(', ')})` : ''}${dead > 0 ? `, ${dead} without a sign of life` : ''}`
      if (alive.length > 0)
        return dead > 0
          ? warning(
              found,
              'What they held is taken over after 8 seconds; then they are gone from this list.',
              'npm run dragoman -- doctor   (again, in a moment)',
            )
          : ok(found)
      return nodes.length === 0
        ? skipped('none works on this database now')
        : failed(found, 'Nothing is applied and nothing is sent.', 'npm start   (or, beside web processes: DRAGOMAN_ROLE=worker npm start)')
    }),
    await check('lanes', 'Lanes', async () => {
      const stuck = await rowsOf<{ name: string; attempts: number; waits: number }>(
        `select a.name, max(i.attempts) as attempts, count(*)::int as waits from (select workspace_id, account_id, journal_id, attempts from lane_item where applied_at is null and account_id is not null limit 10000) i
          join account a on a.workspace_id = i.workspace_id and a.id = i.account_id group by a.workspace_id, a.id, a.name having max(i.attempts) > 0 order by 3 desc limit 5`,
      )
      return stuck.length === 0
        ? ok('none is stuck')
        : warning(
            stuck.map(one => `${one.name}: ${one.waits} wait, ${one.attempts} broken tries`).join('; '),
            'A process ended while it applied these; after the third time the body is set aside.',
            'LOG_LEVEL=debug npm start   (and look for what ended it)',
          )
    }),
    await check('parts', 'Sendings', async () => {
      const [one] = await rowsOf<{ sending: number; oldest: number | null; unknown: number }>(
        `select count(*)::int as sending, extract(epoch from now() - min(sending_since))::int as oldest, count(*) filter (where node_id is null)::int as unknown from part where state = 'sending'`,
      )
      const { sending, oldest } = one!
      return (oldest ?? 0) > 120
        ? failed(
            `${sending} under way, the oldest for ${oldest} s`,
            'No request may take that long: nobody settles what a dead process left.',
            'npm start   (a worker sweeps at once)',
          )
        : ok(`${sending} under way`)
    }),
    await check('jobs', 'Background jobs', async () => {
      if (!(await isThere('graphile_worker._private_jobs'))) return skipped('not set up yet')
      const [one] = await rowsOf<{ given_up: number; late: number | null; locked: number | null; tasks: string | null }>(
        `select count(*) filter (where j.attempts >= j.max_attempts and j.locked_at is null)::int as given_up,
          string_agg(distinct t.identifier, ', ') filter (where j.attempts >= j.max_attempts and j.locked_at is null) as tasks,
          extract(epoch from now() - min(j.run_at) filter (where j.is_available and j.run_at < now()))::int as late,
          extract(epoch from now() - min(j.locked_at))::int as locked from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id`,
      )
      const { given_up, late, locked, tasks } = one!
      if ((late ?? 0) > 600)
        return failed(
          `the oldest should have run ${late} s ago`,
          'Nobody works on the jobs: no worker runs.',
          'npm start   (or: DRAGOMAN_ROLE=worker npm start)',
        )
      if ((locked ?? 0) > 3_600)
        return warning(
          `one has run for ${Math.round(locked! / 60)} minutes`,
          'A process that ended without a word may hold it; it is freed after four hours.',
          'select graphile_worker.force_unlock_workers(array(select locked_by from graphile_worker._private_jobs where locked_by is not null))',
        )
      return given_up > 0
        ? warning(
            `${given_up} given up: ${tasks}`,
            'They failed as often as they may be tried.',
            'LOG_LEVEL=debug npm start   (and look for the task’s name)',
          )
        : ok('none is stuck')
    }),
    await check('tokens', 'Tokens of accounts', async () => {
      const facts = await rowsOf<{ name: string; left: number; age: number }>(
        `select a.name, extract(epoch from f.expires_at - now())::float8 as left, extract(epoch from now() - f.fetched_at)::float8 as age from platform_fact f join account a on a.workspace_id = f.workspace_id and a.id = f.account_id
          where f.key = 'access_token' and a.status = 'active' order by f.expires_at nulls last`,
      )
      const over = facts.filter(one => one.left !== null && one.left < -3_600)
      const told = await rowsOf<{ name: string; detail: string | null }>(
        `select name, coalesce(problem->>'detail', problem->>'code') as detail from account where status <> 'disconnected' and problem->>'code' in ('token_invalid', 'token_expired', 'auth') limit 5`,
      )
      if (told.length > 0)
        return failed(
          told.map(one => `${one.name}: ${one.detail}`).join('; '),
          'The platform takes this token no longer: the account receives and sends nothing.',
          'Open the account in the inbox and enter a new token',
        )
      // Renewed when it is needed: one that ended in a quiet night is no trouble, one that ended days ago is.
      const old = over.filter(one => one.left < -2 * daySeconds)
      return old.length > 0
        ? warning(
            old.map(one => `${one.name}: ended ${Math.round(-one.left / daySeconds)} days ago`).join('; '),
            'It is renewed with the next message; nothing was sent since.',
            'Send a test message from the account’s page in the inbox',
          )
        : ok(
            facts.length === 0
              ? 'none that ends'
              : facts
                  .map(one => `${one.name}: ${describeAge(one)}`)
                  .slice(0, 5)
                  .join('; '),
          )
    }),
    await check('arrivals', 'Last webhooks', async () => {
      const accounts = await rowsOf<{ name: string; silent: number | null; age: number; rejected: number; reason: string | null }>(
        `select a.name, extract(epoch from now() - a.last_inbound_at)::int as silent, extract(epoch from now() - a.created_at)::int as age,
          case when e.last_rejected_at > now() - interval '1 day' then e.rejected_count::int else 0 end as rejected, e.last_rejected_reason as reason
          from account a join endpoint e on e.workspace_id = a.workspace_id and e.id = a.endpoint_id where a.status = 'active' and a.way = 'webhook' order by a.last_inbound_at nulls first limit 200`,
      )
      if (accounts.length === 0) return ok('no account waits for webhooks')
      const refused = accounts.filter(one => one.rejected > 0 && (one.silent ?? Number.POSITIVE_INFINITY) > daySeconds)
      if (refused.length > 0)
        return failed(
          refused.map(one => `${one.name}: nothing accepted for a day, ${one.rejected} refused (${one.reason ?? 'signature'})`).join('; '),
          'What the platform sends is refused: its secret is another one than ours.',
          'Open the account in the inbox and enter the platform’s secret anew',
        )
      const never = accounts.filter(one => one.silent === null && one.age > daySeconds)
      if (never.length > 0)
        return warning(
          `${never.map(one => one.name).join(', ')}: nothing ever came`,
          'The webhook may not be set at the platform, or nobody has written yet.',
          'Open the account in the inbox, look at “Webhook”, and write to it yourself',
        )
      const silent = accounts.filter(one => (one.silent ?? 0) > 7 * daySeconds)
      return silent.length > 0
        ? warning(
            silent.map(one => `${one.name}: nothing for ${Math.round(one.silent! / daySeconds)} days`).join('; '),
            'Nobody wrote, or the platform has stopped to send.',
            'Open the account in the inbox, look at “Webhook”, and write to it yourself',
          )
        : ok(
            `${accounts.length} accounts, the longest silence is ${Math.round(Math.max(0, ...accounts.map(one => one.silent ?? 0)) / 60)} minutes`,
          )
    }),
    await check('retention', 'Retention', async () => {
      const [one] = await rowsOf<{ journal: number | null; log: number | null }>(
        `select extract(epoch from now() - (select received_at from journal order by received_at limit 1))::float8 as journal, extract(epoch from now() - (select at from event_log order by at limit 1))::float8 as log`,
      )
      const days = { journal: (one!.journal ?? 0) / daySeconds, log: (one!.log ?? 0) / daySeconds }
      const found = `the journal reaches back ${days.journal.toFixed(1)} days, the event log ${days.log.toFixed(1)}`
      return days.journal > mostJournalDays || days.log > mostEventDays
        ? warning(
            found,
            'What should have been removed is still there: the job “prune” does not run.',
            'npm start   (a worker prunes each hour; look at the check of the jobs)',
          )
        : ok(found)
    }),
    await check('partitions', 'Partitions', async () => {
      const parents = await rowsOf<{ name: string; parts: number; overflow: boolean }>(
        `select c.relname as name, count(i.inhrelid)::int as parts, coalesce(bool_or(pg_get_expr(k.relpartbound, k.oid) = 'DEFAULT' and k.reltuples > 0), false) as overflow from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
          left join pg_inherits i on i.inhparent = c.oid left join pg_class k on k.oid = i.inhrelid group by 1 order by 1`,
      )
      if (parents.length === 0) return ok('no table is partitioned')
      const bad = parents.filter(one => one.parts === 0 || one.overflow)
      const found = parents.map(one => `${one.name}: ${one.parts}`).join(', ')
      return bad.length > 0
        ? failed(
            found,
            `${bad.map(one => one.name).join(', ')}: the partition for now is missing; rows fail or fall into the default one.`,
            'npm start   (a worker makes partitions ahead)',
          )
        : ok(found)
    }),
    await check('recovered', 'Recovered mode', async () => {
      if (!(await isThere('recovery'))) return ok('not held')
      const [one] = await rowsOf<{ open: number; reasons: string | null; parts: number }>(
        `select count(*)::int as open, string_agg(distinct reason, ', ') as reasons, (select count(*)::int from held_part h join recovery o on o.workspace_id = h.workspace_id and o.id = h.recovery_id where o.released_at is null) as parts from recovery where released_at is null`,
      )
      return one!.open === 0
        ? ok('nothing is held')
        : warning(
            `sending is held (${one!.reasons}), ${one!.parts} parts wait for a word`,
            'After a restore or a promotion nothing leaves until a manager says so, so that nothing is sent twice.',
            'Open the inbox as manager and release what is held',
          )
    }),
  ]
}

function describeAge({ left, age }: { left: number | null; age: number }): string {
  const minutes = (seconds: number) =>
    seconds > 2 * daySeconds ? `${Math.round(seconds / daySeconds)} days` : `${Math.round(seconds / 60)} minutes`
  return `${minutes(age)} old${left === null ? '' : left > 0 ? `, ${minutes(left)} left` : ', renewed when needed'}`
}
