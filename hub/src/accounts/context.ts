/** An account as use cases need it: the view that channels get (no secrets), and, for sending, the secrets beside it. */
import type { AccountView } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { AccountMode } from './gate.ts'

export interface AccountContext {
  id: string
  workspaceId: string
  channel: string
  name: string
  status: 'active' | 'paused' | 'disconnected'
  mode: AccountMode
  /** In recovered mode: nothing leaves until a manager releases it. */
  held: boolean
  way: 'webhook' | 'poll' | 'visitor'
  endpointId: string
  /** Names of features that the platform refused. */
  degraded: readonly string[]
  /** Its requests go through this: an address that may hold a password; absent: directly. */
  proxy?: string
  simulated: boolean
  view: AccountView
}

interface Row {
  id: string
  channel: string
  name: string
  external_id: string
  config: unknown
  origins: unknown
  status: string
  mode: string
  held_since?: Date | null
  way: string
  endpoint_id: string
  degraded: string[]
  /** Sealed. */
  proxy?: Buffer | null
}

/** Reads an account inside its workspace; undefined when there is none. */
export async function accountContext(hub: Hub, tx: Transaction, accountId: string): Promise<AccountContext | undefined> {
  const { rows } = await tx.client.query<Row & { language: string }>({
    name: 'account_context',
    text: `select a.id, a.channel, a.name, a.external_id, a.config, a.origins, a.status, a.mode, a.held_since, a.way, a.endpoint_id, a.degraded, a.proxy, w.languages[1] as language
      from account a join workspace w on w.workspace_id = a.workspace_id where a.workspace_id = $1 and a.id = $2`,
    values: [tx.workspaceId, accountId],
  })
  const row = rows[0]
  return row && toContext(hub, tx.workspaceId, row, row.language)
}

/** The context of a row of `account`. */
export function toContext(
  hub: Pick<Hub, 'channels' | 'simulatorOrigins' | 'codec'>,
  workspaceId: string,
  row: Row,
  language: string,
): AccountContext {
  const channel = channelOf(hub, row.channel)
  return {
    id: row.id,
    workspaceId,
    channel: row.channel,
    name: row.name,
    status: row.status as AccountContext['status'],
    mode: row.mode as AccountMode,
    held: Boolean(row.held_since),
    way: row.way as AccountContext['way'],
    endpointId: row.endpoint_id,
    degraded: row.degraded,
    proxy: row.proxy ? hub.codec.open(workspaceId, row.proxy).toString('utf8') : undefined,
    simulated: row.origins !== null,
    view: {
      id: row.id,
      externalId: row.external_id,
      config: row.config as Record<string, string>,
      language,
      // A simulated account follows the simulator where it is now (its port may have changed since).
      origins: row.origins === null ? channel.origins : (hub.simulatorOrigins(row.channel) ?? (row.origins as Record<string, string>)),
    },
  }
}
