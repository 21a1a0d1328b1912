/**
 * Drains lanes [mechanics 3]: one process at a time per account, unapplied bodies in order, up to 500 events a transaction; the one event that
 * cannot be applied is set aside with its reason, and nothing waits for it. Always holds: a drain takes "unapplied", never "id > cursor"; a body
 * that killed a process is taken alone, and set aside after the third time.
 */
import type { InboundEvent, MessageBody } from '@dragoman/core'
import type { AccountContext } from '../accounts/context.ts'
import { putNewsInLine } from '../accounts/news.ts'
import { askForProfiles } from '../contacts/fetch-profile.ts'
import { movingTokenIn, noteArrivals } from '../contacts/moving.ts'
import { binaryArray } from '../database/binary-array.ts'
import { inWorkspace, plannedAnew, plannedOnce, type Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { guardVisitorEvents } from '../visitors/guard.ts'
import { applyInbound } from './apply.ts'
import { cleanEvent, timed } from './clean.ts'
import { flush } from './flush.ts'
import { type Body, finishBodies, longestRow, takeBodies } from './lane.ts'
import { wordsOf } from './marks.ts'
import { survivor } from './people.ts'
import type { Sourced } from './rows.ts'
import { setAsideBody, setAsideEvent } from './set-aside.ts'
import { splitApart } from './split.ts'
import { loadMessagesById, loadParts, loadWorkingSet, type WorkingSet } from './working-set.ts'

const eventsPerTransaction = 500
const bodiesInOneGo = 100

/** What the rest of the hub does after events were applied. */
export interface IngestEffects {
  acknowledge(workspaceId: string, accountId: string, token: string): void
}

export interface Drained {
  /** Bodies; 0 when there was nothing or another process is at it. */
  count: number
  /** It took as many as it takes at once: more may wait. */
  isMore: boolean
}

/** Applies what waits in an account's lane. */
export async function drainLane(hub: Hub, workspaceId: string, accountId: string, effects: IngestEffects): Promise<Drained> {
  let careful = false
  const startedAt = hub.now()
  for (;;) {
    try {
      const step = await inWorkspace(
        hub,
        workspaceId,
        async tx => {
          const taken = await takeBodies(hub, tx, accountId)
          if (taken.kind !== 'bodies') return taken
          const { bodies, account } = taken
          let finished: Promise<void> | undefined
          const finish = () => (finished ??= finishBodies(tx, account, bodies))
          await applyBodies(hub, tx, account, bodies, effects, careful, finish)
          await finish()
          const { channel } = account
          tx.afterCommit(() => hub.signals.applied({ workspaceId, accountId, channel, bodies, startedAt, endedAt: hub.now() }))
          return { kind: 'done' as const, count: bodies.length, isMore: taken.isMore }
        },
        plannedOnce,
      )
      if (step.kind === 'done') return step
    } catch (error) {
      if (careful || isTransient(error)) throw error
      // Something cannot be applied: the same again inside savepoints, to find out which event.
      careful = true
    }
  }
}

/** Lanes of this process whose events are being applied side by side: each needs a connection for itself and one for each part. */
let split = 0
const mostSplit = 2
const partsOfSplit = 2
/** Fewer are not worth a second transaction. */
const fewestSplit = 100

async function applyBodies(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  bodies: readonly Body[],
  effects: IngestEffects,
  careful: boolean,
  finish: () => Promise<void>,
): Promise<void> {
  const events = await eventsOf(hub, tx, account, bodies)
  if (careful) {
    for (const chunk of chunksOf(events)) await applyChunk(hub, tx, account, chunk, effects)
    return
  }
  const isSplit = events.length >= fewestSplit && split < mostSplit
  if (!isSplit && events.length <= eventsPerTransaction) return await applyAtOnce(hub, tx, account, events, effects, finish)
  if (isSplit) split++
  try {
    // Each chunk commits by itself, so that conversations are locked in one go and in order; the bodies are done when all have. Should this end in
    // between, what was applied is found again by its ids.
    const parts = (isSplit ? splitApart(events, partsOfSplit) : [events]).map(async part => {
      for (const chunk of chunksOf(part))
        await inWorkspace(hub, tx.workspaceId, chunkTx => applyAtOnce(hub, chunkTx, account, chunk, effects), plannedAnew)
    })
    const failed = (await Promise.allSettled(parts)).find(result => result.status === 'rejected')
    if (failed) throw failed.reason
  } finally {
    if (isSplit) split--
  }
}

function chunksOf(events: readonly Sourced[]): Sourced[][] {
  return Array.from({ length: Math.ceil(events.length / eventsPerTransaction) }, (_, index) =>
    events.slice(index * eventsPerTransaction, (index + 1) * eventsPerTransaction),
  )
}

/** What bodies say, in order, cleaned; bodies that cannot be read are set aside. */
async function eventsOf(hub: Hub, tx: Transaction, account: AccountContext, bodies: readonly Body[]): Promise<Sourced[]> {
  const channel = channelOf(hub, account.channel)
  const all: Sourced[] = []
  for (const [count, body] of bodies.entries()) {
    // Who waits for an acknowledgement meanwhile need not wait for all of them.
    if (count % bodiesInOneGo === bodiesInOneGo - 1) await new Promise(resolve => setImmediate(resolve))
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
        all.push({
          event: timed(cleanEvent(event), body.receivedAt),
          position: body.journalId,
          index,
          receivedAt: body.receivedAt.getTime(),
        })
    }
  }
  return all
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
  followUp(hub, tx, account, set, effects)
}

