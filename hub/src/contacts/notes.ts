/** Notes about a person, apart from any conversation. Always holds: sealed; words are changed and deleted only by who wrote them; anyone may pin. */
import type { ContactNoteView } from '@dragoman/api'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { seenConversations } from './seen.ts'

async function notesIn(hub: Hub, tx: Transaction, where: { contactId: string } | { noteId: string }) {
  const query = tx.db
    .selectFrom('contact_note as n')
    .innerJoin('member as m', 'm.id', 'n.author_id')
    .innerJoin('app_user as u', 'u.id', 'm.user_id')
    .select(['n.id', 'n.contact_id', 'n.author_id', 'u.name', 'n.text', 'n.pinned', 'n.version', 'n.created_at', 'n.edited_at'])
  const rows = await ('contactId' in where ? query.where('n.contact_id', '=', where.contactId) : query.where('n.id', '=', where.noteId))
    .orderBy('n.pinned', 'desc')
    .orderBy('n.created_at', 'desc')
    .limit(500)
    .execute()
  return rows.map(row => ({
    contactId: row.contact_id,
    view: {
      id: row.id,
      authorId: row.author_id,
      authorName: row.name,
      body: hub.codec.open(tx.workspaceId, row.text).toString('utf8'),
      pinned: row.pinned,
      version: row.version,
      createdAt: row.created_at.getTime(),
      editedAt: row.edited_at?.getTime() ?? null,
    } satisfies ContactNoteView,
  }))
}

export async function listContactNotes(hub: Hub, actor: Actor, contactId: string): Promise<ContactNoteView[]> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      await seenConversations(tx, actor, contactId)
      return (await notesIn(hub, tx, { contactId })).map(note => note.view)
    },
    { snapshot: true },
  )
}

export async function addContactNote(
  hub: Hub,
  actor: Actor,
  contactId: string,
  input: { body: string; pinned: boolean },
): Promise<ContactNoteView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await seenConversations(tx, actor, contactId)
    const id = newId()
    await tx.db
      .insertInto('contact_note')
      .values({
        workspace_id: tx.workspaceId,
        id,
        contact_id: contactId,
        author_id: actor.memberId,
        text: hub.codec.seal(tx.workspaceId, input.body),
        pinned: input.pinned,
      })
      .execute()
    return await announced(hub, tx, id)
  })
}

/** Problems: not_found, not_allowed for another's words, stale_version (with `current`). */
export async function updateContactNote(
  hub: Hub,
  actor: Actor,
  noteId: string,
  version: number,
  change: { body?: string; pinned?: boolean },
): Promise<ContactNoteView> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const present = await lockedNote(hub, tx, actor, noteId)
    if (change.body !== undefined && present.authorId !== actor.memberId)
      throw new HubProblem('not_allowed', 'Only who wrote a note changes its words.')
    if (present.version !== version) throw new HubProblem('stale_version', 'Someone has changed this note meanwhile.', { current: present })
    await tx.db
      .updateTable('contact_note')
      .set({
        pinned: change.pinned ?? present.pinned,
        version: version + 1,
        ...(change.body === undefined ? {} : { text: hub.codec.seal(tx.workspaceId, change.body), edited_at: new Date(hub.now()) }),
      })
      .where('id', '=', noteId)
      .execute()
    return await announced(hub, tx, noteId)
  })
}

/** Problems: not_found, not_allowed for another's note. */
export async function deleteContactNote(hub: Hub, actor: Actor, noteId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const present = await lockedNote(hub, tx, actor, noteId)
    if (present.authorId !== actor.memberId) throw new HubProblem('not_allowed', 'Only who wrote a note deletes it.')
    const { contact_id } = await tx.db.deleteFrom('contact_note').where('id', '=', noteId).returning('contact_id').executeTakeFirstOrThrow()
    tell(tx, contact_id)
  })
}

async function lockedNote(hub: Hub, tx: Transaction, actor: Actor, noteId: string): Promise<ContactNoteView> {
  await tx.client.query('select 1 from contact_note where workspace_id = $1 and id = $2 for update', [tx.workspaceId, noteId])
  const note = found((await notesIn(hub, tx, { noteId }))[0], 'note')
  await seenConversations(tx, actor, note.contactId)
  return note.view
}

async function announced(hub: Hub, tx: Transaction, noteId: string): Promise<ContactNoteView> {
  const [note] = await notesIn(hub, tx, { noteId })
  tell(tx, note!.contactId)
  return note!.view
}

function tell(tx: Transaction, contactId: string): void {
  tx.append({ event: { kind: 'catalogue.changed', catalogue: `contact-notes:${contactId}` }, scope: {} })
}
