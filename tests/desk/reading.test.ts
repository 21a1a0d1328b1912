/**
 * Reading a long history under row-level security: every kind of question that the bench `scale` asks is answered, by indexes. Always holds: no scan of a
 * whole table of messages, parts, conversations or events, and the indexes that were made for it are the ones that are read. Scans are counted by the server
 * itself, for whatever the use cases do, inside functions too.
 */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { questions } from '../../bench/scale/queries.ts'
import { longThread } from '../../bench/scale/seed.ts'
import { prepare } from '../../bench/scale.ts'
import { createTestDatabase, startTestHub, type TestDatabase, type TestHub, until } from '../support/test-hub.ts'

const size = 40_000
/** What grows with every message. */
const growing = [
  'message',
  'message_search',
  'part',
  'platform_message',
  'conversation',
  'conversation_case',
  'conversation_read',
  'event_log',
  'contact',
  'identity',
  'file',
]

let database: TestDatabase
let hub: TestHub
let admin: pg.Client
let isClosed = false
beforeAll(async () => {
  database = await createTestDatabase()
  // In a small table a scan is often the cheapest: here one is only made where no index could be read at all.
  await database.query(`do $$ begin execute format('alter database %I set enable_seqscan = off', current_database()); end $$`)
  // Without workers: what loops read in the meantime is not what is asked here.
  hub = await startTestHub({ database, role: 'web' })
  admin = new pg.Client({ connectionString: database.url })
  await admin.connect()
}, 60_000)
afterAll(async () => {
  await admin?.end()
  if (!isClosed) await hub?.close()
  await database?.drop()
})

test('every question is answered by indexes, and finds what is there', async () => {
  const asking = await prepare(
    { hub: hub.hub, client: hub.owner, token: hub.cookie.split('=')[1]!, url: database.url, admin },
    size,
    () => {},
  )
  // Seeding makes indexes last, and a sweep goes on meanwhile: what those connections read, they tell when they end.
  await hub.close()
  await forgetScans()
  hub = await startTestHub({ database, role: 'web', again: true })
  const list = await questions({ ...asking, hub: hub.hub, client: hub.owner })
  const found: Record<string, number> = {}
  for (const question of list)
    for (const index of [1, 2, 3]) found[question.name] = (found[question.name] ?? 0) + (await question.ask(index))

  for (const name of [
    'list: all open',
    'list: mine',
    'list: queue',
    'list: closed',
    'list: closed, in the middle of the history',
    'list: closed, a label of few',
    'list: my teams',
  ])
    expect(found[name], name).toBeGreaterThan(0)
  for (const name of Object.keys(found).filter(one => one.startsWith('search:') && !one.includes('never together')))
    expect(found[name], name).toBeGreaterThan(0)
  expect(found['open: 10,000 messages, an older page']).toBe(150)
  expect(found['search: two words never together']).toBe(0)
  expect(found['list: closed, a label of none']).toBe(0)
  expect(longThread).toBe(10_000)

  // Connections tell what they did when they end.
  await hub.close()
  isClosed = true
  await untilAlone()
  expect(await scanned()).toEqual([])
  const { rows: unused } = await admin.query<{ name: string }>(
    `select indexrelname as name from pg_stat_user_indexes where idx_scan = 0 and indexrelname = any($1)`,
    [
      [
        'conversation_list',
        'conversation_mine',
        'conversation_due',
        'conversation_team',
        'conversation_priority',
        'conversation_label_label',
        'conversation_case_opened',
        'message_thread',
        'message_search_at',
        'message_search_words',
        'contact_name_key',
        'contact_found_by',
        'contact_phone_exact',
        'contact_language',
        'identity_phone',
        'file_name_key',
        'figure_day_key',
        'figure_answer_key',
      ],
    ],
  )
  expect(unused).toEqual([])
}, 180_000)

test('what loops look for each second is found by indexes too', async () => {
  await forgetScans()
  const worker = await startTestHub({ database, role: 'worker' })
  await new Promise(resolve => setTimeout(resolve, 4_000))
  await worker.close()
  await untilAlone()
  expect(await scanned()).toEqual([])
}, 60_000)

/** Tables that grow with use and of which somebody has read every row. */
async function scanned(): Promise<{ name: string; scans: number }[]> {
  const { rows } = await admin.query<{ name: string; scans: number }>(
    `select relname as name, seq_scan::int as scans from pg_stat_user_tables where relname = any($1) and seq_scan > 0`,
    [growing],
  )
  return rows
}

async function forgetScans(): Promise<void> {
  await untilAlone()
  await admin.query('select pg_stat_force_next_flush()')
  await admin.query('select pg_stat_reset()')
}

/** Until all other connections have ended. */
async function untilAlone(): Promise<void> {
  await until(async () => {
    const { rows } = await admin.query<{ others: number }>(
      `select count(*)::int as others from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    return rows[0]!.others === 0
  }, 'the other connections to end')
}
