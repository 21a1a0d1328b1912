/**
 * Saved replies: everybody's (with the right to manage answers) and one's own. Always holds: a shortcut leads to one reply of those that a member sees;
 * whoever changes one knew its present version; use is counted once per message that really went.
 */
import { type MessageBody, mediaOf, type SavedReplyView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySeeFile } from '../files/files.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { savedReplyViews } from './views.ts'

export interface SavedReplyInput {
  name: string
  shortcut: string
  folderId: string | null
  bodies: Record<string, MessageBody>
  exceptions: Record<string, Record<string, MessageBody>>
}

export async function listSavedReplies(hub: Hub, actor: Actor, archived: boolean): Promise<SavedReplyView[]> {
  return await inWorkspace(hub, actor.workspaceId, tx => savedReplyViews(tx, actor, { archived }), { snapshot: true })
}

/** Saves a new reply. Problems: not_allowed, invalid_request (the shortcut is taken, `errors`), not_found (a file or an account). */
export async function createSavedReply(hub: Hub, actor: Actor, input: SavedReplyInput & { mine: boolean }): Promise<SavedReplyView> {
  if (!input.mine) mustManage(actor)
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const id = await insertSavedReply(tx, actor, input)
    await noteDeed(tx, actor, 'saved_reply.created', input.mine, input.name)
    return await announced(tx, actor, id)
  })
}

/** Changes a reply, puts it away or takes it back. Problems: not_found, not_allowed, stale_version (with `current`), invalid_request. */
export async function updateSavedReply(
  hub: Hub,
  actor: Actor,
  replyId: string,
  version: number,
  change: Partial<SavedReplyInput> & { archived?: boolean },
): Promise<SavedReplyView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.client.query('select 1 from saved_reply where workspace_id = $1 and id = $2 for update', [tx.workspaceId, replyId])
    const [present] = await savedReplyViews(tx, actor, { ids: [replyId] })
    const reply = found(present, 'saved reply')
    if (!reply.mine) mustManage(actor)
    if (reply.version !== version)
      throw new HubProblem('stale_version', 'Someone has changed this saved reply meanwhile.', { current: reply })
    await changeSavedReply(tx, actor, reply, change)
    const what = change.archived === undefined || change.archived === reply.archived ? 'changed' : change.archived ? 'archived' : 'restored'
    await noteDeed(tx, actor, `saved_reply.${what}`, reply.mine, change.name ?? reply.name)
    return await announced(tx, actor, replyId)
  })
}

/** Inserts a reply; the caller has checked the right, and tells of it. */
export async function insertSavedReply(tx: Transaction, actor: Actor, input: SavedReplyInput & { mine: boolean }): Promise<string> {
  const id = newId()
  const ownerId = input.mine ? actor.memberId : null
  await mustBeFree(tx, input.shortcut, ownerId, id)
  await mustExist(tx, Object.keys(input.exceptions))
  const fileIds = filesOf(input)
  await mustSeeFiles(tx, actor, fileIds, [])
  await tx.db
    .insertInto('saved_reply')
    .values({
      workspace_id: tx.workspaceId,
      id,
      folder_id: input.folderId,
      owner_id: ownerId,
      name: input.name,
      shortcut: input.shortcut,
      bodies: JSON.stringify(input.bodies),
      exceptions: JSON.stringify(input.exceptions),
      file_ids: fileIds,
    })
    .execute()
  return id
}

/** Changes a locked reply; the caller has checked right and version, and tells of it. */
export async function changeSavedReply(
  tx: Transaction,
  actor: Actor,
  reply: SavedReplyView,
  change: Partial<SavedReplyInput> & { archived?: boolean },
): Promise<void> {
  const next = { ...reply, ...change }
  if (!next.archived) await mustBeFree(tx, next.shortcut, reply.mine ? actor.memberId : null, reply.id)
  if (change.exceptions) await mustExist(tx, Object.keys(change.exceptions))
  const fileIds = filesOf(next)
  await mustSeeFiles(tx, actor, fileIds, filesOf(reply))
  await tx.db
    .updateTable('saved_reply')
    .set({
      folder_id: next.folderId,
      name: next.name,
      shortcut: next.shortcut,
      bodies: JSON.stringify(next.bodies),
      exceptions: JSON.stringify(next.exceptions),
      file_ids: fileIds,
      archived_at: next.archived ? new Date() : null,
      version: reply.version + 1,
    })
    .where('id', '=', reply.id)
    .execute()
}

