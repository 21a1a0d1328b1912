/**
 * Sends automatic answers whose moment has come. Always holds: decided again under the conversation's lock, so nobody who was answered meanwhile gets one;
 * one in ten minutes and three a day per conversation, whatever the kind; none to what looks like a machine; outside the reply policy nothing, and the
 * trail says so.
 */
import type { AutomaticAnswers, AutomaticKind } from '@dragoman/api'
import { addSystemLine } from '../conversations/actions.ts'
import { type LockedConversation, lockConversation } from '../conversations/locked.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { seesAll } from '../event-log/may-see.ts'
import { hoursFor, isOpen } from '../hours/hours.ts'
import type { Hub } from '../hub.ts'
import { sendAsSystem } from '../messages/send-as-system.ts'
import { settingIn } from '../settings/settings.ts'
import { isAway } from './choose.ts'
import { composeAnswer } from './compose.ts'
import { looksAutomatic } from './looks-automatic.ts'
import { isSomebodyThere } from './somebody.ts'
import { isOn } from './texts.ts'
import { placeholderFacts } from './values.ts'

const atOnce = 50
const quietMs = 600_000
const mostADay = 3
const dayMs = 86_400_000
const retryMs = 30_000
const mostTries = 5
/** After a standstill nobody gets an answer to what he wrote long ago. */
const lateMs = 600_000

export type HeldReason =
  | 'answered'
  | 'case_over'
  | 'spam'
  | 'blocked'
  | 'snoozed'
  | 'switched_off'
  | 'hours_changed'
  | 'too_soon'
  | 'too_many'
  | 'looks_automatic'
  | 'no_text'
  | 'too_late'

interface Due {
  due_at: Date
  workspace_id: string
  conversation_id: string
  case_id: string
  kind: AutomaticKind
}

/** Sends what is due, in order. Returns how many were decided; call again while it is the number that is taken at once. */
export async function sendDueAnswers(hub: Hub): Promise<number> {
  const { rows } = await hub.pools.system.query<Due>({
    name: 'answers_due',
    text: `select workspace_id, conversation_id, case_id, kind, due_at from automatic_answer where state = 'due' and due_at <= $1 order by due_at limit ${atOnce}`,
    values: [new Date(hub.now())],
  })
  for (const due of rows) {
    await inWorkspace(hub, due.workspace_id, tx => sendOne(hub, tx, due)).catch(error => postpone(hub, due, error))
  }
  return rows.length === atOnce ? rows.length : 0
}

/** One that cannot be decided must not hold up the rest: it is tried again a little later, a few times. */
async function postpone(hub: Hub, due: Due, error: unknown): Promise<void> {
  hub.log.error({ err: error, conversationId: due.conversation_id }, 'an automatic answer could not be decided')
  await inWorkspace(hub, due.workspace_id, async tx => {
    await tx.client.query(
      `update automatic_answer set due_at = $4, tries = tries + 1, state = case when tries >= ${mostTries} then 'held' else state end, reason = 'failed'
        where workspace_id = $1 and case_id = $2 and kind = $3 and state = 'due'`,
      [tx.workspaceId, due.case_id, due.kind, new Date(hub.now() + retryMs)],
    )
  }).catch(again => hub.log.error({ err: again }, 'an automatic answer could not be put off'))
}

