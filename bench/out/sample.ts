/**
 * Where the time goes in the database: what its backends do is looked at every few milliseconds, and counted by statement. Always holds: it looks from
 * a connection of its own and asks for nothing that could wait.
 */
import pg from 'pg'

export interface Sampler {
  /** The busiest statements: how many backends were in them on average, and what they waited for. */
  stop(): Promise<{ statement: string; busy: number; waits: Record<string, number> }[]>
}

const everyMs = 10

export async function startSampling(url: string): Promise<Sampler> {
  const client = new pg.Client({ connectionString: url, application_name: 'sampling' })
  await client.connect()
  const seen = new Map<string, { count: number; waits: Record<string, number> }>()
  let rounds = 0
  let stopped = false
  const done = (async () => {
    while (!stopped) {
      const { rows } = await client.query<{ query: string; wait: string }>({
        name: 'sample',
        text: `select left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query, coalesce(wait_event_type || ':' || wait_event, 'running') as wait
          from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state in ('active', 'idle in transaction')`,
      })
      rounds++
      for (const { query, wait } of rows) {
        const known = seen.get(query) ?? { count: 0, waits: {} }
        known.count++
        known.waits[wait] = (known.waits[wait] ?? 0) + 1
        seen.set(query, known)
      }
      await new Promise(resolve => setTimeout(resolve, everyMs))
    }
  })()
  return {
    async stop() {
      stopped = true
      await done
      await client.end()
      return [...seen]
        .toSorted(([, a], [, b]) => b.count - a.count)
        .slice(0, 15)
        .map(([statement, { count, waits }]) => ({ statement, busy: Number((count / Math.max(1, rounds)).toFixed(2)), waits }))
    },
  }
}
