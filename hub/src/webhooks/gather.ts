/**
 * Turns the event log into deliveries. Always holds: a webhook's place in the log moves in the same transaction that makes its deliveries, so each event
 * is made into one delivery, once, whatever dies in between; a place that the log no longer has is noted as a gap, never passed over in silence.
 */
import type { StoredEvent, WebhookType } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { bulkInsert } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { messageViews } from '../messages/views.ts'
import { toldOf } from './payload.ts'

const eventsAtOnce = 500

/** One round for a workspace. Returns how many deliveries were made. */
export async function gatherDeliveries(hub: Hub, workspaceId: string): Promise<number> {
  return await inWorkspace(hub, workspaceId, async tx => {
    const { rows } = await tx.client.query({
      name: 'webhooks_behind',
      text: `select w.id, w.types, w.account_ids, w.log_epoch, w.log_position, h.epoch, h.position from webhook w join log_head h on h.workspace_id = w.workspace_id
        where w.workspace_id = $1 and w.deleted_at is null and (w.log_epoch <> h.epoch or w.log_position < h.position) order by w.id for update of w skip locked`,
      values: [workspaceId],
    })
    let made = 0
    for (const row of rows) made += await gather(hub, tx, row)
    if (made > 0) tx.afterCommit(() => hub.bell.ring('webhooks'))
    return made
  })
}

interface Behind {
  id: string
  types: string[]
  account_ids: string[] | null
  log_epoch: string
  log_position: number
  epoch: string
  position: number
}

async function gather(hub: Hub, tx: Transaction, webhook: Behind): Promise<number> {
  const { rows } = await tx.client.query<{
    position: number
    account_id: string | null
    member_id: string | null
    payload: Buffer
    at: Date
  }>({
    name: 'webhook_events',
    text: 'select position, account_id, member_id, payload, at from event_log where workspace_id = $1 and position > $2 order by position limit $3',
    values: [tx.workspaceId, webhook.log_position, eventsAtOnce],
  })
  const isGap =
    webhook.epoch !== webhook.log_epoch ||
    (rows[0] ? rows[0].position !== webhook.log_position + 1 : webhook.log_position < webhook.position)
  if (isGap) await recordOperation(tx, { memberId: null }, 'webhook.gap', null, { webhookId: webhook.id, after: webhook.log_position })
  const wants = (type: WebhookType) => webhook.types.length === 0 || webhook.types.includes(type)
  const logged = rows
    .filter(row => row.member_id === null)
    .filter(row => webhook.account_ids === null || row.account_id === null || webhook.account_ids.includes(row.account_id))
    .map(row => ({ row, event: hub.codec.openJson<StoredEvent>(tx.workspaceId, row.payload) }))
  const movedIds = logged.flatMap(({ event }) => (event.kind === 'state.changed' && wants('message.updated') ? [event.messageId] : []))
  const moved = new Map((await messageViews(hub, tx, [...new Set(movedIds)])).map(message => [message.id, message]))
  const told = logged.flatMap(({ row, event }) => {
    const one = toldOf(event, moved)
    return one && wants(one.type) ? [{ ...one, row }] : []
  })
  await bulkInsert(
    tx,
    'webhook_delivery',
    { id: 'uuid', webhook_id: 'uuid', type: 'text', position: 'bigint', payload: 'bytea', event_at: 'timestamptz' },
    told.map(({ type, data, row }) => ({
      id: newId(),
      webhook_id: webhook.id,
      type,
      position: row.position,
      payload: hub.codec.seal(tx.workspaceId, JSON.stringify({ type, timestamp: row.at.toISOString(), data })),
      event_at: row.at,
    })),
    'on conflict do nothing',
  )
  await tx.client.query('update webhook set log_epoch = $3, log_position = $4 where workspace_id = $1 and id = $2', [
    tx.workspaceId,
    webhook.id,
    webhook.epoch,
    rows.at(-1)?.position ?? webhook.position,
  ])
  return told.length
}
