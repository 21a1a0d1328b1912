/**
 * Two contacts that are one person, and taking that back. Always holds: nothing is lost (the one that goes leaves his facts in the merge, sealed); who
 * is known by two numbers of the firm is not joined; what a merge moved goes back with all that has come since to the same identities.
 */
import type { ContactProfile, MergeView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { profileIn } from './profile.ts'
import { seenConversations } from './seen.ts'
import { survivorOf } from './survivor.ts'

export type MergeReason = 'member' | 'moved' | 'signed_link'

interface Facts {
  name: string
  phone: string | null
  email: string | null
  language: string | null
  avatar_file_id: string | null
  customer_id: string | null
  attributes: Record<string, string>
  blocked_at: string | null
  blocked_by: string | null
}
const factNames = ['name', 'phone', 'email', 'language', 'avatar_file_id', 'customer_id', 'attributes', 'blocked_at', 'blocked_by'] as const

interface Change {
  from: Facts
  before: Facts
  after: Facts
}

/** Makes `otherId` one with `contactId`, who stays. Problems: not_found, wrong_state (`same`, `two_customer_numbers`). */
export async function mergeContacts(hub: Hub, actor: Actor, contactId: string, otherId: string): Promise<ContactProfile> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    await seenConversations(tx, actor, contactId)
    await seenConversations(tx, actor, otherId)
    const merged = await mergeIn(hub, tx, { intoId: contactId, fromId: otherId, reason: 'member', by: actor.memberId })
    await recordOperation(tx, actor, 'contact.merged', null, { name: merged.intoName, other: merged.fromName })
    return await profileIn(hub, tx, actor, contactId)
  })
}

/** The merge itself, inside a transaction that has looked at who may. Problem: wrong_state. */
export async function mergeIn(
  hub: Hub,
  tx: Transaction,
  { intoId, fromId, reason, by }: { intoId: string; fromId: string; reason: MergeReason; by: string | null },
): Promise<{ intoName: string; fromName: string }> {
  if (intoId === fromId) throw new HubProblem('wrong_state', 'This is one person already.', { reason: 'same' })
  await lockPeople(tx, [intoId, fromId])
  const [into, from] = [await factsOf(tx, intoId), await factsOf(tx, fromId)]
  if (into.customer_id !== null && from.customer_id !== null && into.customer_id !== from.customer_id)
    throw new HubProblem(
      'wrong_state',
      'Both have a number in your own system. Take one of the numbers away first, if they are one person.',
      {
        reason: 'two_customer_numbers',
      },
    )
  const after: Facts = {
    ...into,
    phone: into.phone ?? from.phone,
    email: into.email ?? from.email,
    language: into.language ?? from.language,
    avatar_file_id: into.avatar_file_id ?? from.avatar_file_id,
    customer_id: into.customer_id ?? from.customer_id,
    attributes: { ...from.attributes, ...into.attributes },
    blocked_at: into.blocked_at ?? from.blocked_at,
    blocked_by: into.blocked_at === null ? from.blocked_by : into.blocked_by,
  }
  const moved = { ...(await moveAll(tx, fromId, intoId)), chained: await chain(tx, fromId, intoId) }
  // First the number is free, then it is given.
  await writeFacts(
    tx,
    fromId,
    { ...from, phone: null, email: null, customer_id: null, attributes: {}, blocked_at: null, blocked_by: null },
    intoId,
  )
  await writeFacts(tx, intoId, after, null)
  await tx.db
    .insertInto('contact_merge')
    .values({
      workspace_id: tx.workspaceId,
      id: newId(hub.now()),
      from_id: fromId,
      into_id: intoId,
      reason,
      by,
      at: new Date(hub.now()),
      identity_ids: moved.identities,
      note_ids: moved.notes,
      chained_ids: moved.chained,
      facts: hub.codec.sealJson(tx.workspaceId, { from, before: into, after } satisfies Change),
    })
    .execute()
  await tell(hub, tx, [intoId, fromId])
  return { intoName: into.name, fromName: from.name }
}

/** Takes a merge back. Problems: not_found, wrong_state (`undone`, or `merged_again`: a later merge must be taken back first). */
export async function undoMerge(hub: Hub, actor: Actor, mergeId: string): Promise<ContactProfile> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const known = found(await tx.db.selectFrom('contact_merge').selectAll().where('id', '=', mergeId).executeTakeFirst(), 'merge')
    await seenConversations(tx, actor, await survivorOf(tx, known.into_id))
    await lockPeople(tx, [known.into_id, known.from_id])
    const row = await tx.db.selectFrom('contact_merge').selectAll().where('id', '=', mergeId).executeTakeFirstOrThrow()
    if (row.undone_at) throw new HubProblem('wrong_state', 'This was taken back already.', { reason: 'undone' })
    const { merged_into: survivor } = await tx.db
      .selectFrom('contact')
      .select('merged_into')
      .where('id', '=', row.into_id)
      .executeTakeFirstOrThrow()
    if (survivor !== null)
      throw new HubProblem('wrong_state', 'This person was joined with another one since. Take that back first.', {
        reason: 'merged_again',
      })
    const { from, before, after } = hub.codec.openJson<Change>(tx.workspaceId, row.facts)
    await tx.client.query(
      `with moved as (update identity set contact_id = $3 where workspace_id = $1 and id = any($2::uuid[]) and contact_id = $4)
        update conversation set contact_id = $3 where workspace_id = $1 and identity_id = any($2::uuid[]) and contact_id = $4`,
      [tx.workspaceId, row.identity_ids, row.from_id, row.into_id],
    )
    await tx.client.query('update contact_note set contact_id = $3 where workspace_id = $1 and id = any($2::uuid[])', [
      tx.workspaceId,
      row.note_ids,
      row.from_id,
    ])
    await tx.client.query('update contact set merged_into = $3 where workspace_id = $1 and id = any($2::uuid[]) and merged_into = $4', [
      tx.workspaceId,
      row.chained_ids,
      row.from_id,
      row.into_id,
    ])
    await writeFacts(tx, row.into_id, restored(await factsOf(tx, row.into_id), before, after), null)
    await writeFacts(tx, row.from_id, from, null)
    await tx.client.query('update contact_merge set undone_at = $3, undone_by = $4 where workspace_id = $1 and id = $2', [
      tx.workspaceId,
      mergeId,
      new Date(hub.now()),
      actor.memberId,
    ])
    await recordOperation(tx, actor, 'contact.merge_undone', null, { name: after.name, other: from.name })
    await tell(hub, tx, [row.into_id, row.from_id])
    return await profileIn(hub, tx, actor, row.into_id)
  })
}

