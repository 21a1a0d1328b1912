/**
 * Set-based writes: many rows in one prepared statement, by `unnest`. Always holds: columns and types are literals of our code, values are
 * parameters; the workspace comes from the transaction, never from a row.
 */
import { binaryArray, isBinaryType } from './binary-array.ts'
import type { Transaction } from './transaction.ts'

/** Column name to PostgreSQL type. A type that ends in `[]` travels as an array literal in text. */
export type Columns = Readonly<Record<string, string>>
export type Row = Readonly<Record<string, unknown>>

/** Inserts rows. `conflict` is the tail of the statement, such as `on conflict do nothing`. Returns how many were inserted. */
export async function bulkInsert(tx: Transaction, table: string, columns: Columns, rows: readonly Row[], conflict = ''): Promise<number> {
  if (rows.length === 0) return 0
  const names = Object.keys(columns)
  const text = `insert into ${table} (workspace_id, ${names.join(', ')}) select $1::uuid, ${selected(columns)} from unnest(${placeholders(columns)}) as v(${names.join(', ')}) ${conflict}`
  const result = await tx.client.query({
    name: shortName('i', table, names, conflict),
    text,
    values: [tx.workspaceId, ...arrays(columns, rows)],
  })
  return result.rowCount ?? 0
}

/** Updates rows found by `key`; all other columns are set. Gives back the columns of `returning` (by `t`), or nothing. */
export async function bulkUpdate<Returned extends object = never>(
  tx: Transaction,
  table: string,
  key: readonly string[],
  columns: Columns,
  rows: readonly Row[],
  returning?: string,
): Promise<Returned[]> {
  if (rows.length === 0) return []
  const names = Object.keys(columns)
  const sets = names
    .filter(name => !key.includes(name))
    .map(name => `${name} = ${columns[name]!.endsWith('[]') ? `v.${name}::${columns[name]}` : `v.${name}`}`)
  const text = `update ${table} t set ${sets.join(', ')} from unnest(${placeholders(columns)}) as v(${names.join(', ')}) where t.workspace_id = $1::uuid and ${key.map(name => `t.${name} = v.${name}`).join(' and ')}${returning ? ` returning ${returning}` : ''}`
  const result = await tx.client.query<Returned>({
    name: shortName('u', table, names, `${key.join()} ${returning ?? ''}`),
    text,
    values: [tx.workspaceId, ...arrays(columns, rows)],
  })
  return result.rows
}

function selected(columns: Columns): string {
  return Object.entries(columns)
    .map(([name, type]) => (type.endsWith('[]') ? `v.${name}::${type}` : `v.${name}`))
    .join(', ')
}

function placeholders(columns: Columns): string {
  return Object.values(columns)
    .map((type, index) => `$${index + 2}::${type.endsWith('[]') ? 'text' : type}[]`)
    .join(', ')
}

function arrays(columns: Columns, rows: readonly Row[]): unknown[] {
  return Object.entries(columns).map(([name, type]) =>
    isBinaryType(type)
      ? binaryArray(
          type,
          rows.map(row => row[name]),
        )
      : rows.map(row => {
          const value = row[name]
          return value === undefined || value === null ? null : type.endsWith('[]') ? `{${(value as string[]).join(',')}}` : value
        }),
  )
}

const names = new Map<string, string>()
function shortName(kind: string, table: string, columns: readonly string[], tail: string): string {
  const key = `${kind}|${table}|${columns.join()}|${tail}`
  const known = names.get(key)
  if (known) return known
  const name = `${kind}_${table}_${names.size}`
  names.set(key, name)
  return name
}
