/**
 * One change of many conversations: actions in their order, in memory, written in one transaction. Always holds: what is not possible for a conversation
 * leaves it untouched and is told with its reason; with `allOrNothing` one such conversation stops the whole change; what was done can be undone.
 */
import type { ActionResult, ConversationAction, ConversationView } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { beginWrapUp } from '../routing/availability.ts'
import { storeUndo } from '../undo/store.ts'
import { applyAction, type Ground, loadGround } from './change-actions.ts'
import { sendDrafted, type WrittenMessage } from './change-messages.ts'
import { type DeskFields, type DeskRow, fieldsOf, lockDeskRows, writeDeskRows } from './desk-rows.ts'
import { addSystemLines, type SystemLine } from './system-lines.ts'
import { conversationViews } from './views.ts'

export interface ChangeRequest {
  conversationIds: readonly string[]
  actions: readonly ConversationAction[]
  /** IANA zone of who asks: what words of a snooze mean. */
  zone: string
  /** How long a reply can be taken back. */
  undoSeconds: number
  /** Nothing is done unless all is. */
  allOrNothing?: boolean
  macro?: { id: string; name: string }
}

export interface ChangeOutcome {
  results: ActionResult[]
  conversations: ConversationView[]
  undoId: string | null
}

/** What a conversation becomes, before it is written. */
export interface Working {
  row: DeskRow
  before: DeskFields
  lines: Omit<SystemLine, 'conversation'>[]
  messages: { kind: 'out' | 'note'; text: string }[]
  /** Of the case: what is written when all is well. */
  summary?: string
  closing?: DeskRow['caseFields']
  closed?: boolean
  reopened?: boolean
  read?: boolean
  /** A new case must be opened before it is written. */
  needsCase?: boolean
  block?: boolean
  failure?: { code: string; detail: string; missing?: string[] }
}

/** Does something to conversations. Problems: invalid_request for what cannot be understood, macro_not_possible with `results`. */
export async function changeConversations(hub: Hub, actor: Actor, request: ChangeRequest): Promise<ChangeOutcome> {
  return await inWorkspace(hub, actor.workspaceId, tx => changeIn(hub, tx, actor, request))
}

/** The same inside a transaction. */
export async function changeIn(hub: Hub, tx: Transaction, actor: Actor, request: ChangeRequest): Promise<ChangeOutcome> {
  const { actions } = request
  if (actions.some(action => action.kind === 'spam' || action.kind === 'notSpam') && !actor.rights.has('contacts.block'))
    throw new HubProblem('not_allowed', 'This needs the right “contacts.block”.')
  const wholeContacts = actions.some(action => (action.kind === 'spam' && action.block) || action.kind === 'notSpam')
  const ground = await loadGround(hub, tx, actor, request)
  const rows = await lockDeskRows(tx, actor, request.conversationIds, wholeContacts)
  const working = rows.map((row): Working => ({ row, before: fieldsOf(row), lines: [], messages: [] }))
  for (const one of working) for (const action of actions) if (!one.failure) applyAction(ground, one, action)
  const written = await sendDrafted(hub, tx, actor, ground, working)
  const results = resultsOf(request.conversationIds, working)
  if (request.allOrNothing && results.some(result => !result.ok)) throw new HubProblem('macro_not_possible', undefined, { results })
  const changed = working.filter(one => !one.failure && isChanged(one))
  if (changed.length === 0)
    return {
      results,
      conversations: await conversationViews(
        hub,
        tx,
        rows.filter(row => row.asked).map(row => row.id),
      ),
      undoId: null,
    }
  await writeDeskRows(
    tx,
    changed.map(one => one.row),
  )
  await writeCases(hub, tx, actor, changed)
  await writeReads(tx, actor, changed)
  await writeBlocks(hub, tx, actor, changed)
  const createdMessages = [...written.map(message => message.id), ...(await addLines(hub, tx, actor, changed, request.macro))]
  await appendChanges(hub, tx, { createdMessages, conversations: changed.map(one => one.row.id) })
  await record(tx, actor, request, changed)
  tx.afterCommit(() => hub.bell.ring('queue', tx.workspaceId))
  const undoId = await storeUndo(hub, tx, actor, changed, written)
  const asked = rows.filter(row => row.asked).map(row => row.id)
  return { results, conversations: await conversationViews(hub, tx, asked), undoId }
}

