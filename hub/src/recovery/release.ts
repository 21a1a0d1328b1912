/**
 * Leaving recovered mode: a manager looks at what is held and lets it go. Always holds: only what was chosen is sent again; the rest ends as `unknown`, which
 * reports count; what was written in recovered mode goes by itself, for it has certainly not left; who released it, and how much, is written down.
 */
import type { MessageBody } from '@dragoman/core'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { refreshMessages } from '../deliver/record.ts'
import { appendChanges } from '../event-log/changes.ts'
import type { Hub } from '../hub.ts'
import { previewOf } from '../messages/views.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'

export interface RecoveryState {
  reason: 'restore' | 'copy' | 'promotion' | 'marked'
  dataUntil: number | null
  begunAt: number
  /** Messages that may have left, or not. */
  messages: number
  conversations: number
  /** Messages written since, which wait. */
  waiting: number
}

export interface HeldMessage {
  messageId: string
  conversationId: string
  accountId: string
  contact: string
  author: string
  preview: string
  writtenAt: number
  /** Its moment, where it was to be sent later. */
  dueAt: number | null
  /** `sending`: it was on its way when the data ends. */
  was: 'pending' | 'sending'
}

/** Whether this workspace is recovered, and what is held. */
export async function readRecovery(hub: Hub, actor: Actor): Promise<RecoveryState | undefined> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query(
      `select r.reason, r.data_until, r.begun_at, held.messages, held.conversations,
          (select count(distinct p.message_id)::int from part p join account a on a.workspace_id = p.workspace_id and a.id = p.account_id
            where p.workspace_id = $1 and p.state = 'pending' and a.held_since is not null) as waiting
        from recovery r, lateral (select count(distinct p.message_id)::int as messages, count(distinct p.conversation_id)::int as conversations
            from held_part h join part p on p.workspace_id = h.workspace_id and p.id = h.part_id
            where h.workspace_id = r.workspace_id and h.recovery_id = r.id and p.state = 'uncertain') held
        where r.workspace_id = $1 and r.released_at is null`,
      [tx.workspaceId],
    )
    const row = rows[0]
    return (
      row && {
        reason: row.reason,
        dataUntil: row.data_until?.getTime() ?? null,
        begunAt: row.begun_at.getTime(),
        messages: row.messages,
        conversations: row.conversations,
        waiting: row.waiting,
      }
    )
  })
}

/** Held messages in the order in which they were written, after `after`. */
export async function heldMessages(
  hub: Hub,
  actor: Actor,
  after: string | undefined,
  limit: number,
): Promise<{ messages: HeldMessage[]; next: string | null }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query({
      name: 'recovery_held',
      text: `select m.id, m.conversation_id, m.account_id, m.author_name, m.body, m.created_at, k.name as contact, held.due_at, held.was
        from (select p.message_id, max(p.due_at) as due_at, max(h.was) as was from held_part h
            join recovery r on r.workspace_id = h.workspace_id and r.id = h.recovery_id and r.released_at is null
            join part p on p.workspace_id = h.workspace_id and p.id = h.part_id
            where h.workspace_id = $1 and p.state = 'uncertain' and ($2::uuid is null or p.message_id > $2) and ($3::uuid[] is null or p.account_id = any($3))
            group by p.message_id order by p.message_id limit $4) held
        join message m on m.workspace_id = $1 and m.id = held.message_id
        join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
        join contact k on k.workspace_id = c.workspace_id and k.id = c.contact_id order by m.id`,
      values: [tx.workspaceId, after ?? null, actor.accountIds, limit + 1],
    })
    const page = rows.slice(0, limit)
    return {
      messages: page.map(row => ({
        messageId: row.id,
        conversationId: row.conversation_id,
        accountId: row.account_id,
        contact: row.contact,
        author: row.author_name,
        preview: previewOf(hub.codec.openJson<MessageBody>(tx.workspaceId, row.body)),
        writtenAt: row.created_at.getTime(),
        dueAt: row.due_at.getTime() > row.created_at.getTime() + 60_000 ? row.due_at.getTime() : null,
        was: row.was,
      })),
      next: rows.length > limit ? page.at(-1)!.id : null,
    }
  })
}

/** Which held messages are sent again. */
export type ReleaseChoice = { send: 'all' | 'none' } | { send: 'chosen'; messageIds: readonly string[] }

const atOnce = 500

