/**
 * Enters recovered mode [mechanics 8, 26]: what was under way when the data ends may have happened since, and nobody here can know. Always holds: in one
 * transaction for all workspaces; cursors of before are told to resync; nothing that anybody outside could notice leaves until a manager releases it
 * (docs/decisions/0019-recovered.md says of each thing what becomes of it); entered twice, it is as if once.
 */
import { randomUUID } from 'node:crypto'
import { type Failure, messageState, type PartState } from '@dragoman/core'
import type pg from 'pg'
import { newId } from '../database/ids.ts'

export type RecoveryReason = 'restore' | 'copy' | 'promotion' | 'marked'

/** What stands on a part that may have left. */
export const recoveredFailure: Failure = {
  kind: 'uncertain',
  code: 'recovered',
  detail: 'The hub was brought back from earlier data: whether this was sent meanwhile is not known',
}

const messagesAtOnce = 1_000

/** Enters it, as the owner, inside the caller’s transaction. `dataUntil`: null where it has to be guessed from the newest event. Returns how many parts are held. */
export async function beginRecovery(client: pg.ClientBase, reason: RecoveryReason, dataUntil: Date | null): Promise<number> {
  // Sessions that were ended since would live again. After a promotion the data is seconds old: nobody is thrown out.
  if (reason === 'restore' || reason === 'copy') await client.query('delete from session')
  await client.query('delete from sign_in_step')
  await client.query('update poll_lease set node_id = null')
  await dropMails(client)
  const { rows: workspaces } = await client.query<{ workspace_id: string }>('select workspace_id from log_head order by workspace_id')
  const epochs = workspaces.map(() => randomUUID())
  let held = 0
  for (const [index, { workspace_id }] of workspaces.entries()) held += await hold(client, workspace_id, epochs[index]!, reason, dataUntil)
  // Last, as everywhere: whoever writes an event holds this row until his end, and waits for none of the others any more.
  await client.query(
    'update log_head h set epoch = v.epoch from unnest($1::uuid[], $2::uuid[]) as v(id, epoch) where h.workspace_id = v.id',
    [workspaces.map(row => row.workspace_id), epochs],
  )
  return held
}

async function hold(
  client: pg.ClientBase,
  workspaceId: string,
  epoch: string,
  reason: RecoveryReason,
  dataUntil: Date | null,
): Promise<number> {
  await client.query(
    `select 1 from conversation where workspace_id = $1 and id in (select conversation_id from part where workspace_id = $1 and state in ('pending', 'sending')) order by id for update`,
    [workspaceId],
  )
  const recoveryId = await openRecovery(client, workspaceId, reason, dataUntil)
  // Without `sending_since`, time does not make it unknown: a person decides. Without `holds_until`, what comes later need not wait for it.
  const { rowCount } = await client.query(
    `with found as (select id, state from part where workspace_id = $1 and state in ('pending', 'sending') order by id for update),
      changed as (update part p set state = 'uncertain', node_id = null, sending_since = null, holds_until = null, failure = $3
        from found f where p.workspace_id = $1 and p.id = f.id)
    insert into held_part (workspace_id, recovery_id, part_id, was) select $1, $2, id, state from found on conflict do nothing`,
    [workspaceId, recoveryId, JSON.stringify(recoveredFailure)],
  )
  await refreshStates(client, workspaceId, recoveryId)
  await client.query(`update account set held_since = now() where workspace_id = $1 and status <> 'disconnected' and held_since is null`, [
    workspaceId,
  ])
  await client.query(`update automatic_answer set state = 'held', reason = 'recovered' where workspace_id = $1 and state = 'due'`, [
    workspaceId,
  ])
  await client.query(
    `update automatic_answer_place p set epoch = $2, position = h.position from log_head h where p.workspace_id = $1 and h.workspace_id = $1`,
    [workspaceId, epoch],
  )
  // Told perhaps, perhaps not: a person can send each again from the list of deliveries.
  await client.query(
    `update webhook_delivery set state = 'failed', leased_until = null where workspace_id = $1 and state in ('pending', 'sending')`,
    [workspaceId],
  )
  await client.query(
    `update webhook w set log_epoch = $2, log_position = h.position from log_head h where w.workspace_id = $1 and h.workspace_id = $1`,
    [workspaceId, epoch],
  )
  await client.query(
    `update push_message set state = 'failed', leased_until = null where workspace_id = $1 and state in ('pending', 'sending')`,
    [workspaceId],
  )
  await client.query(
    `update push_place p set log_epoch = $2, log_position = h.position from log_head h where p.workspace_id = $1 and h.workspace_id = $1`,
    [workspaceId, epoch],
  )
  await client.query(
    `update invitation set mail_state = 'failed', mail_reason = 'The hub was brought back from earlier data: whether it was mailed is not known.', mail_at = now(), token = null
      where workspace_id = $1 and mail_state = 'queued'`,
    [workspaceId],
  )
  await client.query(
    `update cutover set state = 'failed', result = result || '{"problem":"recovered"}', finished_at = now() where workspace_id = $1 and state = 'running'`,
    [workspaceId],
  )
  await note(client, workspaceId, 'hub.recovered', { reason, held: rowCount ?? 0, dataUntil: dataUntil?.toISOString() ?? null })
  return rowCount ?? 0
}

