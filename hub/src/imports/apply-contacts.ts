/** Contacts of a batch: found by the firm's own number, phone or e-mail, else made. Always holds: what is known here is never overwritten, only filled in. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { bulkInsert, bulkUpdate } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import { type Batch, lookUp, note, type Ref } from './batch.ts'
import type { ContactThing } from './things.ts'

interface Row {
  id: string
  name: string
  phone: string | null
  email: string | null
  language: string | null
  customer_id: string | null
  attributes: Record<string, string>
  isNew: boolean
  changed: boolean
}

/** Applies contacts; says of each, by its source id, which contact it is here. */
export async function applyContacts(batch: Batch, things: readonly { thing: ContactThing; ref: Ref }[]): Promise<void> {
  if (things.length === 0) return
  await lookUp(
    batch,
    'contact',
    things.map(({ thing }) => thing.id),
  )
  await lookUp(
    batch,
    'address',
    things.flatMap(({ thing }) => thing.addresses.map(address => `${thing.id}:${address.account}`)),
  )
  const country = await countryOf(batch)
  const fresh = things.map(({ thing, ref }) => ({ thing, ref, facts: factsOf(thing, country) }))
  const rows = await findRows(
    batch,
    fresh.map(one => one.facts),
  )
  for (const { thing, ref, facts } of fresh) {
    for (const { account, externalId } of thing.addresses) {
      const key = `${thing.id}:${account}`
      if (!batch.known.has(`address:${key}`)) note(batch, 'address', key, newId(), false, externalId)
    }
    if (batch.known.has(`contact:${thing.id}`)) {
      batch.counts.skipped++
      continue
    }
    if (facts.problem) {
      batch.refuse(ref, facts.problem)
      continue
    }
    const found = rows.find(facts)
    if (found) {
      fillIn(found, thing, facts)
      batch.counts.contactsMatched++
    } else batch.counts.contactsMade++
    const row = found ?? rows.add(thing, facts)
    note(batch, 'contact', thing.id, row.id, !found)
  }
  if (!batch.dry) await rows.store()
}

interface Facts {
  phone: string | null
  email: string | null
  customerId: string | null
  problem?: string
}

async function countryOf(batch: Batch): Promise<string | undefined> {
  return (await batch.tx.db.selectFrom('workspace').select('countries').executeTakeFirstOrThrow()).countries[0]
}

function factsOf(thing: ContactThing, country: string | undefined): Facts {
  const email = thing.email?.toLowerCase() || null
  const facts: Facts = { phone: null, email, customerId: thing.customerId || null }
  if (email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) facts.problem = `“${thing.email}” is no e-mail address.`
  if (thing.phone) {
    const parsed = parsePhoneNumberFromString(thing.phone, country as Parameters<typeof parsePhoneNumberFromString>[1])
    if (parsed?.isPossible()) facts.phone = parsed.number
    else facts.problem = `“${thing.phone}” is no phone number.`
  }
  return facts
}

function fillIn(row: Row, thing: ContactThing, facts: Facts): void {
  const attributes = { ...thing.attributes, ...row.attributes }
  const filled = {
    phone: row.phone ?? facts.phone,
    email: row.email ?? facts.email,
    language: row.language ?? thing.language ?? null,
    customer_id: row.customer_id ?? facts.customerId,
    attributes,
  }
  if (JSON.stringify(filled) !== JSON.stringify({ ...filled, ...pick(row) })) row.changed = true
  Object.assign(row, filled)
}

function pick(row: Row) {
  return { phone: row.phone, email: row.email, language: row.language, customer_id: row.customer_id, attributes: row.attributes }
}

const columns = {
  id: 'uuid',
  name: 'text',
  phone: 'text',
  email: 'text',
  language: 'text',
  customer_id: 'text',
  attributes: 'jsonb',
} as const

async function findRows(batch: Batch, facts: readonly Facts[]) {
  const values = (name: 'phone' | 'email' | 'customerId') => facts.flatMap(one => one[name] ?? [])
  const { rows: found } = await batch.tx.client.query<Row>({
    name: 'import_contacts',
    text: `select id, name, phone, email, language, customer_id, attributes from contact where workspace_id = $1 and customer_id = any($2::text[])
      union select id, name, phone, email, language, customer_id, attributes from contact where workspace_id = $1 and phone_digits = any($3::text[])
      union select id, name, phone, email, language, customer_id, attributes from contact where workspace_id = $1 and lower(email) = any($4::text[])`,
    values: [batch.tx.workspaceId, values('customerId'), values('phone').map(phone => phone.slice(1)), values('email')],
  })
  const rows = new Map<string, Row>()
  const byKey = new Map<string, Row>()
  const index = (row: Row) => {
    rows.set(row.id, row)
    if (row.customer_id) byKey.set(`customer:${row.customer_id}`, row)
    if (row.phone) byKey.set(`phone:${row.phone.replace(/\D/g, '')}`, row)
    if (row.email) byKey.set(`email:${row.email.toLowerCase()}`, row)
  }
  for (const row of found) if (!rows.has(row.id)) index({ ...row, isNew: false, changed: false })
  return {
    find({ customerId, phone, email }: Facts): Row | undefined {
      const row =
        (customerId ? byKey.get(`customer:${customerId}`) : undefined) ??
        (phone ? byKey.get(`phone:${phone.slice(1)}`) : undefined) ??
        (email ? byKey.get(`email:${email}`) : undefined)
      // Two customer numbers are two customers, whatever phone they share.
      return row?.customer_id && customerId && row.customer_id !== customerId ? undefined : row
    },
    add(thing: ContactThing, facts: Facts): Row {
      const row: Row = {
        id: newId(),
        name: thing.name || facts.phone || facts.email || facts.customerId || thing.id,
        phone: facts.phone,
        email: facts.email,
        language: thing.language ?? null,
        customer_id: facts.customerId,
        attributes: thing.attributes,
        isNew: true,
        changed: false,
      }
      index(row)
      return row
    },
    async store(): Promise<void> {
      const all = [...rows.values()]
      await bulkInsert(
        batch.tx,
        'contact',
        columns,
        all.filter(row => row.isNew).map(row => ({ ...row })),
      )
      await bulkUpdate(
        batch.tx,
        'contact',
        ['id'],
        columns,
        all.filter(row => !row.isNew && row.changed).map(row => ({ ...row })),
      )
    },
  }
}
