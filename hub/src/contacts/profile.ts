/** A person's profile: attributes, the firm's own number, conversations and identities. Always holds: a change names the version it knows; a value that came back masked is not written. */
import type { ContactProfile } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { conversationViews } from '../conversations/views.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Seer } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { isMasked } from '../people/hidden-details.ts'
import { HubProblem } from '../problem.ts'
import { settingIn } from '../settings/settings.ts'
import { contactView } from './contact-view.ts'
import { seenConversations } from './seen.ts'
import { survivorOf } from './survivor.ts'

/** Attributes that a person can have. */
export const mostAttributes = 60
const mostConversations = 100
const mostKeys = 200

export async function contactProfile(hub: Hub, actor: Actor, contactId: string): Promise<ContactProfile> {
  return await inWorkspace(hub, actor.workspaceId, async tx => profileIn(hub, tx, actor, await survivorOf(tx, contactId)), {
    snapshot: true,
  })
}

export async function profileIn(hub: Hub, tx: Transaction, seer: Seer, contactId: string): Promise<ContactProfile> {
  const seen = await seenConversations(tx, seer, contactId)
  const newest = seen.toSorted((a, b) => b.last_activity_at.getTime() - a.last_activity_at.getTime()).slice(0, mostConversations)
  const conversations = await conversationViews(
    hub,
    tx,
    newest.map(row => row.id),
  )
  const row = await tx.db.selectFrom('contact').selectAll().where('id', '=', contactId).executeTakeFirstOrThrow()
  const identities = await tx.db
    .selectFrom('identity')
    .select(({ selectFrom }) => [
      'id',
      'account_id',
      'contact_id',
      'name',
      'username',
      'phone',
      'language',
      selectFrom('identity_alias')
        .select(({ fn }) => fn.agg<string[]>('array_agg', ['external_id']).as('ids'))
        .whereRef('identity_alias.identity_id', '=', 'identity.id')
        .as('external_ids'),
    ])
    .where('contact_id', '=', contactId)
    .where(
      'account_id',
      'in',
      seen.map(one => one.account_id),
    )
    .orderBy('id')
    .execute()
  return {
    contact: contactView(row),
    customerId: row.customer_id,
    attributes: row.attributes as Record<string, string>,
    version: row.version,
    createdAt: row.created_at.getTime(),
    source: conversations.toSorted((a, b) => a.createdAt - b.createdAt).find(view => view.source !== null)?.source ?? null,
    conversations,
    identities: identities.map(one => ({
      id: one.id,
      accountId: one.account_id,
      contactId: one.contact_id,
      name: one.name,
      username: one.username,
      phone: one.phone,
      language: one.language,
      externalIds: one.external_ids ?? [],
    })),
  }
}

/** Changes what the firm knows of a person. Problems: not_found, stale_version (with `current`), invalid_request for a number that another person has. */
export async function updateProfile(
  hub: Hub,
  actor: Actor,
  contactId: string,
  version: number,
  change: { customerId?: string | null; attributes?: Readonly<Record<string, string | null>> },
): Promise<ContactProfile> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const seen = await seenConversations(tx, actor, contactId)
    await tx.client.query('select 1 from conversation where workspace_id = $1 and contact_id = $2 order by id for update', [
      tx.workspaceId,
      contactId,
    ])
    await tx.client.query('select 1 from contact where workspace_id = $1 and id = $2 for update', [tx.workspaceId, contactId])
    const present = await profileIn(hub, tx, actor, contactId)
    if (present.version !== version)
      throw new HubProblem('stale_version', 'Someone has changed this person’s profile meanwhile.', { current: present })
    const attributes = { ...present.attributes }
    for (const [key, value] of Object.entries(change.attributes ?? {})) {
      if (value === null) delete attributes[key]
      else if (actor.rights.has('contacts.details') || !isMasked(value)) attributes[key] = value
    }
    if (Object.keys(attributes).length > mostAttributes)
      throw new HubProblem('invalid_request', `A person has ${mostAttributes} attributes at most.`, {
        errors: [{ path: 'attributes', message: `more than ${mostAttributes}` }],
      })
    if (change.customerId) await assertFree(tx, contactId, change.customerId)
    await tx.db
      .updateTable('contact')
      .set({
        attributes: JSON.stringify(attributes),
        customer_id: change.customerId === undefined ? present.customerId : change.customerId,
        version: version + 1,
      })
      .where('id', '=', contactId)
      .execute()
    const keys = [...Object.keys(change.attributes ?? {}), ...(change.customerId === undefined ? [] : ['customerId'])]
    await recordOperation(tx, actor, 'contact.changed', null, { name: present.contact.name, fields: keys.join(', ') })
    await appendChanges(hub, tx, { conversations: seen.map(row => row.id) })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: `contact:${contactId}` }, scope: {} })
    return await profileIn(hub, tx, actor, contactId)
  })
}

async function assertFree(tx: Transaction, contactId: string, customerId: string): Promise<void> {
  const other = await tx.db
    .selectFrom('contact')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('id', '<>', contactId)
    .executeTakeFirst()
  if (other)
    throw new HubProblem('invalid_request', 'Another person has this number already.', {
      errors: [{ path: 'customerId', message: 'taken' }],
    })
}

/** Names of attributes in use, the commonest first, and those that every profile offers. */
export async function attributeKeys(hub: Hub, actor: Actor): Promise<{ keys: string[]; first: string[] }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const { rows } = await tx.client.query<{ key: string }>(
        `select key from (select attributes from contact where workspace_id = $1 and attributes <> '{}' limit 20000) c, jsonb_object_keys(c.attributes) key
          group by key order by count(*) desc, key limit $2`,
        [tx.workspaceId, mostKeys],
      )
      return { keys: rows.map(row => row.key), first: (await settingIn(tx, 'attributes')).value.first }
    },
    { snapshot: true },
  )
}
