/**
 * Gives back what dead nodes held, and lets time settle what nobody else will [mechanics 13]. Always holds: safe to run on every node at once; a part
 * that may have left is never put back into the queue, unless a repeat is harmless. Who was killed lets go of his lock at once: he is dead as soon as he may
 * start nothing any more. That says nothing where the database itself was away a moment ago, and others may still be on their way back to it.
 */
import { asSystem, inWorkspace } from '../database/transaction.ts'
import { refreshMessages } from '../deliver/record.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import { lockKey } from './alive.ts'
import { deadAfterMs, mayStartWithinMs } from './lease.ts'

/** How long a request may still be under way after it was claimed: the runner's hard time-out and some room. */
const sendTimeoutMs = 20_000
const unknownAfterMs = 24 * 3_600_000
/** A sending that its own living node neither finished nor gave back: far beyond any request, and a late answer still resolves it. */
const forgottenAfterMs = 10 * 60_000

interface Orphan {
  workspace_id: string
  id: string
  channel: string
  way: string
}

/** One round. Returns how many parts were settled. */
export async function sweepNodes(hub: Hub): Promise<number> {
  const touched = await asSystem(hub, async tx => {
    const { rows: dead } = await tx.client.query<{ id: string; worker_ids: string[] }>(
      `delete from node where id in (select id from node where case
          when heartbeat_at < clock_timestamp() - $1 * interval '1 millisecond' then true
          when $3 and heartbeat_at < clock_timestamp() - $2 * interval '1 millisecond' then pg_try_advisory_xact_lock(${lockKey('id')})
          else false end for update skip locked) returning id, worker_ids`,
      [deadAfterMs, mayStartWithinMs, hub.bell.knownAliveMs() > mayStartWithinMs],
    )
    if (dead.length > 0) hub.log.warn({ nodes: dead.map(row => row.id) }, 'nodes are gone: their leases are swept')
    const workerIds = dead.flatMap(row => row.worker_ids)
    if (workerIds.length > 0) {
      // Its own schema, its own troubles: a failure here must not undo the rest of the round.
      await tx.client.query('savepoint unlock')
      await tx.client
        .query('select graphile_worker.force_unlock_workers($1::text[])', [workerIds])
        .catch(() => tx.client.query('rollback to savepoint unlock'))
    }
    await tx.client.query('update poll_lease set node_id = null where node_id is not null and node_id not in (select id from node)')
    // Only those that are being fetched: of all files there are too many to look at each second.
    await tx.client.query(
      "update file set node_id = null where state = 'expected' and node_id is not null and node_id not in (select id from node)",
    )
    const { rows: orphans } = await tx.client.query<Orphan>(
      `select p.workspace_id, p.id, a.channel, a.way from part p join account a on a.workspace_id = p.workspace_id and a.id = p.account_id
        where p.state = 'sending' and (p.node_id is null or p.node_id not in (select id from node) or p.sending_since < clock_timestamp() - $1 * interval '1 millisecond')
        limit 500 for update of p skip locked`,
      [forgottenAfterMs],
    )
    const harmless = orphans.filter(row => row.way === 'visitor' || channelOf(hub, row.channel).send.repeatable)
    const uncertain = orphans.filter(row => !harmless.includes(row))
    await update(
      `update part p set state = 'pending', node_id = null from unnest($1::uuid[], $2::uuid[]) as v(w, id) where p.workspace_id = v.w and p.id = v.id returning p.workspace_id, p.message_id`,
      harmless,
    )
    const held = await update(
      `update part p set state = 'uncertain', node_id = null, holds_until = p.sending_since + $3 * interval '1 millisecond',
          failure = '{"kind":"uncertain","code":"node_lost","detail":"The hub stopped while this was being sent"}'
        from unnest($1::uuid[], $2::uuid[]) as v(w, id) where p.workspace_id = v.w and p.id = v.id returning p.workspace_id, p.message_id`,
      uncertain,
      sendTimeoutMs,
    )
    const { rows: unknown } = await tx.client.query<{ workspace_id: string; message_id: string }>(
      `update part set state = 'unknown' where state = 'uncertain' and sending_since < now() - $1 * interval '1 millisecond' returning workspace_id, message_id`,
      [unknownAfterMs],
    )
    return [...held, ...unknown]

    async function update(
      text: string,
      rows: readonly Orphan[],
      ...more: unknown[]
    ): Promise<{ workspace_id: string; message_id: string }[]> {
      if (rows.length === 0) return []
      return (await tx.client.query(text, [rows.map(row => row.workspace_id), rows.map(row => row.id), ...more])).rows
    }
  })
  // Whoever settled them and was killed before he could tell: their messages still look as if they were on their way.
  const { rows: untold } = await hub.pools.system.query<{ workspace_id: string; message_id: string }>(
    `select workspace_id, message_id from part where state = 'uncertain' and node_id is null and sending_since > now() - interval '2 minutes' limit 500`,
  )
  const settled = touched.map(row => row.message_id)
  touched.push(...untold)
  for (const workspaceId of new Set(touched.map(row => row.workspace_id))) {
    const candidates = [...new Set(touched.filter(row => row.workspace_id === workspaceId).map(row => row.message_id))]
    await inWorkspace(hub, workspaceId, async tx => {
      const { rows: due } = await tx.client.query<{ id: string }>(
        "select id from message where workspace_id = $1 and id = any($2::uuid[]) and (id = any($3::uuid[]) or state in ('pending', 'sending'))",
        [workspaceId, candidates, settled],
      )
      const messageIds = due.map(row => row.id)
      if (messageIds.length === 0) return
      await tx.client.query(
        'select 1 from conversation where workspace_id = $1 and id in (select conversation_id from message where workspace_id = $1 and id = any($2::uuid[])) order by id for update',
        [workspaceId, messageIds],
      )
      await refreshMessages(tx, messageIds)
      await appendChanges(hub, tx, { movedMessages: messageIds })
    })
  }
  hub.bell.ring('parts')
  return touched.length
}
