/** How far an application for access at a vendor has come. Always holds: steps are the channel's own; two who tick at once do not overwrite each other; what was ticked says when and by whom. */
import type { AccessProgressView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

type Steps = AccessProgressView['steps']

/** Problem: not_found for a channel without steps. */
export async function readAccess(hub: Hub, actor: Actor, channel: string): Promise<AccessProgressView> {
  stepsOf(hub, channel)
  return await inWorkspace(hub, actor.workspaceId, tx => present(tx, channel), { snapshot: true })
}

/** Ticks steps or unticks them (`done`), and keeps the note. Problems: not_found, invalid_request for an unknown step, stale_version (with `current`). */
export async function saveAccess(
  hub: Hub,
  actor: Actor,
  channel: string,
  change: { version: number; done?: Readonly<Record<string, boolean>>; note?: string },
): Promise<AccessProgressView> {
  const known = stepsOf(hub, channel)
  const unknown = Object.keys(change.done ?? {}).filter(id => !known.has(id))
  if (unknown.length > 0)
    throw new HubProblem('invalid_request', 'There is no such step.', {
      errors: unknown.map(id => ({ path: `done.${id}`, message: 'unknown' })),
    })
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.client.query('select 1 from workspace where workspace_id = $1 for update', [tx.workspaceId])
    const before = await present(tx, channel)
    if (before.version !== change.version)
      throw new HubProblem('stale_version', 'Somebody has changed this list meanwhile.', { current: before })
    const steps: Steps = { ...before.steps }
    for (const [id, done] of Object.entries(change.done ?? {})) {
      if (done) steps[id] = steps[id] ?? { at: hub.now(), by: actor.memberId }
      else delete steps[id]
    }
    const row = {
      steps: JSON.stringify(steps),
      note: change.note ?? before.note,
      version: before.version + 1,
      updated_at: new Date(hub.now()),
    }
    await tx.db
      .insertInto('access_progress')
      .values({ workspace_id: tx.workspaceId, channel, ...row })
      .onConflict(conflict => conflict.columns(['workspace_id', 'channel']).doUpdateSet(row))
      .execute()
    await recordOperation(tx, actor, 'account.access_changed', null, { channel, done: Object.keys(steps).join(', ') })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: `access:${channel}` }, scope: {} })
    return { channel, steps, note: row.note, version: row.version }
  })
}

async function present(tx: Transaction, channel: string): Promise<AccessProgressView> {
  const row = await tx.db.selectFrom('access_progress').selectAll().where('channel', '=', channel).executeTakeFirst()
  return { channel, steps: (row?.steps ?? {}) as Steps, note: row?.note ?? '', version: row?.version ?? 0 }
}

function stepsOf(hub: Hub, channel: string): ReadonlySet<string> {
  const steps = hub.channels.get(channel)?.config.access
  if (!steps) throw new HubProblem('not_found', 'This messenger has no application for access.')
  return new Set(steps.map(step => step.id))
}
