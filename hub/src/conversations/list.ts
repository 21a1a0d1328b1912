/** The list and the thread as pages, and the snapshot that the stream goes on from [mechanics 8]. Always holds: pages by key, never by offset; what a member may not see is not counted. */
import {
  type ConversationFilter,
  type ConversationPage,
  closingAnswers,
  combined,
  type InboxView,
  type MessageView,
  type OperationResponse,
  presetSort,
  presets,
  type ReadView,
  type SortOrder,
} from '@dragoman/api'
import { replyOptions } from '@dragoman/core'
import { sql } from 'kysely'
import { accountContext } from '../accounts/context.ts'
import { surfaceOf } from '../accounts/surface.ts'
import { accountViews } from '../accounts/views.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { draftViews } from '../drafts/drafts.ts'
import { atLeast, maySee, type Seer } from '../event-log/may-see.ts'
import { currentCursor } from '../event-log/read.ts'
import { channelOf, type Hub } from '../hub.ts'
import { mentionViews } from '../mentions/mentions.ts'
import { messageViews } from '../messages/views.ts'
import type { Actor } from '../people/actor.ts'
import { memberViews, meView, workspaceView } from '../people/views.ts'
import { found, HubProblem } from '../problem.ts'
import { countsIn } from './counts.ts'
import { matches, sortedBy } from './filter.ts'
import { conversationViews } from './views.ts'

export interface ListQuery extends ConversationFilter {
  view: InboxView
  sort?: SortOrder
  cursor?: string
  limit: number
}

async function pageOf(hub: Hub, tx: Transaction, actor: Actor, query: ListQuery): Promise<ConversationPage> {
  const after = query.cursor === undefined ? undefined : readCursor(query.cursor)
  const filter = combined(presets[query.view], query)
  const { key, ascending } = sortedBy(query.sort ?? presetSort(query.view), filter)
  const direction = ascending ? sql`asc` : sql`desc`
  const beyond = ascending ? sql`>` : sql`<`
  const rows = await sql<{ id: string; key: Date }>`
    select c.id, ${key} as key from conversation c
    where ${matches(filter, actor, hub.now())} ${after ? sql`and (${key}, c.id) ${beyond} (${after.at}, ${after.id}::uuid)` : sql``}
    order by ${key} ${direction}, c.id ${direction} limit ${query.limit + 1}`.execute(tx.db)
  const found = rows.rows.slice(0, query.limit)
  const last = found.at(-1)
  const ids = found.map(row => row.id)
  return {
    conversations: await conversationViews(hub, tx, ids),
    reads: await readsOf(tx, actor, ids),
    drafts: await draftViews(hub, tx, actor.memberId, ids),
    mentions: await mentionViews(tx, actor.memberId, ids),
    next: rows.rows.length > query.limit && last ? writeCursor(last.key, last.id) : null,
  }
}

async function readsOf(tx: Transaction, actor: Seer, ids: readonly string[]): Promise<ReadView[]> {
  if (ids.length === 0) return []
  const rows = await tx.db
    .selectFrom('conversation_read')
    .select(['conversation_id', 'read_count'])
    .where('member_id', '=', actor.memberId)
    .where('conversation_id', 'in', [...ids])
    .execute()
  return rows.map(row => ({ conversationId: row.conversation_id, memberId: actor.memberId, readCount: row.read_count }))
}

function writeCursor(at: Date, id: string): string {
  return Buffer.from(`${at.toISOString()}|${id}`).toString('base64url')
}

function readCursor(cursor: string): { at: Date; id: string } {
  const [at = '', id = ''] = Buffer.from(cursor, 'base64url').toString('utf8').split('|')
  const date = new Date(at)
  if (Number.isNaN(date.getTime()) || !/^[0-9a-f-]{36}$/.test(id)) throw new HubProblem('invalid_request', 'The cursor is not one of ours.')
  return { at: date, id }
}

/** A page of conversations. */
export async function listConversations(hub: Hub, actor: Actor, query: ListQuery): Promise<ConversationPage> {
  return await inWorkspace(hub, actor.workspaceId, tx => pageOf(hub, tx, actor, query), { snapshot: true })
}

/** All that the inbox starts from, as of one moment. */
export async function snapshot(hub: Hub, actor: Actor, query: ListQuery): Promise<OperationResponse<'snapshot'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const page = await pageOf(hub, tx, actor, query)
      const open = atLeast(actor.role, 'manager')
        ? await tx.db
            .selectFrom('set_aside')
            .select(({ fn }) => fn.countAll<number>().as('count'))
            .where('resolved_at', 'is', null)
            .executeTakeFirstOrThrow()
        : { count: 0 }
      const accounts = await accountViews(hub, tx)
      return {
        ...page,
        cursor: await currentCursor(tx),
        me: await meView(tx, actor),
        workspace: await workspaceView(hub, tx),
        members: await memberViews(tx),
        accounts: accounts.filter(account => maySee(actor, { accountId: account.id })),
        counts: await countsIn(hub, tx, actor),
        setAsideOpen: Number(open.count),
      }
    },
    { snapshot: true },
  )
}