async function sendOne(hub: Hub, tx: Transaction, due: Due): Promise<void> {
  const conversation = await lockConversation(tx, seesAll, due.conversation_id)
  const { rowCount } = await tx.client.query({
    name: 'answers_take',
    text: `select 1 from automatic_answer where workspace_id = $1 and case_id = $2 and kind = $3 and state = 'due' for update`,
    values: [tx.workspaceId, due.case_id, due.kind],
  })
  // Another process was faster.
  if (!rowCount) return
  const now = hub.now()
  const setting = (await settingIn(tx, 'automatic_answers')).value
  const reason = await reasonToHold(hub, tx, conversation, due, setting)
  if (reason) return await settle(tx, due, 'held', reason)
  const facts = await placeholderFacts(tx, due.conversation_id)
  const place = { accountId: conversation.accountId, teamId: conversation.teamId }
  const composed = facts && (await composeAnswer(tx, setting, due.kind, place, facts, now))
  if (!composed) return await settle(tx, due, 'held', 'no_text')
  const body = { content: { kind: 'text' as const, text: { text: composed.text } } }
  const state = await sendAsSystem(hub, tx, due.conversation_id, body, `answer.${due.kind}`)
  if (state !== 'sent') {
    const line = await addSystemLine(hub, tx, conversation, `answer.${state}`, { kind: due.kind })
    await appendChanges(hub, tx, { createdMessages: [line], conversations: [due.conversation_id] })
    return await settle(tx, due, state, null)
  }
  await settle(tx, due, 'sent', null, new Date(now))
  if (composed.promisedAt === null) return
  await tx.client.query('update conversation set promised_at = $3 where workspace_id = $1 and id = $2 and unanswered_since is not null', [
    tx.workspaceId,
    due.conversation_id,
    new Date(composed.promisedAt),
  ])
  await appendChanges(hub, tx, { conversations: [due.conversation_id] })
}

async function settle(tx: Transaction, due: Due, state: string, reason: HeldReason | null, messageAt: Date | null = null): Promise<void> {
  await tx.client.query({
    name: 'answers_settle',
    text: 'update automatic_answer set state = $4, reason = $5, message_at = $6 where workspace_id = $1 and case_id = $2 and kind = $3',
    values: [tx.workspaceId, due.case_id, due.kind, state, reason, messageAt],
  })
}

async function reasonToHold(
  hub: Hub,
  tx: Transaction,
  conversation: LockedConversation,
  due: Due,
  setting: AutomaticAnswers,
): Promise<HeldReason | undefined> {
  if (hub.now() - due.due_at.getTime() > lateMs) return 'too_late'
  if (conversation.state !== 'open' || conversation.caseId !== due.case_id) return 'case_over'
  if (conversation.unansweredSince === null) return 'answered'
  if (conversation.isSpam) return 'spam'
  const place = { accountId: conversation.accountId, teamId: conversation.teamId }
  if (!isOn(setting, due.kind, place)) return 'switched_off'
  const now = hub.now()
  const { rows } = await tx.client.query<{ blocked: boolean; snoozed: boolean; answered: boolean; last: Date | null; today: number }>({
    name: 'answers_facts',
    text: `select p.blocked_at is not null as blocked, coalesce(c.snoozed_until > $3, false) as snoozed, k.first_answer_at is not null as answered, said.last, said.today
      from conversation c join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      join conversation_case k on k.workspace_id = c.workspace_id and k.id = c.case_id,
      lateral (select max(m.order_at) as last, count(*)::int as today from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id
        and m.order_at > $4 and m.direction = 'out' and m.author_kind = 'system') said
      where c.workspace_id = $1 and c.id = $2`,
    values: [tx.workspaceId, conversation.id, new Date(now), new Date(now - dayMs)],
  })
  const facts = rows[0]!
  if (facts.blocked) return 'blocked'
  if (facts.snoozed) return 'snoozed'
  if (due.kind === 'instant' && facts.answered) return 'answered'
  const hours = hoursFor((await settingIn(tx, 'hours')).value, place)
  const open = isOpen(hours, now)
  if (due.kind === 'instant' && !open) return 'hours_changed'
  if (due.kind === 'away') {
    const somebody = !setting.away.whenNobody || (await isSomebodyThere(hub, tx))(place)
    if (!isAway(setting, { open, somebody })) return 'hours_changed'
  }
  if (facts.last !== null && now - facts.last.getTime() < quietMs) return 'too_soon'
  if (facts.today >= mostADay) return 'too_many'
  return (await looksAutomatic(hub, tx, conversation.id, now)) ? 'looks_automatic' : undefined
}
