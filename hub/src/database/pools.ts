/**
 * Connections to PostgreSQL under three roles [mechanics 10]: `owner` migrates, `app` works inside one workspace under forced row-level
 * security, `system` sees a listed few tables whole. Always holds: nothing but migrations and graphile-worker's own schema uses the owner.
 */
import { hkdfSync } from 'node:crypto'
import pg from 'pg'
import { connectionSettings, createServers, type DatabaseServers } from './servers.ts'

// bigint as number: positions and byte counts stay far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

export interface Pools {
  app: pg.Pool
  /** The app role too, for background work: a flood of webhooks or sendings never takes the connections of people’s requests. */
  work: pg.Pool
  system: pg.Pool
  /** For connections of one's own, made by `servers.Client`. */
  systemUrl: string
  ownerUrl: string
  /** Which server takes writes. */
  servers: DatabaseServers
  end(): Promise<void>
}

export const appRole = 'dragoman_app'
export const systemRole = 'dragoman_system'

/** The password of a role, derived from the master key: every node that has the key can connect, and nothing more has to be stored. */
export function rolePassword(masterKey: Uint8Array, role: string): string {
  return Buffer.from(hkdfSync('sha256', masterKey, 'dragoman', `database role ${role}`, 24)).toString('base64url')
}

/** The owner's URL with another user and password. */
export function urlFor(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl)
  url.username = role
  url.password = password
  return url.toString()
}

export interface PoolOptions {
  ownerUrl: string
  masterKey: Uint8Array
  appConnections?: number
  workConnections?: number
  systemConnections?: number
  /** Where the address names several servers; else made of `ownerUrl`. */
  servers?: DatabaseServers
  /** For each new connection, before it is used; one that it throws for is not used. */
  onConnect?(client: pg.ClientBase): Promise<void>
  onError(error: Error): void
}

export function openPools(options: PoolOptions): Pools {
  const systemUrl = urlFor(options.ownerUrl, systemRole, rolePassword(options.masterKey, systemRole))
  const servers = options.servers ?? createServers(options.ownerUrl)
  const settings = {
    ...connectionSettings,
    idleTimeoutMillis: 60_000,
    application_name: 'dragoman',
    // Statements that are known together are sent together.
    pipeline: true,
    Client: servers.Client,
    onConnect: options.onConnect,
  }
  const appUrl = urlFor(options.ownerUrl, appRole, rolePassword(options.masterKey, appRole))
  const app = new pg.Pool({ connectionString: appUrl, max: options.appConnections ?? 12, ...settings })
  const work = new pg.Pool({ connectionString: appUrl, max: options.workConnections ?? 8, ...settings, application_name: 'dragoman work' })
  const system = new pg.Pool({ connectionString: systemUrl, max: options.systemConnections ?? 8, ...settings })
  // An idle connection that breaks emits here; without a listener the process would die.
  // pg hangs the whole connection onto the error: it says nothing more, and does not belong into a log.
  const onError = (error: Error & { client?: unknown }) => {
    delete error.client
    options.onError(error)
  }
  app.on('error', onError)
  work.on('error', onError)
  system.on('error', onError)
  return {
    app,
    work,
    system,
    systemUrl,
    ownerUrl: options.ownerUrl,
    servers,
    end: async () => {
      servers.close()
      await Promise.all([app.end(), work.end(), system.end()])
    },
  }
}
