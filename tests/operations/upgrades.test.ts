/**
 * Upgrades (R13): from every state that the database has ever been in, with data in it, to the present one. A real hub’s rows are put into each earlier state as far
 * as its tables and columns go; then it is migrated on, nothing may be lost or altered, the hub starts on it, and a message comes in and goes out.
 */
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { asOwner, knownMigrations, migrate, NewerDatabaseError, OtherKeyError, sequencesOf, tablesOf } from '@dragoman/hub'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashesOfMigrations, releasedMigrations, wrongMigrations } from '../../scripts/release-migrations.ts'
import { allowLoopback, type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, startTestHub, type TestDatabase, textBody, until } from '../support/test-hub.ts'
import { createEmptyDatabase, digestOf, testKeys } from './support.ts'

const names = await knownMigrations()
const released = Object.keys(await releasedMigrations()).map(name => name.replace(/\.sql$/, ''))
/** Without these there is no conversation, and nobody has ever run a hub. */
const firstWithData = names.indexOf('0004_in_and_out')
const states = names.slice(firstWithData, -1)

/** What a migration is meant to change in rows that were there: table -> why. Their other tables must come through unaltered. */
const changedOnPurpose: Readonly<Record<string, string>> = {
  desk_change: 'lines are summed up',
  desk_count: 'recounted where counting changed',
  case_change: 'lines are summed up',
  case_count: 'recounted where counting changed',
  lane_item: 'what is applied is no longer kept (0026)',
}

let hub: ProbeHub
let masterKey: Uint8Array
let walker: TestDatabase

beforeAll(async () => {
  const ring = await testKeys()
  masterKey = ring.keys[ring.current]!
  walker = await createEmptyDatabase()
  hub = await startProbeHub()
  await hub.deliver([
    received('old-1', { thread: 'old', text: 'Старый вопрос' }),
    received('old-2', { thread: 'old', text: 'An old question' }),
  ])
  const answer = await hub.say('old', 'An old answer')
  await until(async () => (await hub.message(answer.id, 'old')).state === 'sent', 'the old answer')
  await hub.owner.call('sendMessage', {
    params: { conversationId: (await hub.conversation('old')).id },
    body: { clientId: clientId(), body: textBody('A note'), note: true },
  })
  await hub.say('old', 'For next year', { sendAt: Date.now() + 300 * 86_400_000 })
  await hub.stop()
})
afterAll(async () => {
  await walker?.drop()
  await hub?.close()
})

const columnsQuery = `select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as required,
    a.atthasdef or a.attidentity <> '' or a.attgenerated <> '' as filled
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname not like 'kysely%'`
interface Column {
  table: string
  column: string
  type: string
  required: boolean
  filled: boolean
}
const columnsOf = async (database: Pick<TestDatabase, 'query'>) => await database.query<Column & pg.QueryResultRow>(columnsQuery)

/** Copies rows of the real hub into an earlier state: the columns that both have, as text. */
async function fill(database: TestDatabase): Promise<void> {
  await asOwner(hub.database.url, async from => {
    await asOwner(database.url, async into => {
      await into.query('begin; set local session_replication_role = replica')
      const here = new Map((await tablesOf(into)).map(one => [one.table, one.columns]))
      for (const { table, columns } of await tablesOf(from)) {
        const both = columns.filter(column => here.get(table)?.includes(column)).map(column => `"${column}"`)
        if (both.length === 0) continue
        await pipeline(
          from.query(copyTo(`copy (select ${both} from "${table}") to stdout`)),
          into.query(copyFrom(`copy "${table}" (${both}) from stdin`)),
        )
      }
      for (const { sequence, value, called } of await sequencesOf(from))
        await into.query(`select setval(to_regclass($1), $2, $3)`, [`public."${sequence}"`, value, called])
      await into.query('commit')
    })
  })
}

/** Tables with rows, and a number for what is in the columns that this state and the present one have in common. */
async function contents(database: TestDatabase, columns: ReadonlyMap<string, string[]>): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const [table, list] of columns) if (!Object.hasOwn(changedOnPurpose, table)) found.set(table, await digestOf(database, table, list))
  return found
}

