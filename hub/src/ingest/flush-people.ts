/** Writes the people of a working set: new contacts and identities, what was learned of known ones, ids, merges. Always holds: an id leads to exactly one identity. */
import { bulkInsert, bulkUpdate } from '../database/bulk.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { survivor } from './people.ts'
import type { WorkingSet } from './working-set.ts'

/** Writes everybody that the events have made, changed or merged. */
export async function flushPeople(hub: Hub, tx: Transaction, set: WorkingSet): Promise<void> {
  const identities = [...set.identities.values()]
  const made = identities.filter(identity => identity.isNew)
  const changed = identities.filter(identity => !identity.isNew && identity.changed)
  const named = identities.filter(identity => !identity.isNew && (identity.changed || identity.isNamedLater))
  await bulkInsert(
    tx,
    'contact',
    { id: 'uuid', name: 'text', phone: 'text', email: 'text', language: 'text' },
    made.map(row => ({
      id: row.contactId,
      name: row.contactName,
      phone: row.contactPhone,
      email: row.contactEmail,
      language: row.contactLanguage,
    })),
  )
  await bulkInsert(
    tx,
    'identity',
    {
      id: 'uuid',
      account_id: 'uuid',
      contact_id: 'uuid',
      name: 'text',
      username: 'text',
      phone: 'text',
      language: 'text',
      named_at: 'timestamptz',
      avatar_source: 'bytea',
    },
    made.map(row => ({
      id: row.id,
      account_id: set.account.id,
      contact_id: row.contactId,
      name: row.name,
      username: row.username,
      phone: row.phone,
      language: row.language,
      named_at: row.namedAt,
      avatar_source: row.avatar ? hub.codec.sealJson(tx.workspaceId, row.avatar) : null,
    })),
  )
  await bulkUpdate(
    tx,
    'identity',
    ['id'],
    { id: 'uuid', name: 'text', username: 'text', phone: 'text', language: 'text', named_at: 'timestamptz' },
    named.map(row => ({
      id: row.id,
      name: row.name,
      username: row.username,
      phone: row.phone,
      language: row.language,
      named_at: row.namedAt,
    })),
  )
  await bulkUpdate(
    tx,
    'contact',
    ['id'],
    { id: 'uuid', name: 'text', phone: 'text', email: 'text', language: 'text' },
    changed.map(row => ({
      id: row.contactId,
      name: row.contactName,
      phone: row.contactPhone,
      email: row.contactEmail,
      language: row.contactLanguage,
    })),
  )
  await bulkInsert(
    tx,
    'identity_alias',
    { account_id: 'uuid', external_id: 'text', identity_id: 'uuid' },
    [...set.newAliases].map(([externalId, identityId]) => ({
      account_id: set.account.id,
      external_id: externalId,
      identity_id: survivor(set, identityId),
    })),
    'on conflict (workspace_id, account_id, external_id) do update set identity_id = excluded.identity_id, known_at = clock_timestamp(), replaced = false',
  )
  for (const [mergedId] of set.mergedIdentities) {
    const into = set.identities.get(survivor(set, mergedId))!
    await tx.client.query('update identity_alias set identity_id = $3 where workspace_id = $1 and identity_id = $2', [
      tx.workspaceId,
      mergedId,
      into.id,
    ])
    await tx.client.query('update conversation set identity_id = $3, contact_id = $4 where workspace_id = $1 and identity_id = $2', [
      tx.workspaceId,
      mergedId,
      into.id,
      into.contactId,
    ])
    // The merged identity stays as a row without aliases: messages name it as their author.
    await tx.client.query('update identity set contact_id = $3 where workspace_id = $1 and id = $2', [
      tx.workspaceId,
      mergedId,
      into.contactId,
    ])
  }
  if (set.replacedAliases.size > 0) {
    await tx.client.query(
      'update identity_alias set replaced = true where workspace_id = $1 and account_id = $2 and external_id = any($3::text[])',
      [tx.workspaceId, set.account.id, [...set.replacedAliases]],
    )
  }
}
