/**
 * Moving people to another messenger: a link that says who comes. Always holds: a link's secret is stored as a hash, good once and for thirty days;
 * whoever comes by it is joined with the person to whom it was given, in a transaction of its own after his first words are kept.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { MovingFigures } from '@dragoman/api'
import type { InboundEvent } from '@dragoman/core'
import { accountContext } from '../accounts/context.ts'
import { recordOperation } from '../audit/record.ts'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { appendChanges } from '../event-log/changes.ts'
import { maySee } from '../event-log/may-see.ts'
import { channelOf, type Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { mergeIn } from './merge.ts'
import { survivorOf } from './survivor.ts'

const linkDays = 30
/** Fits the tightest payload that messengers let through: 64 characters of letters, digits, `_` and `-`. */
const token = /(?:^|[^A-Za-z0-9_-])m_([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])/

export interface MovingLink {
  url: string
  expiresAt: number
}

/** A link that leads the person of a conversation to another account. Problems: not_found, wrong_state (`no_link`: that messenger or account has none). */
export async function makeMovingLink(hub: Hub, actor: Actor, conversationId: string, accountId: string): Promise<MovingLink> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const row = await tx.db
      .selectFrom('conversation')
      .select(['contact_id', 'account_id'])
      .where('id', '=', conversationId)
      .executeTakeFirst()
    if (!row || !maySee(actor, { accountId: row.account_id, conversationId }))
      throw new HubProblem('not_found', 'There is no such conversation.')
    return await makeLink(hub, tx, { accountId, contactId: row.contact_id, conversationId, madeBy: actor.memberId })
  })
}

/** Links for a customer of the firm's own system, one for each messenger that has links: for his account page. Problem: not_found. */
export async function makeCustomerLinks(
  hub: Hub,
  actor: Actor,
  customerId: string,
): Promise<{ links: (MovingLink & { accountId: string; channel: string })[] }> {
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    const customer = await tx.db.selectFrom('contact').select('id').where('customer_id', '=', customerId).executeTakeFirst()
    if (!customer) throw new HubProblem('not_found', 'No customer is known by this number.')
    const accounts = await tx.db.selectFrom('account').select(['id', 'channel']).where('status', '=', 'active').orderBy('id').execute()
    const links: (MovingLink & { accountId: string; channel: string })[] = []
    for (const account of accounts.filter(one => maySee(actor, { accountId: one.id }))) {
      const view = await accountContext(hub, tx, account.id)
      if (!view || channelOf(hub, account.channel).deepLink?.(view.view, '') === undefined) continue
      const link = await makeLink(hub, tx, { accountId: account.id, contactId: customer.id, conversationId: null, madeBy: actor.memberId })
      links.push({ accountId: account.id, channel: account.channel, ...link })
    }
    await recordOperation(tx, actor, 'moving.links_made', null, { customerId, links: links.length })
    return { links }
  })
}

async function makeLink(
  hub: Hub,
  tx: Transaction,
  wanted: { accountId: string; contactId: string; conversationId: string | null; madeBy: string },
): Promise<MovingLink> {
  const account = await accountContext(hub, tx, wanted.accountId)
  if (!account) throw new HubProblem('not_found', 'There is no such account.')
  const secret = randomBytes(17).toString('base64url').slice(0, 22)
  const url = channelOf(hub, account.channel).deepLink?.(account.view, `m_${secret}`)
  if (url === undefined)
    throw new HubProblem('wrong_state', 'No link leads into this account: its messenger has none, or a setting that it needs is empty.', {
      reason: 'no_link',
    })
  const expiresAt = hub.now() + linkDays * 86_400_000
  await tx.db
    .insertInto('moving_link')
    .values({
      workspace_id: tx.workspaceId,
      id: newId(hub.now()),
      token_hash: hashOf(secret),
      account_id: wanted.accountId,
      contact_id: wanted.contactId,
      conversation_id: wanted.conversationId,
      made_by: wanted.madeBy,
      made_at: new Date(hub.now()),
      expires_at: new Date(expiresAt),
    })
    .execute()
  return { url, expiresAt }
}

/** The secret that somebody brings along: in what his link carried, or in words that the messenger had written for him. */
export function movingTokenIn(event: InboundEvent): string | undefined {
  const referral = 'message' in event ? event.message.referral : event.kind === 'contact.subscribed' ? event.referral : undefined
  const text = 'message' in event && event.message.content.kind === 'text' ? event.message.content.text.text : undefined
  for (const where of [referral?.payload, text]) {
    const match = where?.includes('m_') ? token.exec(where) : null
    if (match) return match[1]
  }
  return undefined
}

