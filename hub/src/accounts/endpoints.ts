/** The system role's look-ups for a webhook that has no workspace yet: the endpoint by its id, and which of its accounts a body speaks of. */
import type { AccountsInBody, EndpointView } from '@dragoman/core'
import { isId } from '../database/ids.ts'
import { channelOf, type Hub } from '../hub.ts'
import { toContext } from './context.ts'
import { endpointView } from './secrets.ts'

export interface FoundEndpoint {
  workspaceId: string
  channel: string
  view: EndpointView
  /** Connected accounts, with every id by which a body may name them. */
  accounts: { keys: readonly string[]; accountId: string }[]
  at: number
}

const freshMs = 2_000
/** Where what is remembered does not fit what has come: an account or a secret may be new. Not more often, so that strangers cannot make the database busy. */
const anewMs = 50

export type EndpointLookup = (channel: string, id: string, anew?: boolean) => Promise<FoundEndpoint | undefined>

/** A silent line is given up. Read by node-postgres; ms. */
const answerWithin: object = { query_timeout: 8_000 }

/**
 * Finds endpoints, remembering each for 2 s: a webhook flood must not ask the database for the same row each time. `anew`: as it is now or later; who
 * asks for that soon after the last look waits a moment, with all who ask meanwhile.
 */
export function createEndpointLookup(hub: Hub): EndpointLookup {
  const known = new Map<string, FoundEndpoint>()
  const coming = new Map<string, Promise<FoundEndpoint | undefined>>()

  async function lookAnew(channel: string, id: string): Promise<FoundEndpoint | undefined> {
    const remembered = known.get(id)
    const waitMs = remembered ? remembered.at + anewMs - hub.now() : 0
    await (waitMs > 0 ? new Promise(resolve => setTimeout(resolve, Math.min(waitMs, anewMs))) : undefined)
    // Who asks from now on may know more than this look will find.
    coming.delete(`${channel}:${id}`)
    return await look(channel, id)
  }

  async function look(channel: string, id: string): Promise<FoundEndpoint | undefined> {
    const { rows } = await hub.pools.system.query({
      ...answerWithin,
      name: 'endpoint_find',
      text: `select e.workspace_id, e.channel, e.secrets, a.id as account_id, a.name, a.external_id, a.config, a.origins, a.status, a.mode, a.way, a.degraded, e.id as endpoint_id from endpoint e
        left join account a on a.workspace_id = e.workspace_id and a.endpoint_id = e.id and a.status <> 'disconnected' where e.id = $1 and e.channel = $2`,
      values: [id, channel],
    })
    const first = rows[0]
    if (!first) return undefined
    const views = rows
      .filter(row => row.account_id !== null)
      .map(row => toContext(hub, row.workspace_id, { ...row, id: row.account_id }, '').view)
    const found: FoundEndpoint = {
      workspaceId: first.workspace_id,
      channel: first.channel,
      view: { ...endpointView(hub, first.workspace_id, id, first.secrets), accounts: views },
      at: hub.now(),
      accounts: views.map(view => ({ accountId: view.id, keys: channelOf(hub, channel).keysOf?.(view) ?? [view.externalId] })),
    }
    if (known.size > 10_000) known.clear()
    known.set(id, found)
    return found
  }

  return async (channel, id, anew = false) => {
    if (!isId(id)) return undefined
    const remembered = known.get(id)
    if (!anew) return remembered?.channel === channel && hub.now() - remembered.at < freshMs ? remembered : await look(channel, id)
    const key = `${channel}:${id}`
    const next = coming.get(key) ?? lookAnew(channel, id)
    coming.set(key, next)
    return await next
  }
}

/** The rows of the journal's lanes for a body: every connected account that it speaks of, and, for others, the key under which they may be connected later. */
export function lanesFor(endpoint: FoundEndpoint, spokenOf: AccountsInBody): { key: string; accountId: string | null }[] {
  if (spokenOf.kind === 'only') return endpoint.accounts.map(account => ({ key: account.keys[0] ?? '', accountId: account.accountId }))
  const lanes = new Map<string, string | null>()
  for (const named of spokenOf.externalIds) {
    const accounts = endpoint.accounts.filter(account => account.keys.includes(named))
    for (const account of accounts) lanes.set(account.keys[0] ?? named, account.accountId)
    if (accounts.length === 0) lanes.set(named, null)
  }
  // A body that names nobody (cut off, malformed) is still somebody's to see: it is set aside on the endpoint's first account.
  if (lanes.size === 0) return endpoint.accounts.slice(0, 1).map(account => ({ key: account.keys[0] ?? '', accountId: account.accountId }))
  return [...lanes].map(([key, accountId]) => ({ key, accountId }))
}

/** Counts a refused webhook on its endpoint, so that the account's page can say so. */
export async function countRejected(hub: Hub, endpointId: string, reason: string): Promise<void> {
  await hub.pools.system.query({
    name: 'endpoint_rejected',
    text: 'update endpoint set rejected_count = rejected_count + 1, last_rejected_at = now(), last_rejected_reason = $2 where id = $1',
    values: [endpointId, reason.slice(0, 500)],
  })
}
