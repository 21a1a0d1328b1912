/** How many conversations each view holds, built-in and saved, in one statement. Always holds: what lies on the desk is counted in one pass; what may be endless is counted to a limit. */
import { type ConversationFilter, conversationFilter, presets } from '@dragoman/api'
import { sql } from 'kysely'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { matches } from './filter.ts'

/** Nobody reads a larger figure off a list. */
const most = 10_000

/** How many conversations each view holds. */
export async function countViews(hub: Hub, actor: Actor): Promise<Record<string, number>> {
  return await inWorkspace(hub, actor.workspaceId, tx => countsIn(hub, tx, actor), { snapshot: true })
}

/** The same inside a transaction. */
export async function countsIn(hub: Pick<Hub, 'now'>, tx: Transaction, actor: Actor): Promise<Record<string, number>> {
  const saved = await tx.db
    .selectFrom('saved_view')
    .select(['id', 'filter'])
    .where(({ or, eb }) => or([eb('owner_id', 'is', null), eb('owner_id', '=', actor.memberId)]))
    .limit(100)
    .execute()
  const views: [string, ConversationFilter][] = [
    ...Object.entries(presets),
    ...saved.map((row): [string, ConversationFilter] => [row.id, conversationFilter.catch({}).parse(row.filter)]),
  ]
  // Open and not spam: the desk itself, small whatever the history is.
  const isOnDesk = ([, filter]: [string, ConversationFilter]) => (filter.state ?? 'open') === 'open' && filter.spam !== 'yes'
  const now = hub.now()
  const onDesk = views
    .filter(isOnDesk)
    .map(([name, filter]) => sql`count(*) filter (where ${matches(filter, actor, now)})::int as ${sql.ref(name)}`)
  const others = views
    .filter(view => !isOnDesk(view))
    .map(
      ([name, filter]) =>
        sql`(select count(*) from (select 1 from conversation c where ${matches(filter, actor, now)} limit ${sql.lit(most)}) one)::int as ${sql.ref(name)}`,
    )
  const { rows } = await sql<Record<string, number>>`
    select desk.*, ${sql.join(others)} from (select ${sql.join(onDesk)} from conversation c where c.state = 'open' and c.spam_at is null) desk`.execute(
    tx.db,
  )
  return rows[0] ?? {}
}
