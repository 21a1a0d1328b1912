/**
 * The work of imports, batch by batch. Always holds: a batch and the place in the file are one transaction, so whoever goes on after a crash goes on
 * exactly there; a record that cannot be stored is left out with its reason, and nothing waits for it; nobody is told but that the list has changed.
 */
import { bulkInsert } from '../database/bulk.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { applyContacts } from './apply-contacts.ts'
import { accountFor, applyConversations, type OurAccount } from './apply-conversations.ts'
import { applyMessages } from './apply-messages.ts'
import { type Batch, emptyCounts, type Known, type Ref, storeNotes } from './batch.ts'
import { announce, beginOf, type ImportRow, importRows } from './imports.ts'
import { readChatwoot } from './read-chatwoot.ts'
import { readRow } from './read-table.ts'
import { type Place, type Raw, records } from './records.ts'
import { type ReadRecord, type Thing, thing } from './things.ts'
import { undoBatch } from './undo.ts'

const recordsAtOnce = 500
const mostProblems = 100
const rowKept = 10_000

const problems = {
  unclosed_quote: 'A quotation mark of this row is never closed.',
  too_long: 'This row is too long.',
  unfinished: 'The file ends in the middle of this record.',
}

/** One batch of each import that is at work. Returns how many there were. */
export async function workImports(hub: Hub): Promise<number> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string; id: string; state: string }>({
    name: 'imports_at_work',
    text: `select workspace_id, id, state from import where state in ('checking', 'running', 'undoing') order by created_at limit 20`,
  })
  for (const row of rows) {
    if (row.state === 'undoing') await undoBatch(hub, row.workspace_id, row.id)
    else await step(hub, row.workspace_id, row.id)
  }
  return rows.length
}

/** What a dry run knows so far; lost with the process, it begins anew. */
interface DryState {
  place: Place
  known: Map<string, Known>
  counts: ReturnType<typeof emptyCounts>
  accounts: Record<string, string>
  problems: { line: number; reason: string }[]
}
const dryRuns = new Map<string, DryState>()

async function step(hub: Hub, workspaceId: string, importId: string): Promise<void> {
  const [row] = await inWorkspace(hub, workspaceId, tx => importRows(tx, importId), { snapshot: true })
  if (!row || (row.state !== 'checking' && row.state !== 'running')) return
  if (row.state === 'running') {
    dryRuns.delete(importId)
    return await applyRecords(hub, workspaceId, row, await nextRecords(hub, row, row.place))
  }
  const key = `${importId} ${row.version}`
  const dry: DryState = dryRuns.get(key) ?? { place: beginOf(row), known: new Map(), counts: emptyCounts(), accounts: {}, problems: [] }
  dryRuns.set(key, dry)
  const raws = await nextRecords(hub, row, dry.place)
  await inWorkspace(hub, workspaceId, async tx => {
    const result = await applyTo(hub, tx, row, raws, { dry: true, known: dry.known, counts: dry.counts })
    Object.assign(dry.accounts, result.accounts)
    for (const one of result.refused) if (dry.problems.length < mostProblems) dry.problems.push({ line: one.ref.line, reason: one.reason })
    dry.place = raws.at(-1)?.next ?? dry.place
    const isDone = raws.length < recordsAtOnce
    const findings = { counts: dry.counts, accounts: dry.accounts, problems: dry.problems }
    await tx.client.query(
      `update import set counts = $3, findings = case when $4 then $5::jsonb else findings end, state = case when $4 then 'checked' else state end
        where workspace_id = $1 and id = $2 and state = 'checking' and version = $6`,
      [workspaceId, importId, JSON.stringify(dry.counts), isDone, JSON.stringify(findings), row.version],
    )
    if (!isDone) return
    dryRuns.delete(key)
    await tx.client.query(`update import set counts = $3 where workspace_id = $1 and id = $2 and state = 'checked'`, [
      workspaceId,
      importId,
      JSON.stringify(emptyCounts()),
    ])
    announce(tx)
  })
}

async function nextRecords(hub: Hub, row: ImportRow, place: Place): Promise<Raw[]> {
  if (place.offset >= row.size_bytes) return []
  const { stream } = await hub.storage.get(row.storage_key, { start: place.offset, end: row.size_bytes - 1 })
  const raws: Raw[] = []
  for await (const raw of records(stream, row.format, place)) {
    raws.push(raw)
    if (raws.length === recordsAtOnce) break
  }
  stream.destroy()
  return raws
}