/** Ends recovered mode for a workspace. Problems: wrong_state when it is not recovered, not_allowed for who sees only some of the accounts. */
export async function releaseRecovery(
  hub: Hub,
  actor: Pick<Actor, 'workspaceId' | 'accountIds'> & { memberId: string | null },
  choice: ReleaseChoice,
): Promise<{ sent: number; dropped: number }> {
  if (actor.accountIds !== null) throw new HubProblem('not_allowed', 'This is for somebody who sees all accounts.')
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const { rows } = await tx.client.query<{ id: string; reason: string }>(
      'select id, reason from recovery where workspace_id = $1 and released_at is null for update',
      [tx.workspaceId],
    )
    const recovery = rows[0]
    if (!recovery) throw new HubProblem('wrong_state', 'Nothing is held: this hub is not recovered, or somebody has released it meanwhile.')
    const { rows: held } = await tx.client.query<{ message_id: string; conversation_id: string }>(
      `select distinct p.message_id, p.conversation_id from held_part h join part p on p.workspace_id = h.workspace_id and p.id = h.part_id
        where h.workspace_id = $1 and h.recovery_id = $2 and p.state = 'uncertain' order by p.conversation_id, p.message_id`,
      [tx.workspaceId, recovery.id],
    )
    const chosen = choice.send === 'chosen' ? new Set(choice.messageIds) : undefined
    const isSent = (messageId: string) => chosen?.has(messageId) ?? choice.send === 'all'
    const counts = { sent: 0, dropped: 0 }
    for (let at = 0; at < held.length; at += atOnce) {
      const batch = held.slice(at, at + atOnce)
      await settle(hub, tx, recovery.id, batch, isSent, counts)
    }
    await tx.client.query('update account set held_since = null where workspace_id = $1 and held_since is not null', [tx.workspaceId])
    await tx.client.query(
      'update recovery set released_at = now(), released_by = $3, parts_sent = $4, parts_dropped = $5 where workspace_id = $1 and id = $2',
      [tx.workspaceId, recovery.id, actor.memberId, counts.sent, counts.dropped],
    )
    await recordOperation(tx, actor, 'hub.released', null, { reason: recovery.reason, ...counts })
    tx.append({ event: { kind: 'catalogue.changed', catalogue: 'recovery' }, scope: {} })
    for (const topic of ['parts', 'webhooks', 'pushes', 'poll']) tx.afterCommit(() => hub.bell.ring(topic))
    return counts
  })
}

/** As the operator: every workspace that is recovered. */
export async function releaseEverywhere(hub: Hub, send: 'all' | 'none'): Promise<{ sent: number; dropped: number; workspaces: number }> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string }>('select workspace_id from recovery where released_at is null')
  const sum = { sent: 0, dropped: 0, workspaces: rows.length }
  for (const row of rows) {
    const one = await releaseRecovery(hub, { workspaceId: row.workspace_id, memberId: null, accountIds: null }, { send })
    sum.sent += one.sent
    sum.dropped += one.dropped
  }
  return sum
}

async function settle(
  hub: Hub,
  tx: Transaction,
  recoveryId: string,
  held: readonly { message_id: string; conversation_id: string }[],
  isSent: (messageId: string) => boolean,
  counts: { sent: number; dropped: number },
): Promise<void> {
  const messageIds = held.map(row => row.message_id)
  const conversations = [...new Set(held.map(row => row.conversation_id))]
  await tx.client.query('select 1 from conversation where workspace_id = $1 and id = any($2::uuid[]) order by id for update', [
    tx.workspaceId,
    conversations,
  ])
  const change = async (set: string, ids: readonly string[]) =>
    (
      await tx.client.query(
        `update part p set ${set} from held_part h where p.workspace_id = $1 and p.message_id = any($3::uuid[]) and p.state = 'uncertain'
          and h.workspace_id = p.workspace_id and h.recovery_id = $2 and h.part_id = p.id`,
        [tx.workspaceId, recoveryId, ids],
      )
    ).rowCount ?? 0
  counts.sent += await change(
    `state = 'pending', attempt = 0, attempt_id = null, failure = null, holds_until = null, not_before = greatest(p.due_at, now())`,
    messageIds.filter(isSent),
  )
  counts.dropped += await change(
    `state = 'unknown', holds_until = null`,
    messageIds.filter(id => !isSent(id)),
  )
  await refreshMessages(tx, messageIds)
  await appendChanges(hub, tx, { changedMessages: messageIds, conversations })
}
