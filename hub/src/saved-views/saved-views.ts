/** Saved views: filters with a name and an order. Always holds: a private one is seen by its owner only; places are numbers with room between them. */
import { type ConversationFilter, conversationFilter, type SavedView, type SortOrder } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { type Actor, assertRight } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'

const most = 100

/** Shared views and my own, in their order. */
export async function listViews(hub: Hub, actor: Actor): Promise<SavedView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => viewsIn(tx, actor), { snapshot: true })
}

async function viewsIn(tx: Transaction, actor: Actor): Promise<SavedView[]> {
  const rows = await tx.db
    .selectFrom('saved_view')
    .selectAll()
    .where(({ or, eb }) => or([eb('owner_id', 'is', null), eb('owner_id', '=', actor.memberId)]))
    .orderBy('place')
    .orderBy('id')
    .limit(most)
    .execute()
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    filter: conversationFilter.catch({}).parse(row.filter),
    sort: row.sort as SortOrder,
    shared: row.owner_id === null,
    ownerId: row.owner_id,
    place: row.place,
    version: row.version,
  }))
}

/** Saves a view, as the last one. Problems: not_allowed for a shared one without the right, invalid_request when there are too many. */
export async function createView(
  hub: Hub,
  actor: Actor,
  input: { name: string; filter: ConversationFilter; sort: SortOrder; shared: boolean },
): Promise<SavedView> {
  if (input.shared) assertRight(actor, 'desk.manage')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const present = await viewsIn(tx, actor)
    if (present.length >= most) throw new HubProblem('invalid_request', `There are ${most} views already.`)
    const view: SavedView = {
      id: newId(),
      ...input,
      ownerId: input.shared ? null : actor.memberId,
      place: Math.max(0, ...present.map(one => one.place)) + 1,
      version: 1,
    }
    await tx.db
      .insertInto('saved_view')
      .values({ workspace_id: tx.workspaceId, id: view.id, owner_id: view.ownerId, place: view.place, ...columnsOf(view) })
      .execute()
    if (view.shared) await recordOperation(tx, actor, 'view.created', null, { name: view.name })
    announce(tx, view.ownerId)
    return view
  })
}

export interface ViewChange {
  name?: string
  filter?: ConversationFilter
  sort?: SortOrder
  shared?: boolean
  /** The view that it is to stand behind; null: first. */
  after?: string | null
}

/** Changes or moves a view. Problems: not_found, not_allowed, stale_version. */
export async function updateView(hub: Hub, actor: Actor, viewId: string, version: number, change: ViewChange): Promise<SavedView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { present, all } = await lockView(tx, actor, viewId)
    if (change.shared) assertRight(actor, 'desk.manage')
    if (present.version !== version) throw new HubProblem('stale_version', 'Someone has changed this view meanwhile.', { current: present })
    const shared = change.shared ?? present.shared
    const view: SavedView = {
      ...present,
      name: change.name ?? present.name,
      filter: change.filter ?? present.filter,
      sort: change.sort ?? present.sort,
      shared,
      ownerId: shared ? null : actor.memberId,
      place: change.after === undefined ? present.place : placeAfter(all, viewId, change.after),
      version: version + 1,
    }
    await tx.db
      .updateTable('saved_view')
      .set({ owner_id: view.ownerId, place: view.place, version: view.version, ...columnsOf(view) })
      .where('id', '=', viewId)
      .execute()
    if (present.shared || shared) await recordOperation(tx, actor, 'view.changed', null, { name: view.name })
    announce(tx, present.shared || shared ? null : actor.memberId)
    return view
  })
}

/** Deletes a view. Problems: not_found, not_allowed. */
export async function deleteView(hub: Hub, actor: Actor, viewId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const { present } = await lockView(tx, actor, viewId)
    await tx.db.deleteFrom('saved_view').where('id', '=', viewId).execute()
    if (present.shared) await recordOperation(tx, actor, 'view.deleted', null, { name: present.name })
    announce(tx, present.ownerId)
  })
}

function columnsOf(view: SavedView) {
  return { name: view.name, filter: JSON.stringify(view.filter), sort: view.sort }
}

/** Between the view named and the one behind it. Problem: not_found. */
function placeAfter(all: readonly SavedView[], viewId: string, after: string | null): number {
  const others = all.filter(one => one.id !== viewId)
  const index = after === null ? -1 : others.findIndex(one => one.id === after)
  if (after !== null && index < 0) throw new HubProblem('not_found', 'There is no such view to stand behind.')
  const before = others[index]?.place ?? (others[0]?.place ?? 1) - 2
  const behind = others[index + 1]?.place ?? before + 2
  return (before + behind) / 2
}

async function lockView(tx: Transaction, actor: Actor, viewId: string): Promise<{ present: SavedView; all: SavedView[] }> {
  await tx.client.query('select 1 from saved_view where workspace_id = $1 and id = $2 for update', [tx.workspaceId, viewId])
  const all = await viewsIn(tx, actor)
  const present = found(
    all.find(one => one.id === viewId),
    'view',
  )
  if (present.shared) assertRight(actor, 'desk.manage')
  return { present, all }
}

function announce(tx: Transaction, ownerId: string | null): void {
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'views' }, scope: ownerId === null ? {} : { memberId: ownerId } })
}
