/**
 * Conversations of a batch: into the thread that is there, else a new one. Always holds: nobody is told and nothing is due; a conversation is open only
 * where it was open there and the account is live here; each one of the source is a case of its own, outside the figures.
 */
import { bulkInsert } from '../database/bulk.ts'
import { isId, newId } from '../database/ids.ts'
import { type Batch, lookUp, note, type Ref } from './batch.ts'
import type { ConversationThing } from './things.ts'

export interface OurAccount {
  id: string
  mode: string
  status: string
}

/** Which account of ours a source's account is; null: left out by choice; undefined: not said. */
export function accountFor(batch: Batch, accounts: ReadonlyMap<string, OurAccount>, named: string): OurAccount | null | undefined {
  const chosen = batch.mapping.accounts?.[named]
  if (chosen === null) return null
  return accounts.get(chosen ?? (isId(named) ? named : ''))
}

interface Planned {
  thing: ConversationThing
  ref: Ref
  account: OurAccount
  contactId: string
  threadId: string
  /** Not of the platform: nobody can be reached there. */
  isMadeUp: boolean
}

/** Applies conversations. */
export async function applyConversations(
  batch: Batch,
  things: readonly { thing: ConversationThing; ref: Ref }[],
  accounts: ReadonlyMap<string, OurAccount>,
): Promise<void> {
  if (things.length === 0) return
  await lookUp(
    batch,
    'conversation',
    things.map(({ thing }) => thing.id),
  )
  await lookUp(
    batch,
    'contact',
    things.map(({ thing }) => thing.contactId),
  )
  await lookUp(
    batch,
    'address',
    things.map(({ thing }) => `${thing.contactId}:${thing.account}`),
  )
  const planned: Planned[] = []
  const seen = new Set<string>()
  for (const { thing, ref } of things) {
    if (batch.known.has(`conversation:${thing.id}`) || seen.has(thing.id)) {
      batch.counts.skipped++
      continue
    }
    const account = accountFor(batch, accounts, thing.account)
    if (account === null) {
      batch.counts.skipped++
      continue
    }
    if (!account) batch.refuse(ref, `Nobody has said which account “${thing.account}” is here.`)
    else {
      const contact = batch.known.get(`contact:${thing.contactId}`)
      if (!contact) batch.refuse(ref, `The contact ${thing.contactId} of this conversation is not here and was not in the file before it.`)
      else {
        const address = thing.threadId ?? batch.known.get(`address:${thing.contactId}:${thing.account}`)?.externalId ?? undefined
        const threadId = address ?? `import:${batch.system}:${thing.id}`
        planned.push({ thing, ref, account, contactId: contact.targetId, threadId, isMadeUp: address === undefined })
        seen.add(thing.id)
      }
    }
  }
  if (planned.length > 0) await place(batch, planned)
}

interface There {
  id: string
  account_id: string
  thread_id: string
  identity_id: string
  has_case: boolean
}

