/** How long what is kept: numbers beforehand, removal in pieces that survive a kill, and that nothing else is touched. */
import { randomUUID } from 'node:crypto'
import { type Retention, type RetentionPreview, retention } from '@dragoman/api'
import { inWorkspace, removeBytes, retainWorkspace } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { until } from '../support/test-hub.ts'

const day = 86_400_000
const old = Date.now() - 400 * day
const rules = (change: Partial<Retention>): Retention => ({ ...retention.parse({}), ...change })

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
  // Messages of long ago came in long ago.
  await hub.database.query(
    `create function age() returns trigger language plpgsql as $$ begin new.created_at := least(new.created_at, new.at); return new; end $$`,
  )
  await hub.database.query('create trigger age before insert on message for each row execute function age()')
})
afterAll(async () => await hub.close())

const preview = async (value: Retention): Promise<RetentionPreview> => await hub.owner.call('previewRetention', { body: { value } })
const save = async (value: Retention) => {
  const { version } = await hub.owner.call('setting', { params: { name: 'retention' } })
  return await hub.owner.call('saveSetting', { params: { name: 'retention' }, body: { version, value } })
}
const texts = async (thread: string) =>
  (await hub.thread(thread)).flatMap(message =>
    message.direction !== 'system' && message.body.content.kind === 'text' ? [message.body.content.text.text] : [],
  )

/** A file of a message that is there already, with bytes in storage. */
async function attach(messageText: string, thread: string): Promise<{ fileId: string; key: string }> {
  const message = (await hub.thread(thread)).find(one => one.body.content.kind === 'text' && one.body.content.text.text === messageText)!
  const fileId = randomUUID()
  const key = `${hub.workspaceId}/${fileId}`
  await hub.hub.storage.put(key, bytes(), 1_000)
  await hub.database.query(
    `insert into file (workspace_id, id, state, account_id, storage_key, mime_type, name, size_bytes) values ($1, $2, 'stored', $3, $4, 'text/plain', 'a.txt', 5)`,
    [hub.workspaceId, fileId, hub.account.id, key],
  )
  await hub.database.query('update message set file_ids = array[$2::uuid] where workspace_id = $1 and id = $3', [
    hub.workspaceId,
    fileId,
    message.id,
  ])
  return { fileId, key }
  async function* bytes() {
    yield Buffer.from('hello')
  }
}

