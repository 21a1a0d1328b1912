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
}

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
  return await transact(hub.pools.app, `${begin}; select set_config('dragoman.workspace', '${workspaceId}', true)`, async tx => {
    const value = await work({ ...tx, workspaceId, append: (...more) => events.push(...more) })
    if (events.length > 0) {
      await appendEvents(hub, tx.client, workspaceId, events)
      tx.afterCommit(() => hub.bell.ring(`events:${workspaceId}`))
    }
    return value
  })
}

export type SystemTransaction = Omit<Transaction, 'workspaceId' | 'append'>

/** Runs `work` as the system role, which sees a listed few tables of every workspace. */
export async function asSystem<Value>(hub: Hub, work: (tx: SystemTransaction) => Promise<Value>): Promise<Value> {
  return await transact(hub.pools.system, 'begin', work)
}

async function transact<Value>(pool: pg.Pool, begin: string, work: (tx: SystemTransaction) => Promise<Value>): Promise<Value> {
  const connection = await pool.connect()
  const client = inTurn(connection)
  const later: (() => void)[] = []
  let broken: Error | undefined
  try {
    await client.query(begin)
    const value = await work({ db: kyselyOn(client), client, afterCommit: step => later.push(step) })
    await client.query('commit')
    for (const step of later) step()
    return value
  } catch (cause) {
    await client.query('rollback').catch(error => {
      broken = error as Error
    })
    throw cause
  } finally {
    connection.release(broken)
  }
}

/** The connection with one statement at a time, in the order in which they are asked for: whoever has several ready need not wait between them. */
function inTurn(connection: pg.PoolClient): pg.PoolClient {
  const client: pg.PoolClient = Object.create(connection)
  let last: Promise<unknown> = Promise.resolve()
  const query = (...parameters: unknown[]) => {
    const run = last.then(() => (connection.query as (...all: unknown[]) => Promise<unknown>)(...parameters))
    last = run.catch(() => {})
    return run
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