async function place(batch: Batch, planned: readonly Planned[]): Promise<void> {
  const { tx } = batch
  const pairs = [planned.map(one => one.account.id), planned.map(one => one.threadId)]
  const { rows: there } = await tx.client.query<There>({
    name: 'import_threads',
    text: `select distinct on (v.account_id, v.thread_id) c.id, v.account_id, v.thread_id, c.identity_id, c.state = 'open' as has_case
      from unnest($2::uuid[], $3::text[]) as v(account_id, thread_id)
      left join identity_alias x on x.workspace_id = $1 and x.account_id = v.account_id and x.external_id = v.thread_id
      join conversation c on c.workspace_id = $1 and c.account_id = v.account_id and (c.thread_id = v.thread_id or c.identity_id = x.identity_id)
      order by v.account_id, v.thread_id, (c.thread_id = v.thread_id) desc`,
    values: [tx.workspaceId, ...pairs],
  })
  const byThread = new Map(there.map(row => [`${row.account_id} ${row.thread_id}`, row]))
  const { rows: aliases } = await tx.client.query<{ account_id: string; external_id: string; identity_id: string }>({
    name: 'import_aliases',
    text: `select x.account_id, x.external_id, x.identity_id from unnest($2::uuid[], $3::text[]) as v(account_id, external_id)
      join identity_alias x on x.workspace_id = $1 and x.account_id = v.account_id and x.external_id = v.external_id`,
    values: [tx.workspaceId, ...pairs],
  })
  const byAlias = new Map(aliases.map(row => [`${row.account_id} ${row.external_id}`, row.identity_id]))
  const identities: Record<string, unknown>[] = []
  const newAliases: Record<string, unknown>[] = []
  const conversations: Record<string, unknown>[] = []
  const cases: Record<string, unknown>[] = []
  const labels = await labelIds(
    batch,
    planned.flatMap(({ thing }) => thing.labels),
  )
  const members = await memberIds(
    batch,
    planned.flatMap(({ thing }) => thing.assigneeEmail?.toLowerCase() ?? []),
  )
  for (const one of planned) {
    const { thing, account, threadId } = one
    const key = `${account.id} ${threadId}`
    const caseId = newId()
    let row = byThread.get(key)
    const opens = thing.status === 'open' && account.mode === 'live' && account.status === 'active' && !row?.has_case
    const isNew = !row
    if (!row) {
      const identityId = byAlias.get(key) ?? newId()
      if (!byAlias.has(key)) {
        identities.push({ id: identityId, account_id: account.id, contact_id: one.contactId })
        newAliases.push({ account_id: account.id, external_id: threadId, identity_id: identityId })
        byAlias.set(key, identityId)
        note(batch, 'identity', key, identityId, true)
      }
      row = { id: newId(), account_id: account.id, thread_id: threadId, identity_id: identityId, has_case: opens }
      byThread.set(key, row)
      conversations.push({
        id: row.id,
        account_id: account.id,
        thread_id: threadId,
        identity_id: identityId,
        state: opens ? 'open' : 'closed',
        case_id: opens ? caseId : null,
        assignee_id: (opens && members.get(thing.assigneeEmail?.toLowerCase() ?? '')) || null,
        label_ids: thing.labels.flatMap(label => labels.get(label.toLowerCase()) ?? []),
        // Where the thread is not the platform's, there is nobody to write to.
        standing: one.isMadeUp ? 'not_started' : 'open',
        last_activity_at: thing.openedAt,
        created_at: thing.openedAt,
      })
    }
    batch.counts[isNew ? 'conversationsMade' : 'conversationsMatched']++
    note(batch, 'conversation', thing.id, row.id, isNew)
    note(batch, 'case', thing.id, caseId, true)
    const staysOpen = opens && isNew
    cases.push({
      id: caseId,
      conversation_id: row.id,
      account_id: account.id,
      assignee_id: members.get(thing.assigneeEmail?.toLowerCase() ?? '') ?? null,
      opened_at: thing.openedAt,
      closed_at: staysOpen ? null : Math.max(thing.openedAt, thing.closedAt ?? thing.openedAt),
      imported: true,
    })
  }
  if (batch.dry) return
  await store(batch, { identities, newAliases, conversations, cases })
}

