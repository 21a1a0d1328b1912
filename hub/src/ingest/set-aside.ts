/** What could not be applied is set aside with its reason: seen by managers, replayable singly, never lost [mechanics 3]. */
import type { SetAsideView } from '@dragoman/api'
import type { InboundEvent } from '@dragoman/core'
import { type AccountContext, accountContext } from '../accounts/context.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { found } from '../problem.ts'
import { applyEvents, type IngestEffects } from './drain.ts'
import type { Sourced } from './rows.ts'

/** Sets a whole body aside. */
export async function setAsideBody(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  journalId: number,
  body: Uint8Array,
  reason: string,
): Promise<void> {
  await insert(hub, tx, {
    journal_id: journalId,
    account_id: account.id,
    channel: account.channel,
    event_index: null,
    kind: null,
    content: hub.codec.seal(tx.workspaceId, body),
    reason,
  })
}

/** Sets one event aside. */
export async function setAsideEvent(hub: Hub, tx: Transaction, account: AccountContext, sourced: Sourced, reason: string): Promise<void> {
  hub.log.warn({ accountId: account.id, kind: sourced.event.kind, reason }, 'event set aside')
  await insert(hub, tx, {
    journal_id: sourced.position,
    account_id: account.id,
    channel: account.channel,
    event_index: sourced.index,
    kind: sourced.event.kind,
    content: hub.codec.sealJson(tx.workspaceId, sourced),
    reason,
  })
}

interface NewSetAside {
  journal_id: number
  account_id: string
  channel: string
  event_index: number | null
  kind: string | null
  content: Buffer
  reason: string
}

async function insert(hub: Hub, tx: Transaction, row: NewSetAside): Promise<void> {
  await tx.db
    .insertInto('set_aside')
    .values({ workspace_id: tx.workspaceId, id: newId(), ...row, reason: row.reason.slice(0, 2_000) })
    .execute()
  tx.afterCommit(() => hub.signals.setAside(row.channel))
  await appendCount(tx)
}

async function appendCount(tx: Transaction): Promise<void> {
  const { open } = await tx.db
    .selectFrom('set_aside')
    .select(({ fn }) => fn.countAll<number>().as('open'))
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow()
  tx.append({ event: { kind: 'set_aside.changed', open: Number(open) }, scope: { minRole: 'manager' } })
}

/** What is set aside, newest first. */
export async function listSetAside(hub: Hub, workspaceId: string, openOnly: boolean): Promise<SetAsideView[]> {
  return await inWorkspace(hub, workspaceId, async tx => {
    let query = tx.db.selectFrom('set_aside').selectAll().orderBy('at', 'desc').limit(200)
    if (openOnly) query = query.where('resolved_at', 'is', null)
    return (await query.execute()).map(row => toView(hub, workspaceId, row))
  })
}

/** Tries a set-aside event (or body) again. It stays open, with the new reason, when it fails again. */
export async function replaySetAside(hub: Hub, workspaceId: string, id: string, effects: IngestEffects): Promise<SetAsideView> {
  return await inWorkspace(hub, workspaceId, async tx => {
    const row = found(
      await tx.db.selectFrom('set_aside').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
      'set-aside event',
    )
    if (row.resolved_at === null && row.account_id) {
      const account = found(await accountContext(hub, tx, row.account_id), 'account')
      await tx.client.query('savepoint replay')
      const appended: Parameters<Transaction['append']> = []
      let reason: string | undefined
      try {
        const events = eventsOf(hub, tx, account, row)
        const set = await applyEvents(hub, { ...tx, append: (...more) => appended.push(...more) }, account, events, true)
        tx.append(...appended)
        tx.afterCommit(() => {
          for (const token of set.acknowledgements) effects.acknowledge(tx.workspaceId, account.id, token)
        })
      } catch (error) {
        await tx.client.query('rollback to savepoint replay')
        reason = error instanceof Error ? error.message : String(error)
      }
      await tx.db
        .updateTable('set_aside')
        .set({ attempts: row.attempts + 1, reason: reason ?? row.reason, resolved_at: reason === undefined ? new Date(hub.now()) : null })
        .where('id', '=', id)
        .execute()
      await appendCount(tx)
    }
    return toView(hub, workspaceId, await tx.db.selectFrom('set_aside').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
  })
}

function eventsOf(
  hub: Hub,
  tx: Transaction,
  account: AccountContext,
  row: { event_index: number | null; content: Buffer; journal_id: number | null; at: Date },
): Sourced[] {
  if (row.event_index !== null) return [hub.codec.openJson<Sourced>(tx.workspaceId, row.content)]
  const events = channelOf(hub, account.channel).parse(hub.codec.open(tx.workspaceId, row.content), account.view)
  const bad = events.find(
    (event): event is Extract<InboundEvent, { kind: 'ignored' }> => event.kind === 'ignored' && event.reason === 'malformed',
  )
  if (bad) throw new Error(`Not what this messenger sends: ${bad.type}`)
  return events
    .filter(event => event.kind !== 'ignored')
    .map((event, index) => ({ event, position: row.journal_id ?? 0, index, receivedAt: row.at.getTime() }))
}

function toView(
  hub: Hub,
  workspaceId: string,
  row: {
    id: string
    account_id: string | null
    channel: string
    at: Date
    reason: string
    kind: string | null
    attempts: number
    resolved_at: Date | null
    content: Buffer
  },
): SetAsideView {
  return {
    id: row.id,
    accountId: row.account_id,
    channel: row.channel,
    at: row.at.getTime(),
    reason: row.reason,
    kind: row.kind,
    attempts: row.attempts,
    resolvedAt: row.resolved_at?.getTime() ?? null,
    preview: hub.codec.open(workspaceId, row.content).toString('utf8').slice(0, 2_000),
  }
}
