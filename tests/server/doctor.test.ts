/** What the doctor finds when something is wrong: each state is made in a real database, inside a transaction that is taken back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkBackup, noteBackup } from '../../server/src/cli/checks/backup.ts'
import type { Check } from '../../server/src/cli/checks/check.ts'
import { certificate } from '../../server/src/cli/checks/network.ts'
import { checkServer } from '../../server/src/cli/checks/server.ts'
import { checkWork } from '../../server/src/cli/checks/work.ts'
import { readSettings } from '../../server/src/settings.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

let hub: TestHub
let client: pg.Client
beforeAll(async () => {
  hub = await startTestHub()
  const { phone } = await hub.connect('telegram')
  await phone.act({ act: 'start' })
  await phone.act({ act: 'write', text: 'hello' })
  await until(async () => (await hub.database.query('select 1 from message')).length > 0)
  client = new pg.Client({ connectionString: hub.database.url })
  await client.connect()
})
afterAll(async () => {
  await client?.end()
  await hub?.close()
})

/** What a check says after `statements`. */
async function after(id: string, ...statements: string[]): Promise<Check> {
  await client.query('begin')
  try {
    for (const statement of statements) await client.query(statement)
    const checks = [...(await checkServer(client)), ...(await checkWork(client))]
    return checks.find(check => check.id === id)!
  } finally {
    await client.query('rollback')
  }
}

test('a hub in good health: nothing failed, nothing to look at', async () => {
  const checks = [...(await checkServer(client)), ...(await checkWork(client))]
  expect(checks.filter(check => check.state === 'failed' || check.state === 'warning')).toEqual([])
  expect(checks.map(check => check.id)).toEqual([
    'server',
    'locale',
    'roles',
    'connections',
    'transactions',
    'standby',
    'nodes',
    'lanes',
    'parts',
    'jobs',
    'tokens',
    'arrivals',
    'retention',
    'partitions',
    'recovered',
  ])
})

const aged = (interval: string) => `now() - interval '${interval}'`

describe('what is wrong is named, with the way to mend it', () => {
  test.each([
    [
      'server',
      'failed',
      /synchronous_commit is off for dragoman_system/,
      [`do $$ begin execute format('alter role dragoman_system in database %I set synchronous_commit = off', current_database()); end $$`],
    ],
    ['roles', 'failed', /dragoman_app/, ['alter role dragoman_app bypassrls']],
    ['roles', 'failed', /message/, ['alter table message no force row level security']],
    [
      'nodes',
      'failed',
      /1 without a sign of life/,
      [`delete from node`, `insert into node (id, role, heartbeat_at) values (gen_random_uuid(), 'worker', ${aged('1 hour')})`],
    ],
    ['nodes', 'skipped', /none works/, ['delete from node']],
    [
      'lanes',
      'warning',
      /2 broken tries/,
      [
        'insert into lane_item (workspace_id, journal_id, account_key, account_id, attempts) select a.workspace_id, 1, a.external_id, a.id, 2 from account a limit 1',
      ],
    ],
    ['jobs', 'failed', /should have run/, [`select graphile_worker.add_job('prune', run_at => ${aged('1 hour')})`]],
    [
      'jobs',
      'warning',
      /given up: prune/,
      [
        `select graphile_worker.add_job('prune', run_at => ${aged('1 minute')}, max_attempts => 1)`,
        `update graphile_worker._private_jobs set attempts = max_attempts where task_id = (select id from graphile_worker._private_tasks where identifier = 'prune')`,
      ],
    ],
    ['tokens', 'failed', /no longer good/, [`update account set problem = '{"code":"token_invalid","detail":"no longer good"}'`]],
    [
      'tokens',
      'warning',
      /ended 3 days ago/,
      [
        `insert into platform_fact (workspace_id, account_id, key, value, expires_at) select workspace_id, id, 'access_token', '', ${aged('3 days')} from account`,
      ],
    ],
    [
      'arrivals',
      'warning',
      /nothing ever came/,
      [`update account set way = 'webhook', last_inbound_at = null, created_at = ${aged('2 days')}`],
    ],
    ['arrivals', 'warning', /nothing for 9 days/, [`update account set way = 'webhook', last_inbound_at = ${aged('9 days')}`]],
    [
      'arrivals',
      'failed',
      /7 refused \(wrong signature\)/,
      [
        `update account set way = 'webhook', last_inbound_at = ${aged('2 days')}`,
        `update endpoint set rejected_count = 7, last_rejected_at = now(), last_rejected_reason = 'wrong signature'`,
      ],
    ],
    [
      'recovered',
      'warning',
      /sending is held \(restore\)/,
      [`insert into recovery (workspace_id, id, reason) select workspace_id, gen_random_uuid(), 'restore' from workspace`],
    ],
  ] as const)('%s: %s %s', async (id, state, found, statements) => {
    const check = await after(id, ...statements)
    expect(check, JSON.stringify(check)).toMatchObject({ state })
    expect(check.found).toMatch(found)
    if (state === 'failed' || state === 'warning') {
      expect(check.why).toMatch(/\S{3,}/)
      expect(check.fix).toMatch(/\S{3,}/)
    }
  })

  test('an outgoing message that hangs', async () => {
    const check = await after(
      'parts',
      `with m as (select workspace_id, id, conversation_id, account_id from message limit 1)
      insert into part (workspace_id, id, message_id, conversation_id, account_id, index, lane, state, body, sending_since) select workspace_id, gen_random_uuid(), id, conversation_id, account_id, 0, 'talk', 'sending', '', ${aged('10 minutes')} from m`,
    )
    expect(check).toMatchObject({ state: 'failed' })
    expect(check.found).toContain('the oldest for 600 s')
  })

  test('what should have been pruned', async () => {
    // The journal may be cut into days: an old row is one that came then.
    const check = await after('retention', `update event_log set at = ${aged('40 days')}`)
    expect(check).toMatchObject({ state: 'warning' })
    expect(check.fix).toContain('prune')
  })
})

test('a backup: none, a fresh one, an old one, the server’s own archive', async () => {
  const home = await mkdtemp(join(tmpdir(), 'dragoman-doctor-'))
  try {
    const settings = readSettings({ DRAGOMAN_HOME: home })
    expect(await checkBackup(settings, false, undefined)).toMatchObject({ state: 'skipped' })
    expect(await checkBackup(settings, true, undefined)).toMatchObject({ state: 'warning', fix: expect.stringContaining('backup') })
    expect(await checkBackup(settings, true, 60)).toMatchObject({ state: 'ok' })
    await noteBackup(home, { at: Date.now() - 3_600_000, folder: '/backups/one' })
    expect(await checkBackup(settings, true, undefined)).toMatchObject({ state: 'ok', found: '1 hour old: /backups/one' })
    await noteBackup(home, { at: Date.now() - 30 * 86_400_000, folder: '/backups/one' })
    expect(await checkBackup(settings, true, undefined)).toMatchObject({ state: 'warning', found: expect.stringContaining('30 days') })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})

test('a certificate is looked at where there is one to look at', async () => {
  expect(await certificate(undefined)).toMatchObject({ state: 'skipped' })
  expect(await certificate('https://127.0.0.1:1')).toMatchObject({ state: 'warning', found: '127.0.0.1: ECONNREFUSED' })
})