/** One conversation and one action, where a refusal is a problem. */
export async function changeOne(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  conversationId: string,
  action: ConversationAction,
): Promise<ConversationView> {
  const { results, conversations } = await changeIn(hub, tx, actor, {
    conversationIds: [conversationId],
    actions: [action],
    zone: 'UTC',
    undoSeconds: 0,
  })
  const [result] = results
  if (result && !result.ok)
    throw new HubProblem((result.code ?? 'wrong_state') as 'wrong_state', result.detail, { missing: result.missing })
  return conversations[0]!
}

function isChanged(one: Working): boolean {
  return (
    one.lines.length > 0 || one.messages.length > 0 || one.read === true || JSON.stringify(fieldsOf(one.row)) !== JSON.stringify(one.before)
  )
}

function resultsOf(ids: readonly string[], working: readonly Working[]): ActionResult[] {
  const byId = new Map(working.map(one => [one.row.id, one]))
  return [...new Set(ids)].map(conversationId => {
    const one = byId.get(conversationId)
    if (!one?.row.asked) return { conversationId, ok: false, code: 'not_found', detail: 'There is no such conversation.' }
    return one.failure ? { conversationId, ok: false, ...one.failure } : { conversationId, ok: true }
  })
}

async function writeCases(hub: Hub, tx: Transaction, actor: Actor, changed: readonly Working[]): Promise<void> {
  const of = (kept: readonly Working[]) => kept.flatMap(one => (one.row.caseId ? [one.row.caseId] : []))
  const closing = changed.filter(one => one.closed && one.row.caseId)
  if (closing.length > 0)
    await tx.client.query(
      `update conversation_case k set closed_at = $4, closed_by = $5, fields = v.fields from unnest($2::uuid[], $3::jsonb[]) as v(id, fields)
        where k.workspace_id = $1 and k.id = v.id and k.closed_at is null`,
      [
        tx.workspaceId,
        of(closing),
        closing.map(one => JSON.stringify(one.closing ?? one.row.caseFields)),
        new Date(hub.now()),
        actor.memberId,
      ],
    )
  for (const one of closing) if (one.row.assigneeId) await beginWrapUp(tx, one.row.assigneeId, one.row.teamId)
  const reopened = of(changed.filter(one => one.reopened))
  if (reopened.length > 0)
    await tx.client.query(
      'update conversation_case set closed_at = null, closed_by = null where workspace_id = $1 and id = any($2::uuid[])',
      [tx.workspaceId, reopened],
    )
  const summed = changed.filter(one => one.summary && one.row.caseId)
  if (summed.length > 0)
    await tx.client.query(
      `update conversation_case k set summary = v.summary, summary_seen_at = null from unnest($2::uuid[], $3::bytea[]) as v(id, summary) where k.workspace_id = $1 and k.id = v.id`,
      [tx.workspaceId, of(summed), summed.map(one => hub.codec.seal(tx.workspaceId, one.summary!))],
    )
  // Whoever has it now needs no older summary.
  const moved = of(changed.filter(one => !one.summary && one.row.assigneeId !== one.before.assigneeId))
  if (moved.length > 0)
    await tx.client.query(
      'update conversation_case set summary_seen_at = $3 where workspace_id = $1 and id = any($2::uuid[]) and summary is not null and summary_seen_at is null',
      [tx.workspaceId, moved, new Date(hub.now())],
    )
  await writeSpam(tx, changed)
}

