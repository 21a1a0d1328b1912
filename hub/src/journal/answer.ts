/**
 * Answers inside the webhook's response [mechanics 17]: the body is in the journal already; it is applied at once, the channel makes the answer, and
 * the answer is kept as a sent message under the webhook's key. Always holds: a repeat gets the same bytes and makes no second message.
 */

import { createHash } from 'node:crypto'
import type { WebhookAnswer } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import { isObserving } from '../accounts/gate.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import { drainLane, type IngestEffects } from '../ingest/drain.ts'
import { previewOf } from '../messages/views.ts'

export interface AnswerContent {
  body: string
  contentType: string
}

/** Makes (or finds) the content of a webhook's answer; undefined where the channel has none. */
export async function answerWebhook(
  hub: Hub,
  webhook: { workspaceId: string; endpointId: string; accountId: string; journalId: number; body: Uint8Array },
  effects: IngestEffects,
): Promise<AnswerContent | undefined> {
  const key = createHash('sha256').update(webhook.body).digest()
  const kept = await find(hub, webhook, key)
  if (kept) return kept
  // Another drain may have it in hand already: then it is waited for.
  while (!(await isApplied(hub, webhook))) {
    if ((await drainLane(hub, webhook.workspaceId, webhook.accountId, effects)).count === 0)
      await new Promise(resolve => setTimeout(resolve, 5))
  }
  return await inWorkspace(hub, webhook.workspaceId, async tx => {
    const account = await accountContext(hub, tx, webhook.accountId)
    if (!account || isObserving(account) || account.held) return undefined
    const channel = channelOf(hub, account.channel)
    const answer = channel.respond?.(channel.parse(webhook.body, account.view), account.view)
    if (!answer) return undefined
    const content: AnswerContent = { body: answer.body, contentType: answer.contentType }
    const { rowCount } = await tx.client.query(
      'insert into webhook_answer (workspace_id, endpoint_id, body_hash, answer) values ($1, $2, $3, $4) on conflict do nothing',
      [webhook.workspaceId, webhook.endpointId, key, hub.codec.sealJson(webhook.workspaceId, content)],
    )
    if (!rowCount) return await find(hub, webhook, key)
    if (answer.message) await keepAsSent(answer.message)
    return content

    async function keepAsSent(message: NonNullable<WebhookAnswer['message']>): Promise<void> {
      const conversation = await tx.db
        .selectFrom('conversation')
        .select(['id', 'case_id'])
        .where('account_id', '=', webhook.accountId)
        .where('thread_id', '=', message.threadId)
        .forUpdate()
        .executeTakeFirst()
      if (!conversation) return
      const id = newId(hub.now())
      const now = new Date(hub.now())
      const sealed = hub.codec.sealJson(tx.workspaceId, message.body)
      await tx.db
        .insertInto('message')
        .values({
          workspace_id: tx.workspaceId,
          id,
          conversation_id: conversation.id,
          account_id: webhook.accountId,
          case_id: conversation.case_id,
          direction: 'out',
          author_kind: 'system',
          author_name: '',
          kind: message.body.content.kind,
          body: sealed,
          order_at: now,
          order_tie: 0,
          order_external: id,
          at: now,
          state: 'sent',
        })
        .execute()
      await tx.db
        .insertInto('part')
        .values({
          workspace_id: tx.workspaceId,
          id: newId(),
          message_id: id,
          conversation_id: conversation.id,
          account_id: webhook.accountId,
          index: 0,
          lane: 'talk',
          state: 'sent',
          body: sealed,
          sent_at: now,
        })
        .execute()
      await tx.db
        .updateTable('conversation')
        .set({
          last_message: JSON.stringify({
            id,
            kind: message.body.content.kind,
            direction: 'out',
            authorName: '',
            at: now.getTime(),
            state: 'sent',
          }),
          last_preview: hub.codec.seal(tx.workspaceId, previewOf(message.body)),
          last_message_at: now,
          last_message_tie: 0,
          last_activity_at: now,
        })
        .where('id', '=', conversation.id)
        .execute()
      await appendChanges(hub, tx, { createdMessages: [id], conversations: [conversation.id] })
    }
  })
}

async function isApplied(hub: Hub, webhook: { workspaceId: string; accountId: string; journalId: number }): Promise<boolean> {
  const { rows } = await hub.pools.system.query(
    'select 1 from lane_item where workspace_id = $1 and journal_id = $2 and account_id = $3 and applied_at is null',
    [webhook.workspaceId, webhook.journalId, webhook.accountId],
  )
  return rows.length === 0
}

async function find(hub: Hub, webhook: { workspaceId: string; endpointId: string }, key: Buffer): Promise<AnswerContent | undefined> {
  const { rows } = await hub.pools.system.query<{ answer: Buffer }>(
    'select answer from webhook_answer where workspace_id = $1 and endpoint_id = $2 and body_hash = $3',
    [webhook.workspaceId, webhook.endpointId, key],
  )
  return rows[0] && hub.codec.openJson<AnswerContent>(webhook.workspaceId, rows[0].answer)
}