/** Remembers who came by which link; the first counts. Joining is a job of its own, so that no lane waits for another account's conversations. */
export async function noteArrivals(
  hub: Hub,
  tx: Transaction,
  accountId: string,
  arrivals: readonly { secret: string; identityId: string }[],
): Promise<void> {
  for (const { secret, identityId } of arrivals) {
    const { rows } = await tx.client.query<{ id: string }>(
      `update moving_link set used_at = $4, identity_id = $5 where workspace_id = $1 and token_hash = $2 and account_id = $3 and used_at is null and expires_at > $4 returning id`,
      [tx.workspaceId, hashOf(secret), accountId, new Date(hub.now()), identityId],
    )
    if (rows[0])
      await tx.client.query(`select enqueue_job('join_moved', $1, $2, null)`, [
        JSON.stringify({ workspaceId: tx.workspaceId, linkId: rows[0].id }),
        `join_moved:${rows[0].id}`,
      ])
  }
}

/** Joins who came with the person to whom the link was given. Safe to run again; who has two numbers of the firm is left to a colleague. */
export async function joinMoved(hub: Hub, workspaceId: string, linkId: string): Promise<void> {
  await inWorkspace(hub, workspaceId, async tx => {
    const link = await tx.db.selectFrom('moving_link').selectAll().where('id', '=', linkId).executeTakeFirst()
    const identity = link?.identity_id
      ? await tx.db.selectFrom('identity').select('contact_id').where('id', '=', link.identity_id).executeTakeFirst()
      : undefined
    if (!link || !identity) return
    const intoId = await survivorOf(tx, link.contact_id)
    if (identity.contact_id === intoId) return
    try {
      await mergeIn(hub, tx, {
        intoId,
        fromId: identity.contact_id,
        reason: link.conversation_id ? 'moved' : 'signed_link',
        by: link.made_by,
      })
    } catch (error) {
      if (!(error instanceof HubProblem) || error.problem.code !== 'wrong_state') throw error
      hub.log.warn({ linkId }, 'came by a link, but has another number of the firm')
    }
    const { rows } = await tx.client.query<{ id: string }>(
      `select id from conversation where workspace_id = $1 and contact_id = $2 order by id`,
      [workspaceId, intoId],
    )
    await appendChanges(hub, tx, { conversations: rows.map(row => row.id) })
  })
}

/** For each account: who can be written to there, who only there, who was invited to it and who came. */
export async function movingFigures(hub: Hub, actor: Actor): Promise<{ accounts: MovingFigures[]; people: number; reachable: number }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const accounts = actor.accountIds === null ? null : [...actor.accountIds]
      const { rows } = await tx.client.query(
        `with place as (
            select c.contact_id, c.account_id, bool_or(c.standing in ('open', 'requested', 'elsewhere') and a.status = 'active') as reachable
              from conversation c join account a on a.workspace_id = c.workspace_id and a.id = c.account_id
              where c.workspace_id = $1 and c.place is null and c.spam_at is null and ($2::uuid[] is null or c.account_id = any($2))
              group by 1, 2),
          person as (select contact_id, count(*) filter (where reachable) as places from place group by 1),
          totals as (select count(*)::int as people, count(*) filter (where places > 0)::int as reachable from person)
        select a.id, t.people, t.reachable,
            coalesce(f.reachable, 0)::int as there, coalesce(f.only, 0)::int as only,
            (select count(distinct l.contact_id)::int from moving_link l where l.workspace_id = $1 and l.account_id = a.id) as invited,
            (select count(distinct l.identity_id)::int from moving_link l where l.workspace_id = $1 and l.account_id = a.id and l.used_at is not null) as moved
          from account a cross join totals t left join (
            select p.account_id, count(*) filter (where p.reachable) as reachable, count(*) filter (where p.reachable and n.places = 1) as only
              from place p join person n on n.contact_id = p.contact_id group by 1) f on f.account_id = a.id
          where a.workspace_id = $1 and ($2::uuid[] is null or a.id = any($2)) order by a.id`,
        [tx.workspaceId, accounts],
      )
      const links = new Map<string, boolean>()
      for (const row of rows) {
        const account = await accountContext(hub, tx, row.id)
        links.set(row.id, account !== undefined && channelOf(hub, account.channel).deepLink?.(account.view, '') !== undefined)
      }
      return {
        people: rows[0]?.people ?? 0,
        reachable: rows[0]?.reachable ?? 0,
        accounts: rows.map(row => ({
          accountId: row.id,
          reachable: row.there,
          onlyHere: row.only,
          invited: row.invited,
          moved: row.moved,
          hasLink: links.get(row.id) ?? false,
        })),
      }
    },
    { snapshot: true },
  )
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
