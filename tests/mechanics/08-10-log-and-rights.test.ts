/** The event log, who sees what, row-level security [mechanics 8-10]: each test would fail without its decision. */

import { applyEvent, type InboxState, openStream, type StoredEvent, stateFromSnapshot, withMessages } from '@dragoman/api'
import { atLeast, inWorkspace, maySee, maySeeAccount, newId, readLog, type Seer } from '@dragoman/hub'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, clientWith, textBody, until } from '../support/test-hub.ts'

let hub: ProbeHub
let workspaceId: string
beforeAll(async () => {
  hub = await startProbeHub()
  workspaceId = (await hub.owner.call('session')).workspace.id
})
afterAll(async () => {
  await hub?.close()
})

/** A stream as a member's browser would open it. */
function streamOf(cookie: string, cursor: string) {
  const events: StoredEvent[] = []
  const cursors: string[] = []
  let resyncs = 0
  class SignedInSocket extends WebSocket {
    constructor(url: string, protocols?: string[]) {
      super(url, protocols, { headers: { cookie } })
    }
  }
  const stream = openStream(
    `${hub.url.replace('http', 'ws')}/v1/events`,
    cursor,
    {
      onEvents: (more, at) => {
        events.push(...more)
        cursors.push(at)
      },
      onEphemeral: () => {},
      onResync: () => {
        resyncs++
      },
      onState: () => {},
    },
    { WebSocket: SignedInSocket },
  )
  return { events, cursors, resyncs: () => resyncs, close: () => stream.close() }
}

describe('8. event log', () => {
  test('positions are gapless and in commit order under concurrent writers', async () => {
    await hub.deliver(Array.from({ length: 12 }, (_, index) => received(`log-${index}`, { thread: `log-${index}` })))
    const conversations = (await hub.owner.call('conversations', { query: { limit: 100 } })).conversations
    await Promise.all(
      conversations.flatMap(({ id }) =>
        Array.from({ length: 4 }, () =>
          hub.owner.call('sendMessage', {
            params: { conversationId: id },
            body: { clientId: clientId(), body: textBody('hi'), note: true },
          }),
        ),
      ),
    )
    const rows = await hub.database.query<{ position: number; head: number }>(
      'select e.position, h.position as head from event_log e join log_head h using (workspace_id) order by e.position',
    )
    expect(rows.map(row => row.position)).toEqual(rows.map((_, index) => index + 1))
    expect(rows.at(-1)!.position).toBe(rows[0]!.head)
  })

  test('a cursor of another epoch is told to take a new snapshot; so is one from before what is kept', async () => {
    expect(await readLog(hub.hub, workspaceId, { epoch: crypto.randomUUID(), position: 1 }, 10)).toEqual({ kind: 'resync' })
    const [head] = await hub.database.query<{ epoch: string }>('select epoch from log_head')
    await hub.database.query('delete from event_log where position < 5')
    expect(await readLog(hub.hub, workspaceId, { epoch: head!.epoch, position: 1 }, 10)).toEqual({ kind: 'resync' })
    const stream = streamOf(hub.cookie, `${crypto.randomUUID()}:3`)
    await until(() => stream.resyncs() === 1, 'resync over the wire')
    stream.close()
  })

  test('old snapshot + events = new snapshot, over the wire, through a lost connection', async () => {
    const take = async (): Promise<InboxState> => {
      const state = stateFromSnapshot(await hub.owner.call('snapshot', { query: { limit: 100 } }))
      const thread = await hub.owner.call('messages', { params: { conversationId }, query: { limit: 200 } })
      return withMessages(state, conversationId, thread.messages)
    }
    await hub.deliver([received('snap-1', { thread: 'snap' })])
    const conversationId = (await hub.conversation('snap')).id
    const before = await take()
    const stream = streamOf(hub.cookie, before.cursor)
    await hub.deliver([received('snap-2', { thread: 'snap' }), received('snap-3', { thread: 'snap', replyTo: 'snap-1' })])
    const sent = await hub.say('snap', 'an answer')
    await hub.owner.call('assign', { params: { conversationId }, body: { memberId: before.me.memberId } })
    await hub.owner.call('saveDraft', {
      params: { conversationId, mode: 'reply' },
      body: { version: 0, body: textBody('half a sen'), replyToId: null },
    })
    await hub.owner.call('markRead', { params: { conversationId }, body: { readCount: 2 } })
    await until(async () => (await hub.message(sent.id, 'snap')).state === 'sent', 'sent')
    await hub.owner.call('close', { params: { conversationId }, body: {} })
    const after = await take()
    await until(() => stream.cursors.at(-1) === after.cursor, 'the stream at the snapshot’s cursor')
    stream.close()
    const replayed = stream.events.reduce(applyEvent, before)
    // The snapshot's list holds open conversations; the one that was closed lives on in the replayed state.
    expect(replayed.messages).toEqual(after.messages)
    expect(replayed.drafts[`${conversationId}:reply`]).toEqual(
      (await hub.owner.call('conversation', { params: { conversationId } })).drafts[0],
    )
    expect(replayed.conversations[conversationId]).toEqual(
      (await hub.owner.call('conversation', { params: { conversationId } })).conversation,
    )
    expect(stream.events.reduce(applyEvent, replayed)).toEqual(replayed)
  })
})

