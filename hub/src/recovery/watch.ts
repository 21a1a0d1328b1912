/**
 * Looks at start and at every new connection whether the database is still the one that it was. Always holds: a connection to a server that was promoted is
 * not used before recovered mode was entered there, so a hub that goes on running sends nothing twice either.
 */
import type pg from 'pg'
import type { DatabaseServers } from '../database/servers.ts'
import { asOwner, type OriginOptions, type Recovered, settleOrigin, timelineOf } from './origin.ts'

export interface OriginWatch {
  /** Once at start, after migrating. */
  settle(): Promise<void>
  /** For each new connection, before it is used. */
  onConnect(client: pg.ClientBase): Promise<void>
}

export interface OriginWatchOptions extends OriginOptions {
  onRecovered(recovered: Recovered): void
}

export function createOriginWatch(servers: Pick<DatabaseServers, 'url' | 'Client'>, options: OriginWatchOptions): OriginWatch {
  let timeline: string | undefined
  let settling: Promise<void> | undefined

  async function settleNow(): Promise<void> {
    await asOwner(
      servers.url,
      async client => {
        const recovered = await settleOrigin(client, options)
        timeline = await timelineOf(client).catch(() => undefined)
        if (recovered) options.onRecovered(recovered)
      },
      servers.Client,
    )
  }

  async function settle(): Promise<void> {
    settling ??= settleNow().finally(() => {
      settling = undefined
    })
    await settling
  }

  return {
    settle,
    async onConnect(client) {
      if (timeline === undefined) return
      const now = await timelineOf(client)
      if (now !== timeline) await settle()
    },
  }
}
