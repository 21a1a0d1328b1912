/**
 * Replies and notes of a change, to many conversations at once: placeholders filled, policy and `fit` asked for each, then messages and parts in a few
 * statements. Always holds: a reply that may not go leaves its conversation untouched.
 */
import { fillBody } from '@dragoman/api'
import { type MessageBody, plainText } from '@dragoman/core'
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { firstName } from '../answers/values.ts'
import { bulkInsert } from '../database/bulk.ts'
import { newId } from '../database/ids.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { tellFirstReply } from '../messages/first-reply.ts'
import { type Prepared, prepareMessage, storeParts } from '../messages/prepare.ts'
import { previewOf } from '../messages/views.ts'
import type { Actor } from '../people/actor.ts'
import { indexMessages } from '../search/index-messages.ts'
import type { Working } from './change.ts'
import type { Ground } from './change-actions.ts'
import { openCase } from './locked.ts'

export interface WrittenMessage {
  id: string
  conversationId: string
  kind: 'out' | 'note'
}

interface Draft extends WrittenMessage {
  one: Working
  body: MessageBody
  parts: Extract<Prepared, { kind: 'parts' }>['parts']
}

/** Writes what the working conversations have to say, and opens cases where they need one. */
export async function sendDrafted(
  hub: Hub,
  tx: Transaction,
  actor: Actor,
  ground: Ground,
  working: readonly Working[],
): Promise<WrittenMessage[]> {
  const accounts = new Map<string, AccountContext | undefined>()
  const drafts: Draft[] = []
  for (const one of working) {
    if (one.failure || one.messages.length === 0) continue
    const { accountId } = one.row
    if (!accounts.has(accountId)) accounts.set(accountId, await accountContext(hub, tx, accountId))
    drafts.push(...prepareAll(hub, ground, one, accounts.get(accountId)))
  }
  const going = drafts.filter(draft => !draft.one.failure)
  for (const one of working)
    if (
      !one.failure &&
      (one.needsCase || (one.row.state === 'closed' && !one.closed && going.some(draft => draft.one === one && draft.kind === 'out')))
    )
      await open(hub, tx, one)
  if (going.length > 0) await store(hub, tx, actor, ground, going)
  return going
}

function prepareAll(hub: Hub, ground: Ground, one: Working, account: AccountContext | undefined): Draft[] {
  return one.messages.flatMap((message): Draft[] => {
    const { row } = one
    const filled = fillBody(textBody(message.text), {
      'customer.name': row.contactName,
      'customer.first_name': firstName(row.contactName),
      'agent.name': ground.actor.name,
      'company.name': ground.companyName,
      'case.number': row.caseNumber === null ? '' : String(row.caseNumber),
    })
    const draft: Draft = { id: newId(hub.now()), conversationId: row.id, kind: message.kind, one, body: filled.body, parts: [] }
    if (message.kind === 'note') return [draft]
    if (filled.missing.length > 0)
      one.failure = { code: 'message_not_sendable', detail: `Nothing to put in the place of {{${filled.missing.join('}}, {{')}}}.` }
    else if (!account) one.failure = { code: 'not_found', detail: 'There is no such account.' }
    else {
      const prepared = prepareMessage(hub, account, row, filled.body, false)
      if (prepared.kind === 'parts') draft.parts = prepared.parts
      else if (prepared.kind === 'refused')
        one.failure = { code: 'message_not_sendable', detail: prepared.refusals.map(refusal => refusal.code).join(', ') }
      else one.failure = { code: 'reply_not_allowed', detail: prepared.kind === 'closed' ? prepared.option.reason : prepared.kind }
    }
    return one.failure ? [] : [draft]
  })
}

function textBody(text: string): MessageBody {
  return { content: { kind: 'text', text: { text } } }
}

async function open(hub: Hub, tx: Transaction, one: Working): Promise<void> {
  const { row } = one
  row.caseId = await openCase(
    tx,
    { ...row, identityId: '', threadId: '', lastInboundExternalId: null, lastMessageId: null, isSpam: false, state: 'closed' },
    new Date(hub.now()),
  )
  row.state = 'open'
}

async function store(hub: Hub, tx: Transaction, actor: Actor, ground: Ground, drafts: readonly Draft[]): Promise<void> {
  const now = hub.now()
  for (const { id, kind, body, one } of drafts) {
    const { row } = one
    row.lastMessage = {
      id,
      kind: 'text',
      direction: kind,
      authorId: actor.memberId,
      authorName: actor.name,
      at: now,
      state: kind === 'out' ? 'pending' : 'sent',
    }
    row.lastPreview = hub.codec.seal(tx.workspaceId, previewOf(body)).toString('base64')
    row.lastMessageAt = now
    row.lastMessageTie = 0
    row.lastActivityAt = now
    if (kind === 'note') continue
    row.unansweredSince = null
    // A reply ends an older snooze; one that this change has set stands.
    if (row.snoozedUntil === one.before.snoozedUntil) row.snoozedUntil = null
    row.lastOutId = id
    row.lastOutBy = actor.memberId
    if (row.assigneeId === null && one.before.assigneeId === null && !one.lines.some(line => line.what === 'case.unassigned')) {
      row.assigneeId = actor.memberId
      one.lines.unshift({ what: 'case.taken', params: { by: actor.name } })
    }
  }
  await bulkInsert(
    tx,
    'message',
    {
      id: 'uuid',
      conversation_id: 'uuid',
      account_id: 'uuid',
      case_id: 'uuid',
      direction: 'text',
      author_kind: 'text',
      author_id: 'uuid',
      author_name: 'text',
      kind: 'text',
      body: 'bytea',
      order_at: 'timestamptz',
      order_tie: 'bigint',
      order_external: 'text',
      at: 'timestamptz',
      state: 'text',
    },
    drafts.map(({ id, kind, body, one }) => ({
      id,
      conversation_id: one.row.id,
      account_id: one.row.accountId,
      case_id: one.row.caseId,
      direction: kind,
      author_kind: 'member',
      author_id: actor.memberId,
      author_name: actor.name,
      kind: 'text',
      body: hub.codec.sealJson(tx.workspaceId, body),
      order_at: now,
      order_tie: 0,
      order_external: id,
      at: now,
      state: kind === 'out' ? 'pending' : 'sent',
    })),
  )
  const due = new Date(now + ground.undoSeconds * 1_000)
  for (const { id, parts, one, kind } of drafts)
    if (kind === 'out') await storeParts(hub, tx, { id, conversationId: one.row.id, accountId: one.row.accountId }, parts, due)
  await tellFirstReply(
    hub,
    tx,
    drafts.flatMap(({ id, kind }) => (kind === 'out' ? [id] : [])),
  )
  const answered = drafts.filter(({ one, kind }) => kind === 'out' && one.before.unansweredSince !== null && one.row.caseId)
  if (answered.length > 0)
    await tx.client.query(
      'update conversation_case set first_answer_at = $3, first_answer_by = $4 where workspace_id = $1 and id = any($2::uuid[]) and first_answer_at is null',
      [tx.workspaceId, answered.map(({ one }) => one.row.caseId), new Date(now), actor.memberId],
    )
  await indexMessages(
    tx,
    drafts.map(({ id, body, one }) => ({ id, conversationId: one.row.id, at: now, text: plainText(body.content) })),
  )
}