/** Applies a chunk without a way back: an error ends the transaction. `beside` is written together with what the events change. */
async function applyAtOnce(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  chunk: readonly Sourced[],
  effects: IngestEffects,
  beside?: () => Promise<void>,
): Promise<void> {
  if (chunk.length > 0) followUp(hub, tx, account, await applyEvents(hub, tx, account, chunk, false, beside), effects)
}

function followUp(hub: Hub, tx: Transaction, account: AccountContext, set: WorkingSet, effects: IngestEffects): void {
  tx.afterCommit(() => {
    if ([...set.changedConversations].some(id => set.conversations.get(id)?.assigneeId === null)) hub.bell.ring('queue', tx.workspaceId)
    for (const token of set.acknowledgements) effects.acknowledge(tx.workspaceId, account.id, token)
    for (const conversationId of set.typing)
      hub.bell.ring(
        `typing:${tx.workspaceId}`,
        JSON.stringify({ conversationId, accountId: account.id, by: 'customer', until: hub.now() + 6_000 }),
      )
  })
}

/** Applies events that were not seen before [mechanics 4]; `again` lets those pass that were (a set-aside event, a pending fact). */
export async function applyEvents(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  events: readonly Sourced[],
  again = false,
  beside?: () => Promise<void>,
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
  await Promise.all([flush(hub, tx, set), beside?.()])
  const arrivals = fresh.flatMap(({ event }) => arrivalOf(set, event))
  if (channelOf(hub, account.channel).extras.profile)
    await askForProfiles(
      tx,
      [...set.identities.values()].filter(identity => identity.isNameless).map(identity => identity.id),
    )
  if (arrivals.length > 0) await noteArrivals(hub, tx, account.id, arrivals)
  if (set.accountChanges.length > 0) await putNewsInLine(tx, account.id, set.accountChanges)
  return set
}

/** Who comes by a link that another messenger gave him. */
function arrivalOf(set: WorkingSet, event: InboundEvent): { secret: string; identityId: string }[] {
  const secret = movingTokenIn(event)
  const id =
    secret && event.identity?.externalIds.map(one => set.newAliases.get(one) ?? set.aliases.get(one)).find(one => one !== undefined)
  return secret && id ? [{ secret, identityId: survivor(set, id) }] : []
}

/**
 * Kinds of which a repeat changes nothing by itself, since what they make is found again by the platform's own id, and a state only rises: they need no
 * row that says they were here.
 */
const foundAgain: ReadonlySet<InboundEvent['kind']> = new Set(['message.received', 'message.echoed', 'order.placed', 'delivery.updated'])

async function notSeen(tx: Transaction, accountId: string, events: readonly Sourced[]): Promise<Sourced[]> {
  const first = new Map<string, Sourced>()
  for (const sourced of events) {
    const key = `${sourced.event.kind}|${sourced.event.externalId}`
    if (!first.has(key)) first.set(key, sourced)
  }
  const list = [...first.values()]
  const asked = list.filter(({ event }) => !foundAgain.has(event.kind))
  if (asked.length === 0) return list
  const { rows } = await tx.client.query<{ kind: string; external_id: string }>({
    name: 'seen_event',
    text: `insert into seen_event (workspace_id, account_id, kind, external_id) select $1, $2, k, e from unnest($3::text[], $4::text[]) as v(k, e) on conflict do nothing returning kind, external_id`,
    values: [
      tx.workspaceId,
      accountId,
      binaryArray('text', asked, ({ event }) => event.kind),
      binaryArray('text', asked, ({ event }) => event.externalId),
    ],
  })
  const isNew = new Set(rows.map(row => `${row.kind}|${row.external_id}`))
  return list.filter(({ event }) => foundAgain.has(event.kind) || isNew.has(`${event.kind}|${event.externalId}`))
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
