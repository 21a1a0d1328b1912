/** The log of a webhook, and sending again. Always holds: a replay keeps the delivery's id and words, so that the receiver can tell a repeat. */
import type { WebhookAttemptView, WebhookDeliveryView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'

const columns = `d.id, d.webhook_id, d.type, d.state, d.attempts, d.event_at, d.next_at, d.delivered_at, d.payload,
  (select a.status from webhook_attempt a where a.workspace_id = d.workspace_id and a.delivery_id = d.id order by a.number desc limit 1) as last_status`

interface Row {
  id: string
  webhook_id: string
  type: string
  state: WebhookDeliveryView['state']
  attempts: number
  event_at: Date
  next_at: Date
  delivered_at: Date | null
  payload: Buffer
  last_status: number | null
}

function toView(row: Row): WebhookDeliveryView {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    type: row.type,
    state: row.state,
    attempts: row.attempts,
    eventAt: row.event_at.getTime(),
    nextAt: row.state === 'pending' ? row.next_at.getTime() : null,
    deliveredAt: row.delivered_at?.getTime() ?? null,
    lastStatus: row.last_status,
  }
}

/** A page of the log, newest first. */
export async function listDeliveries(
  hub: Hub,
  actor: Actor,
  webhookId: string,
  query: { state?: string; type?: string; cursor?: string; limit: number },
): Promise<{ deliveries: WebhookDeliveryView[]; next: string | null }> {
  const [at, id] = query.cursor ? Buffer.from(query.cursor, 'base64url').toString('utf8').split('|') : []
  if (query.cursor && (!at || !id || Number.isNaN(Date.parse(at)) || !/^[0-9a-f-]{36}$/.test(id)))
    throw new HubProblem('invalid_request', 'The cursor is not one of ours.')
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const { rows } = await tx.client.query<Row>(
        `select ${columns} from webhook_delivery d where d.workspace_id = $1 and d.webhook_id = $2 and ($3::text is null or d.state = $3) and ($4::text is null or d.type = $4)
          and ($5::timestamptz is null or (d.event_at, d.id) < ($5, $6::uuid)) order by d.event_at desc, d.id desc limit $7`,
        [tx.workspaceId, webhookId, query.state ?? null, query.type ?? null, at ?? null, id ?? null, query.limit + 1],
      )
      const page = rows.slice(0, query.limit)
      const last = page.at(-1)
      const next = rows.length > query.limit && last ? Buffer.from(`${last.event_at.toISOString()}|${last.id}`).toString('base64url') : null
      return { deliveries: page.map(toView), next }
    },
    { snapshot: true },
  )
}

async function deliveryIn(tx: Transaction, deliveryId: string): Promise<Row> {
  const { rows } = await tx.client.query<Row>(`select ${columns} from webhook_delivery d where d.workspace_id = $1 and d.id = $2`, [
    tx.workspaceId,
    deliveryId,
  ])
  return found(rows[0], 'delivery')
}

/** One delivery with all its tries. Problem: not_found. */
export async function readDelivery(
  hub: Hub,
  actor: Actor,
  deliveryId: string,
): Promise<{ delivery: WebhookDeliveryView; payload: unknown; attempts: WebhookAttemptView[] }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const row = await deliveryIn(tx, deliveryId)
      const attempts = await tx.db
        .selectFrom('webhook_attempt')
        .selectAll()
        .where('delivery_id', '=', deliveryId)
        .orderBy('number', 'desc')
        .execute()
      return {
        delivery: toView(row),
        payload: hub.codec.openJson(tx.workspaceId, row.payload),
        attempts: attempts.map(one => ({
          number: one.number,
          at: one.at.getTime(),
          durationMs: one.duration_ms,
          status: one.status,
          ...hub.codec.openJson<Pick<WebhookAttemptView, 'request' | 'response' | 'error'>>(tx.workspaceId, one.details),
        })),
      }
    },
    { snapshot: true },
  )
}

/** Sends one delivery again, now. Problem: not_found. */
export async function replayDelivery(hub: Hub, actor: Actor, deliveryId: string): Promise<WebhookDeliveryView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await deliveryIn(tx, deliveryId)
    await tx.client.query(
      `update webhook_delivery set state = 'pending', tries = 0, next_at = now() where workspace_id = $1 and id = $2 and state <> 'sending'`,
      [tx.workspaceId, deliveryId],
    )
    tx.afterCommit(() => hub.bell.ring('webhooks'))
    return toView(await deliveryIn(tx, deliveryId))
  })
}

/** Sends everything of a time window (ms) again, in its order. Returns how many; with `dryRun` only counts. */
export async function replayWindow(
  hub: Hub,
  actor: Actor,
  webhookId: string,
  window: { from: number; to: number; onlyFailed: boolean; dryRun: boolean },
): Promise<number> {
  if (window.to <= window.from) throw new HubProblem('invalid_request', 'The window must end after it begins.')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    found(
      await tx.db.selectFrom('webhook').select('id').where('id', '=', webhookId).where('deleted_at', 'is', null).executeTakeFirst(),
      'webhook',
    )
    const where = `workspace_id = $1 and webhook_id = $2 and event_at >= $3 and event_at < $4 and state <> 'sending' and (not $5 or state <> 'delivered')`
    const values = [tx.workspaceId, webhookId, new Date(window.from), new Date(window.to), window.onlyFailed]
    if (window.dryRun)
      return (await tx.client.query<{ n: number }>(`select count(*)::int as n from webhook_delivery where ${where}`, values)).rows[0]!.n
    const { rowCount } = await tx.client.query(
      `update webhook_delivery set state = 'pending', tries = 0, next_at = now() where ${where}`,
      values,
    )
    await recordOperation(tx, actor, 'webhook.replayed', null, { webhookId, from: window.from, to: window.to, count: rowCount })
    tx.afterCommit(() => hub.bell.ring('webhooks'))
    return rowCount ?? 0
  })
}

/** Makes a test event for one webhook. */
export async function testWebhook(hub: Hub, actor: Actor, webhookId: string): Promise<WebhookDeliveryView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    found(
      await tx.db.selectFrom('webhook').select('id').where('id', '=', webhookId).where('deleted_at', 'is', null).executeTakeFirst(),
      'webhook',
    )
    const id = newId()
    const at = new Date(hub.now())
    const payload = { type: 'test.ping', timestamp: at.toISOString(), data: { by: actor.name } }
    await tx.db
      .insertInto('webhook_delivery')
      .values({
        workspace_id: tx.workspaceId,
        id,
        webhook_id: webhookId,
        type: 'test.ping',
        payload: hub.codec.seal(tx.workspaceId, JSON.stringify(payload)),
        event_at: at,
      })
      .execute()
    tx.afterCommit(() => hub.bell.ring('webhooks'))
    return toView(await deliveryIn(tx, id))
  })
}
