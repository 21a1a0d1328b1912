/**
 * Drains lanes [mechanics 3]: one process at a time per account, unapplied bodies in order, up to 500 events a transaction; the one event that
 * cannot be applied is set aside with its reason, and nothing waits for it. Always holds: a drain takes "unapplied", never "id > cursor"; a body
 * that killed a process is taken alone, and set aside after the third time.
 */
import { cleanText, type InboundEvent, type MessageBody, noPlatformTime } from '@dragoman/core'
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { askForProfiles } from '../contacts/fetch-profile.ts'
import { movingTokenIn, noteArrivals } from '../contacts/moving.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { guardVisitorEvents } from '../visitors/guard.ts'
import { applyInbound } from './apply.ts'
import { flush } from './flush.ts'
import { wordsOf } from './marks.ts'
import { survivor } from './people.ts'
import type { Sourced } from './rows.ts'
import { setAsideBody, setAsideEvent } from './set-aside.ts'
import { loadMessagesById, loadParts, loadWorkingSet, type WorkingSet } from './working-set.ts'

const eventsPerTransaction = 500
const bodiesPerTransaction = 500
/** A body that was in hand so often when its process died is not touched again. */
const longestRow = 3

interface Body {
  journalId: number
  accountKey: string
  attempts: number
  body: Buffer
  receivedAt: Date
}

/** What the rest of the hub does after events were applied. */
export interface IngestEffects {
  acknowledge(workspaceId: string, accountId: string, token: string): void
  accountChanged(workspaceId: string, accountId: string, changes: WorkingSet['accountChanges']): void
}

/** Applies what waits in an account's lane. Returns how many bodies were done; 0 when there is nothing or another process is at it. */
export async function drainLane(hub: Hub, workspaceId: string, accountId: string, effects: IngestEffects): Promise<number> {
  const startedAt = hub.now()
  return await inWorkspace(hub, workspaceId, async tx => {
    const taken = await takeInHand(hub, tx, accountId)
    if (!taken) return 0
    const bodies = await unapplied(tx, hub, accountId, taken.singly ? 1 : bodiesPerTransaction)
    if (bodies.length === 0) return 0
    const account = await accountContext(hub, tx, accountId)
    if (!account) throw new Error(`Account ${accountId} has a lane but no row`)
    await applyBodies(hub, tx, account, bodies, effects)
    await tx.client.query({
      name: 'lane_done',
      text: `with done as (update lane_item i set applied_at = now() from unnest($3::bigint[], $4::text[]) as v(journal_id, account_key)
          where i.workspace_id = $1 and i.journal_id = v.journal_id and i.account_key = v.account_key)
        update lane set in_hand_to = null where workspace_id = $1 and account_id = $2`,
      values: [workspaceId, accountId, bodies.map(body => body.journalId), bodies.map(body => body.accountKey)],
    })
    await tx.client.query({
      name: 'account_inbound',
      text: 'update account set last_inbound_at = $3 where workspace_id = $1 and id = $2',
      values: [workspaceId, accountId, bodies.at(-1)!.receivedAt],
    })
    const { channel } = account
    tx.afterCommit(() => hub.signals.applied({ workspaceId, accountId, channel, bodies, startedAt, endedAt: hub.now() }))
    return bodies.length
  })
}

/**
 * Takes the lane for this transaction and says, in one of its own, which items this drain has in hand. Where the last drain did not come back, what it
 * had is taken singly, with `attempts` raised first. The lane is held from before that word to the end: between two transactions another process would
 * take a drain that lives for one that died, and set a sound body aside.
 */
async function takeInHand(hub: Hub, tx: Transaction, accountId: string): Promise<{ singly: boolean } | undefined> {
  const { rows: locks } = await tx.client.query<{ held: boolean }>({
    name: 'lane_lock',
    text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held',
    values: [`lane ${accountId}`],
  })
  if (!locks[0]!.held) return undefined
  // Shared by key: the word below may pass, an import that locks the lane may not.
  const { rows } = await tx.client.query<{ in_hand_to: number | null; first: number | null; last: number | null }>({
    name: 'lane_take',
    text: `select l.in_hand_to, i.first, i.last from lane l, lateral (select min(journal_id) as first, max(journal_id) as last
          from (select journal_id from lane_item where workspace_id = $1 and account_id = $2 and applied_at is null order by journal_id limit $3) n) i
        where l.workspace_id = $1 and l.account_id = $2 for key share of l skip locked`,
    values: [tx.workspaceId, accountId, bodiesPerTransaction],
  })
  const lane = rows[0]
  if (!lane || lane.first === null || lane.last === null) return undefined
  if (lane.in_hand_to !== null && lane.first <= lane.in_hand_to) {
    await hub.pools.system.query(
      'update lane_item set attempts = attempts + 1 where workspace_id = $1 and account_id = $2 and journal_id = $3 and applied_at is null',
      [tx.workspaceId, accountId, lane.first],
    )
    return { singly: true }
  }
  await hub.pools.system.query({
    name: 'lane_hold',
    text: 'update lane set in_hand_to = $3 where workspace_id = $1 and account_id = $2',
    values: [tx.workspaceId, accountId, lane.last],
  })
  return { singly: false }
}

