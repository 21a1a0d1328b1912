/** Macros: named lists of actions. Always holds: a private one is seen by its owner only; a shared one is changed by who has the right desk.manage. */
import { type ConversationAction, conversationAction, type MacroView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { type ChangeOutcome, changeConversations } from '../conversations/change.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { assertRight } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'

const stored = conversationAction.array()

/** Shared macros and my own, by name. */
export async function listMacros(hub: Hub, actor: Actor): Promise<MacroView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => macroViews(tx, actor), { snapshot: true })
}

async function macroViews(tx: Transaction, actor: Actor): Promise<MacroView[]> {
  const rows = await tx.db
    .selectFrom('macro')
    .select(['id', 'name', 'owner_id', 'actions', 'version'])
    .where('archived_at', 'is', null)
    .where(({ or, eb }) => or([eb('owner_id', 'is', null), eb('owner_id', '=', actor.memberId)]))
    .orderBy('name')
    .orderBy('id')
    .execute()
  return rows.map(row => ({
    id: row.id,
    name: row.name,
    shared: row.owner_id === null,
    ownerId: row.owner_id,
    // An action that this version no longer knows is left out.
    actions: (row.actions as unknown[]).flatMap(action => stored.safeParse([action]).data ?? []),
    version: row.version,
  }))
}

/** Makes a macro. Problem: not_allowed for a shared one without the right. */
export async function createMacro(
  hub: Hub,
  actor: Actor,
  input: { name: string; shared: boolean; actions: ConversationAction[] },
): Promise<MacroView> {
  if (input.shared) assertRight(actor, 'desk.manage')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const id = newId()
    const ownerId = input.shared ? null : actor.memberId
    await tx.db
      .insertInto('macro')
      .values({ workspace_id: tx.workspaceId, id, name: input.name, owner_id: ownerId, actions: JSON.stringify(input.actions) })
      .execute()
    await recordOperation(tx, actor, 'macro.created', null, { name: input.name, shared: input.shared })
    announce(tx, ownerId)
    return { id, ...input, ownerId, version: 1 }
  })
}

/** Changes a macro. Problems: not_found, not_allowed, stale_version. */
export async function updateMacro(
  hub: Hub,
  actor: Actor,
  macroId: string,
  version: number,
  change: { name?: string; shared?: boolean; actions?: ConversationAction[] },
): Promise<MacroView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const present = await lockMacro(tx, actor, macroId)
    if (change.shared) assertRight(actor, 'desk.manage')
    if (present.version !== version)
      throw new HubProblem('stale_version', 'Someone has changed this macro meanwhile.', { current: present })
    const shared = change.shared ?? present.shared
    const after: MacroView = {
      ...present,
      name: change.name ?? present.name,
      actions: change.actions ?? present.actions,
      shared,
      ownerId: shared ? null : actor.memberId,
      version: version + 1,
    }
    await tx.db
      .updateTable('macro')
      .set({ name: after.name, owner_id: after.ownerId, actions: JSON.stringify(after.actions), version: after.version })
      .where('id', '=', macroId)
      .execute()
    await recordOperation(tx, actor, 'macro.changed', null, { name: after.name })
    announce(tx, present.shared || shared ? null : actor.memberId)
    return after
  })
}

/** Puts a macro away. Problems: not_found, not_allowed. */
export async function archiveMacro(hub: Hub, actor: Actor, macroId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const present = await lockMacro(tx, actor, macroId)
    await tx.db
      .updateTable('macro')
      .set({ archived_at: new Date(hub.now()) })
      .where('id', '=', macroId)
      .execute()
    await recordOperation(tx, actor, 'macro.archived', null, { name: present.name })
    announce(tx, present.ownerId)
  })
}

/** Runs a macro on conversations: all of it on all of them, or nothing. Problems: not_found, macro_not_possible. */
export async function runMacro(
  hub: Hub,
  actor: Actor,
  macroId: string,
  input: { conversationIds: string[]; zone: string; undoSeconds: number },
): Promise<ChangeOutcome> {
  const macro = found(
    (await listMacros(hub, actor)).find(one => one.id === macroId),
    'macro',
  )
  return await changeConversations(hub, actor, { ...input, actions: macro.actions, allOrNothing: true, macro })
}

async function lockMacro(tx: Transaction, actor: Actor, macroId: string): Promise<MacroView> {
  await tx.client.query('select 1 from macro where workspace_id = $1 and id = $2 for update', [tx.workspaceId, macroId])
  const macro = found(
    (await macroViews(tx, actor)).find(one => one.id === macroId),
    'macro',
  )
  if (macro.shared) assertRight(actor, 'desk.manage')
  return macro
}

function announce(tx: Transaction, ownerId: string | null): void {
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'macros' }, scope: ownerId === null ? {} : { memberId: ownerId } })
}
