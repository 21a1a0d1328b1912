/** Whom a notice is for: found by identity, contact, the firm's own number or phone; and, where he is not known, where he could be reached by phone. */
import type { NoticeRequest } from '@dragoman/api'
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { surfaceOf } from '../accounts/surface.ts'
import { survivorOf } from '../contacts/survivor.ts'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { HubProblem } from '../problem.ts'
import type { Place } from './candidates.ts'

export interface Person {
  contactIds: string[]
  /** E.164, where the notice names a phone or the contact has one. */
  phone: string | null
  /** Where the notice names an e-mail address or the contact has one. */
  email: string | null
}

/** Finds the person. Problems: not_found, invalid_request for what is no phone number. */
export async function findPerson(tx: Transaction, to: NoticeRequest['to']): Promise<Person> {
  if ('identityId' in to) {
    const row = await tx.db.selectFrom('identity').select(['contact_id', 'phone']).where('id', '=', to.identityId).executeTakeFirst()
    if (!row) throw new HubProblem('not_found', 'There is no such identity.')
    return { contactIds: [row.contact_id], phone: row.phone, email: null }
  }
  if ('phone' in to) {
    const phone = inE164(to.phone)
    const { rows } = await tx.client.query<{ id: string }>({
      name: 'notice_by_phone',
      text: `select id from contact where workspace_id = $1 and phone_digits = $2
        union select contact_id from identity where workspace_id = $1 and substr(phone, 2) = $2`,
      values: [tx.workspaceId, phone.slice(1)],
    })
    return { contactIds: rows.map(row => row.id), phone, email: null }
  }
  if ('email' in to) {
    const email = to.email.toLowerCase()
    const { rows } = await tx.client.query<{ id: string }>('select id from contact where workspace_id = $1 and lower(email) = $2', [
      tx.workspaceId,
      email,
    ])
    return { contactIds: rows.map(row => row.id), phone: null, email }
  }
  const found = await tx.db
    .selectFrom('contact')
    .select(['id', 'phone', 'email'])
    .where('contactId' in to ? 'id' : 'customer_id', '=', 'contactId' in to ? await survivorOf(tx, to.contactId) : to.customerId)
    .executeTakeFirst()
  if (!found) throw new HubProblem('not_found', 'contactId' in to ? 'There is no such contact.' : 'No customer is known by this number.')
  return { contactIds: [found.id], phone: found.phone, email: found.email?.toLowerCase() ?? null }
}

function inE164(phone: string): string {
  const parsed = parsePhoneNumberFromString(phone)
  if (!parsed?.isPossible())
    throw new HubProblem('invalid_request', 'This is not a phone number in international form, such as +79161234567.', {
      errors: [{ path: 'to.phone', message: 'not a phone number' }],
    })
  return parsed.number
}

/** Where the person has written or been written to. With `identityId`, only there. */
export async function placesOf(hub: Hub, tx: Transaction, contactIds: readonly string[], identityId?: string): Promise<Place[]> {
  const { rows } = await tx.client.query({
    name: 'notice_places',
    text: `select c.id, c.account_id, c.identity_id, c.thread_id, c.windows, c.standing, c.spam_at, p.blocked_at, c.last_activity_at, coalesce(p.language, i.language) as language
      from conversation c join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
      where c.workspace_id = $1 and c.contact_id = any($2::uuid[]) and c.place is null and ($3::uuid is null or c.identity_id = $3) order by c.last_activity_at desc limit 100`,
    values: [tx.workspaceId, contactIds, identityId ?? null],
  })
  const accounts = new Map<string, AccountContext>()
  for (const id of new Set(rows.map(row => row.account_id as string))) {
    const account = await accountContext(hub, tx, id)
    if (account) accounts.set(id, account)
  }
  return rows.flatMap(row => {
    const account = accounts.get(row.account_id)
    return account
      ? [
          {
            account,
            conversationId: row.id,
            identityId: row.identity_id,
            threadId: row.thread_id,
            windows: row.windows,
            standing: row.standing,
            isSpam: row.spam_at !== null,
            isBlocked: row.blocked_at !== null,
            lastActivityAt: row.last_activity_at.getTime(),
            language: row.language,
          },
        ]
      : []
  })
}

/** Accounts through which a phone number or an e-mail address can be written to first, but those where the person is already. */
export async function placesByAddress(
  hub: Hub,
  tx: Transaction,
  known: readonly Place[],
  isBlocked: boolean,
  { phone, email }: Pick<Person, 'phone' | 'email'>,
): Promise<Place[]> {
  const rows = await tx.db.selectFrom('account').select(['id', 'channel']).where('status', '=', 'active').orderBy('created_at').execute()
  const places: Place[] = []
  for (const row of rows) {
    const channel = channelOf(hub, row.channel)
    const address = (phone && channel.addressOfPhone?.(phone)) || (email && channel.addressOfEmail?.(email)) || undefined
    if (!address || known.some(place => place.account.id === row.id)) continue
    const account = await accountContext(hub, tx, row.id)
    // Where only people begin, a number is of no use.
    if (!account || surfaceOf(channel, account).capabilities.features.business_starts.level === 'none') continue
    places.push({
      account,
      conversationId: null,
      address,
      identityId: null,
      windows: [],
      standing: 'open',
      isSpam: false,
      isBlocked,
      lastActivityAt: 0,
      language: null,
    })
  }
  return places
}

/** Makes the conversation with somebody who has not written yet: closed until he does. Two notices at once make one. */
export async function openByAddress(
  tx: Transaction,
  account: AccountContext,
  { threadId, externalIds }: NonNullable<Place['address']>,
  { phone, email }: Pick<Person, 'phone' | 'email'>,
  contactId: string | undefined,
  name: string | undefined,
): Promise<{ conversationId: string; contactId: string }> {
  await tx.client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${account.id} ${threadId}`])
  const { rows } = await tx.client.query<{ id: string; contact_id: string }>(
    `select c.id, c.contact_id from conversation c where c.workspace_id = $1 and c.account_id = $2 and (c.thread_id = $3 or c.identity_id in
      (select identity_id from identity_alias where workspace_id = $1 and account_id = $2 and external_id = any($4::text[]))) limit 1`,
    [tx.workspaceId, account.id, threadId, externalIds],
  )
  if (rows[0]) return { conversationId: rows[0].id, contactId: rows[0].contact_id }
  const ids = { contact: contactId ?? newId(), identity: newId(), conversation: newId() }
  const shownName = name ?? phone ?? email ?? '?'
  if (!contactId)
    await tx.db.insertInto('contact').values({ workspace_id: tx.workspaceId, id: ids.contact, name: shownName, phone, email }).execute()
  await tx.db
    .insertInto('identity')
    .values({ workspace_id: tx.workspaceId, id: ids.identity, account_id: account.id, contact_id: ids.contact, name: shownName, phone })
    .execute()
  await tx.db
    .insertInto('identity_alias')
    .values(
      externalIds.map(external_id => ({ workspace_id: tx.workspaceId, account_id: account.id, external_id, identity_id: ids.identity })),
    )
    .execute()
  await tx.db
    .insertInto('conversation')
    .values({
      workspace_id: tx.workspaceId,
      id: ids.conversation,
      account_id: account.id,
      thread_id: threadId,
      identity_id: ids.identity,
      contact_id: ids.contact,
      state: 'closed',
    })
    .execute()
  return { conversationId: ids.conversation, contactId: ids.contact }
}
