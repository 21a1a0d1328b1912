/**
 * Records what came of sendings, many at once [mechanics 6, 12-14]. Always holds: a row changes only for the attempt it belongs to; a receipt that
 * came first is not lowered; what `nextStep` says is done here and nowhere else.
 */
import { type Failure, messageState, type NextStep, nextStep, type PartState } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import { featureOf, noteContradiction } from '../accounts/contradictions.ts'
import { pauseAccount } from '../accounts/pause.ts'
import { decidedFacts, refusedFact } from '../conversations/standing.ts'
import { bulkInsert } from '../database/bulk.ts'
import { inWorkspace, plannedOnce, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { channelOf, type Hub } from '../hub.ts'
import { applyEvents } from '../ingest/drain.ts'
import type { Sourced } from '../ingest/rows.ts'
import type { SendResult } from './send-part.ts'
import type { Sending } from './sending.ts'

interface PartRow {
  id: string
  message_id: string
  conversation_id: string
  account_id: string
  state: PartState
  attempt: number
}

/** Records results of one workspace in one transaction. */
export async function recordResults(hub: Hub, workspaceId: string, results: readonly SendResult[]): Promise<void> {
  const startedAt = hub.now()
  await inWorkspace(
    hub,
    workspaceId,
    async tx => {
      await holdAccounts(tx, results)
      tx.afterCommit(() =>
        hub.signals.recorded(
          results.map(result => result.sending.claimed.partId),
          startedAt,
          hub.now(),
        ),
      )
      const conversationIds = [...new Set(results.map(result => result.sending.claimed.conversationId))]
      await tx.client.query({
        name: 'record_lock',
        text: 'select 1 from conversation where workspace_id = $1 and id = any($2::uuid[]) order by id for update',
        values: [workspaceId, conversationIds],
      })
      const { rows } = await tx.client.query<PartRow>({
        name: 'record_parts',
        text: `select p.id, p.message_id, p.conversation_id, p.account_id, p.state, p.attempt from part p join unnest($2::uuid[], $3::uuid[]) as v(id, attempt_id) on p.id = v.id and p.attempt_id = v.attempt_id
        where p.workspace_id = $1 order by p.id for update of p`,
        values: [
          workspaceId,
          results.map(result => result.sending.claimed.partId),
          results.map(result => result.sending.claimed.attemptId),
        ],
      })
      const parts = new Map(rows.map(row => [row.id, row]))
      // Swept and claimed again meanwhile, or settled by a person: such an answer is no longer about the row.
      const current = results.flatMap(result => {
        const part = parts.get(result.sending.claimed.partId)
        return part ? [{ part, result }] : []
      })
      // Conversations of which more has changed than how far a message has come.
      const told = await recordSent(
        hub,
        tx,
        current.flatMap(({ part, result }) =>
          result.outcome.kind === 'sent' ? [{ part, sending: result.sending, outcome: result.outcome }] : [],
        ),
      )
      for (const { part, result } of current) {
        if (result.outcome.kind === 'sent' || (part.state !== 'sending' && part.state !== 'uncertain')) continue
        if (await recordFailure(hub, tx, part, result.sending, result.outcome.failure)) told.add(part.conversation_id)
      }
      const changed = new Set(rows.map(row => row.message_id))
      await refreshMessages(tx, [...changed])
      await bulkInsert(
        tx,
        'media_handle',
        { account_id: 'uuid', file_id: 'uuid', handle: 'text', expires_at: 'timestamptz' },
        uniqueHandles(results),
        'on conflict (workspace_id, account_id, file_id) do update set handle = excluded.handle, expires_at = excluded.expires_at',
      )
      await appendChanges(hub, tx, { movedMessages: changed, conversations: told })
      await settleWaitingFacts(hub, tx, results, parts)
    },
    plannedOnce,
  )
}

/**
 * The platform said to wait: the account's claims are held at once, before any row of a part is touched (a claim locks in the same order). What waits in
 * line stays where it is.
 */
async function holdAccounts(tx: Transaction, results: readonly SendResult[]): Promise<void> {
  const until = new Map<string, number>()
  for (const { sending, outcome } of results) {
    if (outcome.kind === 'sent' || outcome.failure.kind !== 'rate_limited') continue
    const { scope, retryAfterMs } = outcome.failure
    if (scope === 'account' || scope === 'app') until.set(sending.account.id, Math.max(until.get(sending.account.id) ?? 0, retryAfterMs))
  }
  if (until.size === 0) return
  await tx.client.query({
    name: 'pace_hold',
    text: `insert into pace (workspace_id, account_id, scope, key, tat)
      select $1, a, 'hold', '', clock_timestamp() + ms * interval '1 millisecond' from unnest($2::uuid[], $3::float8[]) as v(a, ms) order by a
      on conflict (workspace_id, account_id, scope, key) do update set tat = greatest(pace.tat, excluded.tat)`,
    values: [tx.workspaceId, [...until.keys()], [...until.values()]],
  })
}

function uniqueHandles(results: readonly SendResult[]) {
  const rows = new Map(
    results.flatMap(({ sending, learned }) =>
      learned.map(
        handle =>
          [
            `${sending.account.id}|${handle.fileId}`,
            { account_id: sending.account.id, file_id: handle.fileId, handle: handle.handle, expires_at: handle.expiresAt },
          ] as const,
      ),
    ),
  )
  return [...rows.values()]
}

type SentOutcome = Extract<SendResult['outcome'], { kind: 'sent' }>

/** What the platform took, all in a few statements. Gives the conversations that stand otherwise now. */
async function recordSent(
  hub: Hub,
  tx: Transaction,
  sent: readonly { part: PartRow; sending: Sending; outcome: SentOutcome }[],
): Promise<Set<string>> {
  if (sent.length === 0) return new Set()
  await bulkInsert(
    tx,
    'platform_message',
    { account_id: 'uuid', external_id: 'text', message_id: 'uuid', part_id: 'uuid', index: 'int' },
    sent.flatMap(({ part, outcome }) =>
      outcome.externalIds.map((externalId, index) => ({
        account_id: part.account_id,
        external_id: externalId,
        message_id: part.message_id,
        part_id: part.id,
        index,
      })),
    ),
    'on conflict do nothing',
  )
  // Watermarks that came before this answer count too.
  await tx.client.query({
    name: 'record_sent',
    text: `update part p set
        state = case when p.state not in ('sending', 'uncertain') then p.state when c.read_until >= v.at then 'read' when c.delivered_until >= v.at then 'delivered' else 'sent' end,
        sent_at = coalesce(p.sent_at, v.at), delivered_at = coalesce(p.delivered_at, case when c.delivered_until >= v.at then v.at end), read_at = coalesce(p.read_at, case when c.read_until >= v.at then v.at end),
        failure = null, node_id = null, holds_until = null
      from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as v(id, conversation_id, at) join conversation c on c.workspace_id = $1 and c.id = v.conversation_id
      where p.workspace_id = $1 and p.id = v.id and p.state not in ('failed', 'cancelled')`,
    values: [
      tx.workspaceId,
      sent.map(({ part }) => part.id),
      sent.map(({ part }) => part.conversation_id),
      sent.map(({ outcome }) => new Date(outcome.at ?? hub.now()).toISOString()),
    ],
  })
  // An answer takes a message request on.
  const taken = sent.flatMap(({ part, sending }) => (sending.standing === 'requested' ? [part.conversation_id] : []))
  if (taken.length > 0)
    await tx.client.query({
      name: 'record_taken',
      text: `update conversation set standing = 'open', standing_facts = ${decidedFacts.opened} where workspace_id = $1 and id = any($2::uuid[]) and standing = 'requested'`,
      values: [tx.workspaceId, taken],
    })
  await learnRecipients(tx, sent)
  return new Set(taken)
}

/** Whether something was learned of the conversation. */
async function recordFailure(hub: Hub, tx: Transaction, part: PartRow, sending: Sending, failure: Failure): Promise<boolean> {
  const step = nextStep(failure, part.attempt, spreadOf(part.id, part.attempt), channelOf(hub, sending.account.channel).send.repeatable)
  const values = failureRow(step, part, hub.now())
  await tx.client.query({
    name: 'record_failure',
    text: `update part set state = $3, attempt = $4, not_before = coalesce($5, not_before), holds_until = $6, failure = $7, node_id = null where workspace_id = $1 and id = $2`,
    values: [tx.workspaceId, part.id, values.state, values.attempt, values.notBefore, values.holdsUntil, JSON.stringify(failure)],
  })
  if (step.kind === 'pause_account') await pauseAccount(hub, tx, part.account_id, failure)
  if (step.kind !== 'fail') return false
  // What comes after it in the same message has no sense alone.
  await tx.client.query({
    name: 'record_rest',
    text: `update part set state = 'failed', failure = $4 where workspace_id = $1 and message_id = $2 and state = 'pending' and index > (select index from part where workspace_id = $1 and id = $3)`,
    values: [
      tx.workspaceId,
      part.message_id,
      part.id,
      JSON.stringify({
        kind: 'permanent',
        reason: 'other',
        code: 'earlier_part_failed',
        detail: 'An earlier part of this message was not delivered',
      }),
    ],
  })
  const channel = channelOf(hub, sending.account.channel)
  const feature = featureOf(sending.part.body, channel.capabilities(sending.account.view.config))
  // What is refused in public, or in conversations of another kind, says nothing of the channel's own.
  const isOwnKind = !sending.place && !channel.surfaces?.some(one => sending.part.to.threadId.startsWith(one.threads))
  if (feature && isOwnKind) await noteContradiction(hub, tx, sending.account, feature, failure)
  if (failure.kind !== 'permanent') return false
  await learnStanding(hub, tx, part.conversation_id, failure.reason)
  return true
}

function failureRow(
  step: NextStep,
  part: PartRow,
  now: number,
): { state: PartState; attempt: number; notBefore: Date | null; holdsUntil: Date | null } {
  switch (step.kind) {
    case 'retry':
      return {
        state: 'pending',
        attempt: step.countsAsAttempt ? part.attempt : part.attempt - 1,
        notBefore: new Date(now + step.afterMs),
        holdsUntil: null,
      }
    case 'pause_account':
      return { state: 'pending', attempt: part.attempt - 1, notBefore: null, holdsUntil: null }
    case 'hold':
      // The request's own time-out has passed: later messages may go.
      return { state: 'uncertain', attempt: part.attempt, notBefore: null, holdsUntil: new Date(now) }
    case 'fail':
      return { state: 'failed', attempt: part.attempt, notBefore: null, holdsUntil: null }
  }
}

/** What the platform tells of the person by refusing counts as an event would: blocked, never started, window closed. */
async function learnStanding(hub: Hub, tx: Transaction, conversationId: string, reason: string): Promise<void> {
  if (reason === 'blocked' || reason === 'not_started') {
    await tx.client.query(
      `update conversation set standing = $3, standing_facts = ${decidedFacts.refused('$4')} where workspace_id = $1 and id = $2`,
      [tx.workspaceId, conversationId, reason, refusedFact(reason)],
    )
  } else if (reason === 'window_closed') {
    await tx.client.query(
      `update conversation set windows = coalesce((select jsonb_agg(case when (w->>'until')::bigint > $3 then jsonb_set(w, '{until}', to_jsonb($3::bigint)) else w end) from jsonb_array_elements(windows) w), '[]')
        where workspace_id = $1 and id = $2`,
      [tx.workspaceId, conversationId, hub.now()],
    )
  }
}

/** New ids of people, told by the answer; most are known, and then nothing is asked. */
async function learnRecipients(tx: Transaction, sent: readonly { part: PartRow; sending: Sending; outcome: SentOutcome }[]): Promise<void> {
  const learned = sent.flatMap(({ part, sending, outcome }) =>
    (outcome.recipientIds ?? [])
      .filter(id => !sending.part.to.externalIds.includes(id))
      .map(id => ({ id, accountId: part.account_id, conversationId: part.conversation_id })),
  )
  if (learned.length === 0) return
  await tx.client.query({
    name: 'record_recipients',
    text: `insert into identity_alias (workspace_id, account_id, external_id, identity_id) select $1, v.account_id, v.external_id, c.identity_id
      from unnest($2::uuid[], $3::text[], $4::uuid[]) as v(account_id, external_id, conversation_id) join conversation c on c.workspace_id = $1 and c.id = v.conversation_id
      on conflict do nothing`,
    values: [tx.workspaceId, learned.map(one => one.accountId), learned.map(one => one.id), learned.map(one => one.conversationId)],
  })
}

/** A message is what its parts have come to; the list's line follows. */
export async function refreshMessages(tx: Transaction, messageIds: readonly string[]): Promise<void> {
  if (messageIds.length === 0) return
  const { rows } = await tx.client.query<{ message_id: string; states: PartState[] }>({
    name: 'message_states',
    text: 'select message_id, array_agg(state order by index) as states from part where workspace_id = $1 and message_id = any($2::uuid[]) group by message_id',
    values: [tx.workspaceId, messageIds],
  })
  await tx.client.query({
    name: 'message_states_save',
    text: `with v as (select * from unnest($2::uuid[], $3::text[]) as v(id, state)),
      m as (update message set state = v.state from v where message.workspace_id = $1 and message.id = v.id returning message.id, message.conversation_id, v.state)
      update conversation c set last_message = jsonb_set(c.last_message, '{state}', to_jsonb(m.state)) from m
      where c.workspace_id = $1 and c.id = m.conversation_id and c.last_message->>'id' = m.id::text`,
    values: [tx.workspaceId, rows.map(row => row.message_id), rows.map(row => messageState(row.states))],
  })
}

/** Receipts, edits and echoes that came before our own answer find their message now [mechanics 6]. */
async function settleWaitingFacts(
  hub: Hub,
  tx: Transaction,
  results: readonly SendResult[],
  parts: ReadonlyMap<string, PartRow>,
): Promise<void> {
  const byAccount = new Map<string, string[]>()
  for (const { sending, outcome } of results) {
    if (outcome.kind !== 'sent' || !parts.has(sending.claimed.partId)) continue
    byAccount.set(sending.account.id, [...(byAccount.get(sending.account.id) ?? []), ...outcome.externalIds])
  }
  for (const [accountId, externalIds] of byAccount) {
    const { rows } = await tx.client.query({
      name: 'facts_take',
      text: 'delete from pending_fact where workspace_id = $1 and account_id = $2 and external_id = any($3::text[]) returning event, position, at',
      values: [tx.workspaceId, accountId, externalIds],
    })
    if (rows.length === 0) continue
    const account = await accountContext(hub, tx, accountId)
    const events = rows
      .toSorted((a, b) => a.position - b.position)
      .map(
        (row): Sourced => ({
          event: hub.codec.openJson(tx.workspaceId, row.event),
          position: row.position,
          index: 0,
          receivedAt: row.at.getTime(),
        }),
      )
    if (account) await applyEvents(hub, tx, account, events, true)
  }
}

/** Between 0 and 1, the same for the same attempt: spreads retries without a random source. */
function spreadOf(id: string, attempt: number): number {
  let hash = attempt
  for (const character of id) hash = (hash * 31 + character.charCodeAt(0)) >>> 0
  return (hash % 1_000) / 1_000
}
