/** Whether somebody is there who could answer: available, and seen a moment ago. */
import type { Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import type { Place } from './texts.ts'

/** A browser that is reloaded, or a phone in a lift, is no absence. */
const seenForMs = 60_000

/** Asks once for the workspace; the answer is a question per place. Where this process cannot know who is connected yet, what members chose decides. */
export async function isSomebodyThere(hub: Hub, tx: Transaction): Promise<(place: Place) => boolean> {
  const { rows } = await tx.client.query<{ id: string; account_ids: string[] | null; team_ids: string[] | null }>({
    name: 'answers_members',
    text: `select m.id, m.account_ids, (select array_agg(t.team_id) from team_member t where t.workspace_id = m.workspace_id and t.member_id = m.id) as team_ids
      from member m where m.workspace_id = $1 and m.active and m.availability = 'available'`,
    values: [tx.workspaceId],
  })
  const seen = hub.presence.seenWithin(tx.workspaceId, seenForMs)
  const there = rows.filter(row => seen === undefined || seen.has(row.id))
  return place =>
    there.some(
      row =>
        (row.account_ids === null || row.account_ids.includes(place.accountId)) &&
        (place.teamId === null || (row.team_ids?.includes(place.teamId) ?? false)),
    )
}