/** Applies records and moves the place, as one; where that fails, the first half, down to the one that is at fault. */
async function applyRecords(hub: Hub, workspaceId: string, row: ImportRow, raws: readonly Raw[], broken?: string): Promise<void> {
  try {
    await inWorkspace(hub, workspaceId, async tx => {
      const { rows } = await tx.client.query<ImportRow>(
        `select * from import where workspace_id = $1 and id = $2 and state = 'running' and (place->>'offset')::bigint = $3 for update skip locked`,
        [workspaceId, row.id, row.place.offset],
      )
      // Paused meanwhile, or another worker was faster.
      const present = rows[0]
      if (!present) return
      const counts = { ...present.counts }
      if (broken !== undefined) {
        counts.records++
        counts.failed++
        await storeRefused(hub, tx, row.id, raws, [{ ref: raws[0]!, reason: broken }])
      } else {
        const { refused } = await applyTo(hub, tx, present, raws, { dry: false, known: new Map(), counts })
        await storeRefused(hub, tx, row.id, raws, refused)
      }
      const isDone = raws.length === 0
      await tx.client.query(
        `update import set place = $3, counts = $4, state = case when $5 then 'done' else state end, finished_at = case when $5 then now() end where workspace_id = $1 and id = $2`,
        [workspaceId, row.id, JSON.stringify(raws.at(-1)?.next ?? present.place), JSON.stringify(counts), isDone],
      )
      if (!isDone) return
      // One event instead of a million: whoever looks at the desk takes it anew.
      announce(tx)
      tx.append({ event: { kind: 'catalogue.changed', catalogue: 'desk' }, scope: {} })
    })
  } catch (error) {
    if (raws.length === 0 || broken !== undefined) throw error
    if (raws.length === 1) {
      hub.log.warn({ err: error, importId: row.id, line: raws[0]!.line }, 'a record of an import could not be stored')
      return await applyRecords(hub, workspaceId, row, raws, 'It could not be stored.')
    }
    await applyRecords(hub, workspaceId, row, raws.slice(0, Math.ceil(raws.length / 2)))
  }
}

interface Refused {
  ref: Ref
  reason: string
}

async function applyTo(
  hub: Hub,
  tx: Transaction,
  row: ImportRow,
  raws: readonly Raw[],
  state: Pick<Batch, 'dry' | 'known' | 'counts'>,
): Promise<{ refused: Refused[]; accounts: Record<string, string> }> {
  const refused = new Map<number, Refused>()
  const batch: Batch = {
    hub,
    tx,
    importId: row.id,
    system: row.kind,
    mapping: row.mapping,
    ...state,
    made: [],
    refuse(ref, reason) {
      if (!refused.has(ref.number)) state.counts.failed++
      const known = refused.get(ref.number)
      refused.set(ref.number, { ref, reason: known ? `${known.reason} ${reason}`.slice(0, 1_000) : reason })
    },
  }
  const accounts: Record<string, string> = {}
  const things: { thing: Thing; ref: Ref }[] = []
  for (const raw of raws) {
    state.counts.records++
    const result = raw.problem ? { reason: problems[raw.problem] } : read(row, raw)
    if ('reason' in result) batch.refuse(raw, result.reason)
    else {
      for (const [id, name] of Object.entries(result.accounts ?? {})) if (accounts[id] === undefined || name !== id) accounts[id] = name
      for (const one of result.things) {
        things.push({ thing: one, ref: raw })
        if (one.type === 'conversation') accounts[one.account] ??= one.account
      }
    }
  }
  const ours = await accountsOf(tx)
  await holdLanes(batch, ours, things)
  const of = <Type extends Thing['type']>(type: Type) =>
    things.filter((one): one is { thing: Extract<Thing, { type: Type }>; ref: Ref } => one.thing.type === type)
  await applyContacts(batch, of('contact'))
  await applyConversations(batch, of('conversation'), ours)
  await applyMessages(batch, of('message'))
  await storeNotes(batch)
  return { refused: [...refused.values()], accounts }
}

function read(row: ImportRow, raw: Raw): ReadRecord {
  if (row.format.cut === 'table') return readRow(raw.text, row.format.delimiter, row.format.headers, row.mapping.columns ?? [], raw.number)
  let value: unknown
  try {
    value = JSON.parse(raw.text)
  } catch {
    return { reason: 'This is no JSON.' }
  }
  if (row.kind === 'chatwoot') return readChatwoot(value)
  const parsed = thing.safeParse(value)
  if (parsed.success) return { things: [parsed.data] }
  return { reason: parsed.error.issues.map(issue => `${issue.path.join('.') || 'record'}: ${issue.message}`).join('; ') }
}

async function accountsOf(tx: Transaction): Promise<Map<string, OurAccount>> {
  const rows = await tx.db.selectFrom('account').select(['id', 'mode', 'status']).execute()
  return new Map(rows.map(row => [row.id, row]))
}

/** While the lane is held, no webhook of the account is applied: what came by both ways is seen by whoever is second. */
async function holdLanes(batch: Batch, ours: ReadonlyMap<string, OurAccount>, things: readonly { thing: Thing }[]): Promise<void> {
  if (batch.dry || !things.some(({ thing: one }) => one.type !== 'contact')) return
  const named = things.flatMap(({ thing: one }) => (one.type === 'conversation' ? [one.account] : []))
  const mapped = [...named, ...Object.keys(batch.mapping.accounts ?? {})].flatMap(name => accountFor(batch, ours, name)?.id ?? [])
  await batch.tx.client.query(
    'select 1 from lane where workspace_id = $1 and account_id = any($2::uuid[]) order by account_id for update',
    [batch.tx.workspaceId, [...new Set(mapped)]],
  )
}

async function storeRefused(hub: Hub, tx: Transaction, importId: string, raws: readonly Raw[], refused: readonly Refused[]): Promise<void> {
  const texts = new Map(raws.map(raw => [raw.number, raw.text]))
  await bulkInsert(
    tx,
    'import_error',
    { import_id: 'uuid', number: 'int', line: 'int', reason: 'text', row: 'bytea' },
    refused.map(({ ref, reason }) => ({
      import_id: importId,
      number: ref.number,
      line: ref.line,
      reason: reason.replaceAll('\u0000', '').slice(0, 1_000),
      row: hub.codec.seal(tx.workspaceId, (texts.get(ref.number) ?? '').slice(0, rowKept)),
    })),
    'on conflict do nothing',
  )
}