/** Counts a message that came from a saved reply; one that is not the actor's to use is not counted. */
export async function countUse(
  tx: Transaction,
  actor: Pick<Actor, 'memberId'>,
  messageId: string,
  replyId: string,
  at: Date,
): Promise<void> {
  await tx.client.query({
    name: 'saved_reply_count',
    text: `with used as (insert into saved_reply_use (workspace_id, message_id, saved_reply_id)
        select workspace_id, $3, id from saved_reply where workspace_id = $1 and id = $2 and (owner_id is null or owner_id = $4) on conflict do nothing returning saved_reply_id)
      update saved_reply r set used_count = r.used_count + 1, last_used_at = greatest(r.last_used_at, $5) from used where r.workspace_id = $1 and r.id = used.saved_reply_id`,
    values: [tx.workspaceId, replyId, messageId, actor.memberId, at],
  })
}

/** Counts back what was taken back before anything of it left. */
export async function uncountUse(tx: Transaction, messageId: string): Promise<void> {
  await tx.client.query({
    name: 'saved_reply_uncount',
    text: `with gone as (delete from saved_reply_use where workspace_id = $1 and message_id = $2
          and not exists (select 1 from part p where p.workspace_id = $1 and p.message_id = $2 and p.state <> 'cancelled') returning saved_reply_id)
      update saved_reply r set used_count = greatest(0, r.used_count - 1) from gone where r.workspace_id = $1 and r.id = gone.saved_reply_id`,
    values: [tx.workspaceId, messageId],
  })
}

export function mustManage(actor: Actor): void {
  if (!actor.rights.has('answers.manage')) throw new HubProblem('not_allowed', 'This needs the right “answers.manage”.')
}

async function mustBeFree(tx: Transaction, shortcut: string, ownerId: string | null, exceptId: string): Promise<void> {
  // The second of two who save the same shortcut at once waits here, and is told.
  await tx.client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${tx.workspaceId}/saved_reply/${shortcut}`])
  const { rows } = await tx.client.query<{ name: string }>(
    'select name from saved_reply where workspace_id = $1 and shortcut = $2 and id <> $3 and archived_at is null and (owner_id is null or owner_id = $4) limit 1',
    [tx.workspaceId, shortcut, exceptId, ownerId],
  )
  const taken = rows[0]
  if (taken)
    throw new HubProblem('invalid_request', `“/${shortcut}” leads to “${taken.name}” already.`, {
      errors: [{ path: 'shortcut', message: 'taken' }],
    })
}

async function mustExist(tx: Transaction, accountIds: readonly string[]): Promise<void> {
  if (accountIds.length === 0) return
  const { rows } = await tx.client.query('select id from account where workspace_id = $1 and id = any($2::uuid[])', [
    tx.workspaceId,
    accountIds,
  ])
  if (rows.length !== accountIds.length) throw new HubProblem('not_found', 'One of the accounts of the exceptions is not here.')
}

/** Files of a reply are shown to all who see the reply: one may put in only what one may see oneself. */
async function mustSeeFiles(tx: Transaction, actor: Actor, fileIds: readonly string[], known: readonly string[]): Promise<void> {
  for (const fileId of fileIds) {
    if (!known.includes(fileId) && !(await maySeeFile(tx, actor, fileId))) throw new HubProblem('not_found', 'There is no such file.')
  }
}

function filesOf(reply: Pick<SavedReplyInput, 'bodies' | 'exceptions'>): string[] {
  const bodies = [...Object.values(reply.bodies), ...Object.values(reply.exceptions).flatMap(one => Object.values(one))]
  const ids = bodies.flatMap(body => mediaOf(body.content).flatMap(medium => (medium.ref.from === 'file' ? [medium.ref.fileId] : [])))
  return [...new Set(ids)]
}

async function noteDeed(tx: Transaction, actor: Actor, what: string, mine: boolean, name: string): Promise<void> {
  if (!mine) await recordOperation(tx, actor, what, null, { name })
}

async function announced(tx: Transaction, actor: Actor, id: string): Promise<SavedReplyView> {
  const [reply] = await savedReplyViews(tx, actor, { ids: [id] })
  // Nobody else has to ask anew for what only he sees.
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'saved_replies' }, scope: reply!.mine ? { memberId: actor.memberId } : {} })
  return reply!
}
