/**
 * The PostgreSQL of a chaos run: started on a port that stays, killed in parts or whole, started again. Always holds: its data folder, port and password
 * stay the same through every kill; fsync and synchronous_commit stay on; `close` ends it.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openKeyFile, rolePassword } from '@dragoman/hub'
import pg from 'pg'
import { type EmbeddedServer, freePort, startEmbeddedServer } from '../server/src/embedded-postgres/embedded-server.ts'

export interface ChaosDatabase {
  port: number
  /** As the owner, directly. */
  url: string
  /** The same through another port. */
  urlVia(port: number): string
  /** A statement as the owner; rejects while the database is away. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  /** SIGKILL to one backend of the hub: the whole server recovers from its log. False when there was none. */
  killBackend(which: number): Promise<boolean>
  /** SIGKILL to the postmaster, then a start as after a crash. Resolves when it answers again. */
  killPostmaster(): Promise<void>
  close(): Promise<void>
}

/** Starts it in `home`. */
export async function startDatabase(home: string): Promise<ChaosDatabase> {
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const port = await freePort()
  const start = () =>
    startEmbeddedServer({
      home,
      password: rolePassword(ring.keys[ring.current]!, 'owner'),
      port,
      serverSettings: ['max_connections=250'],
      progress: () => {},
    })
  let server: EmbeddedServer = await start()
  const pool = new pg.Pool({ connectionString: server.url, max: 3, connectionTimeoutMillis: 3_000, application_name: 'chaos' })
  pool.on('error', () => {})

  async function query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]> {
    return (await pool.query<Row>(text, values)).rows
  }

  async function postmaster(): Promise<number> {
    return Number((await readFile(join(server.dataFolder, 'postmaster.pid'), 'utf8')).split('\n')[0])
  }

  return {
    port,
    url: server.url,
    urlVia(other) {
      const url = new URL(server.url)
      url.port = String(other)
      return url.toString()
    },
    query,
    async killBackend(which) {
      const rows = await query<{ pid: number }>(
        "select pid from pg_stat_activity where backend_type = 'client backend' and application_name <> 'chaos' order by pid",
      )
      const victim = rows[Math.floor(which * rows.length)]
      if (victim) process.kill(victim.pid, 'SIGKILL')
      return victim !== undefined
    },
    async killPostmaster() {
      process.kill(await postmaster(), 'SIGKILL')
      // Its backends go by themselves; until the last has gone a new server is refused.
      for (let attempt = 1; ; attempt++) {
        try {
          server = await start()
          return
        } catch (error) {
          if (attempt >= 100) throw error
          await new Promise(resolve => setTimeout(resolve, 50))
        }
      }
    },
    async close() {
      await pool.end().catch(() => {})
      await server.stop()
    },
  }
}
