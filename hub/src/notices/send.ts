/**
 * A notice: one message to one person, known or not, through the best way that is allowed. Always holds: once for its sender's key; within each
 * messenger's policy; it opens no case, answers nobody and moves nobody's queue; and it says through which account, and why not through the others.
 */
import { createHash } from 'node:crypto'
import type { NoticeRequest, NoticeView } from '@dragoman/api'
import { messageClassOf } from '@dragoman/core'
import { newId } from '../database/ids.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import { sendSystemMessage } from '../messages/send-as-system.ts'
import type { Actor } from '../people/actor.ts'
import { found, HubProblem } from '../problem.ts'
import { best, type Considered, consider } from './candidates.ts'
import { findPerson, openByAddress, type Person, placesByAddress, placesOf } from './person.ts'

/** Sends a notice. Problems: not_found, invalid_request, client_id_reused, no_way with every account that was looked at. */
export async function sendNotice(hub: Hub, actor: Actor, request: NoticeRequest): Promise<NoticeView> {
  const { key, dryRun, ...content } = request
  const hash = createHash('sha256').update(JSON.stringify(content)).digest()
  return await inWorkspace(hub, actor.workspaceId, async tx => {
    // Two requests with one key at once: the second finds what the first has done.
    await tx.client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`notice ${actor.memberId} ${key}`])
    const earlier = await tx.db
      .selectFrom('notice')
      .select(['id', 'content_hash'])
      .where('author_id', '=', actor.memberId)
      .where('key', '=', key)
      .executeTakeFirst()
    if (earlier) {
      if (!earlier.content_hash.equals(hash)) throw new HubProblem('client_id_reused', 'This key was used for another notice.')
      return await noticeIn(tx, earlier.id)
    }
    const person = await findPerson(tx, request.to)
    const identityId = 'identityId' in request.to ? request.to.identityId : undefined
    const known = await placesOf(hub, tx, person.contactIds, identityId)
    const isBlocked = known.some(place => place.isBlocked)
    const places = [...known, ...(identityId ? [] : await placesByAddress(hub, tx, known, isBlocked, person))]
      .filter(place => maySee(actor, { accountId: place.account.id }))
      .filter(place => !request.accounts?.only || request.accounts.order.includes(place.account.id))
    const considered = consider(hub, places, request)
    const chosen = best(considered, request.accounts?.order ?? [])
    const shown = consideredView(considered, chosen)
    if (!chosen) throw new HubProblem('no_way', places.length === 0 ? 'No account reaches this person.' : undefined, { considered: shown })
    const facts = {
      accountId: chosen.place.account.id,
      channel: chosen.place.account.channel,
      way: messageClassOf(chosen.body!.content),
      priceClass: chosen.priceClass!,
      considered: shown,
    }
    if (dryRun)
      return {
        ...facts,
        id: null,
        conversationId: chosen.place.conversationId,
        messageId: null,
        contactId: person.contactIds[0] ?? null,
        state: 'not_sent',
      }
    return await store(hub, tx, actor, { key, hash, person, name: request.name, chosen, facts })
  })
}

type Facts = Pick<NoticeView, 'accountId' | 'channel' | 'way' | 'priceClass' | 'considered'>

interface ToStore {
  key: string
  hash: Buffer
  person: Person
  name: string | undefined
  chosen: Considered
  facts: Facts
}

async function store(hub: Hub, tx: Transaction, actor: Actor, { key, hash, person, name, chosen, facts }: ToStore): Promise<NoticeView> {
  const { place } = chosen
  const target = place.conversationId
    ? { conversationId: place.conversationId, contactId: person.contactIds[0]! }
    : await openByAddress(tx, place.account, place.address!, person, person.contactIds[0], name)
  const sent = await sendSystemMessage(hub, tx, target.conversationId, chosen.body!, 'notice', actor)
  // Looked at a moment ago in this very transaction: only a file that has not arrived, or a window that has just closed, can have changed it.
  if (sent.kind !== 'sent') throw new HubProblem('no_way', undefined, { considered: facts.considered, reason: sent.kind })
  const id = newId(hub.now())
  await tx.db
    .insertInto('notice')
    .values({
      workspace_id: tx.workspaceId,
      id,
      author_id: actor.memberId,
      key,
      content_hash: hash,
      contact_id: target.contactId,
      conversation_id: target.conversationId,
      account_id: facts.accountId,
      message_id: sent.messageId,
      way: facts.way,
      price_class: facts.priceClass,
      considered: JSON.stringify(facts.considered),
    })
    .execute()
  return await noticeIn(tx, id)
}

function consideredView(considered: readonly Considered[], chosen: Considered | undefined): NoticeView['considered'] {
  return considered.map(one => ({
    accountId: one.place.account.id,
    channel: one.place.account.channel,
    outcome: one === chosen ? 'chosen' : one.outcome,
    reason: one.reason,
  }))
}

/** What became of a notice. Problem: not_found. */
export async function readNotice(hub: Hub, actor: Actor, noticeId: string): Promise<NoticeView> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const view = await noticeIn(tx, noticeId)
      if (!maySee(actor, { accountId: view.accountId })) throw new HubProblem('not_found', 'There is no such notice.')
      return view
    },
    { snapshot: true },
  )
}

async function noticeIn(tx: Transaction, noticeId: string): Promise<NoticeView> {
  const { rows } = await tx.client.query({
    name: 'notice_view',
    text: `select n.*, a.channel, m.state from notice n join account a on a.workspace_id = n.workspace_id and a.id = n.account_id
      join message m on m.workspace_id = n.workspace_id and m.id = n.message_id where n.workspace_id = $1 and n.id = $2`,
    values: [tx.workspaceId, noticeId],
  })
  const row = found(rows[0], 'notice')
  return {
    id: row.id,
    conversationId: row.conversation_id,
    messageId: row.message_id,
    contactId: row.contact_id,
    accountId: row.account_id,
    channel: row.channel,
    way: row.way,
    priceClass: row.price_class,
    state: row.state,
    considered: row.considered,
  }
}
