/**
 * How all work reaches the database. `inWorkspace` is the only door for the app role: begin and the workspace in one round trip, row-level
 * security does the rest [mechanics 10]. Always holds: write transactions lock the conversations they touch first, in order of id, and bump the
 * event log last, so that they cannot wait for each other in a ring.
 */
import { Kysely, PostgresDialect } from 'kysely'
import type pg from 'pg'
import type { DB } from '../database-types.ts'
import { appendEvents, type NewEvent } from '../event-log/append.ts'
import type { Hub } from '../hub.ts'
import { isId } from './ids.ts'

export interface Transaction {
  workspaceId: string
  db: Kysely<DB>
  /** The bare connection, for named prepared statements. */
  client: pg.PoolClient
  /** Puts events on the workspace's log when the work is done: bumping the log is the last statement [mechanics 8]. */
  append(...events: NewEvent[]): void
  /** Runs after the commit, in order; must not throw. */
  afterCommit(work: () => void): void
}

export interface TransactionOptions {
  /** One moment for several reads: a snapshot. */
  snapshot?: boolean
  /** Statements are planned once per connection, whatever their values are; or anew each time. Else as PostgreSQL sees fit. */
  planned?: 'once' | 'anew'
}

/** For the few transactions that run for every message: each statement finds its rows by index however many values it gets, and planning it anew costs as much as running it. */
export const plannedOnce: TransactionOptions = { planned: 'once' }

/** For those that do much at once: a plan costs next to nothing then, and one that was made while the tables were small would cost dearly. */
export const plannedAnew: TransactionOptions = { planned: 'anew' }

const planModes = { once: '; set local plan_cache_mode = force_generic_plan', anew: '; set local plan_cache_mode = force_custom_plan' }

/** Runs `work` as the app role inside one workspace; commits, or rolls back and throws what `work` threw. */
export async function inWorkspace<Value>(
  hub: Hub,
  workspaceId: string,
  work: (tx: Transaction) => Promise<Value>,
  options: TransactionOptions = {},
): Promise<Value> {
  if (!isId(workspaceId)) throw new Error('not a workspace id')
  const begin = options.snapshot ? 'begin isolation level repeatable read read only' : 'begin'
  const events: NewEvent[] = []
  return await transact(
    hub.pools.app,
    `${begin}; select set_config('dragoman.workspace', '${workspaceId}', true)${options.planned ? planModes[options.planned] : ''}`,
    async tx => await work({ ...tx, workspaceId, append: (...more) => events.push(...more) }),
    async tx => {
      if (events.length === 0) return
      tx.afterCommit(() => hub.bell.ring(`events:${workspaceId}`))
      await appendEvents(hub, tx.client, workspaceId, events)
    },
  )
}

export type SystemTransaction = Omit<Transaction, 'workspaceId' | 'append'>

/** Runs `work` as the system role, which sees a listed few tables of every workspace. */
export async function asSystem<Value>(hub: Hub, work: (tx: SystemTransaction) => Promise<Value>): Promise<Value> {
  return await transact(hub.pools.system, 'begin', work)
}

/**
 * Statements are pipelined: sent as soon as they are known, answered in order. So the first of the work goes with the beginning, and the commit with
 * the `last` one; after an error the server itself refuses all that is behind it, the commit included.
 */
async function transact<Value>(
  pool: pg.Pool,
  begin: string,
  work: (tx: SystemTransaction) => Promise<Value>,
  last?: (tx: SystemTransaction) => Promise<void>,
): Promise<Value> {
  const connection = await pool.connect()
  const door = { isOpen: true }
  const client = behind(door, connection)
  const later: (() => void)[] = []
  let broken: Error | undefined
  try {
    const tx: SystemTransaction = { db: kyselyOn(client), client, afterCommit: step => later.push(step) }
    const begun = connection.query(begin)
    begun.catch(() => {})
    const value = await work(tx)
    await begun
    const lastDone = last?.(tx)
    door.isOpen = false
    await Promise.all([lastDone, connection.query('commit')])
    for (const step of later) step()
    return value
  } catch (cause) {
    door.isOpen = false
    await connection.query('rollback').catch(error => {
      broken = error as Error
    })
    throw cause
  } finally {
    connection.release(broken)
  }
}

/** The connection for as long as the transaction lasts: what goes on after another part of the work has failed must not run outside of it. */
function behind(door: { isOpen: boolean }, connection: pg.PoolClient): pg.PoolClient {
  const client: pg.PoolClient = Object.create(connection)
  const query = async (...parameters: unknown[]) => {
    if (!door.isOpen) throw new Error('The transaction is over')
    return await (connection.query as (...all: unknown[]) => Promise<unknown>)(...parameters)
  }
  client.query = query as pg.PoolClient['query']
  return client
}

/** Kysely on one connection that is already inside a transaction. */
function kyselyOn(client: pg.PoolClient): Kysely<DB> {
  const borrowed = { ...client, query: client.query.bind(client), release: () => {} }
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool: { connect: async () => borrowed, end: async () => {} } as never }) })
}

/** Kysely on a pool, for single statements of the system role. */
export function kyselyOnPool(pool: pg.Pool): Kysely<DB> {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
}
