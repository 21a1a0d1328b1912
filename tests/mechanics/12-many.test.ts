/** One account writes to many, and what a claim costs then [mechanics 12, 15]. */
import { inWorkspace, type ManySent, newId, sendMany } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { candidatesSql } from '../../hub/src/deliver/claim.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { textBody, until } from '../support/test-hub.ts'

let hub: ProbeHub
beforeAll(async () => {
  hub = await startProbeHub()
})
afterAll(async () => {
  await hub?.close()
})

const begin = async (threads: readonly string[]) => {
  await hub.deliver(threads.map(thread => received(`${thread}-0`, { thread })))
  return await Promise.all(threads.map(async thread => (await hub.conversation(thread)).id))
}
const many = (messages: { id: string; conversationId: string; body: ReturnType<typeof textBody> }[], sendAt?: number): Promise<ManySent> =>
  inWorkspace(hub.hub, hub.workspaceId, tx =>
    sendMany(hub.hub, tx, { accountId: hub.account.id, messages, label: 'test', ...(sendAt === undefined ? {} : { sendAt }) }),
  )

describe('12. many messages at once', () => {
  test('each goes out once, in the lane behind people’s words; a repeat of the chunk adds nothing', async () => {
    const threads = Array.from({ length: 40 }, (_, index) => `many-${index}`)
    const conversations = await begin(threads)
    const messages = conversations.map(conversationId => ({ id: newId(), conversationId, body: textBody('We open at ten.') }))
    const first = await many(messages)
    expect(first.sent).toHaveLength(40)
    expect(first.refused).toEqual([])
    expect((await many(messages)).sent).toHaveLength(40)
    const lanes = await hub.database.query('select distinct lane from part where message_id = any($1::uuid[])', [
      messages.map(one => one.id),
    ])
    expect(lanes).toEqual([{ lane: 'bulk' }])
    await until(() => threads.every(thread => hub.probe.requests.some(request => request.body.to === thread)), 'all forty')
    await until(
      async () => (await hub.database.query(`select 1 from part where state in ('pending', 'sending')`)).length === 0,
      'all recorded',
    )
    for (const thread of threads) expect(hub.probe.requests.filter(request => request.body.to === thread)).toHaveLength(1)
    const [shown] = (await hub.thread('many-0')).filter(message => message.direction === 'out')
    expect(shown).toMatchObject({ state: 'sent', author: { kind: 'system' }, system: { what: 'test' } })
    // Whoever was not answered is still not answered, and nobody is told that somebody else wrote meanwhile.
    expect(await hub.conversation('many-0')).toMatchObject({ lastOutId: null, lastMessage: { state: 'sent', direction: 'out' } })
    expect((await hub.conversation('many-0')).unansweredSince).not.toBeNull()
  })

  test('who cannot be written to is told by reason, and the others are written to all the same', async () => {
    const [good, blocked] = await begin(['many-good', 'many-blocked'])
    await hub.deliver([
      {
        kind: 'contact.opted_out',
        externalId: 'many-block',
        at: Date.now(),
        threadId: 'many-blocked',
        identity: { externalIds: ['user:many-blocked'] },
        scope: 'all',
      },
    ])
    const ids = [newId(), newId(), newId()]
    const result = await many([
      { id: ids[0]!, conversationId: good!, body: textBody('Hello.') },
      { id: ids[1]!, conversationId: blocked!, body: textBody('Hello.') },
      { id: ids[2]!, conversationId: newId(), body: textBody('Hello.') },
    ])
    expect(result.sent).toEqual([ids[0]])
    expect(result.refused.toSorted((a, b) => (a.reason < b.reason ? -1 : 1))).toEqual([
      { id: ids[1], reason: 'not_allowed' },
      { id: ids[2], reason: 'not_found' },
    ])
    expect(await hub.database.query('select 1 from message where id = any($1::uuid[])', [ids.slice(1)])).toEqual([])
  })

  test('what a claim costs does not depend on how much waits or was sent: it walks the front of one index', async () => {
    const [conversationId] = await begin(['many-plan'])
    const [message] = await hub.database.query<{ id: string }>('select id from message where conversation_id = $1 limit 1', [
      conversationId,
    ])
    await hub.database.query(
      `insert into part (workspace_id, id, message_id, conversation_id, account_id, index, lane, state, body, due_at, not_before)
        select $1, gen_random_uuid(), $2, gen_random_uuid(), $3, 0, case when n % 5 = 0 then 'talk' else 'bulk' end, case when n <= 20000 then 'pending' else 'read' end, '',
          now() + n * interval '1 hour', now() + n * interval '1 hour' from generate_series(1, 60000) n`,
      [hub.workspaceId, message!.id, hub.account.id],
    )
    await hub.database.query('analyze part')
    try {
      const values = ['{0}', `{${hub.workspaceId}}`, `{${hub.account.id}}`, '{bulk}', '{50}']
      await hub.database.query(`prepare claim (int[], uuid[], uuid[], text[], int[]) as ${candidatesSql}`)
      const plan = await hub.database.query<{ 'QUERY PLAN': string }>(
        `explain execute claim(${values.map(value => `'${value}'`).join(', ')})`,
      )
      const text = plan.map(row => row['QUERY PLAN']).join('\n')
      expect(text).toMatch(/Index (Only )?Scan using part_ready/)
      expect(text).not.toMatch(/Seq Scan on part|Hash|Bitmap Heap Scan on part|Sort.*part_ready/)
    } finally {
      await hub.database.query(`delete from part where body = ''`)
    }
  })
})