describe('from every earlier state', () => {
  test.each(states)('%s', async state => {
    // One database goes from state to state; each test works on a copy.
    await migrate(walker.url, masterKey, undefined, { until: state })
    const database = await createEmptyDatabase(walker)
    const home = await mkdtemp(join(tmpdir(), 'dragoman-upgrade-'))
    try {
      await fill(database)
      const now = new Set((await columnsOf(hub.database)).map(one => `${one.table}.${one.column} ${one.type}`))
      const common = Map.groupBy(
        (await columnsOf(database)).filter(one => now.has(`${one.table}.${one.column} ${one.type}`)),
        one => one.table,
      )
      const columns = new Map([...common].map(([table, list]) => [table, list.map(one => one.column)]))
      const before = await contents(database, columns)
      expect([...before.values()].filter(digest => !digest.startsWith('0:')).length).toBeGreaterThan(15)
      expect(await migrate(database.url, masterKey)).toEqual(names.slice(names.indexOf(state) + 1))
      expect(await contents(database, columns)).toEqual(before)

      const upgraded = await startTestHub({
        database,
        home,
        again: true,
        channels: hub.probe.channels,
        environment: { DRAGOMAN_SIMULATOR: '0' },
      })
      try {
        allowLoopback(upgraded, hub.probe)
        expect((await upgraded.owner.call('recovery')).recovery).toBeNull()
        const [conversation] = (await upgraded.owner.call('conversations')).conversations
        const params = { conversationId: conversation!.id }
        const text = async () => JSON.stringify((await upgraded.owner.call('messages', { params })).messages.map(one => one.body))
        expect(await text()).toContain('Старый вопрос')
        expect(await text()).toContain('For next year')
        const response = await fetch(`${upgraded.url}/webhooks/probe/${hub.account.endpointId}`, {
          method: 'POST',
          headers: { 'x-probe-secret': hub.secret },
          body: JSON.stringify([{ account: 'probe-account', ...received(`new-${state}`, { thread: 'old', text: `asked at ${state}` }) }]),
        })
        expect(response.status).toBe(200)
        await until(async () => (await text()).includes(`asked at ${state}`), 'the message that came in')
        await upgraded.owner.call('sendMessage', { params, body: { clientId: clientId(), body: textBody(`answered at ${state}`) } })
        await until(() => hub.probe.requests.filter(request => request.body.text === `answered at ${state}`).length === 1, 'the answer')
        const [counted] = await database.query<{ open: number; sum: number }>(
          `select (select count(*)::int from conversation where state = 'open' and spam_at is null) as open,
            (select coalesce(sum(open), 0)::int from (select open from desk_count union all select open from desk_change) c) as sum`,
        )
        expect(counted!.sum).toBe(counted!.open)
      } finally {
        await upgraded.stop()
      }
      // What was sent long ago was not sent again, and what is for next year was not sent at all.
      expect(hub.probe.requests.filter(request => request.body.text === 'An old answer')).toHaveLength(1)
      expect(hub.probe.requests.filter(request => request.body.text === 'For next year')).toHaveLength(0)
    } finally {
      await database.drop()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    }
  })
})

describe('migrations that were released', () => {
  test('are as they were, and new ones come after them', async () => {
    expect(wrongMigrations(await releasedMigrations(), await hashesOfMigrations())).toEqual([])
  })

  test('a change, a loss and an insertion are found', () => {
    const list = { '0001_a.sql': 'x', '0003_c.sql': 'y' }
    expect(wrongMigrations(list, { '0001_a.sql': 'changed', '0002_b.sql': 'z', '0004_d.sql': 'w' })).toEqual([
      '0001_a.sql was changed after it was released',
      '0003_c.sql was released and is gone',
      '0002_b.sql comes before 0003_c.sql, which was released: give it a later number',
    ])
  })

  test('are followed only by such as let the released program go on: no column gone or of another type, none that it would have to fill', async () => {
    const database = await createEmptyDatabase()
    try {
      await migrate(database.url, masterKey, undefined, { until: released.at(-1)! })
      const then = await columnsOf(database)
      const now = new Map((await columnsOf(hub.database)).map(one => [`${one.table}.${one.column}`, one]))
      expect(then.filter(one => now.get(`${one.table}.${one.column}`)?.type !== one.type)).toEqual([])
      const tables = new Set(then.map(one => one.table))
      const known = new Set(then.map(one => `${one.table}.${one.column}`))
      const added = [...now.values()].filter(one => tables.has(one.table) && !known.has(`${one.table}.${one.column}`))
      expect(added.filter(one => one.required && !one.filled)).toEqual([])
    } finally {
      await database.drop()
    }
  })
})

describe('a database on which hubs with another key file are at work', () => {
  test('is refused, and their passwords are left as they are', async () => {
    const empty = await createEmptyDatabase()
    const atWork = await startTestHub()
    try {
      // Roles belong to the whole server: another database on it is no way round.
      for (const { url } of [atWork.database, empty]) await expect(migrate(url, randomBytes(32))).rejects.toThrow(OtherKeyError)
      expect(await migrate(atWork.database.url, masterKey)).toEqual([])
    } finally {
      await atWork.close()
      await empty.drop()
    }
  })
})

describe('a database that is newer than the program', () => {
  test('is refused in one sentence with exit status 2, and left as it is', async () => {
    const database = await createEmptyDatabase()
    const home = await mkdtemp(join(tmpdir(), 'dragoman-newer-'))
    try {
      await migrate(database.url, masterKey)
      await database.query(`insert into kysely_migration (name, timestamp) values ('9999_tomorrow', '2100-01-01T00:00:00Z')`)
      await expect(migrate(database.url, masterKey)).rejects.toThrow(NewerDatabaseError)
      const { status, stderr } = spawnSync(process.execPath, [fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))], {
        env: {
          ...process.env,
          DATABASE_URL: database.url,
          DRAGOMAN_HOME: home,
          DRAGOMAN_ROLE: 'worker',
          PORT: '0',
          LOG_LEVEL: 'error',
        },
        encoding: 'utf8',
      })
      expect(stderr).toMatch(/^The database belongs to a newer version of Dragoman than this one\. [^\n]+\n$/)
      expect(status).toBe(2)
    } finally {
      await database.drop()
      await rm(home, { recursive: true, force: true })
    }
  })
})
