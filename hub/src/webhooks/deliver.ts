/**
 * Sends deliveries. Always holds: leased in the database, so that what a dead process held is sent again (the receiver knows a repeat by its id); signed
 * by Standard Webhooks with every secret that is good now; through the guarded way out; what came back is kept.
 */
import type { Answered, Transmission } from '@dragoman/core'
import { Webhook } from 'standardwebhooks'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { queuePausedMails } from './paused-mail.ts'
import { failingForMs, nextWaitMs } from './schedule.ts'
import type { WebhookSecret } from './webhooks.ts'

const timeoutMs = 15_000
const leaseMs = 60_000
const longestKept = 4_096

interface Due {
  workspace_id: string
  id: string
  webhook_id: string
  payload: Buffer
  tries: number
  attempts: number
  url: string
  secrets: Buffer
}

/** Takes what is due, at most `limit`, and of one webhook at most `perWebhook`, and sends it. Returns how many were tried. */
export async function deliverWebhooks(hub: Hub, limit = 40, perWebhook = 5): Promise<number> {
  const { rows } = await hub.pools.system.query<Due>({
    name: 'webhook_take',
    text: `with due as (
        select d.workspace_id, d.id from webhook_delivery d join webhook w on w.workspace_id = d.workspace_id and w.id = d.webhook_id
        where (d.state = 'pending' and d.next_at <= now() or d.state = 'sending' and d.leased_until < now()) and w.status = 'active' and w.deleted_at is null
          and not exists (select 1 from recovery r where r.workspace_id = d.workspace_id and r.released_at is null)
          and (select count(*) from webhook_delivery o where o.workspace_id = d.workspace_id and o.webhook_id = d.webhook_id and o.state = 'sending' and o.leased_until >= now()) < $2
        order by d.next_at, d.position limit $1 for update of d skip locked)
      update webhook_delivery d set state = 'sending', leased_until = now() + $3 * interval '1 millisecond', attempts = d.attempts + 1
      from due, webhook w where d.workspace_id = due.workspace_id and d.id = due.id and w.workspace_id = d.workspace_id and w.id = d.webhook_id
      returning d.workspace_id, d.id, d.webhook_id, d.payload, d.tries, d.attempts, w.url, w.secrets`,
    values: [limit, perWebhook, leaseMs],
  })
  // A receiver that is slow holds up only its own: five at a time, the others go beside.
  const byWebhook = Map.groupBy(rows, row => row.webhook_id)
  await Promise.all(
    [...byWebhook.values()].map(async mine => {
      const lanes = Array.from({ length: Math.min(perWebhook, mine.length) }, async () => {
        for (let row = mine.shift(); row; row = mine.shift()) await deliverOne(hub, row)
      })
      await Promise.all(lanes)
    }),
  )
  return rows.length
}

async function deliverOne(hub: Hub, due: Due): Promise<void> {
  const text = hub.codec.open(due.workspace_id, due.payload).toString('utf8')
  const startedAt = hub.now()
  const headers = signedHeaders(hub, due, text, startedAt)
  const transmission = await hub.transport.perform(
    { via: 'http', method: 'POST', url: due.url, headers, body: { type: 'json', value: JSON.parse(text) }, timeoutMs },
    {
      secrets: {},
      origins: [new URL(due.url).origin],
      openFile: async () => {
        throw new Error('No files here')
      },
    },
  )
  await inWorkspace(hub, due.workspace_id, tx => record(hub, tx, due, headers, transmission, hub.now() - startedAt))
}

function signedHeaders(hub: Hub, due: Due, text: string, now: number): Record<string, string> {
  const secrets = hub.codec
    .openJson<WebhookSecret[]>(due.workspace_id, due.secrets)
    .filter(one => one.until === undefined || one.until > now)
  const at = new Date(now)
  return {
    'content-type': 'application/json',
    'user-agent': 'Dragoman-Webhooks/1',
    'webhook-id': due.id,
    'webhook-timestamp': String(Math.floor(now / 1_000)),
    'webhook-signature': secrets.map(({ secret }) => new Webhook(secret).sign(due.id, at, text)).join(' '),
  }
}