describe('messages', () => {
  test('are kept for ever until somebody says otherwise', async () => {
    await hub.deliver([received('k1', { thread: 'keep', at: old, text: 'old' })])
    expect(await retainWorkspace(hub.hub, hub.workspaceId)).toMatchObject({ messages: 0, files: 0 })
    expect(await texts('keep')).toEqual(['old'])
    expect((await preview(rules({}))).messages.count).toBe(0)
  })

  test('a rule counts first, then removes what it counted: rows, files, list line and thread', async () => {
    await hub.deliver([
      received('a1', { thread: 'all', at: old, text: 'first' }),
      received('a2', { thread: 'all', at: old + 1_000, text: 'second' }),
      received('b1', { thread: 'both', at: old, text: 'long ago' }),
      received('b2', { thread: 'both', text: 'today' }),
    ])
    await hub.say('all', 'an answer')
    const { id: all } = await hub.conversation('all')
    await until(
      async () => (await hub.database.query(`select 1 from part where conversation_id = $1 and state = 'sent'`, [all])).length === 1,
      'the answer',
    )
    await hub.database.query(
      `update message set at = $2, order_at = $2, created_at = $2 where conversation_id = $1 and direction = 'out'`,
      [all, new Date(old + 2_000)],
    )
    await hub.database.query('update conversation set unanswered_since = null')
    const { key, fileId } = await attach('first', 'all')
    const snapshot = await hub.owner.call('snapshot', { query: { limit: 100 } })
    const unreadBefore = (await hub.conversation('both')).inboundCount

    const expected = await preview(rules({ messages: 365 }))
    expect(expected).toMatchObject({ messages: { count: 5, oldest: old, conversations: 3 }, files: { count: 1, bytes: 5 } })
    expect(expected.byAccount).toEqual([{ accountId: hub.account.id, messages: 5 }])

    await save(rules({ messages: 365 }))
    // Saving asks a worker to begin at once.
    await until(async () => (await texts('all')).length === 0, 'the messages to be removed')
    await until(async () => !(await hub.hub.storage.exists(key)), 'the bytes to be removed')
    expect(await texts('both')).toEqual(['today'])
    expect(await hub.database.query('select 1 from file where id = $1', [fileId])).toEqual([])
    for (const table of ['part', 'platform_message', 'message_search', 'message_revision', 'reaction'])
      expect(
        await hub.database.query(
          `select 1 from ${table} x where not exists (select 1 from message m where m.workspace_id = x.workspace_id and m.id = x.message_id)`,
        ),
        table,
      ).toEqual([])

    const gone = await hub.conversation('all')
    expect(gone.lastMessage).toBe(null)
    expect(gone.removedBefore).toBeGreaterThan(old)
    const rest = await hub.conversation('both')
    expect(rest.lastMessage?.preview).toBe('today')
    expect(rest.inboundCount).toBe(unreadBefore)

    // Whoever was connected is told which: by the log.
    const position = snapshot.cursor.split(':')[1]
    const events = await hub.database.query<{ kind: string }>('select kind from event_log where workspace_id = $1 and position > $2', [
      hub.workspaceId,
      Number(position),
    ])
    expect(events.map(event => event.kind)).toContain('messages.removed')
    const [line] = await hub.database.query<{ details: object }>(`select details from operation where what = 'retention.removed'`)
    expect(line!.details).toEqual({ messages: 5, files: 1 })
    expect((await preview(rules({ messages: 365 }))).last).toMatchObject({ messages: 5, files: 1 })
    await save(rules({}))
  })

  test('what came in lately stays, whatever its date: the platform may repeat it', async () => {
    await hub.deliver([received('late1', { thread: 'late', at: old, text: 'an old letter' })])
    await hub.database.query(`update conversation set unanswered_since = null`)
    const before = (await preview(rules({ messages: 365 }))).messages.count
    await hub.database.query(
      `update message set created_at = now() where id in (select message_id from platform_message where external_id = 'late1')`,
    )
    expect((await preview(rules({ messages: 365 }))).messages.count).toBe(before - 1)
  })

  test('what waits for an answer, is still to be sent, or may have been sent, stays', async () => {
    await hub.deliver([received('w1', { thread: 'waits', at: old, text: 'nobody answered' })])
    await hub.deliver([received('u1', { thread: 'unsure', at: old, text: 'question' })])
    hub.probe.answer = () => ({ status: 502 })
    const { id } = await hub.say('unsure', 'perhaps')
    await until(async () => (await hub.message(id, 'unsure')).state === 'uncertain', 'an uncertain message')
    hub.probe.answer = () => ({ status: 200, body: { id: randomUUID() } })
    await hub.database.query('update message set at = $2, created_at = $2 where id = $1', [id, new Date(old)])
    await hub.database.query(`update conversation set unanswered_since = $2 where thread_id = 'waits' and workspace_id = $1`, [
      hub.workspaceId,
      new Date(old),
    ])
    await save(rules({ messages: 365 }))
    await retainWorkspace(hub.hub, hub.workspaceId)
    expect(await texts('waits')).toEqual(['nobody answered'])
    expect(await texts('unsure')).toContain('perhaps')
    await save(rules({}))
  })

  test('the narrowest rule counts: account before channel before workspace', async () => {
    await hub.deliver([received('n1', { thread: 'narrow', at: old, text: 'kept' })])
    await hub.database.query('update conversation set unanswered_since = null')
    const of = (exceptions: Retention['exceptions']) => preview(rules({ messages: 365, exceptions }))
    const forever = { messages: null, files: null }
    const found = (await preview(rules({ messages: 365 }))).messages.count
    expect(found).toBeGreaterThan(0)
    expect((await of([{ channel: 'probe', accountId: null, ...forever }])).messages.count).toBe(0)
    expect((await of([{ channel: null, accountId: hub.account.id, ...forever }])).messages.count).toBe(0)
    const both = [
      { channel: 'probe', accountId: null, ...forever },
      { channel: null, accountId: hub.account.id, messages: 365, files: null },
    ]
    expect((await of(both)).messages.count).toBe(found)
    expect((await of([{ channel: 'other', accountId: null, ...forever }])).messages.count).toBe(found)
  })

  test('a run that ends in the middle is gone on with', async () => {
    const many = Array.from({ length: 40 }, (_, index) => received(`many${index}`, { thread: 'many', at: old + index, text: `m${index}` }))
    await hub.deliver(many)
    await hub.database.query('update conversation set unanswered_since = null')
    const { key } = await attach('m0', 'many')
    await save(rules({ messages: 365 }))
    // Dies after the rows, before the bytes: the list of what is to be removed is there.
    const { remove } = hub.hub.storage
    hub.hub.storage.remove = async () => {
      throw new Error('killed')
    }
    await retainWorkspace(hub.hub, hub.workspaceId)
    await expect(removeBytes(hub.hub)).rejects.toThrow('killed')
    hub.hub.storage.remove = remove
    await removeBytes(hub.hub)
    expect(await hub.hub.storage.exists(key)).toBe(false)
    expect(await texts('many')).toEqual([])
    expect(await hub.database.query('select 1 from file_removal')).toEqual([])
    await save(rules({}))
  })
})

