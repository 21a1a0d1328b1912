/**
 * Webhooks are stored as they came and only then acknowledged [mechanics 2]. Always holds: what arrives during a commit goes into the next one
 * (group commit); if a group fails its rows are tried singly, so that one bad row harms nobody; the promise settles after the commit.
 */
import { binaryArray } from '../database/binary-array.ts'
import { isAway } from '../database/patience.ts'
import { asSystem } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'

export interface Acceptance {
  workspaceId: string
  endpointId: string
  channel: string
  body: Uint8Array
  /** Accounts that the body speaks of: our id where it is connected, else null, with the platform's id as key. */
  accounts: { key: string; accountId: string | null }[]
}

export interface Journal {
  /** Stores a webhook durably; resolves with its position in the journal. Rejects when the database cannot be reached. */
  accept(acceptance: Acceptance): Promise<number>
  /** How many wait for the commit that is under way. */
  waiting(): number
  /** How long acceptances took lately, ms; 0 when there were none for a moment. */
  tookMs(): number
  /** How many were stored each second lately; 0 when there were none for a moment. */
  perSecond(): number
}

interface Waiting {
  acceptance: Acceptance
  sealed: Buffer
  resolve(position: number): void
  reject(error: Error): void
}

/** A silent line would hold all who come after: the connection is given up, and the platform is told to come again. Read by node-postgres; ms. */
const answerWithin: object = { query_timeout: 8_000 }
const largestGroup = 500
const largestGroupBytes = 16 * 1024 * 1024
/** So long after the last acceptance there is no pressure. */
const quietMs = 100
/** Over so long it is counted how many come. */
const stretchMs = 250

/** Makes the journal of this process. */
export function createJournal(hub: Hub): Journal {
  let queue: Waiting[] = []
  let active = 0
  let pumping = false
  // One group is written while the next gathers; a second writer keeps the disk busy while the first parses its answer.
  const writers = 2
  // A moving average over some fifty acceptances.
  let tookMs = 0
  let lastAt = 0
  // Of the last whole stretch, and those of this one.
  let perSecond = 0
  let stretch = { from: 0, count: 0 }

  function count(): void {
    const tookMs = lastAt - stretch.from
    if (tookMs >= stretchMs) {
      perSecond = tookMs < 4 * stretchMs ? (stretch.count / tookMs) * 1_000 : 0
      stretch = { from: lastAt, count: 0 }
    }
    stretch.count++
  }

  async function pump(): Promise<void> {
    if (active >= writers || queue.length === 0) return
    active++
    try {
      while (queue.length > 0) {
        const group = takeGroup()
        await insertGroup(hub, group)
      }
    } finally {
      active--
    }
  }

  function takeGroup(): Waiting[] {
    let bytes = 0
    let count = 0
    while (count < queue.length && count < largestGroup && (count === 0 || bytes + queue[count]!.sealed.length <= largestGroupBytes))
      bytes += queue[count++]!.sealed.length
    const group = queue.slice(0, count)
    queue = queue.slice(count)
    return group
  }

  return {
    accept: acceptance =>
      new Promise((resolve, reject) => {
        const startedAt = performance.now()
        const stored = (position: number) => {
          lastAt = performance.now()
          tookMs += (lastAt - startedAt - tookMs) / 50
          count()
          resolve(position)
        }
        queue.push({ acceptance, sealed: hub.codec.seal(acceptance.workspaceId, acceptance.body), resolve: stored, reject })
        // Wait for what arrives in the same turn of the event loop.
        if (!pumping) {
          pumping = true
          setImmediate(() => {
            pumping = false
            void pump()
          })
        }
      }),
    waiting: () => queue.length,
    perSecond: () => (performance.now() - lastAt < quietMs ? perSecond : 0),
    tookMs: () => (performance.now() - lastAt < quietMs ? tookMs : 0),
  }
}

