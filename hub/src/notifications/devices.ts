/**
 * Browsers that take web push, and the key pair that push services know us by. Always holds: the pair is made once per workspace and sealed; one browser
 * is one device, of whoever signed in there last; an address inside the network is refused unless the operator permits it.
 */
import { createECDH, createHash } from 'node:crypto'
import type { PushDeviceView, PushPayload } from '@dragoman/api'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { describeUserAgent } from '../people/user-agent.ts'
import { found, HubProblem } from '../problem.ts'
import { testWords } from './words.ts'

export type Device = PushDeviceView

/** As a browser gives it. */
export interface PushSubscription {
  endpoint: string
  keys: { p256dh: string; auth: string }
}

/** A member has so many browsers at most; an old one makes room. */
const mostDevices = 20
const testLastsMs = 10 * 60_000

interface Row {
  id: string
  name: string
  endpoint_hash: Buffer
  created_at: Date
  told_at: Date | null
}

const toView = (row: Row): Device => ({
  id: row.id,
  name: row.name,
  mark: row.endpoint_hash.toString('hex').slice(0, 16),
  createdAt: row.created_at.getTime(),
  toldAt: row.told_at?.getTime() ?? null,
})

function nameOf(userAgent: string): string {
  const { browser, system } = describeUserAgent(userAgent)
  return [browser, system].filter(Boolean).join(', ')
}

export async function devicesIn(tx: Transaction, memberId: string): Promise<Device[]> {
  const rows = await tx.db
    .selectFrom('push_device')
    .select(['id', 'name', 'endpoint_hash', 'created_at', 'told_at'])
    .where('member_id', '=', memberId)
    .orderBy('created_at')
    .execute()
  return rows.map(toView)
}

/** The public key that browsers subscribe with; made at the first asking. */
export async function publicKeyIn(hub: Pick<Hub, 'codec'>, tx: Transaction): Promise<string> {
  const known = await tx.db.selectFrom('push_key').select('public_key').executeTakeFirst()
  if (known) return known.public_key
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  // Of two who ask first, one pair stays.
  await tx.db
    .insertInto('push_key')
    .values({
      workspace_id: tx.workspaceId,
      public_key: pair.getPublicKey('base64url'),
      private_key: hub.codec.seal(tx.workspaceId, pair.getPrivateKey('base64url')),
    })
    .onConflict(conflict => conflict.doNothing())
    .execute()
  return (await tx.db.selectFrom('push_key').select('public_key').executeTakeFirstOrThrow()).public_key
}

/** Registers a browser. Problem: address_not_allowed. */
export async function addPushDevice(hub: Hub, actor: Actor, subscription: PushSubscription, userAgent: string): Promise<Device> {
  const reason = await hub.transport.refusalOf(subscription.endpoint)
  if (reason) throw new HubProblem('address_not_allowed', reason, { errors: [{ path: 'endpoint', message: reason }] })
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    // From now on only: what lies in the log before is not pushed.
    await tx.client.query(
      `insert into push_place (workspace_id, log_epoch, log_position) select workspace_id, epoch, position from log_head where workspace_id = $1 on conflict do nothing`,
      [tx.workspaceId],
    )
    const row = {
      member_id: actor.memberId,
      subscription: hub.codec.sealJson(tx.workspaceId, subscription),
      name: nameOf(userAgent),
    }
    const device = await tx.db
      .insertInto('push_device')
      .values({
        workspace_id: tx.workspaceId,
        id: newId(),
        endpoint_hash: createHash('sha256').update(subscription.endpoint).digest(),
        ...row,
      })
      .onConflict(conflict => conflict.columns(['workspace_id', 'endpoint_hash']).doUpdateSet(row))
      .returning(['id', 'name', 'endpoint_hash', 'created_at', 'told_at'])
      .executeTakeFirstOrThrow()
    await tx.client.query(
      `delete from push_device where workspace_id = $1 and id in
        (select id from push_device where workspace_id = $1 and member_id = $2 order by created_at desc offset $3)`,
      [tx.workspaceId, actor.memberId, mostDevices],
    )
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'notifications' }, scope: { memberId: actor.memberId } })
    return toView(device)
  })
}

/** Forgets a device. Problem: not_found. */
export async function removePushDevice(hub: Hub, actor: Actor, deviceId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db
      .deleteFrom('push_device')
      .where('id', '=', deviceId)
      .where('member_id', '=', actor.memberId)
      .returning('id')
      .executeTakeFirst()
    found(row, 'device')
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'notifications' }, scope: { memberId: actor.memberId } })
  })
}

/** Pushes a test to all devices of the caller. Returns how many there are. */
export async function testPush(hub: Hub, actor: Actor): Promise<number> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { language } = await tx.db.selectFrom('app_user').select('language').where('id', '=', actor.userId).executeTakeFirstOrThrow()
    const devices = await devicesIn(tx, actor.memberId)
    const payload: PushPayload = { kind: 'show', tag: 'test', ...testWords(language), path: '/settings/notifications', at: hub.now() }
    for (const device of devices)
      await tx.db
        .insertInto('push_message')
        .values({
          workspace_id: tx.workspaceId,
          id: newId(),
          device_id: device.id,
          kind: 'test',
          payload: hub.codec.sealJson(tx.workspaceId, payload),
          expires_at: new Date(hub.now() + testLastsMs),
        })
        .execute()
    tx.afterCommit(() => hub.bell.ring('pushes'))
    return devices.length
  })
}
