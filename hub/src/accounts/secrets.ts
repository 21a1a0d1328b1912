/** Secrets of accounts and endpoints: opened only here, for the runner and for `verify`. Always holds: they are never part of a view, a log line or an error. */
import type { EndpointView } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

/** All secret values of an account by name: its own settings, its endpoint's newest secrets, tokens given for a while. */
export async function accountSecrets(
  hub: Pick<Hub, 'codec'>,
  tx: Transaction,
  accountId: string,
  sealed: Buffer,
): Promise<Record<string, string>> {
  const own = hub.codec.openJson<Record<string, string>>(tx.workspaceId, sealed)
  const { rows } = await tx.client.query<{ secrets: Buffer }>({
    name: 'endpoint_secrets',
    text: 'select e.secrets from endpoint e join account a on a.workspace_id = e.workspace_id and a.endpoint_id = e.id where a.workspace_id = $1 and a.id = $2',
    values: [tx.workspaceId, accountId],
  })
  const endpoint = rows[0] ? endpointView(hub, tx.workspaceId, '', rows[0].secrets).secrets : {}
  const newest = Object.fromEntries(
    Object.entries(endpoint).flatMap(([name, values]) => (values[0] === undefined ? [] : [[name, values[0]]])),
  )
  return { ...newest, ...own }
}

/** An endpoint with its secrets opened. */
export function endpointView(hub: Pick<Hub, 'codec'>, workspaceId: string, id: string, sealed: Buffer): EndpointView {
  return { id, secrets: hub.codec.openJson<Record<string, string[]>>(workspaceId, sealed) }
}