describe('files', () => {
  test('go alone where only they have a rule: the message stays and says so', async () => {
    await hub.deliver([received('f1', { thread: 'files', at: old, text: 'with a file' })])
    await hub.database.query('update conversation set unanswered_since = null')
    const { key, fileId } = await attach('with a file', 'files')
    const value = rules({ files: 90 })
    expect((await preview(value)).files).toEqual({ count: 1, bytes: 5 })
    await save(value)
    await retainWorkspace(hub.hub, hub.workspaceId)
    await removeBytes(hub.hub)
    expect(await hub.hub.storage.exists(key)).toBe(false)
    expect(await texts('files')).toEqual(['with a file'])
    expect(await hub.database.query('select state, reason, storage_key from file where id = $1', [fileId])).toEqual([
      { state: 'failed', reason: 'removed_by_rule', storage_key: null },
    ])
    await save(rules({}))
  })
})

describe('traces', () => {
  test('search index, audit, addresses and deliveries go by their own days', async () => {
    const long = new Date(Date.now() - 800 * day)
    await inWorkspace(hub.hub, hub.workspaceId, async tx => {
      await tx.client.query(
        `insert into operation (workspace_id, id, what, details, at, ip) values ($1, $2, 'test.done', '{}', $3, '192.0.2.1')`,
        [hub.workspaceId, randomUUID(), long],
      )
      // Younger than what is forgotten of addresses by default: no run before takes it.
      await tx.client.query(
        `insert into operation (workspace_id, id, what, details, at, ip) values ($1, $2, 'test.done', '{}', $3, '192.0.2.1')`,
        [hub.workspaceId, randomUUID(), new Date(Date.now() - 40 * day)],
      )
    })
    await hub.database.query('update message_search set at = $1', [long])
    const found = await preview(rules({ search: 365, audit: 730, addresses: 30 }))
    expect(found.audit).toBe(1)
    expect(found.addresses).toBeGreaterThanOrEqual(1)
    expect(found.search).toBeGreaterThan(0)
    await save(rules({ search: 365, audit: 730, addresses: 30 }))
    await retainWorkspace(hub.hub, hub.workspaceId)
    expect(await preview(rules({ search: 365, audit: 730, addresses: 30 }))).toMatchObject({ search: 0, audit: 0, addresses: 0 })
    await save(rules({}))
  })

  test('days below the least are refused', async () => {
    await expect(save(rules({ messages: 3 }))).rejects.toThrow()
    await expect(save(rules({ audit: 30 }))).rejects.toThrow()
  })
})
