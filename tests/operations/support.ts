/** Databases for tests of backup and upgrade: empty ones beside the test’s own, on the same server, and what two databases have in common. */
import { randomUUID } from 'node:crypto'
import { openKeyFile } from '@dragoman/hub'
import pg from 'pg'
import { inject } from 'vitest'
import type { TestDatabase } from '../support/test-hub.ts'

/** An empty database: nothing was ever migrated in it; or a copy of one that nobody is connected to. */
export async function createEmptyDatabase(like?: Pick<TestDatabase, 'url'>): Promise<TestDatabase> {
  const name = `empty_${randomUUID().replaceAll('-', '').slice(0, 20)}`
  const template = like ? ` template ${new URL(like.url).pathname.slice(1)}` : ''
  await asAdmin(client => client.query(`create database ${name}${template}`))
  const address = new URL(inject('ownerUrl'))
  address.pathname = `/${name}`
  const url = address.toString()
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  return {
    url,
    keyFile: inject('keyFile'),
    query: async (text, values) => (await pool.query(text, values)).rows,
    drop: async () => {
      await pool.end()
      await asAdmin(client => client.query(`drop database if exists ${name} with (force)`))
    },
  }
}

export async function testKeys() {
  return await openKeyFile(inject('keyFile'))
}

async function asAdmin(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const address = new URL(inject('ownerUrl'))
  address.pathname = '/postgres'
  const client = new pg.Client({ connectionString: address.toString() })
  await client.connect()
  await work(client).finally(() => client.end())
}

/** Every row of a table as one number, whatever their order; null where there is no such table. */
export async function digestOf(database: Pick<TestDatabase, 'query'>, table: string, columns: readonly string[]): Promise<string> {
  const list = columns.map(column => `"${column}"`).join(', ')
  const [row] = await database.query<{ count: string; digest: string }>(
    `select count(*)::text as count, coalesce(sum(('x' || substr(md5(row(${list})::text), 1, 15))::bit(60)::bigint), 0)::text as digest from public."${table}"`,
  )
  return `${row!.count}:${row!.digest}`
}