/** Spam is outside all figures: of the conversation and of all its cases. */
export async function writeSpam(tx: Transaction, changed: readonly { row: DeskRow; before: DeskFields }[]): Promise<void> {
  const flips = changed.filter(one => (one.row.spamAt === null) !== (one.before.spamAt === null))
  if (flips.length === 0) return
  await tx.client.query(
    `update conversation_case k set spam = v.spam from unnest($2::uuid[], $3::boolean[]) as v(id, spam)
      where k.workspace_id = $1 and k.conversation_id = v.id and k.spam <> v.spam`,
    [tx.workspaceId, flips.map(one => one.row.id), flips.map(one => one.row.spamAt !== null)],
  )
}

async function writeReads(tx: Transaction, actor: Actor, changed: readonly Working[]): Promise<void> {
  const reads = changed.filter(one => one.read && one.row.readCount !== one.row.inboundCount)
  await setReads(
    tx,
    actor.memberId,
    reads.map(one => [one.row.id, one.row.inboundCount]),
  )
}

/** Says how far a member has read conversations. */
export async function setReads(tx: Transaction, memberId: string, reads: readonly [string, number][]): Promise<void> {
  if (reads.length === 0) return
  await tx.client.query(
    `insert into conversation_read (workspace_id, conversation_id, member_id, read_count) select $1, v.id, $2, v.count from unnest($3::uuid[], $4::int[]) as v(id, count)
      on conflict (workspace_id, conversation_id, member_id) do update set read_count = excluded.read_count`,
    [tx.workspaceId, memberId, reads.map(([id]) => id), reads.map(([, count]) => count)],
  )
  for (const [conversationId, readCount] of reads)
    tx.append({ event: { kind: 'read.changed', read: { conversationId, memberId, readCount } }, scope: { memberId } })
}

async function writeBlocks(hub: Hub, tx: Transaction, actor: Actor, changed: readonly Working[]): Promise<void> {
  const flips = changed.filter(one => one.block !== undefined && one.block !== one.row.contactBlocked)
  await setBlocked(hub, tx, actor, new Map(flips.map(one => [one.row.contactId, one.block!])))
}

/** Blocks contacts, or no longer. */
export async function setBlocked(
  hub: Pick<Hub, 'now'>,
  tx: Transaction,
  actor: Actor,
  contacts: ReadonlyMap<string, boolean>,
): Promise<void> {
  if (contacts.size === 0) return
  await tx.client.query(
    `update contact p set blocked_at = case when v.blocked then coalesce(p.blocked_at, $4::timestamptz) end, blocked_by = case when v.blocked then $5::uuid end
      from unnest($2::uuid[], $3::boolean[]) as v(id, blocked) where p.workspace_id = $1 and p.id = v.id`,
    [tx.workspaceId, [...contacts.keys()], [...contacts.values()], new Date(hub.now()), actor.memberId],
  )
  for (const [contactId, blocked] of contacts)
    await recordOperation(tx, actor, blocked ? 'contact.blocked' : 'contact.unblocked', null, { contactId })
}

async function addLines(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  changed: readonly Working[],
  macro: ChangeRequest['macro'],
): Promise<string[]> {
  return await addSystemLines(
    hub,
    tx,
    changed.flatMap(({ row, lines }): SystemLine[] => [
      ...(macro ? [{ conversation: row, what: 'case.macro', params: { by: actor.name, macro: macro.name } }] : []),
      ...lines.map(line => ({ ...line, conversation: row })),
    ]),
  )
}

async function record(tx: Transaction, actor: Actor, { macro, actions }: ChangeRequest, changed: readonly Working[]): Promise<void> {
  const conversations = changed.length
  if (macro) await recordOperation(tx, actor, 'macro.run', null, { macro: macro.name, conversations })
  else if (actions.some(action => action.kind === 'spam' || action.kind === 'notSpam') || conversations > 1)
    await recordOperation(tx, actor, 'conversations.changed', null, {
      actions: actions.map(action => action.kind).join(', '),
      conversations,
    })
}

export type { Ground, WrittenMessage }
