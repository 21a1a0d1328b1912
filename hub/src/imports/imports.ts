/**
 * Imports as a person handles them: upload, mapping, dry run, start, pause, undo. Always holds: nothing starts without a dry run of the present mapping;
 * whoever changes the mapping knew its present version.
 */
import type { ImportView } from '@dragoman/api'
import { stringify } from 'csv-stringify/sync'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { storageKey } from '../files/files.ts'
import { TooLargeError } from '../files/storage.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { emptyCounts, type Mapping } from './batch.ts'
import { guessColumns } from './read-table.ts'
import { cellsOf, type Format, formatOf, type Place, records } from './records.ts'

export const largestImportBytes = 2 * 1024 ** 3
const headBytes = 256 * 1024
/** Broken rows of a hundred from which on a person is asked. */
const brokenShare = 0.1

export interface ImportRow {
  id: string
  kind: 'csv' | 'json' | 'chatwoot'
  name: string
  storage_key: string
  size_bytes: number
  state: ImportView['state']
  format: Format
  mapping: Mapping
  place: Place
  counts: ImportView['counts']
  findings: ImportView['findings']
  version: number
  created_by: string
  created_by_name: string
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
}

const refusals: Record<string, string> = {
  empty: 'The file is empty.',
  utf_16: 'The file is written in UTF-16. Save it as UTF-8 (in Excel: “CSV UTF-8”).',
  no_header: 'The first line is no heading of a table.',
  not_json: 'The file does not begin as JSON: neither “{” nor “[”.',
}

/** Takes a file in. Problems: file_too_large, invalid_request for what cannot be read at all. */
export async function createImport(
  hub: Hub,
  actor: Actor,
  input: { kind: ImportRow['kind']; name: string; bytes: AsyncIterable<Uint8Array> },
): Promise<ImportView> {
  const id = newId()
  const key = storageKey(actor.workspaceId, id, '.import')
  const stored = await hub.storage.put(key, input.bytes, largestImportBytes).catch(error => {
    if (error instanceof TooLargeError) throw new HubProblem('file_too_large', 'At most 2 GiB.', { maxBytes: largestImportBytes })
    throw error
  })
  const head = stored.sizeBytes === 0 ? Buffer.alloc(0) : await headOf(hub, key, stored.sizeBytes)
  const result = formatOf(head, input.kind === 'csv')
  if ('refused' in result) {
    await hub.storage.remove(key)
    throw new HubProblem('invalid_request', refusals[result.refused], { errors: [{ path: 'file', message: result.refused }] })
  }
  const mapping: Mapping = result.format.cut === 'table' ? { columns: guessColumns(result.format.headers) } : { accounts: {} }
  await inWorkspace(hub, actor.workspaceId, async tx => {
    await tx.db
      .insertInto('import')
      .values({
        workspace_id: tx.workspaceId,
        id,
        kind: input.kind,
        name: input.name.slice(0, 200),
        storage_key: key,
        size_bytes: stored.sizeBytes,
        state: 'uploaded',
        format: JSON.stringify({ ...result.format, begin: result.place }),
        mapping: JSON.stringify(mapping),
        place: JSON.stringify(result.place),
        counts: JSON.stringify(emptyCounts()),
        created_by: actor.memberId,
        created_by_name: actor.name,
      })
      .execute()
    await recordOperation(tx, actor, 'import.uploaded', null, { importId: id, name: input.name.slice(0, 200), bytes: stored.sizeBytes })
    announce(tx)
  })
  return await readImport(hub, actor, id)
}

async function headOf(hub: Hub, key: string, sizeBytes: number): Promise<Buffer> {
  const { stream } = await hub.storage.get(key, { start: 0, end: Math.min(sizeBytes, headBytes) - 1 })
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

export async function listImports(hub: Hub, actor: Actor): Promise<ImportView[]> {
  const rows = await inWorkspace(hub, actor.workspaceId, tx => importRows(tx), { snapshot: true })
  return rows.map(row => viewOf(row, []))
}

/** One import, with the first rows of a table. Problem: not_found. */
export async function readImport(hub: Hub, actor: Actor, importId: string): Promise<ImportView> {
  const [row] = await inWorkspace(hub, actor.workspaceId, tx => importRows(tx, importId), { snapshot: true })
  const one = found(row, 'import')
  const sample: string[][] = []
  if (one.format.cut === 'table' && one.state === 'uploaded') {
    const { delimiter } = one.format
    const head = await headOf(hub, one.storage_key, one.size_bytes)
    const begin = beginOf(one)
    const source = (async function* () {
      yield head.subarray(begin.offset)
    })()
    for await (const raw of records(source, one.format, begin)) {
      sample.push(cellsOf(raw.text, delimiter).map(cell => cell.slice(0, 200)))
      if (sample.length === 5) break
    }
  }
  return viewOf(one, sample)
}

/** The first record of the file. */
export function beginOf(row: Pick<ImportRow, 'format'>): Place {
  return (row.format as Format & { begin: Place }).begin
}

export async function importRows(tx: Transaction, importId?: string, lock = false): Promise<ImportRow[]> {
  const { rows } = await tx.client.query<ImportRow>(
    `select * from import where workspace_id = $1 and ($2::uuid is null or id = $2) order by created_at desc limit 100 ${lock ? 'for update' : ''}`,
    [tx.workspaceId, importId ?? null],
  )
  return rows
}

function viewOf(row: ImportRow, sample: string[][]): ImportView {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    sizeBytes: row.size_bytes,
    state: row.state,
    bytesDone: row.place.offset,
    counts: row.counts,
    headers: row.format.cut === 'table' ? row.format.headers : null,
    sample,
    mapping: row.mapping,
    findings: row.findings,
    version: row.version,
    by: row.created_by_name,
    createdAt: row.created_at.getTime(),
    startedAt: row.started_at?.getTime() ?? null,
    finishedAt: row.finished_at?.getTime() ?? null,
  }
}

