/**
 * Sends pushes to the browsers' push services. Always holds: leased in the database, so that what a dead process held is sent again (a repeat replaces the
 * first by its tag); encrypted for the device alone; a subscription that is gone is forgotten.
 */
import { createHash } from 'node:crypto'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { PushSubscription } from './devices.ts'

const timeoutMs = 10_000
const leaseMs = 60_000
const mostTries = 6
const firstWaitMs = 5_000

/** Encrypts a payload for a device and signs who we are, by the standard: what is to be posted. Pure but for the salt. */
export type EncodePush = (input: {
  subscription: PushSubscription
  payload: string
  keys: { publicKey: string; privateKey: string }
  subject: string
  ttlSeconds: number
  topic: string
}) => { url: string; headers: Record<string, string>; body: Uint8Array }

interface Due {
  workspace_id: string
  id: string
  device_id: string
  kind: 'show' | 'close' | 'test'
  conversation_id: string | null
  payload: Buffer
  attempts: number
  expires_at: Date
  subscription: Buffer
}

/** Takes what is due and sends it. Returns how many were tried. */
export async function sendPushes(hub: Hub, encode: EncodePush, limit = 40): Promise<number> {
  const { rows } = await hub.pools.system.query<Due>({
    name: 'push_take',
    text: `with due as (
        select workspace_id, id from push_message m where (state = 'pending' and next_at <= now() or state = 'sending' and leased_until < now())
          and not exists (select 1 from recovery r where r.workspace_id = m.workspace_id and r.released_at is null)
        order by next_at limit $1 for update skip locked)
      update push_message m set state = 'sending', leased_until = now() + $2 * interval '1 millisecond', attempts = m.attempts + 1
      from due, push_device d where m.workspace_id = due.workspace_id and m.id = due.id and d.workspace_id = m.workspace_id and d.id = m.device_id
      returning m.workspace_id, m.id, m.device_id, m.kind, m.conversation_id, m.payload, m.attempts, m.expires_at, d.subscription`,
    values: [limit, leaseMs],
  })
  await Promise.all(rows.map(row => sendOne(hub, encode, row)))
  return rows.length
}

async function sendOne(hub: Hub, encode: EncodePush, due: Due): Promise<void> {
  const ttlSeconds = Math.floor((due.expires_at.getTime() - hub.now()) / 1_000)
  if (ttlSeconds <= 0) return await inWorkspace(hub, due.workspace_id, tx => settle(tx, due, 'failed'))
  const keys = await inWorkspace(hub, due.workspace_id, async tx => {
    const row = await tx.db.selectFrom('push_key').select(['public_key', 'private_key']).executeTakeFirstOrThrow()
    return { publicKey: row.public_key, privateKey: hub.codec.open(tx.workspaceId, row.private_key).toString('utf8') }
  })
  const { url, headers, body } = encode({
    subscription: hub.codec.openJson<PushSubscription>(due.workspace_id, due.subscription),
    payload: hub.codec.open(due.workspace_id, due.payload).toString('utf8'),
    keys,
    subject: hub.publicUrl?.startsWith('https:') ? hub.publicUrl : `mailto:postmaster@${new URL(hub.localUrl).hostname}`,
    ttlSeconds,
    // At most 32 characters; a newer one about the same conversation replaces what still waits at the service.
    topic: createHash('sha256')
      .update(due.conversation_id ?? due.id)
      .digest('base64url')
      .slice(0, 32),
  })
  const transmission = await hub.transport.perform(
    { via: 'http', method: 'POST', url, headers, body: { type: 'file', fileId: due.id, mimeType: 'application/octet-stream' }, timeoutMs },
    {
      secrets: {},
      origins: [new URL(url).origin],
      openFile: async () => ({ stream: new Blob([new Uint8Array(body)]).stream(), sizeBytes: body.length }),
    },
  )
  await inWorkspace(hub, due.workspace_id, async tx => {
    const status = transmission.kind === 'answered' ? transmission.status : undefined
    if (status !== undefined && status >= 200 && status < 300) {
      await settle(tx, due, 'sent')
      await tx.client.query('update push_device set told_at = now() where workspace_id = $1 and id = $2', [tx.workspaceId, due.device_id])
    } else if (status === 404 || status === 410) await forget(tx, due.device_id)
    else if (status !== undefined && status < 500 && status !== 429) {
      hub.log.warn({ status, url: new URL(url).origin }, 'a push service refused a push')
      await settle(tx, due, 'failed')
    } else if (due.attempts >= mostTries) await settle(tx, due, 'failed')
    else
      await tx.client.query(
        `update push_message set state = 'pending', leased_until = null, next_at = now() + $3 * interval '1 millisecond' where workspace_id = $1 and id = $2`,
        [tx.workspaceId, due.id, firstWaitMs * 4 ** (due.attempts - 1)],
      )
  })
}

async function settle(tx: Transaction, due: Due, state: 'sent' | 'failed'): Promise<void> {
  await tx.client.query('update push_message set state = $3, leased_until = null where workspace_id = $1 and id = $2', [
    tx.workspaceId,
    due.id,
    state,
  ])
}

/** The browser has taken its subscription back: what waits for it goes with it. */
async function forget(tx: Transaction, deviceId: string): Promise<void> {
  const row = await tx.db.deleteFrom('push_device').where('id', '=', deviceId).returning('member_id').executeTakeFirst()
  if (row) tx.append({ event: { kind: 'catalogue.changed', catalogue: 'notifications' }, scope: { memberId: row.member_id } })
}