async function unapplied(tx: Transaction, hub: Hub, accountId: string, limit: number): Promise<Body[]> {
  const { rows } = await tx.client.query({
    name: 'lane_items',
    text: `select i.journal_id, i.account_key, i.attempts, j.body, j.received_at from lane_item i join journal j on j.workspace_id = i.workspace_id and j.id = i.journal_id
      where i.workspace_id = $1 and i.account_id = $2 and i.applied_at is null order by i.journal_id limit $3`,
    values: [tx.workspaceId, accountId, limit],
  })
  return rows.map(row => ({
    journalId: row.journal_id,
    accountKey: row.account_key,
    attempts: row.attempts,
    body: hub.codec.open(tx.workspaceId, row.body),
    receivedAt: row.received_at,
  }))
}

async function applyBodies(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  bodies: readonly Body[],
  effects: IngestEffects,
): Promise<void> {
  const channel = channelOf(hub, account.channel)
  let chunk: Sourced[] = []
  for (const body of bodies) {
    if (body.attempts >= longestRow) {
      await setAsideBody(hub, tx, account, body.journalId, body.body, 'Applying this body ended the process three times')
      continue
    }
    let events: InboundEvent[]
    try {
      events = channel.parse(body.body, account.view)
    } catch (error) {
      await setAsideBody(hub, tx, account, body.journalId, body.body, `The body could not be read: ${messageOf(error)}`)
      continue
    }
    for (const [index, event] of events.entries()) {
      if (event.kind === 'ignored' && event.reason === 'malformed')
        await setAsideBody(hub, tx, account, body.journalId, body.body, `Not what this messenger sends: ${event.type}`)
      else if (event.kind !== 'ignored')
        chunk.push({
          event: timed(cleaned(event), body.receivedAt),
          position: body.journalId,
          index,
          receivedAt: body.receivedAt.getTime(),
        })
    }
    if (chunk.length >= eventsPerTransaction) {
      await applyChunk(hub, tx, account, chunk, effects)
      chunk = []
    }
  }
  if (chunk.length > 0) await applyChunk(hub, tx, account, chunk, effects)
}

/** Applies a chunk inside a savepoint; on an error halves it, until the one bad event is found. */
export async function applyChunk(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  chunk: readonly Sourced[],
  effects: IngestEffects,
): Promise<void> {
  // Events of a half that is rolled back must not reach the log: they are gathered apart and passed on when the half has held.
  const appended: Parameters<Transaction['append']> = []
  const nested: Transaction = { ...tx, append: (...events) => appended.push(...events) }
  await tx.client.query('savepoint chunk')
  let set: WorkingSet
  try {
    set = await applyEvents(hub, nested, account, chunk)
    await tx.client.query('release savepoint chunk')
  } catch (error) {
    await tx.client.query('rollback to savepoint chunk; release savepoint chunk')
    if (isTransient(error)) throw error
    if (chunk.length === 1) return await setAsideEvent(hub, tx, account, chunk[0]!, messageOf(error))
    const middle = chunk.length >> 1
    await applyChunk(hub, tx, account, chunk.slice(0, middle), effects)
    await applyChunk(hub, tx, account, chunk.slice(middle), effects)
    return
  }
  tx.append(...appended)
  tx.afterCommit(() => {
    if ([...set.changedConversations].some(id => set.conversations.get(id)?.assigneeId === null)) hub.bell.ring('queue', tx.workspaceId)
    for (const token of set.acknowledgements) effects.acknowledge(tx.workspaceId, account.id, token)
    for (const conversationId of set.typing)
      hub.bell.ring(
        `typing:${tx.workspaceId}`,
        JSON.stringify({ conversationId, accountId: account.id, by: 'customer', until: hub.now() + 6_000 }),
      )
    if (set.accountChanges.length > 0) effects.accountChanged(tx.workspaceId, account.id, set.accountChanges)
  })
}

