/**
 * A lane: who drains it, what is taken from it and what is done [mechanics 3]. Always holds: whoever has the lane's row locked applies its bodies, nobody
 * else; a drain takes "unapplied", never "id > cursor"; the node that drains says so once, durably, so that whoever finds a lane left in the middle of
 * work knows it: what was in hand then is taken in small batches, what was in hand at the next death in smaller ones, at the third singly with `attempts`
 * raised first, and set aside after three such tries. Each death narrows the suspicion, so that the many sound ones are soon out of it.
 */
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { binaryArray } from '../database/binary-array.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { isAlive } from '../nodes/alive.ts'

const bodiesAtOnce = 1_000
/** After the first and the second death; then singly. */
const suspectsAtOnce = [64, 8]
/** A body that was in hand alone so often when its process died, after it was in hand with others, is not touched again. */
export const longestRow = 3
/** So long a body waits for the node that drains its lane before another one takes the lane over. */
const patienceMs = 1_000

export interface Body {
  journalId: number
  accountKey: string
  attempts: number
  body: Buffer
  receivedAt: Date
}

interface Lane {
  drained_by: string | null
  in_hand_to: number | null
  crashes: number
}

export type Taken =
  | { kind: 'bodies'; bodies: Body[]; account: AccountContext; isMore: boolean }
  /** Nothing to do, or it is another's. */
  | { kind: 'done'; count: 0; isMore: false }
  /** The lane is ours from the commit on, or this body's try is counted: take again. */
  | { kind: 'again' }

const nothing = { kind: 'done', count: 0, isMore: false } as const

/**
 * The suspect whose try a node of this process has counted, by node and account. As long as the process lives, that is one try, however often the
 * lane's lock or the connection is missed in between.
 */
const counted = new Map<string, number>()

/** Lanes that a node of this process drained last, by node and account. */
const drainedHere = new Set<string>()

/** Locks the lane and takes what is next; the lock is held to the end of the transaction. */
export async function takeBodies(hub: Hub, tx: Transaction, accountId: string): Promise<Taken> {
  const key = `${hub.nodeId} ${accountId}`
  const locked = tx.client.query<Lane>({
    name: 'lane_lock',
    text: 'select drained_by, in_hand_to, crashes from lane where workspace_id = $1 and account_id = $2 for update skip locked',
    values: [tx.workspaceId, accountId],
  })
  // What is drained here is most often drained here again: what waits is asked for behind the lock, in the same go.
  const early = drainedHere.has(key) ? next(hub, tx, accountId, bodiesAtOnce) : undefined
  early?.catch(() => {})
  const lane = (await locked).rows[0]
  if (!lane) return nothing
  if (lane.drained_by !== hub.nodeId) {
    counted.delete(key)
    drainedHere.delete(key)
    return (await takeOver(hub, tx, accountId, lane)) ? { kind: 'again' } : nothing
  }
  const limit = atOnce(lane)
  drainedHere.add(key)
  const [account, bodies] = await ((limit === bodiesAtOnce && early) || next(hub, tx, accountId, limit))
  const first = bodies[0]
  if (!first) return nothing
  if (!account) throw new Error(`Account ${accountId} has a lane but no row`)
  if (lane.in_hand_to !== null && first.journalId > lane.in_hand_to)
    await tx.client.query('update lane set in_hand_to = null, crashes = 0 where workspace_id = $1 and account_id = $2', [
      tx.workspaceId,
      accountId,
    ])
  else if (limit === 1 && counted.get(key) !== first.journalId) {
    await tx.client.query('update lane_item set attempts = attempts + 1 where workspace_id = $1 and journal_id = $2 and account_key = $3', [
      tx.workspaceId,
      first.journalId,
      first.accountKey,
    ])
    tx.afterCommit(() => counted.set(key, first.journalId))
    return { kind: 'again' }
  }
  return { kind: 'bodies', bodies, account, isMore: bodies.length === limit }
}

/** The account and what waits for it. */
async function next(hub: Hub, tx: Transaction, accountId: string, limit: number): Promise<[AccountContext | undefined, Body[]]> {
  return await Promise.all([accountContext(hub, tx, accountId), unapplied(tx, hub, accountId, limit)])
}