async function insertGroup(hub: Hub, group: Waiting[]): Promise<void> {
  try {
    const positions = await insertRows(hub, group)
    for (const [index, waiting] of group.entries()) waiting.resolve(positions[index]!)
    const lanes = group.flatMap(({ acceptance }) =>
      acceptance.accounts.flatMap(account => (account.accountId ? [`${acceptance.workspaceId}:${account.accountId}`] : [])),
    )
    for (const lane of new Set(lanes)) hub.bell.ring('lane', lane)
  } catch (error) {
    // Where the database is away, one by one would only be slower; whoever was stored all the same comes again and is known.
    if (group.length === 1 || isAway(error)) {
      for (const waiting of group) waiting.reject(error as Error)
      return
    }
    for (const waiting of group) await insertGroup(hub, [waiting])
  }
}

async function insertRows(hub: Hub, group: readonly Waiting[]): Promise<number[]> {
  const keys: { n: number; key: string; accountId: string | null }[] = []
  for (const [n, { acceptance }] of group.entries())
    for (const account of acceptance.accounts) keys.push({ n: n + 1, key: account.key, accountId: account.accountId })
  const { rows } = await hub.pools.system.query<{ id: number }>({
    ...answerWithin,
    name: 'journal_insert',
    text: `with input as materialized (
        select nextval('journal_position') as id, clock_timestamp() as at, w, e, c, b, n
        from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[]) with ordinality as v(w, e, c, b, n)),
      stored as (insert into journal (workspace_id, id, endpoint_id, channel, body, received_at) select w, id, e, c, b, at from input),
      items as (insert into lane_item (workspace_id, journal_id, account_key, account_id, received_at)
        select input.w, input.id, k.key, k.account_id, input.at from unnest($5::bigint[], $6::text[], $7::uuid[]) as k(n, key, account_id) join input on input.n = k.n)
      select id from input order by n`,
    values: [
      binaryArray('uuid', group, ({ acceptance }) => acceptance.workspaceId),
      binaryArray('uuid', group, ({ acceptance }) => acceptance.endpointId),
      binaryArray('text', group, ({ acceptance }) => acceptance.channel),
      binaryArray('bytea', group, ({ sealed }) => sealed),
      binaryArray('bigint', keys, ({ n }) => n),
      binaryArray('text', keys, ({ key }) => key),
      binaryArray('uuid', keys, ({ accountId }) => accountId),
    ],
  })
  return rows.map(row => row.id)
}

/** Bodies that were polled, and the new cursor, in one transaction [mechanics 19]. */
export async function storePolled(
  hub: Hub,
  account: { workspaceId: string; accountId: string; endpointId: string; channel: string; key: string },
  bodies: readonly string[],
  cursor: string,
): Promise<void> {
  await asSystem(hub, async tx => {
    const { rowCount } = await tx.client.query(
      'update poll_lease set cursor = $3, not_before = now() where workspace_id = $1 and account_id = $2 and node_id = $4',
      [account.workspaceId, account.accountId, cursor, hub.nodeId],
    )
    // Another node has the lease now: it will fetch the same bodies again.
    if (!rowCount) throw new Error('The poll lease was lost')
    if (bodies.length === 0) return
    await tx.client.query({
      name: 'journal_polled',
      text: `with stored as (insert into journal (workspace_id, endpoint_id, channel, body) select $1, $2, $3, b from unnest($4::bytea[]) with ordinality as v(b, n) order by n returning id, received_at)
        insert into lane_item (workspace_id, journal_id, account_key, account_id, received_at) select $1, id, $5, $6, received_at from stored`,
      values: [
        account.workspaceId,
        account.endpointId,
        account.channel,
        binaryArray('bytea', bodies, body => hub.codec.seal(account.workspaceId, body)),
        account.key,
        account.accountId,
      ],
    })
  })
  if (bodies.length > 0) hub.bell.ring('lane', `${account.workspaceId}:${account.accountId}`)
}