async function store(
  { tx }: Batch,
  rows: Record<'identities' | 'newAliases' | 'conversations' | 'cases', Record<string, unknown>[]>,
): Promise<void> {
  // Names and phones of identities are those of their contacts: written by one statement from there.
  await tx.client.query({
    name: 'import_identities',
    text: `insert into identity (workspace_id, id, account_id, contact_id, name, phone, language)
      select p.workspace_id, v.id, v.account_id, p.id, p.name, p.phone, p.language from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as v(id, account_id, contact_id)
      join contact p on p.workspace_id = $1 and p.id = v.contact_id`,
    values: [tx.workspaceId, ...['id', 'account_id', 'contact_id'].map(name => rows.identities.map(row => row[name]))],
  })
  await bulkInsert(tx, 'identity_alias', { account_id: 'uuid', external_id: 'text', identity_id: 'uuid' }, rows.newAliases)
  await tx.client.query({
    name: 'import_conversations',
    text: `insert into conversation (workspace_id, id, account_id, thread_id, identity_id, contact_id, state, case_id, assignee_id, label_ids, standing, last_activity_at, created_at)
      select $1, v.id, v.account_id, v.thread_id, v.identity_id, i.contact_id, v.state, v.case_id, v.assignee_id, v.label_ids::uuid[], v.standing, v.last_activity_at, v.created_at
      from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::timestamptz[], $12::timestamptz[])
        as v(id, account_id, thread_id, identity_id, state, case_id, assignee_id, label_ids, standing, last_activity_at, created_at)
      join identity i on i.workspace_id = $1 and i.id = v.identity_id`,
    values: [
      tx.workspaceId,
      ...['id', 'account_id', 'thread_id', 'identity_id', 'state', 'case_id', 'assignee_id'].map(name =>
        rows.conversations.map(row => row[name]),
      ),
      rows.conversations.map(row => `{${(row.label_ids as string[]).join(',')}}`),
      rows.conversations.map(row => row.standing),
      ...['last_activity_at', 'created_at'].map(name => rows.conversations.map(row => new Date(row[name] as number).toISOString())),
    ],
  })
  const { rows: numbers } = await tx.client.query<{ last: number }>({
    name: 'case_numbers',
    text: 'update workspace set next_case_number = next_case_number + $2 where workspace_id = $1 returning next_case_number - 1 as last',
    values: [tx.workspaceId, rows.cases.length],
  })
  const first = numbers[0]!.last - rows.cases.length + 1
  await bulkInsert(
    tx,
    'conversation_case',
    {
      id: 'uuid',
      conversation_id: 'uuid',
      account_id: 'uuid',
      assignee_id: 'uuid',
      opened_at: 'timestamptz',
      closed_at: 'timestamptz',
      imported: 'boolean',
      number: 'int',
    },
    rows.cases.map((row, index) => ({ ...row, number: first + index })),
  )
}

/** Labels by name in lower case; those that are not there are made. */
async function labelIds(batch: Batch, names: readonly string[]): Promise<Map<string, string>> {
  const wanted = new Map(names.map(name => [name.toLowerCase(), name]))
  if (wanted.size === 0) return new Map()
  const { tx } = batch
  const read = async () =>
    new Map(
      (
        await tx.client.query<{ id: string; name: string }>(
          'select id, lower(name) as name from label where workspace_id = $1 and archived_at is null and lower(name) = any($2::text[])',
          [tx.workspaceId, [...wanted.keys()]],
        )
      ).rows.map(row => [row.name, row.id]),
    )
  const there = await read()
  const missing = [...wanted].filter(([key]) => !there.has(key))
  if (missing.length === 0 || batch.dry) return there
  await bulkInsert(
    tx,
    'label',
    { id: 'uuid', name: 'text', color: 'text' },
    missing.map(([, name]) => ({ id: newId(), name, color: 'grey' })),
    'on conflict do nothing',
  )
  return await read()
}

/** Members by e-mail in lower case. */
export async function memberIds({ tx }: Batch, emails: readonly string[]): Promise<Map<string, string>> {
  if (emails.length === 0) return new Map()
  const { rows } = await tx.client.query<{ id: string; email: string }>(
    'select m.id, lower(u.email) as email from member m join app_user u on u.id = m.user_id where m.workspace_id = $1 and lower(u.email) = any($2::text[])',
    [tx.workspaceId, [...new Set(emails)]],
  )
  return new Map(rows.map(row => [row.email, row.id]))
}
