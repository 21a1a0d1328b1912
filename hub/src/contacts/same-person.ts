/**
 * Who might be the same person, and why. Always holds: a suggestion names its ground and joins nobody by itself; who was said to be another is not
 * suggested again; a number that only a colleague typed is a weaker ground than one that the messenger vouches for.
 */
import type { SuggestedMerge } from '@dragoman/api'
import { recordOperation } from '../audit/record.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Seer } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { contactView } from './contact-view.ts'
import { mergesOf } from './merge.ts'
import { seenConversations } from './seen.ts'
import { survivorOf } from './survivor.ts'

type Ground = SuggestedMerge['grounds'][number]

const mostSuggested = 10
const mostPairs = 100

/**
 * Pairs (one, other, ground) over the whole workspace or for one contact. Phones: sure where both messengers vouch for the number. A signed user id: the
 * firm's own word on a widget of ours, beside the number in its own system.
 */
const pairs = (only: boolean) => `
  with known as not materialized (
    select p.id as contact_id, 'phone' as kind, p.phone_digits as value, exists (
        select 1 from identity i where i.workspace_id = p.workspace_id and i.contact_id = p.id and i.phone = '+' || p.phone_digits) as sure
      from contact p where p.workspace_id = $1 and p.phone_digits is not null
    union all
    select i.contact_id, 'phone', substr(i.phone, 2), true from identity i where i.workspace_id = $1 and i.phone is not null
    union all
    select p.id, 'email', lower(p.email), false from contact p where p.workspace_id = $1 and p.email is not null
    union all
    select p.id, 'customer_id', p.customer_id, true from contact p where p.workspace_id = $1 and p.customer_id is not null
    union all
    select i.contact_id, 'customer_id', s.customer_id, true from signed_user s
      join identity_alias x on x.workspace_id = s.workspace_id and x.account_id = s.account_id and x.external_id = s.external_id
      join identity i on i.workspace_id = x.workspace_id and i.id = x.identity_id where s.workspace_id = $1)
  select one.contact_id as one_id, other.contact_id as other_id, one.kind, bool_or(one.sure and other.sure) as sure
    from known one join known other on other.kind = one.kind and other.value = one.value
      and ${only ? 'one.contact_id = $2 and other.contact_id <> one.contact_id' : 'one.contact_id < other.contact_id and $2::uuid is null'}
    where not exists (select 1 from not_same_person n where n.workspace_id = $1
      and n.one_id = least(one.contact_id, other.contact_id) and n.other_id = greatest(one.contact_id, other.contact_id))
    group by 1, 2, 3 order by bool_or(one.sure and other.sure) desc, 1, 2 limit ${only ? mostSuggested * 3 : mostPairs * 3}`

interface Pair {
  oneId: string
  otherId: string
  grounds: Ground[]
}

/** What is known of one person's other selves. Problem: not_found. */
export async function samePersonAs(
  hub: Hub,
  actor: Actor,
  contactId: string,
): Promise<{ contactId: string; suggestions: SuggestedMerge[]; merges: Awaited<ReturnType<typeof mergesOf>> }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const id = await survivorOf(tx, contactId)
      await seenConversations(tx, actor, id)
      const found = await pairsIn(tx, id)
      const people = await peopleOf(
        tx,
        actor,
        found.map(pair => pair.otherId),
      )
      const suggestions = found.flatMap(({ otherId, grounds }) => {
        const other = people.get(otherId)
        return other ? [{ ...other, grounds }] : []
      })
      return { contactId: id, suggestions: suggestions.slice(0, mostSuggested), merges: await mergesOf(hub, tx, id) }
    },
    { snapshot: true },
  )
}

/** Pairs of people who might be one, the surest first; 100 at most. */
export async function suggestedMerges(hub: Hub, actor: Actor): Promise<{ pairs: { one: SuggestedMerge; other: SuggestedMerge }[] }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const found = await pairsIn(tx, null)
      const people = await peopleOf(
        tx,
        actor,
        found.flatMap(pair => [pair.oneId, pair.otherId]),
      )
      const shown = found.flatMap(({ oneId, otherId, grounds }) => {
        const [one, other] = [people.get(oneId), people.get(otherId)]
        return one && other ? [{ one: { ...one, grounds }, other: { ...other, grounds } }] : []
      })
      return { pairs: shown.slice(0, mostPairs) }
    },
    { snapshot: true },
  )
}

/** Remembers that two are two. Problem: not_found. */
export async function setNotSame(hub: Hub, actor: Actor, contactId: string, otherId: string): Promise<void> {
  await inWorkspace(hub, actor.workspaceId, async tx => {
    await seenConversations(tx, actor, contactId)
    await seenConversations(tx, actor, otherId)
    const [one_id, other_id] = [contactId, otherId].sort() as [string, string]
    await tx.db
      .insertInto('not_same_person')
      .values({ workspace_id: tx.workspaceId, one_id, other_id, by: actor.memberId, at: new Date(hub.now()) })
      .onConflict(conflict => conflict.doNothing())
      .execute()
    await recordOperation(tx, actor, 'contact.not_same', null, { contactId, otherId })
    for (const id of [contactId, otherId]) tx.append({ event: { kind: 'catalogue.changed', catalogue: `contact:${id}` }, scope: {} })
  })
}

async function pairsIn(tx: Transaction, contactId: string | null): Promise<Pair[]> {
  const { rows } = await tx.client.query<{ one_id: string; other_id: string; kind: Ground['kind']; sure: boolean }>(
    pairs(contactId !== null),
    [tx.workspaceId, contactId],
  )
  const byPair = new Map<string, Pair>()
  for (const row of rows) {
    const key = `${row.one_id} ${row.other_id}`
    const pair = byPair.get(key) ?? { oneId: row.one_id, otherId: row.other_id, grounds: [] }
    pair.grounds.push({ kind: row.kind, sure: row.sure })
    byPair.set(key, pair)
  }
  return [...byPair.values()]
}

/** The people of these ids whom the member may know. */
async function peopleOf(tx: Transaction, seer: Seer, ids: readonly string[]): Promise<Map<string, Omit<SuggestedMerge, 'grounds'>>> {
  const { rows } = await tx.client.query(
    `select p.id, p.name, p.phone, p.email, p.language, p.avatar_file_id, p.blocked_at, p.customer_id, c.channels, c.last_activity_at, c.conversation_id
      from contact p join lateral (
        select array_agg(distinct a.channel) as channels, max(c.last_activity_at) as last_activity_at, (array_agg(c.id order by c.last_activity_at desc))[1] as conversation_id
          from conversation c join account a on a.workspace_id = c.workspace_id and a.id = c.account_id
          where c.workspace_id = p.workspace_id and c.contact_id = p.id and ($3::uuid[] is null or c.account_id = any($3))) c on c.conversation_id is not null
      where p.workspace_id = $1 and p.id = any($2::uuid[])`,
    [tx.workspaceId, ids, seer.accountIds === null ? null : [...seer.accountIds]],
  )
  return new Map(
    rows.map(row => [
      row.id,
      {
        contact: contactView(row),
        customerId: row.customer_id,
        channels: row.channels,
        lastActivityAt: row.last_activity_at?.getTime() ?? null,
        conversationId: row.conversation_id,
      },
    ]),
  )
}