/** Merges that made this contact what he is, the newest first. */
export async function mergesOf(hub: Hub, tx: Transaction, contactId: string): Promise<MergeView[]> {
  const rows = await tx.db
    .selectFrom('contact_merge')
    .selectAll()
    .where('into_id', '=', contactId)
    .where('undone_at', 'is', null)
    .orderBy('at', 'desc')
    .execute()
  return rows.map(row => ({
    id: row.id,
    name: hub.codec.openJson<Change>(tx.workspaceId, row.facts).from.name,
    reason: row.reason as MergeReason,
    by: row.by,
    at: row.at.getTime(),
  }))
}

/**
 * Conversations first, in order of id, then the people: nobody can begin a conversation with them meanwhile (a trigger waits for these locks), and
 * what began just before is locked as well.
 */
async function lockPeople(tx: Transaction, contactIds: readonly string[]): Promise<void> {
  const conversations = async () =>
    await tx.client.query('select id from conversation where workspace_id = $1 and contact_id = any($2::uuid[]) order by id for update', [
      tx.workspaceId,
      contactIds,
    ])
  await conversations()
  const { rows } = await tx.client.query<{ id: string; merged_into: string | null }>(
    'select id, merged_into from contact where workspace_id = $1 and id = any($2::uuid[]) order by id for update',
    [tx.workspaceId, contactIds],
  )
  if (rows.length < new Set(contactIds).size) throw new HubProblem('not_found', 'There is no such contact.')
  await conversations()
}

async function factsOf(tx: Transaction, contactId: string): Promise<Facts> {
  const row = await tx.db.selectFrom('contact').select(factNames).where('id', '=', contactId).executeTakeFirstOrThrow()
  return { ...row, attributes: row.attributes as Record<string, string>, blocked_at: row.blocked_at?.toISOString() ?? null }
}

async function writeFacts(tx: Transaction, contactId: string, facts: Facts, mergedInto: string | null): Promise<void> {
  await tx.db
    .updateTable('contact')
    .set(eb => ({
      ...facts,
      attributes: JSON.stringify(facts.attributes),
      merged_into: mergedInto,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', contactId)
    .execute()
}

async function moveAll(tx: Transaction, fromId: string, intoId: string): Promise<{ identities: string[]; notes: string[] }> {
  const move = async (table: 'identity' | 'conversation' | 'contact_note') => {
    const { rows } = await tx.client.query<{ id: string }>(
      `update ${table} set contact_id = $3 where workspace_id = $1 and contact_id = $2 returning id`,
      [tx.workspaceId, fromId, intoId],
    )
    return rows.map(row => row.id)
  }
  const identities = await move('identity')
  await move('conversation')
  return { identities, notes: await move('contact_note') }
}

async function chain(tx: Transaction, fromId: string, intoId: string): Promise<string[]> {
  const { rows } = await tx.client.query<{ id: string }>(
    'update contact set merged_into = $3 where workspace_id = $1 and merged_into = $2 returning id',
    [tx.workspaceId, fromId, intoId],
  )
  return rows.map(row => row.id)
}

/** What the merge gave and nobody has changed since goes; the rest stays. */
function restored(present: Facts, before: Facts, after: Facts): Facts {
  const attributes = { ...present.attributes }
  for (const [key, value] of Object.entries(after.attributes)) {
    if (key in before.attributes || attributes[key] !== value) continue
    delete attributes[key]
  }
  const facts: Facts = { ...present, attributes }
  for (const name of factNames) {
    if (name !== 'attributes' && present[name] === after[name]) Object.assign(facts, { [name]: before[name] })
  }
  return facts
}

async function tell(hub: Hub, tx: Transaction, contactIds: readonly string[]): Promise<void> {
  const rows = await tx.db.selectFrom('conversation').select('id').where('contact_id', 'in', contactIds).orderBy('id').execute()
  await appendChanges(hub, tx, { conversations: rows.map(row => row.id) })
  for (const id of contactIds) tx.append({ event: { kind: 'catalogue.changed', catalogue: `contact:${id}` }, scope: {} })
}