/** How many bodies whoever has the lane takes. */
function atOnce(lane: Lane): number {
  return lane.in_hand_to === null ? bodiesAtOnce : (suspectsAtOnce[lane.crashes - 1] ?? 1)
}

/**
 * Makes the lane this node's. One that nobody drains is free. One whose node is gone is taken over at once, and what that node had in hand is suspect. One
 * whose node lives is left to it, unless what waits has waited longer than a drain in good health lets it; that says nothing against any body.
 */
async function takeOver(hub: Hub, tx: Transaction, accountId: string, lane: Lane): Promise<boolean> {
  const isGone = lane.drained_by !== null && !(await isAlive(hub, lane.drained_by))
  const { rowCount } = await tx.client.query({
    name: 'lane_take_over',
    text: `update lane set drained_by = $3, crashes = crashes + $6::boolean::int,
        in_hand_to = case when $6 then (select max(journal_id) from (
          select journal_id from lane_item where workspace_id = $1 and account_id = $2 and applied_at is null order by journal_id limit $5) i) else in_hand_to end
      where workspace_id = $1 and account_id = $2 and (drained_by is null or $6 or exists (
        select 1 from lane_item where workspace_id = $1 and account_id = $2 and applied_at is null
          and coalesce(received_at, '-infinity') < clock_timestamp() - $4 * interval '1 millisecond'))`,
    values: [tx.workspaceId, accountId, hub.nodeId, patienceMs, atOnce(lane), isGone],
  })
  // A try that a living node had counted and not come to, since the lane was taken from it in between, ended nobody.
  if (rowCount && !isGone && lane.in_hand_to !== null)
    await tx.client.query(
      `update lane_item set attempts = attempts - 1 where workspace_id = $1 and attempts > 0 and (journal_id, account_key) = (
        select journal_id, account_key from lane_item where workspace_id = $1 and account_id = $2 and applied_at is null order by journal_id limit 1)`,
      [tx.workspaceId, accountId],
    )
  if (rowCount && lane.drained_by !== null) hub.log.info({ accountId, from: lane.drained_by, isGone }, 'a lane was taken over')
  return Boolean(rowCount)
}

async function unapplied(tx: Transaction, hub: Hub, accountId: string, limit: number): Promise<Body[]> {
  const { rows } = await tx.client.query<{ journal_id: number; account_key: string; attempts: number; body: Buffer; received_at: Date }>({
    name: 'lane_items',
    // The day of the body is known, so that only that part of the journal is looked into. (Items of older code do not say it.)
    text: `select i.journal_id, i.account_key, i.attempts, j.body, j.received_at
      from (select * from lane_item where workspace_id = $1 and account_id = $2 and applied_at is null order by journal_id limit $3) i
      cross join lateral (select body, received_at from journal where workspace_id = i.workspace_id and id = i.journal_id
        and received_at >= coalesce(i.received_at, '-infinity') and received_at <= coalesce(i.received_at, 'infinity') limit 1) j
      order by i.journal_id`,
    values: [tx.workspaceId, accountId, limit],
  })
  return rows.map(row => ({
    journalId: row.journal_id,
    accountKey: row.account_key,
    attempts: row.attempts,
    body: hub.codec.open(tx.workspaceId, row.body),
    receivedAt: row.received_at,
  }))
}

/** These are done: their items go, and the account has heard from its platform. */
export async function finishBodies(tx: Transaction, account: AccountContext, bodies: readonly Body[]): Promise<void> {
  await tx.client.query({
    name: 'lane_done',
    // By a list and not by a join: this table is empty when it is analysed, and a join would be planned for an empty table.
    text: `with done as (delete from lane_item where workspace_id = $1 and account_id = $2 and journal_id = any($3::bigint[]))
      update account set last_inbound_at = $4 where workspace_id = $1 and id = $2`,
    values: [tx.workspaceId, account.id, binaryArray('bigint', bodies, body => body.journalId), bodies.at(-1)!.receivedAt],
  })
}

/** This node drains no more: its lanes are free at once. */
export async function leaveLanes(hub: Hub): Promise<void> {
  await hub.pools.system.query('update lane set drained_by = null where drained_by = $1', [hub.nodeId])
}
