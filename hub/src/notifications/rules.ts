/** A member's rules for being told. Always holds: his own; a change names the version it knows, since he may have two browsers open. */
import { type NotificationRules, notificationRules } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { type Device, devicesIn, publicKeyIn } from './devices.ts'

interface Kept {
  value: NotificationRules
  version: number
}

/** What was stored by an older version is read through the present form. */
export function readRules(stored: unknown): NotificationRules {
  const parsed = notificationRules.safeParse(stored ?? {})
  return parsed.success ? parsed.data : notificationRules.parse({})
}

async function rulesIn(tx: Transaction, memberId: string): Promise<Kept> {
  const row = await tx.db.selectFrom('notification_rules').select(['value', 'version']).where('member_id', '=', memberId).executeTakeFirst()
  if (row) return { value: readRules(row.value), version: row.version }
  // Until he has chosen: quiet hours by his own clock.
  const member = await tx.db.selectFrom('member').select('zone').where('id', '=', memberId).executeTakeFirst()
  const usual = readRules({})
  return { value: member?.zone ? readRules({ quiet: { ...usual.quiet, zone: member.zone } }) : usual, version: 0 }
}

export async function readNotifications(hub: Hub, actor: Actor): Promise<Kept & { devices: Device[]; publicKey: string }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => ({
    ...(await rulesIn(tx, actor.memberId)),
    devices: await devicesIn(tx, actor.memberId),
    publicKey: await publicKeyIn(hub, tx),
  }))
}

/** Changes the rules whole. Problem: stale_version (with `current`). */
export async function saveNotifications(hub: Hub, actor: Actor, version: number, value: NotificationRules): Promise<Kept> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    // The first save has no row to lock yet.
    await tx.client.query('select 1 from member where workspace_id = $1 and id = $2 for no key update', [tx.workspaceId, actor.memberId])
    const present = await rulesIn(tx, actor.memberId)
    if (present.version !== version)
      throw new HubProblem('stale_version', 'You have changed this in another window meanwhile.', { current: present })
    const row = { value: JSON.stringify(value), version: version + 1 }
    await tx.db
      .insertInto('notification_rules')
      .values({ workspace_id: tx.workspaceId, member_id: actor.memberId, ...row })
      .onConflict(conflict => conflict.columns(['workspace_id', 'member_id']).doUpdateSet(row))
      .execute()
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'notifications' }, scope: { memberId: actor.memberId } })
    return { value, version: version + 1 }
  })
}