/** Applies events that were not seen before [mechanics 4]; `again` lets those pass that were (a set-aside event, a pending fact). */
export async function applyEvents(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  events: readonly Sourced[],
  again = false,
): Promise<WorkingSet> {
  const unseen = again ? events : await notSeen(tx, account.id, events)
  // Nobody stands between us and a visitor: what he may refer to is our own check.
  const fresh = account.way === 'visitor' ? await guardVisitorEvents(tx, account.id, unseen) : unseen
  const set = await loadWorkingSet(hub, tx, { id: account.id, channel: account.channel }, fresh)
  for (const sourced of fresh) {
    if (sourced.event.kind === 'delivery.updated' && 'watermark' in sourced.event.of)
      await loadUnderWatermark(hub, tx, set, sourced.event.threadId, sourced.event.of.watermark)
    if (sourced.event.kind === 'message.echoed' && sourced.event.ref === undefined)
      await loadOnTheirWay(hub, tx, set, sourced.event.threadId)
    applyInbound(set, sourced)
  }
  await flush(hub, tx, set)
  const arrivals = fresh.flatMap(({ event }) => arrivalOf(set, event))
  if (channelOf(hub, account.channel).extras.profile)
    await askForProfiles(
      tx,
      [...set.identities.values()].filter(identity => identity.isNameless).map(identity => identity.id),
    )
  if (arrivals.length > 0) await noteArrivals(hub, tx, account.id, arrivals)
  return set
}

/** Who comes by a link that another messenger gave him. */
function arrivalOf(set: WorkingSet, event: InboundEvent): { secret: string; identityId: string }[] {
  const secret = movingTokenIn(event)
  const id =
    secret && event.identity?.externalIds.map(one => set.newAliases.get(one) ?? set.aliases.get(one)).find(one => one !== undefined)
  return secret && id ? [{ secret, identityId: survivor(set, id) }] : []
}

async function notSeen(tx: Transaction, accountId: string, events: readonly Sourced[]): Promise<Sourced[]> {
  const first = new Map<string, Sourced>()
  for (const sourced of events) {
    const key = `${sourced.event.kind}|${sourced.event.externalId}`
    if (!first.has(key)) first.set(key, sourced)
  }
  const list = [...first.values()]
  const { rows } = await tx.client.query<{ kind: string; external_id: string }>({
    name: 'seen_event',
    text: `insert into seen_event (workspace_id, account_id, kind, external_id) select $1, $2, k, e from unnest($3::text[], $4::text[]) as v(k, e) on conflict do nothing returning kind, external_id`,
    values: [tx.workspaceId, accountId, list.map(({ event }) => event.kind), list.map(({ event }) => event.externalId)],
  })
  const isNew = new Set(rows.map(row => `${row.kind}|${row.external_id}`))
  return list.filter(({ event }) => isNew.has(`${event.kind}|${event.externalId}`))
}

/** What a watermark covers: parts of the conversation that were sent until then and have not risen so far. */
async function loadUnderWatermark(hub: Hub, tx: Transaction, set: WorkingSet, threadId: string | undefined, until: number): Promise<void> {
  const conversationId = set.conversationByThread.get(threadId ?? '')
  if (!conversationId) return
  const parts = await loadParts(tx, set, `p.conversation_id = $2 and p.state in ('sent', 'delivered') and p.sent_at <= $3`, [
    conversationId,
    new Date(until),
  ])
  await loadMessagesById(
    hub,
    tx,
    set,
    parts.map(part => part.messageId),
  )
}

/** Parts of the conversation that have left and of which nobody knows yet what became: an echo without a reference may be theirs. */
async function loadOnTheirWay(hub: Hub, tx: Transaction, set: WorkingSet, threadId: string | undefined): Promise<void> {
  const conversationId = set.conversationByThread.get(threadId ?? '')
  if (!conversationId) return
  const parts = await loadParts(tx, set, `p.conversation_id = $2 and p.state in ('sending', 'uncertain')`, [conversationId])
  if (parts.length === 0) return
  const { rows } = await tx.client.query<{ id: string; body: Buffer }>(
    'select id, body from part where workspace_id = $1 and id = any($2::uuid[])',
    [tx.workspaceId, parts.map(part => part.id)],
  )
  for (const row of rows) set.parts.get(row.id)!.words = wordsOf(hub.codec.openJson<MessageBody>(tx.workspaceId, row.body).content)
  await loadMessagesById(
    hub,
    tx,
    set,
    parts.map(part => part.messageId),
  )
}

/** An event for which the platform names no time happened when it came. */
function timed(event: InboundEvent, receivedAt: Date): InboundEvent {
  return event.at >= noPlatformTime || !Number.isFinite(event.at) ? { ...event, at: receivedAt.getTime() } : event
}

/** All text of an event without what PostgreSQL refuses: NUL and lone surrogates [mechanics 3]. */
function cleaned(event: InboundEvent): InboundEvent {
  const text = JSON.stringify(event)
  if (!text.includes('\\u')) return event
  return JSON.parse(text, (_key, value) => (typeof value === 'string' ? cleanText(value).text : value)) as InboundEvent
}

/** Errors of the moment (lost connection, deadlock, serialisation): the whole transaction is tried again; no event is to blame. */
function isTransient(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? ''
  return (
    /^(08|40|53|57)/.test(code) ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE'].includes(code) ||
    messageOf(error).includes('Connection terminated')
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
