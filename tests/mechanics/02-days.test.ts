/** Journal and event log by days [mechanics 2, 8]: what is over goes whole, what still waits stays, nothing is refused for want of a part. */
import { keepDays, prune, readLog } from '@dragoman/hub'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

const parts = async (table: string) =>
  (
    await hub.database.query<{ name: string }>(
      'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass order by 1',
      [table],
    )
  ).map(row => row.name)

/** All rows as if they had come on a day long ago that has a part of its own. */
async function makeOld(table: 'journal' | 'event_log', columns: string, moment: string): Promise<void> {
  await hub.database.query(`alter table ${table} detach partition ${table}_before`)
  await hub.database.query(`create table ${table}_20200101 partition of ${table} for values from ('2020-01-01Z') to ('2020-01-02Z')`)
  await hub.database.query(`insert into ${table} (${columns}, ${moment}) select ${columns}, '2020-01-01T12:00:00Z' from ${table}_before`)
  await hub.database.query(`drop table ${table}_before`)
}

test('today and the next days have a part, made once however often it is asked for', async () => {
  await Promise.all([keepDays(hub.hub), keepDays(hub.hub)])
  for (const table of ['journal', 'event_log']) {
    const names = await parts(table)
    expect(names.filter(name => /_\d{8}$/.test(name)).length).toBeGreaterThanOrEqual(3)
    expect(names).toContain(`${table}_rest`)
  }
})

test('a day that is over goes whole; a body that waits for its account is kept and applied when the account comes', async () => {
  await hub.post([received('old-early', { thread: 'old-early', account: 'later', text: 'kept' })])
  await hub.deliver([received('old-done', { thread: 'old-done' })])
  await makeOld('journal', 'workspace_id, id, endpoint_id, channel, body', 'received_at')
  await hub.database.query(`update lane_item set received_at = '2020-01-01T12:00:00Z'`)
  await prune(hub.hub)
  expect(await parts('journal')).not.toContain('journal_20200101')
  expect((await hub.database.query<{ n: number }>('select count(*)::int as n from journal'))[0]!.n).toBe(1)
  await hub.owner.call('connectAccount', {
    body: { channel: 'probe', config: { token: 'z'.repeat(12), number: 'later' }, way: 'webhook', endpointId: hub.account.endpointId },
  })
  await hub.applied()
  expect((await hub.thread('old-early')).map(message => message.body.content)).toEqual([{ kind: 'text', text: { text: 'kept' } }])
})

test('a cursor from a day that was dropped is told to begin anew', async () => {
  const { cursor } = await hub.owner.call('snapshot', { query: { limit: 1 } })
  const [epoch, position] = cursor.split(':') as [string, string]
  await makeOld(
    'event_log',
    'workspace_id, position, kind, account_id, conversation_id, member_id, min_role, visitor_thread, payload',
    'at',
  )
  await prune(hub.hub)
  await hub.deliver([received('after', { thread: 'after' })])
  const [{ workspace_id: workspaceId }] = (await hub.database.query('select workspace_id from workspace')) as [{ workspace_id: string }]
  expect((await readLog(hub.hub, workspaceId, { epoch, position: Number(position) - 1 }, 10)).kind).toBe('resync')
  expect((await readLog(hub.hub, workspaceId, { epoch, position: Number(position) }, 10)).kind).toBe('events')
})
