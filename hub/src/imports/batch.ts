/** What one batch of an import works with: what is known of earlier things, what it counts, what it leaves out. */
import { bulkInsert } from '../database/bulk.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Place } from './records.ts'

export type Counts = Record<CountName, number>
export const countNames = [
  'records',
  'failed',
  'contactsMade',
  'contactsMatched',
  'conversationsMade',
  'conversationsMatched',
  'messagesMade',
  'messagesSkipped',
  'skipped',
] as const
export type CountName = (typeof countNames)[number]

export interface Mapping {
  /** Of a table: what each column is, in order. */
  columns?: string[]
  /** Account as the source names it -> ours; null: left out. */
  accounts?: Record<string, string | null>
}

/** A thing that has got its place here. */
export interface Known {
  targetId: string
  externalId: string | null
}

export interface Ref {
  number: number
  line: number
}

export interface Batch {
  hub: Hub
  tx: Transaction
  importId: string
  system: string
  mapping: Mapping
  /** Only looks: nothing is written. */
  dry: boolean
  counts: Counts
  /** `kind:sourceId` -> what it is here: of this batch, and what was asked for. */
  known: Map<string, Known>
  made: { kind: string; source_id: string; target_id: string; external_id: string | null; made: boolean }[]
  /** Where each thing stands in the file. */
  refuse(ref: Ref, reason: string): void
}

export function emptyCounts(): Counts {
  return Object.fromEntries(countNames.map(name => [name, 0])) as Counts
}

export const beginning: Place = { offset: 0, line: 1, number: 0 }

/** Finds what earlier batches, or an earlier import of the same system, have brought. */
export async function lookUp(batch: Batch, kind: string, sourceIds: Iterable<string>): Promise<void> {
  const wanted = [...new Set(sourceIds)].filter(id => !batch.known.has(`${kind}:${id}`))
  if (wanted.length === 0) return
  const { rows } = await batch.tx.client.query<{ source_id: string; target_id: string; external_id: string | null }>({
    name: 'import_look_up',
    text: `select distinct on (source_id) source_id, target_id, external_id from import_thing where workspace_id = $1 and system = $2 and kind = $3 and source_id = any($4::text[])`,
    values: [batch.tx.workspaceId, batch.system, kind, wanted],
  })
  for (const row of rows) batch.known.set(`${kind}:${row.source_id}`, { targetId: row.target_id, externalId: row.external_id })
}

/** Notes what became of a thing. */
export function note(
  batch: Batch,
  kind: string,
  sourceId: string,
  targetId: string,
  made: boolean,
  externalId: string | null = null,
): void {
  batch.known.set(`${kind}:${sourceId}`, { targetId, externalId })
  batch.made.push({ kind, source_id: sourceId, target_id: targetId, external_id: externalId, made })
}

/** Writes what was noted. */
export async function storeNotes(batch: Batch): Promise<void> {
  if (batch.dry) return
  await bulkInsert(
    batch.tx,
    'import_thing',
    { import_id: 'uuid', system: 'text', kind: 'text', source_id: 'text', target_id: 'uuid', external_id: 'text', made: 'boolean' },
    batch.made.map(row => ({ ...row, import_id: batch.importId, system: batch.system })),
    'on conflict do nothing',
  )
}