async function record(
  hub: Hub,
  tx: Transaction,
  due: Due,
  headers: Record<string, string>,
  transmission: Transmission,
  durationMs: number,
): Promise<void> {
  const answered = transmission.kind === 'answered' ? transmission : undefined
  const isGood = answered !== undefined && answered.status >= 200 && answered.status < 300
  const { 'webhook-signature': _signature, ...shownHeaders } = headers
  await tx.db
    .insertInto('webhook_attempt')
    .values({
      workspace_id: tx.workspaceId,
      delivery_id: due.id,
      number: due.attempts,
      duration_ms: Math.round(durationMs),
      status: answered?.status ?? null,
      details: hub.codec.sealJson(tx.workspaceId, {
        request: { url: due.url, headers: shownHeaders },
        response: answered ? { headers: answered.headers, body: bodyText(answered) } : null,
        error: transmission.kind === 'answered' ? null : transmission.cause,
      }),
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  const tries = due.tries + 1
  const waitMs = isGood ? undefined : nextWaitMs(tries, Math.random(), hub.now(), answered?.headers['retry-after'])
  tx.afterCommit(() => hub.signals.webhook(isGood ? 'delivered' : waitMs === undefined ? 'failed' : 'again', durationMs))
  await tx.client.query({
    name: 'webhook_recorded',
    text: `update webhook_delivery set state = $3, tries = $4, leased_until = null, delivered_at = case when $3 = 'delivered' then now() end,
        next_at = now() + $5 * interval '1 millisecond' where workspace_id = $1 and id = $2`,
    values: [tx.workspaceId, due.id, isGood ? 'delivered' : waitMs === undefined ? 'failed' : 'pending', tries, waitMs ?? 0],
  })
  await tx.client.query({
    name: 'webhook_health',
    text: `update webhook set failing_since = case when $3 then null else coalesce(failing_since, now()) end, last_success_at = case when $3 then now() else last_success_at end
      where workspace_id = $1 and id = $2`,
    values: [tx.workspaceId, due.webhook_id, isGood],
  })
  if (answered?.status === 410) await pauseWebhook(hub, tx, due.webhook_id, 'gone')
  else if (!isGood) await pauseIfFailingLong(hub, tx, due.webhook_id)
}

/** Only what was answered within the schedule counts: a webhook that fails for days on end is paused, with notice. */
async function pauseIfFailingLong(hub: Hub, tx: Transaction, webhookId: string): Promise<void> {
  const row = await tx.db.selectFrom('webhook').select('failing_since').where('id', '=', webhookId).executeTakeFirst()
  if (row?.failing_since && hub.now() - row.failing_since.getTime() >= failingForMs) await pauseWebhook(hub, tx, webhookId, 'failing')
}

/** Pauses a webhook and tells the managers. What waits for it stays. */
export async function pauseWebhook(hub: Hub, tx: Transaction, webhookId: string, reason: 'gone' | 'failing'): Promise<void> {
  const row = await tx.db
    .updateTable('webhook')
    .set({ status: 'paused', paused_reason: reason, paused_at: new Date(hub.now()) })
    .where('id', '=', webhookId)
    .where('status', '=', 'active')
    .returning('name')
    .executeTakeFirst()
  if (!row) return
  await recordOperation(tx, { memberId: null }, 'webhook.paused', null, { name: row.name, reason })
  await queuePausedMails(hub, tx, webhookId)
  tx.append({ event: { kind: 'webhook.paused', webhookId, name: row.name, reason }, scope: { minRole: 'manager' } })
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'webhooks' }, scope: { minRole: 'manager' } })
}

function bodyText({ body }: Answered): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '')
  return text.length > longestKept ? `${text.slice(0, longestKept)}…` : text
}