/** One conversation with what may be sent in it and who the customer is. */
export async function conversationDetail(hub: Hub, actor: Actor, conversationId: string): Promise<OperationResponse<'conversation'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const [view] = await conversationViews(hub, tx, [conversationId])
      if (!view || !maySee(actor, { accountId: view.accountId, conversationId }))
        throw new HubProblem('not_found', 'There is no such conversation.')
      const account = found(await accountContext(hub, tx, view.accountId), 'account')
      const identities = await tx.db
        .selectFrom('identity')
        .selectAll()
        .where('contact_id', '=', view.contact.id)
        .where(({ exists, selectFrom }) =>
          exists(selectFrom('identity_alias').select('external_id').whereRef('identity_alias.identity_id', '=', 'identity.id')),
        )
        .execute()
      const aliases =
        identities.length === 0
          ? []
          : await tx.db
              .selectFrom('identity_alias')
              .select(['identity_id', 'external_id'])
              .where(
                'identity_id',
                'in',
                identities.map(row => row.id),
              )
              .orderBy('known_at', 'desc')
              .execute()
      const cases = await tx.db
        .selectFrom('conversation_case')
        .select(['id', 'number', 'opened_at', 'closed_at', 'fields'])
        .where('conversation_id', '=', conversationId)
        .orderBy('opened_at', 'desc')
        .limit(50)
        .execute()
      return {
        conversation: view,
        contact: view.contact,
        reply: replyOptions(surfaceOf(channelOf(hub, account.channel), account, view).replyPolicy, view.windows, view.standing, hub.now()),
        identities: identities.map(row => ({
          id: row.id,
          accountId: row.account_id,
          contactId: row.contact_id,
          name: row.name,
          username: row.username,
          phone: row.phone,
          language: row.language,
          externalIds: aliases.filter(alias => alias.identity_id === row.id).map(alias => alias.external_id),
        })),
        drafts: await draftViews(hub, tx, actor.memberId, [conversationId]),
        read: (await readsOf(tx, actor, [conversationId]))[0] ?? null,
        cases: cases.map(row => ({
          id: row.id,
          number: row.number,
          openedAt: row.opened_at.getTime(),
          closedAt: row.closed_at?.getTime() ?? null,
          fields: closingAnswers.catch({}).parse(row.fields),
        })),
      }
    },
    { snapshot: true },
  )
}

export interface ThreadQuery {
  before?: string
  after?: string
  around?: string
  /** The first message at or after this moment, ms, and what stands around it. */
  at?: number
  limit: number
}

interface Key {
  order_at: Date
  order_tie: number
  order_external: string
}

/** A piece of a thread, in order. */
export async function threadPage(
  hub: Hub,
  actor: Actor,
  conversationId: string,
  query: ThreadQuery,
): Promise<OperationResponse<'messages'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const conversation = found(
        await tx.db.selectFrom('conversation').select('account_id').where('id', '=', conversationId).executeTakeFirst(),
        'conversation',
      )
      if (!maySee(actor, { accountId: conversation.account_id, conversationId }))
        throw new HubProblem('not_found', 'There is no such conversation.')
      const half = Math.max(1, query.limit >> 1)
      let older: string[] = []
      let newer: string[] = []
      let hasOlder = false
      let hasNewer = false
      const anchorId = query.before ?? query.after ?? query.around
      if (anchorId !== undefined || query.at !== undefined) {
        const anchor: Key =
          anchorId !== undefined
            ? found(await keyOf(tx, conversationId, anchorId), 'message')
            : { order_at: new Date(query.at!), order_tie: 0, order_external: '' }
        if (query.after === undefined)
          [older, hasOlder] = await side(tx, conversationId, anchor, 'older', query.before ? query.limit : half)
        if (query.before === undefined)
          [newer, hasNewer] = await side(
            tx,
            conversationId,
            anchor,
            query.after ? 'newer' : 'from',
            query.after ? query.limit : query.limit - half,
          )
        if (query.before !== undefined) hasNewer = true
        if (query.after !== undefined) hasOlder = true
      } else [older, hasOlder] = await side(tx, conversationId, undefined, 'older', query.limit)
      const messages: MessageView[] = await messageViews(hub, tx, [...older.toReversed(), ...newer])
      return { messages, hasOlder, hasNewer, cursor: await currentCursor(tx) }
    },
    { snapshot: true },
  )
}

async function keyOf(tx: Transaction, conversationId: string, messageId: string): Promise<Key | undefined> {
  return await tx.db
    .selectFrom('message')
    .select(['order_at', 'order_tie', 'order_external'])
    .where('id', '=', messageId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst()
}

async function side(
  tx: Transaction,
  conversationId: string,
  anchor: Key | undefined,
  direction: 'older' | 'newer' | 'from',
  limit: number,
): Promise<[string[], boolean]> {
  const comparison = direction === 'older' ? sql`<` : direction === 'newer' ? sql`>` : sql`>=`
  const order =
    direction === 'older'
      ? sql`order by order_at desc, order_tie desc, order_external desc`
      : sql`order by order_at, order_tie, order_external`
  const { rows } = await sql<{
    id: string
  }>`select id from message where workspace_id = ${tx.workspaceId} and conversation_id = ${conversationId}
    ${anchor ? sql`and (order_at, order_tie, order_external) ${comparison} (${anchor.order_at}, ${anchor.order_tie}, ${anchor.order_external})` : sql``} ${order} limit ${limit + 1}`.execute(
    tx.db,
  )
  return [rows.slice(0, limit).map(row => row.id), rows.length > limit]
}
