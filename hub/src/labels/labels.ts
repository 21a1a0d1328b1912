/** Labels: names with a colour that agents put on conversations. Always holds: one name once, whatever its case; a label that is put away is on no conversation. */
import type { LabelView, labelColors } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'

type Color = (typeof labelColors)[number]

/** Labels by name, each with the number of conversations that have it. */
export async function listLabels(hub: Hub, actor: Actor): Promise<(LabelView & { conversations: number })[]> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const { rows } = await tx.client.query({
        name: 'labels',
        text: `select l.id, l.name, l.color, l.version, coalesce(n.conversations, 0)::int as conversations from label l
          left join (select label_id as id, count(*) as conversations from conversation_label where workspace_id = $1 group by 1) n on n.id = l.id
          where l.workspace_id = $1 and l.archived_at is null order by lower(l.name)`,
        values: [tx.workspaceId],
      })
      return rows
    },
    { snapshot: true },
  )
}

/** Makes a label. Problem: name_taken. */
export async function createLabel(hub: Hub, actor: Actor, input: { name: string; color: Color }): Promise<LabelView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await assertFree(tx, input.name)
    const label: LabelView = { id: newId(), version: 1, ...input }
    await tx.db.insertInto('label').values({ workspace_id: tx.workspaceId, id: label.id, name: label.name, color: label.color }).execute()
    await recordOperation(tx, actor, 'label.created', null, { name: label.name })
    announce(tx)
    return label
  })
}

/** Changes a label. Problems: not_found, stale_version, name_taken. */
export async function updateLabel(
  hub: Hub,
  actor: Actor,
  labelId: string,
  version: number,
  change: { name?: string; color?: Color },
): Promise<LabelView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const present = await lockLabel(tx, labelId)
    if (present.version !== version)
      throw new HubProblem('stale_version', 'Someone has changed this label meanwhile.', { current: present })
    if (change.name && change.name.toLowerCase() !== present.name.toLowerCase()) await assertFree(tx, change.name)
    const label: LabelView = { ...present, name: change.name ?? present.name, color: change.color ?? present.color, version: version + 1 }
    await tx.db
      .updateTable('label')
      .set({ name: label.name, color: label.color, version: label.version })
      .where('id', '=', labelId)
      .execute()
    await recordOperation(tx, actor, 'label.changed', null, { name: label.name })
    announce(tx)
    return label
  })
}

/** Puts one label into another: conversations that had it get the other. Problem: not_found. */
export async function mergeLabel(
  hub: Hub,
  actor: Actor,
  labelId: string,
  into: string,
): Promise<{ label: LabelView; conversations: number }> {
  if (labelId === into)
    throw new HubProblem('invalid_request', 'A label cannot become part of itself.', {
      errors: [{ path: 'into', message: 'the same label' }],
    })
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const touched = await lockWith(tx, labelId)
    const [first, second] = [labelId, into].sort()
    const locked = [await lockLabel(tx, first!), await lockLabel(tx, second!)]
    const label = locked.find(one => one.id === into)!
    await tx.client.query(
      `update conversation set label_ids = case when $3 = any(label_ids) then array_remove(label_ids, $2) else array_replace(label_ids, $2, $3) end
        where workspace_id = $1 and id = any($4::uuid[])`,
      [tx.workspaceId, labelId, into, touched],
    )
    await putAway(hub, tx, labelId)
    await appendChanges(hub, tx, { conversations: touched })
    await recordOperation(tx, actor, 'label.merged', null, {
      name: locked.find(one => one.id === labelId)!.name,
      into: label.name,
      conversations: touched.length,
    })
    announce(tx)
    return { label, conversations: touched.length }
  })
}

/** Puts a label away. Problem: not_found. */
export async function archiveLabel(hub: Hub, actor: Actor, labelId: string): Promise<number> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const touched = await lockWith(tx, labelId)
    const { name } = await lockLabel(tx, labelId)
    await tx.client.query(
      'update conversation set label_ids = array_remove(label_ids, $2) where workspace_id = $1 and id = any($3::uuid[])',
      [tx.workspaceId, labelId, touched],
    )
    await putAway(hub, tx, labelId)
    await appendChanges(hub, tx, { conversations: touched })
    await recordOperation(tx, actor, 'label.archived', null, { name, conversations: touched.length })
    announce(tx)
    return touched.length
  })
}

async function lockWith(tx: Transaction, labelId: string): Promise<string[]> {
  const { rows } = await tx.client.query<{ id: string }>(
    `select c.id from conversation c where c.workspace_id = $1 and c.id in (select l.conversation_id from conversation_label l where l.workspace_id = $1 and l.label_id = $2)
      and c.label_ids @> array[$2]::uuid[] order by c.id for update`,
    [tx.workspaceId, labelId],
  )
  return rows.map(row => row.id)
}

async function lockLabel(tx: Transaction, labelId: string): Promise<LabelView> {
  const row = found(
    await tx.db
      .selectFrom('label')
      .select(['id', 'name', 'color', 'version'])
      .where('id', '=', labelId)
      .where('archived_at', 'is', null)
      .forUpdate()
      .executeTakeFirst(),
    'label',
  )
  return { ...row, color: row.color as Color }
}

async function putAway(hub: Hub, tx: Transaction, labelId: string): Promise<void> {
  await tx.db
    .updateTable('label')
    .set({ archived_at: new Date(hub.now()) })
    .where('id', '=', labelId)
    .execute()
}

/** One at a time per workspace: two who make the same label at once must make one. */
async function assertFree(tx: Transaction, name: string): Promise<void> {
  await tx.client.query('select 1 from workspace where workspace_id = $1 for update', [tx.workspaceId])
  const { rows } = await tx.client.query<{ id: string }>(
    'select id from label where workspace_id = $1 and lower(name) = lower($2) and archived_at is null',
    [tx.workspaceId, name],
  )
  if (rows[0]) throw new HubProblem('name_taken', `There is a label “${name}” already.`, { id: rows[0].id })
}

function announce(tx: Transaction): void {
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'labels' }, scope: {} })
}
