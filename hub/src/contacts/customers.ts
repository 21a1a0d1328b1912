/**
 * Contacts as the firm's own system knows them. Always holds: one customer number, one contact; the same request twice leaves the same state; two people
 * are never joined on a guess: only a phone that exactly one contact has, who has no number yet.
 */
import type { CustomerInput, CustomerView } from '@dragoman/api'
import { cleanText } from '@dragoman/core'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { contactView, type ShownContact } from './contact-view.ts'
import { readPhone } from './phone.ts'
import { mostAttributes } from './profile.ts'

interface Row extends ShownContact {
  customer_id: string | null
  attributes: Record<string, string>
}

/** Problem: not_found. */
export async function readCustomer(hub: Hub, actor: Actor, customerId: string): Promise<CustomerView> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const row = await byNumber(tx, clean(customerId))
      if (!row || !(await isVisible(tx, actor, row.id))) throw new HubProblem('not_found', 'No customer is known by this number.')
      return await toView(tx, row)
    },
    { snapshot: true },
  )
}

/** Makes or changes a customer. Problems: invalid_request, not_found for one on accounts that are not the caller's. */
export async function saveCustomer(
  hub: Hub,
  actor: Actor,
  givenId: string,
  input: CustomerInput,
): Promise<{ outcome: 'created' | 'joined' | 'updated' | 'unchanged'; customer: CustomerView }> {
  const customerId = clean(givenId)
  if (customerId === '') throw new HubProblem('invalid_request', 'The customer number is empty.')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const phone = input.phone ? await readPhone(tx, input.phone) : input.phone
    // Two requests about one customer, or one phone, go one after the other; always in this order.
    for (const key of [`customer ${customerId}`, ...(phone ? [`phone ${phone}`] : [])])
      await tx.client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${tx.workspaceId} ${key}`])
    const present = await byNumber(tx, customerId)
    if (present && !(await isVisible(tx, actor, present.id)))
      throw new HubProblem('not_found', 'This customer is on accounts that are not yours.')
    const joined = present || !phone ? undefined : await onlyOneWith(tx, actor, phone)
    const before = present ?? joined
    const row: Row = changed(before, customerId, input, phone)
    if (Object.keys(row.attributes).length > mostAttributes)
      throw new HubProblem('invalid_request', `A person has ${mostAttributes} attributes at most.`, {
        errors: [{ path: 'attributes', message: `more than ${mostAttributes}` }],
      })
    if (!before) await insert(tx, row)
    else if (JSON.stringify(before) !== JSON.stringify(row)) await update(hub, tx, row)
    else return { outcome: 'unchanged', customer: await toView(tx, row) }
    if (joined) await recordOperation(tx, actor, 'contact.joined', null, { contactName: row.name, customerId })
    return { outcome: present ? 'updated' : joined ? 'joined' : 'created', customer: await toView(tx, row) }
  })
}

function changed(before: Row | undefined, customerId: string, input: CustomerInput, phone: string | null | undefined): Row {
  const attributes = { ...before?.attributes }
  for (const [name, value] of Object.entries(input.attributes ?? {})) {
    if (value === null) delete attributes[clean(name)]
    else attributes[clean(name)] = clean(value)
  }
  const none: Row = {
    id: newId(),
    name: phone ?? customerId,
    phone: null,
    email: null,
    language: null,
    avatar_file_id: null,
    blocked_at: null,
    customer_id: customerId,
    attributes: {},
  }
  return {
    ...(before ?? none),
    customer_id: customerId,
    ...(input.name === undefined ? {} : { name: clean(input.name) }),
    ...(phone === undefined ? {} : { phone }),
    ...(input.email === undefined ? {} : { email: input.email }),
    ...(input.language === undefined ? {} : { language: input.language }),
    attributes: Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}

async function insert(tx: Transaction, row: Row): Promise<void> {
  const { id, name, phone, email, language, customer_id } = row
  await tx.db
    .insertInto('contact')
    .values({ workspace_id: tx.workspaceId, id, name, phone, email, language, customer_id, attributes: JSON.stringify(row.attributes) })
    .execute()
}

async function update(hub: Hub, tx: Transaction, row: Row): Promise<void> {
  const { name, phone, email, language, customer_id } = row
  const conversations = await tx.db.selectFrom('conversation').select('id').where('contact_id', '=', row.id).orderBy('id').execute()
  await tx.db
    .updateTable('contact')
    .set(eb => ({ name, phone, email, language, customer_id, attributes: JSON.stringify(row.attributes), version: eb('version', '+', 1) }))
    .where('id', '=', row.id)
    .execute()
  await appendChanges(hub, tx, { conversations: conversations.map(one => one.id) })
  tx.append({ event: { kind: 'catalogue.changed', catalogue: `contact:${row.id}` }, scope: {} })
}

const columns = ['id', 'name', 'phone', 'email', 'language', 'avatar_file_id', 'blocked_at', 'customer_id', 'attributes'] as const

async function byNumber(tx: Transaction, customerId: string): Promise<Row | undefined> {
  const row = await tx.db.selectFrom('contact').select(columns).where('customer_id', '=', customerId).executeTakeFirst()
  return row && toRow(row)
}

/** The contact to whom the number may be given: the only one with the phone, who has none. */
async function onlyOneWith(tx: Transaction, actor: Actor, phone: string): Promise<Row | undefined> {
  const rows = await tx.db.selectFrom('contact').select(columns).where('phone_digits', '=', phone.slice(1)).limit(2).execute()
  const [only, other] = rows
  if (!only || other || only.customer_id !== null) return undefined
  return (await isVisible(tx, actor, only.id)) ? toRow(only) : undefined
}

function toRow(row: Omit<Row, 'attributes'> & { attributes: unknown }): Row {
  const attributes = Object.entries(row.attributes as Record<string, unknown>).map(([name, value]) => [name, String(value)] as const)
  return { ...row, attributes: Object.fromEntries(attributes.sort(([a], [b]) => (a < b ? -1 : 1))) }
}

/** Whoever sees only some accounts sees only people of theirs, and those who are nowhere yet. */
async function isVisible(tx: Transaction, actor: Actor, contactId: string): Promise<boolean> {
  const rows = await tx.db.selectFrom('conversation').select('account_id').distinct().where('contact_id', '=', contactId).execute()
  return rows.length === 0 || rows.some(row => maySee(actor, { accountId: row.account_id }))
}

async function toView(tx: Transaction, row: Row): Promise<CustomerView> {
  const others = row.phone
    ? await tx.db
        .selectFrom('contact')
        .select('id')
        .where('phone_digits', '=', row.phone.replace(/\D/g, ''))
        .where('id', '<>', row.id)
        .limit(1)
        .execute()
    : []
  return {
    ...contactView(row),
    customerId: row.customer_id ?? '',
    attributes: row.attributes,
    ambiguous: others.length > 0,
  }
}

function clean(text: string): string {
  return cleanText(text).text.trim()
}
