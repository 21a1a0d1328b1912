/** Outgoing webhooks as managers make and change them. Always holds: an address on the inside network is refused; a secret is shown once; a change names the version it knows. */
import { randomBytes } from 'node:crypto'
import type { WebhookType, WebhookView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'

export interface WebhookSecret {
  secret: string
  /** An old one signs until then, ms. */
  until?: number
}

const overlapMs = 24 * 3_600_000

export async function listWebhooks(hub: Hub, actor: Actor): Promise<WebhookView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => webhookViews(tx), { snapshot: true })
}

async function webhookViews(tx: Transaction, id?: string): Promise<WebhookView[]> {
  const { rows } = await tx.client.query({
    name: 'webhook_views',
    text: `select w.*, (select count(*)::int from webhook_delivery d where d.workspace_id = w.workspace_id and d.webhook_id = w.id and d.state in ('pending', 'sending')) as waiting
      from webhook w where w.workspace_id = $1 and w.deleted_at is null and ($2::uuid is null or w.id = $2) order by w.created_at`,
    values: [tx.workspaceId, id ?? null],
  })
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    url: row.url,
    types: row.types,
    accountIds: row.account_ids,
    status: row.status,
    pausedReason: row.paused_reason,
    pausedAt: row.paused_at?.getTime() ?? null,
    failingSince: row.failing_since?.getTime() ?? null,
    lastSuccessAt: row.last_success_at?.getTime() ?? null,
    waiting: row.waiting,
    version: row.version,
    createdAt: row.created_at.getTime(),
  }))
}

/** Problem: address_not_allowed. Asked again at each sending: a name may change its mind. */
async function assertReachable(hub: Hub, url: string): Promise<void> {
  const parsed = new URL(url)
  const reason =
    parsed.username || parsed.password
      ? 'A user name or password in the address would end in logs; the signature shows that it is us.'
      : await hub.transport.refusalOf(url)
  if (reason) throw new HubProblem('address_not_allowed', reason, { errors: [{ path: 'url', message: reason }] })
}

export async function createWebhook(
  hub: Hub,
  actor: Actor,
  input: { name: string; url: string; types: readonly WebhookType[]; accountIds: readonly string[] | null },
): Promise<{ webhook: WebhookView; secret: string }> {
  await assertReachable(hub, input.url)
  const secret = newSecret()
  const id = newId()
  const webhook = await inWorkspace(hub, actor.workspaceId, async tx => {
    const head = await tx.db.selectFrom('log_head').select(['epoch', 'position']).executeTakeFirstOrThrow()
    await tx.db
      .insertInto('webhook')
      .values({
        workspace_id: tx.workspaceId,
        id,
        name: input.name,
        url: input.url,
        secrets: hub.codec.sealJson(tx.workspaceId, [{ secret }] satisfies WebhookSecret[]),
        types: [...input.types],
        account_ids: input.accountIds === null ? null : [...input.accountIds],
        log_epoch: head.epoch,
        log_position: head.position,
        created_by: actor.memberId,
      })
      .execute()
    return await announced(tx, actor, id, 'webhook.created')
  })
  return { webhook, secret }
}

/** Changes, pauses or resumes. Problems: not_found, stale_version, address_not_allowed. */
export async function updateWebhook(
  hub: Hub,
  actor: Actor,
  webhookId: string,
  version: number,
  change: {
    name?: string
    url?: string
    types?: readonly WebhookType[]
    accountIds?: readonly string[] | null
    status?: 'active' | 'paused'
  },
): Promise<WebhookView> {
  if (change.url !== undefined) await assertReachable(hub, change.url)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.client.query('select 1 from webhook where workspace_id = $1 and id = $2 for update', [tx.workspaceId, webhookId])
    const present = found((await webhookViews(tx, webhookId))[0], 'webhook')
    if (present.version !== version)
      throw new HubProblem('stale_version', 'Someone has changed this webhook meanwhile.', { current: present })
    const status = change.status ?? present.status
    await tx.db
      .updateTable('webhook')
      .set({
        name: change.name ?? present.name,
        url: change.url ?? present.url,
        types: [...(change.types ?? present.types)],
        account_ids: change.accountIds === undefined ? present.accountIds : change.accountIds === null ? null : [...change.accountIds],
        status,
        version: version + 1,
        ...(change.status === 'paused' ? { paused_reason: 'by_hand', paused_at: new Date(hub.now()) } : {}),
        // Days that lie behind do not count against one that was mended.
        ...(change.status === 'active' ? { paused_reason: null, paused_at: null, failing_since: null } : {}),
      })
      .where('id', '=', webhookId)
      .execute()
    if (change.status === 'active' && present.status === 'paused')
      await tx.client.query(
        `update webhook_delivery set next_at = now(), tries = 0 where workspace_id = $1 and webhook_id = $2 and state = 'pending'`,
        [tx.workspaceId, webhookId],
      )
    tx.afterCommit(() => hub.bell.ring('webhooks'))
    return await announced(tx, actor, webhookId, 'webhook.changed')
  })
}

export async function deleteWebhook(hub: Hub, actor: Actor, webhookId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db
      .updateTable('webhook')
      .set({ deleted_at: new Date(hub.now()) })
      .where('id', '=', webhookId)
      .where('deleted_at', 'is', null)
      .returning('name')
      .executeTakeFirst()
    const { name } = found(row, 'webhook')
    await recordOperation(tx, actor, 'webhook.deleted', null, { name })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'webhooks' }, scope: { minRole: 'manager' } })
  })
}

/** A new secret; the old ones sign beside it for a day. */
export async function rotateWebhookSecret(hub: Hub, actor: Actor, webhookId: string): Promise<{ secret: string }> {
  const secret = newSecret()
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query<{ secrets: Buffer }>(
      'select secrets from webhook where workspace_id = $1 and id = $2 and deleted_at is null for update',
      [tx.workspaceId, webhookId],
    )
    const now = hub.now()
    const old = hub.codec
      .openJson<WebhookSecret[]>(tx.workspaceId, found(rows[0], 'webhook').secrets)
      .filter(one => one.until === undefined || one.until > now)
      .map(one => ({ ...one, until: one.until ?? now + overlapMs }))
    await tx.db
      .updateTable('webhook')
      .set({ secrets: hub.codec.sealJson(tx.workspaceId, [{ secret }, ...old]) })
      .where('id', '=', webhookId)
      .execute()
    await announced(tx, actor, webhookId, 'webhook.secret_rotated')
  })
  return { secret }
}

async function announced(tx: Transaction, actor: Actor, webhookId: string, what: string): Promise<WebhookView> {
  const view = (await webhookViews(tx, webhookId))[0]!
  await recordOperation(tx, actor, what, null, { name: view.name })
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'webhooks' }, scope: { minRole: 'manager' } })
  return view
}

function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}
