/**
 * The database of a command: the one of DATABASE_URL, or the embedded one, which is started where it does not run. Always holds: a server that a command has
 * started is stopped again, unless a hub has begun to use it meanwhile; one that ran before is left running.
 */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createServers, rolePassword } from '@dragoman/hub'
import pg from 'pg'
import { startEmbeddedServer } from '../embedded-postgres/embedded-server.ts'
import type { Settings } from '../settings.ts'
import { CommandError } from './usage.ts'

export interface CommandDatabase {
  /** As the owner. */
  url: string
  /** Of the embedded server. */
  dataFolder: string | undefined
  close(): Promise<void>
}

/** Held by the hub that runs on an embedded database (server/src/start.ts). */
const hubLock = 0x64726166

export async function openDatabase(
  settings: Settings,
  masterKey: Uint8Array,
  options: { progress(message: string): void; make?: boolean },
): Promise<CommandDatabase> {
  if (settings.databaseUrl) {
    const servers = createServers(settings.databaseUrl)
    // Of several servers the one that takes writes.
    const url = await servingUrl(settings.databaseUrl, servers)
    servers.close()
    return { url, dataFolder: undefined, close: async () => {} }
  }
  const isThere = await stat(join(settings.home, 'database', 'PG_VERSION')).catch(() => undefined)
  if (!isThere && !options.make)
    throw new CommandError(
      `There is no database in ${settings.home}. Name the data folder with DRAGOMAN_HOME, or a server with DATABASE_URL.`,
    )
  const server = await startEmbeddedServer({
    home: settings.home,
    password: rolePassword(masterKey, 'owner'),
    progress: options.progress,
  }).catch((error: Error) => {
    throw new CommandError(error.message)
  })
  return {
    url: server.url,
    dataFolder: server.dataFolder,
    close: async () => {
      if (!server.pickedUp && !(await isUsed(server.url))) await server.stop()
    },
  }
}

async function servingUrl(address: string, servers: ReturnType<typeof createServers>): Promise<string> {
  if (servers.list.length === 1) return address
  const client = new servers.Client({ connectionString: servers.url })
  await client.connect().catch((error: Error) => {
    throw new CommandError(`The database cannot be reached: ${error.message}`)
  })
  await client.end()
  const url = new URL(servers.url)
  const at = servers.current()
  if (at) {
    url.hostname = at.host.includes(':') ? `[${at.host}]` : at.host
    url.port = String(at.port)
  }
  return url.toString()
}

/** Whether a hub holds the embedded database now. */
export async function isUsed(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, application_name: 'dragoman command' })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query<{ free: boolean }>('select pg_try_advisory_lock($1) as free', [hubLock])
    return !rows[0]!.free
  } finally {
    await client.end()
  }
}
