/** Rows of a table as contacts: columns are guessed by their headings, English or Russian, and a person may say otherwise. */
import { cellsOf } from './records.ts'
import { contactThing, type ReadRecord } from './things.ts'

/** What a column may be; `attribute:<name>` keeps it under that name, `skip` leaves it out. */
export const columnFields = [
  'skip',
  'id',
  'name',
  'first_name',
  'last_name',
  'phone',
  'email',
  'language',
  'customer_id',
  'labels',
  'notes',
] as const

const guesses: [string, RegExp][] = [
  ['first_name', /^(first.?name|имя|given.?name)$/],
  ['last_name', /^(last.?name|surname|фамилия|family.?name)$/],
  ['name', /^(name|full.?name|фио|имя и фамилия|контакт|contact|customer|клиент|имя клиента|display.?name)$/],
  ['phone', /^(phone.*|tel.*|mobile.*|телефон.*|мобильный.*|номер( телефона)?|сотовый.*)$/],
  ['email', /^(e.?mail.*|почта|эл.*почта.*|адрес почты|имейл|емейл)$/],
  ['language', /^(lang.*|locale|язык)$/],
  ['customer_id', /^(customer.?(id|no|number)|client.?id|external.?id|identifier|номер клиента|код клиента|id клиента|код)$/],
  ['labels', /^(labels?|tags?|метки|теги|тэги)$/],
  ['notes', /^(notes?|comments?|заметк[аи]|комментари[ий]|примечани[ея])$/],
  ['id', /^(id|uuid|№)$/],
]

/** What each heading most likely is; what is not known becomes an attribute of its own name. */
export function guessColumns(headers: readonly string[]): string[] {
  const taken = new Set<string>()
  const guessed = headers.map(header => {
    const plain = header.trim().toLowerCase().replaceAll('_', ' ')
    const field = guesses.find(([name, pattern]) => !taken.has(name) && pattern.test(plain))?.[0]
    if (field) taken.add(field)
    return field ?? (plain === '' ? 'skip' : `attribute:${header.trim().slice(0, 100)}`)
  })
  // A lone first name is the name.
  return guessed.includes('name') || guessed.includes('last_name')
    ? guessed
    : guessed.map(field => (field === 'first_name' ? 'name' : field))
}

/** One row. `number` names it where the table has no id of its own: the same file again finds the same rows. */
export function readRow(
  text: string,
  delimiter: string,
  headers: readonly string[],
  columns: readonly string[],
  number: number,
): ReadRecord {
  const cells = cellsOf(text, delimiter)
  if (cells.every(cell => cell === '')) return { things: [] }
  if (cells.length > headers.length && cells.slice(headers.length).some(cell => cell !== ''))
    return { reason: `This row has ${cells.length} cells, the heading has ${headers.length}.` }
  const of = (field: string) => columns.flatMap((name, index) => (name === field && cells[index] ? [cells[index]] : []))[0]
  const attributes: Record<string, string> = {}
  for (const [index, field] of columns.entries())
    if (field.startsWith('attribute:') && cells[index]) attributes[field.slice('attribute:'.length)] = cells[index]
  for (const field of ['labels', 'notes']) {
    const value = of(field)
    if (value) attributes[field] = value
  }
  const name = of('name') ?? ([of('first_name'), of('last_name')].filter(Boolean).join(' ') || undefined)
  const known = { phone: of('phone'), email: of('email'), customerId: of('customer_id') }
  if (!name && !Object.values(known).some(Boolean))
    return { reason: 'There is neither a name nor a phone nor an e-mail nor a customer id in this row.' }
  const key = of('id') ?? known.customerId ?? known.phone ?? known.email ?? `row:${number}:${name}`
  const parsed = contactThing.safeParse({ type: 'contact', id: key.slice(0, 200), name, ...known, language: of('language'), attributes })
  if (!parsed.success) return { reason: parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; ') }
  return { things: [parsed.data] }
}