describe('9. who sees what', () => {
  test('the function and the SQL say the same', async () => {
    await hub.deliver([received('see-1', { thread: 'see' })])
    const accounts = (await hub.database.query<{ id: string }>('select id from account')).map(row => row.id)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('agent' as const, 'manager' as const, 'owner' as const),
        fc.option(fc.subarray([...accounts, newId()])),
        async (role, accountIds) => {
          const seer: Seer = { memberId: newId(), role, accountIds }
          const rows = await inWorkspace(
            hub.hub,
            workspaceId,
            async tx =>
              (
                await sql<{
                  id: string
                }>`select c.id from conversation c where ${maySeeAccount(seer, sql.ref<string>('c.account_id'))}`.execute(tx.db)
              ).rows,
          )
          const all = await hub.database.query<{ id: string; account_id: string }>('select id, account_id from conversation')
          expect(new Set(rows.map(row => row.id))).toEqual(
            new Set(all.filter(row => maySee(seer, { accountId: row.account_id, conversationId: row.id })).map(row => row.id)),
          )
        },
      ),
      { numRuns: 20 },
    )
    expect(atLeast('agent', 'manager')).toBe(false)
  })

  test('a change of rights makes conversations enter and leave; what may not be seen is 404 and not streamed', async () => {
    const { url } = await hub.owner.call('invite', { body: { role: 'agent' } })
    const response = await fetch(`${hub.url}/v1/invitations/by-token/${url.split('/').at(-1)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
      body: JSON.stringify({ name: 'Agent', email: 'agent@example.com', password: 'long enough password', language: 'en' }),
    })
    const cookie = response.headers.get('set-cookie')!.split(';')[0]!
    const agent = clientWith(hub.url, cookie)
    const { me } = await agent.call('session')
    const conversation = await hub.conversation('see')
    const snapshot = await agent.call('snapshot')
    expect(snapshot.conversations.some(row => row.id === conversation.id)).toBe(true)
    const stream = streamOf(cookie, snapshot.cursor)

    const { updateMember, actorOf } = await import('@dragoman/hub')
    const owner = (await actorOf(hub.hub, hub.cookie.split('=')[1]!))!
    await updateMember(hub.hub, owner, me.memberId, { accountIds: [] })
    await until(
      () => stream.events.some(event => event.kind === 'conversation.left' && event.conversationId === conversation.id),
      'conversation.left',
    )
    await expect(agent.call('conversation', { params: { conversationId: conversation.id } })).rejects.toMatchObject({
      problem: { code: 'not_found' },
    })
    await until(async () => (await agent.call('conversations')).conversations.length === 0, 'an empty list')
    const seenBefore = stream.events.length
    const cursorBefore = stream.cursors.at(-1)
    await hub.deliver([received('see-2', { thread: 'see' })])
    await until(() => stream.cursors.at(-1) !== cursorBefore, 'a cursor that moves over what is hidden')
    expect(stream.events.slice(seenBefore).filter(event => event.kind === 'message.created')).toEqual([])
    await updateMember(hub.hub, owner, me.memberId, { accountIds: null })
    await until(
      () => stream.events.some(event => event.kind === 'conversation.entered' && event.conversation.id === conversation.id),
      'conversation.entered',
    )
    stream.close()
  })
})

describe('10. row-level security', () => {
  const globalTables = [
    'app_user',
    'session',
    'sign_in_step',
    'node',
    'rate_limit',
    'database_mark',
    'kysely_migration',
    'kysely_migration_lock',
  ]

  test('every table but the listed ones has forced row-level security, the app’s policy, and keys that begin with the workspace', async () => {
    const tables = await hub.database.query<{ name: string; rls: boolean; forced: boolean; policies: string[] }>(
      `select c.relname as name, c.relrowsecurity as rls, c.relforcerowsecurity as forced, array(select polname::text from pg_policy where polrelid = c.oid) as policies
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind in ('r', 'p')
          -- Parts of a table are reached through it only, with its policies.
          and not c.relispartition`,
    )
    const workspaceTables = tables.filter(table => !globalTables.includes(table.name))
    expect(workspaceTables.length).toBeGreaterThan(30)
    for (const table of workspaceTables)
      expect(table, table.name).toMatchObject({ rls: true, forced: true, policies: expect.arrayContaining(['app_workspace']) })
    const keys = await hub.database.query<{ table: string; first: string; kind: string }>(
      `select r.relname as table, a.attname as first, c.contype::text as kind from pg_constraint c join pg_class r on r.oid = c.conrelid join pg_namespace n on n.oid = r.relnamespace
        join pg_attribute a on a.attrelid = r.oid and a.attnum = c.conkey[1] where n.nspname = 'public' and c.contype in ('p', 'u', 'f')`,
    )
    const wrong = keys.filter(
      key => !globalTables.includes(key.table) && key.first !== 'workspace_id' && !(key.table === 'member' && key.first === 'user_id'),
    )
    expect(wrong).toEqual([])
    const unique = await hub.database.query<{ index: string }>(
      `select i.relname as index from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid join pg_namespace n on n.oid = t.relnamespace
        left join pg_attribute a on a.attrelid = t.oid and a.attnum = x.indkey[0] where n.nspname = 'public' and x.indisunique and not t.relname = any($1) and a.attname is distinct from 'workspace_id'`,
      [globalTables],
    )
    expect(unique).toEqual([])
  })

  test('the app role owns nothing, passes no wall, and sees one workspace', async () => {
    const [role] = await hub.database.query<{ rolsuper: boolean; rolbypassrls: boolean; owned: number }>(
      `select rolsuper, rolbypassrls, (select count(*)::int from pg_class where relowner = r.oid) as owned from pg_roles r where rolname = 'dragoman_app'`,
    )
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, owned: 0 })
    const other = newId()
    await hub.database.query(`insert into workspace (workspace_id, name) values ($1, 'Other')`, [other])
    const names = await inWorkspace(hub.hub, workspaceId, tx => tx.db.selectFrom('workspace').select('name').execute())
    expect(names).toEqual([{ name: 'Test' }])
    await expect(
      inWorkspace(hub.hub, workspaceId, tx =>
        tx.db.insertInto('contact').values({ workspace_id: other, id: newId(), name: 'x' }).execute(),
      ),
    ).rejects.toThrow(/row-level security/)
    expect(await hub.hub.pools.app.query('select count(*)::int as n from contact').then(({ rows }) => rows[0].n)).toBe(0)
  })

  test('search uses its index although the role is under row-level security', async () => {
    await hub.database.query(
      `insert into message_search (workspace_id, message_id, conversation_id, at, words) select $1, gen_random_uuid(), gen_random_uuid(), now(), to_tsvector('russian', 'слово' || n || ' чайник') from generate_series(1, 20000) n`,
      [workspaceId],
    )
    await hub.database.query('analyze message_search')
    const plan = await hub.database.query<{ 'QUERY PLAN': string }>(
      `explain select s.message_id from message_search s where s.workspace_id = '${workspaceId}' and s.words @@ websearch_to_tsquery('russian', 'слово77') limit 4000`,
    )
    expect(plan.map(row => row['QUERY PLAN']).join('\n')).toContain('message_search_words')
    const [{ found }] = (await inWorkspace(
      hub.hub,
      workspaceId,
      async tx =>
        (
          await tx.client.query(
            `select count(*)::int as found from search_messages(websearch_to_tsquery('russian', 'слово77'), 20, '-infinity', 'infinity')`,
          )
        ).rows,
    )) as [{ found: number }]
    expect(found).toBe(1)
    // As the app role, through the function: pages read tell whether the whole table was walked (20,000 rows are some 300 pages).
    const plan2 = await inWorkspace(
      hub.hub,
      workspaceId,
      async tx =>
        (
          await tx.client.query<{ 'QUERY PLAN': string }>(
            `explain (analyze, buffers, timing off, summary off) select * from search_messages(websearch_to_tsquery('russian', 'слово78'), 20, '-infinity', 'infinity')`,
          )
        ).rows,
    )
    const pages = Number(/shared hit=(\d+)/.exec(plan2.map(row => row['QUERY PLAN']).join('\n'))?.[1] ?? 0)
    const [{ relpages }] = (await hub.database.query<{ relpages: number }>(
      `select relpages from pg_class where relname = 'message_search'`,
    )) as [{ relpages: number }]
    expect(relpages).toBeGreaterThan(150)
    expect(pages).toBeLessThan(relpages)
  })
})
