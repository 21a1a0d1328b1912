/**
 * What waits in the database, as gauges. Always holds: asked at most every ten seconds, whoever scrapes and however often; each query reads a partial index that
 * holds only what waits, or one row, and counts no further than 10,000 (a test asks for the plans); without a database the last figures are not shown.
 */
import { deadAfterMs, type Hub } from '@dragoman/hub'
import { Gauge, type Registry } from 'prom-client'

const keptMs = 10_000
export const countedTo = 10_000

const capped = (from: string) => `(select count(*)::int from (select 1 from ${from} limit ${countedTo}) counted)`

/** The queries, by name. Each gives rows of `name` (the metric), `label` and `value`. */
export const figureQueries = {
  waiting: `select 'lanes_waiting' as name, null as label, (select count(*)::int from (select distinct workspace_id, account_id from (select workspace_id, account_id from lane_item where applied_at is null and account_id is not null limit ${countedTo}) items) lanes) as value
    union all select 'waiting', 'bodies', ${capped('lane_item where applied_at is null and account_id is not null')}
    union all select 'waiting', 'parts_due', ${capped(`part where state = 'pending' and not_before <= now()`)}
    union all select 'waiting', 'parts_later', ${capped(`part where state = 'pending' and not_before > now()`)}
    union all select 'waiting', 'parts_sending', ${capped(`part where state = 'sending'`)}
    union all select 'waiting', 'parts_uncertain', ${capped(`part where state = 'uncertain'`)}
    union all select 'waiting', 'files', ${capped(`file where state = 'expected'`)}
    union all select 'waiting', 'set_aside', ${capped('set_aside where resolved_at is null')}
    union all select 'waiting', 'outgoing_webhooks', ${capped(`webhook_delivery where state = 'pending'`)}
    union all select 'waiting', 'jobs', ${capped('graphile_worker._private_jobs where is_available = true and run_at <= now()')}`,
  oldest: `select 'oldest_waiting_seconds' as name, 'bodies' as label, coalesce((select extract(epoch from clock_timestamp() - min(j.received_at)) from
        (select workspace_id, min(journal_id) as journal_id from (select workspace_id, journal_id from lane_item where applied_at is null and account_id is not null limit ${countedTo}) items group by workspace_id) i
        join journal j on j.workspace_id = i.workspace_id and j.id = i.journal_id), 0)::float8 as value
    union all select 'oldest_waiting_seconds', 'parts_due', coalesce((select extract(epoch from now() - not_before) from part where state = 'pending' and not_before <= now() order by not_before limit 1), 0)::float8
    union all select 'oldest_waiting_seconds', 'outgoing_webhooks', coalesce((select extract(epoch from now() - next_at) from webhook_delivery where state = 'pending' and next_at <= now() order by next_at limit 1), 0)::float8`,
  nodes: `select 'nodes' as name, role as label, count(*)::int as value from node where heartbeat_at >= clock_timestamp() - interval '${deadAfterMs} milliseconds' group by role
    union all select 'node_heartbeat_age_seconds', role, max(extract(epoch from clock_timestamp() - heartbeat_at))::float8 from node group by role`,
  server: `select 'database_bytes' as name, null as label, pg_database_size(current_database())::float8 as value
    union all select 'database_connections', 'used', (select sum(numbackends) from pg_stat_database)::int
    union all select 'database_connections', 'most', current_setting('max_connections')::int
    union all select 'standbys', null, (select count(*)::int from pg_stat_replication)
    union all select 'replication_lag_bytes', null, (select coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::float8 from pg_stat_replication where replay_lsn is not null)`,
  log: `select 'log_position' as name, null as label, coalesce(sum(position), 0)::float8 as value from log_head`,
} as const

interface Figure {
  name: string
  label: string | null
  value: number
}

const gauges: Record<string, { help: string; label?: string }> = {
  lanes_waiting: { help: `Accounts whose webhooks wait to be applied (counted to ${countedTo} bodies)` },
  waiting: {
    help: `Rows that wait, each counted to ${countedTo}: bodies to apply, parts by state, files to fetch, events set aside, outgoing webhooks, jobs`,
    label: 'what',
  },
  oldest_waiting_seconds: { help: 'How long the oldest of what should have been done by now has waited', label: 'what' },
  nodes: { help: 'Processes that work and have given a sign of life, by role', label: 'role' },
  node_heartbeat_age_seconds: { help: 'The age of the oldest sign of life, by role', label: 'role' },
  database_bytes: { help: 'Size of the database' },
  database_connections: { help: 'Connections to the server: used, and the most that it takes', label: 'of' },
  standbys: { help: 'Standby servers that are connected' },
  replication_lag_bytes: { help: 'How far the slowest standby is behind in replaying' },
  log_position: { help: 'Sum of the positions of all event logs: its rate is events per second' },
  log_reader_behind: { help: 'How many events the slowest reader of an event log in this process is behind' },
}

/** Registers the gauges. `readers`: how far this process has read each workspace’s log. */
export function databaseGauges(hub: Pick<Hub, 'pools' | 'now'>, registers: Registry[], readers: ReadonlyMap<string, () => number>): void {
  const ask = remembered(hub, readers)
  for (const [name, { help, label }] of Object.entries(gauges))
    new Gauge({
      name: `dragoman_${name}`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers,
      async collect() {
        this.reset()
        if (label === undefined) this.remove()
        for (const figure of await ask())
          if (figure.name === name)
            label === undefined || figure.label === null ? this.set(figure.value) : this.set({ [label]: figure.label }, figure.value)
      },
    })
}

function remembered(hub: Pick<Hub, 'pools' | 'now'>, readers: ReadonlyMap<string, () => number>): () => Promise<readonly Figure[]> {
  let asked = Number.NEGATIVE_INFINITY
  let figures: Promise<readonly Figure[]> = Promise.resolve([])
  return async () => {
    if (hub.now() - asked >= keptMs) {
      asked = hub.now()
      figures = askAll(hub, readers)
    }
    return await figures
  }
}

/** One query after another, on one connection at most: measuring must not take connections from work. */
async function askAll(hub: Pick<Hub, 'pools'>, readers: ReadonlyMap<string, () => number>): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const [name, text] of Object.entries(figureQueries)) {
    const { rows } = await hub.pools.system.query<Figure>({ name: `figures_${name}`, text }).catch(() => ({ rows: [] as Figure[] }))
    figures.push(...rows)
  }
  const known = [...readers.keys()]
  if (known.length > 0) {
    const { rows } = await hub.pools.system
      .query<{ workspace_id: string; position: number }>(
        'select workspace_id, position from log_head where workspace_id = any($1::uuid[])',
        [known],
      )
      .catch(() => ({ rows: [] as { workspace_id: string; position: number }[] }))
    figures.push({
      name: 'log_reader_behind',
      label: null,
      value: Math.max(0, ...rows.map(row => row.position - (readers.get(row.workspace_id)?.() ?? row.position))),
    })
  }
  return figures
}