/** The open one where there is one: what is held stays held, and more comes to it. */
async function openRecovery(client: pg.ClientBase, workspaceId: string, reason: RecoveryReason, dataUntil: Date | null): Promise<string> {
  const { rows } = await client.query<{ id: string }>(
    `insert into recovery (workspace_id, id, reason, data_until)
        values ($1, $2, $3, coalesce($4, (select max(at) from event_log where workspace_id = $1)))
      on conflict (workspace_id) where released_at is null do update set reason = excluded.reason, begun_at = now(), data_until = least(recovery.data_until, excluded.data_until)
      returning id`,
    [workspaceId, newId(), reason, dataUntil],
  )
  return rows[0]!.id
}

async function refreshStates(client: pg.ClientBase, workspaceId: string, recoveryId: string): Promise<void> {
  const { rows } = await client.query<{ message_id: string }>(
    `select distinct p.message_id from held_part h join part p on p.workspace_id = h.workspace_id and p.id = h.part_id where h.workspace_id = $1 and h.recovery_id = $2`,
    [workspaceId, recoveryId],
  )
  for (let at = 0; at < rows.length; at += messagesAtOnce) {
    const ids = rows.slice(at, at + messagesAtOnce).map(row => row.message_id)
    const { rows: found } = await client.query<{ message_id: string; states: PartState[] }>(
      'select message_id, array_agg(state order by index) as states from part where workspace_id = $1 and message_id = any($2::uuid[]) group by message_id',
      [workspaceId, ids],
    )
    await client.query(
      `with v as (select * from unnest($2::uuid[], $3::text[]) as v(id, state)),
        m as (update message set state = v.state from v where message.workspace_id = $1 and message.id = v.id returning message.id, message.conversation_id, v.state)
        update conversation c set last_message = jsonb_set(c.last_message, '{state}', to_jsonb(m.state)) from m
        where c.workspace_id = $1 and c.id = m.conversation_id and c.last_message->>'id' = m.id::text`,
      [workspaceId, found.map(row => row.message_id), found.map(row => messageState(row.states))],
    )
  }
}

/** Mails that wait in the jobs: perhaps sent meanwhile. Other jobs are safe to run twice and touch nobody outside. */
async function dropMails(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(`select to_regclass('graphile_worker._private_jobs') is not null as there`)
  if (!rows[0]!.there) return
  await client.query(
    `delete from graphile_worker._private_jobs j using graphile_worker._private_tasks t where t.id = j.task_id and t.identifier in ('send_invitation', 'mail_webhook_paused')`,
  )
}

async function note(client: pg.ClientBase, workspaceId: string, what: string, details: object): Promise<void> {
  await client.query('insert into operation (workspace_id, id, what, details) values ($1, $2, $3, $4)', [
    workspaceId,
    newId(),
    what,
    JSON.stringify(details),
  ])
}