/** Changes the mapping; the dry run is due again. Problems: not_found, stale_version, wrong_state, invalid_request. */
export async function mapImport(hub: Hub, actor: Actor, importId: string, version: number, mapping: Mapping): Promise<ImportView> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = found((await importRows(tx, importId, true))[0], 'import')
    if (row.version !== version)
      throw new HubProblem('stale_version', 'Someone has changed this import meanwhile.', { current: viewOf(row, []) })
    if (row.state !== 'uploaded' && row.state !== 'checked') throw new HubProblem('wrong_state', 'This import has begun.')
    if (mapping.columns && row.format.cut === 'table' && mapping.columns.length !== row.format.headers.length)
      throw new HubProblem('invalid_request', 'Say of each column what it is.', { errors: [{ path: 'columns', message: 'wrong length' }] })
    const ids = Object.values(mapping.accounts ?? {}).filter(id => id !== null)
    if (ids.length > 0) {
      const known = await tx.db.selectFrom('account').select('id').where('id', 'in', ids).execute()
      if (new Set(ids).size !== known.length) throw new HubProblem('not_found', 'There is no such account.')
    }
    await tx.db
      .updateTable('import')
      .set({ mapping: JSON.stringify({ ...row.mapping, ...mapping }), version: version + 1, state: 'uploaded', findings: null })
      .where('id', '=', importId)
      .execute()
    announce(tx)
  })
  return await readImport(hub, actor, importId)
}

const allowedIn: Record<string, { from: ImportRow['state'][]; to: ImportRow['state'] }> = {
  check: { from: ['uploaded', 'checked'], to: 'checking' },
  start: { from: ['checked'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  cancel: { from: ['uploaded', 'checking', 'checked', 'running', 'paused'], to: 'cancelled' },
  undo: { from: ['done', 'cancelled'], to: 'undoing' },
}

/** Lets an import go on, rest or end. Problems: not_found, wrong_state. */
export async function actOnImport(
  hub: Hub,
  actor: Actor,
  importId: string,
  { deed, acceptBroken }: { deed: 'check' | 'start' | 'pause' | 'resume' | 'cancel' | 'undo'; acceptBroken: boolean },
): Promise<ImportView> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = found((await importRows(tx, importId, true))[0], 'import')
    const { from, to } = allowedIn[deed]!
    // A second press finds it done.
    if (row.state === to) return
    if (!from.includes(row.state)) throw new HubProblem('wrong_state', `This import is ${row.state}.`, { state: row.state })
    const checked = row.findings?.counts
    if (deed === 'start' && checked && checked.failed > checked.records * brokenShare && !acceptBroken)
      throw new HubProblem('wrong_state', `${checked.failed} of ${checked.records} rows are broken.`, { reason: 'many_broken' })
    await tx.db
      .updateTable('import')
      .set({
        state: to,
        ...(deed === 'start' ? { started_at: new Date(hub.now()) } : {}),
        ...(deed === 'cancel' ? { finished_at: new Date(hub.now()) } : {}),
      })
      .where('id', '=', importId)
      .execute()
    if (deed !== 'check') await recordOperation(tx, actor, `import.${deed}`, null, { importId, name: row.name })
    announce(tx)
  })
  hub.bell.ring('imports')
  return await readImport(hub, actor, importId)
}

/** Rows that were left out, as a file. A cell that a spreadsheet would run as a formula is made text. */
export async function importErrors(hub: Hub, actor: Actor, importId: string): Promise<{ name: string; csv: string }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const row = found((await importRows(tx, importId))[0], 'import')
      const { rows } = await tx.client.query<{ line: number; reason: string; row: Buffer }>(
        'select line, reason, row from import_error where workspace_id = $1 and import_id = $2 order by number limit 100000',
        [tx.workspaceId, importId],
      )
      const lines = rows.map(one => [one.line, one.reason, hub.codec.open(tx.workspaceId, one.row).toString('utf8')])
      return { name: `${row.name}.errors.csv`, csv: stringify([['line', 'reason', 'row'], ...lines], { bom: true, escape_formulas: true }) }
    },
    { snapshot: true },
  )
}

export function announce(tx: Transaction): void {
  tx.append({ event: { kind: 'catalogue.changed', catalogue: 'imports' }, scope: {} })
}
