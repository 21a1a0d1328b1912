/**
 * Tells waiting customers their place in the queue. Always holds: once per case; the mark is committed with the message, so no crash and no second
 * worker can say it twice; where the reply policy forbids it, nothing is said.
 */
import type { TeamView } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import type { Hub } from '../hub.ts'
import { sendAsSystem } from '../messages/send-as-system.ts'
import { teamViews } from '../teams/teams.ts'

/** So many are told in one round: the next round is a second away. */
const mostPerRound = 20

interface Place {
  id: string
  case_id: string
  team_id: string
  place: number
  language: string | null
}

export async function tellPlaces(hub: Hub, workspaceId: string): Promise<void> {
  const { places, teams } = await inWorkspace(
    hub,
    workspaceId,
    async tx => {
      const telling = (await teamViews(tx)).filter(team => team.settings.tellPlace !== null)
      return { places: telling.length === 0 ? [] : await waitingLong(tx, telling), teams: new Map(telling.map(team => [team.id, team])) }
    },
    { snapshot: true },
  )
  for (const place of places) await tell(hub, workspaceId, place, teams.get(place.team_id)!)
}

async function waitingLong(tx: Transaction, teams: readonly TeamView[]): Promise<Place[]> {
  const { rows } = await tx.client.query<Place>({
    name: 'queue_places',
    text: `select q.id, q.case_id, q.team_id, q.place, q.language from (
        select c.id, c.case_id, c.team_id, c.place_told_case_id, c.queued_at, coalesce(p.language, i.language) as language,
          row_number() over (partition by c.team_id order by array_position(array['urgent', 'high', 'normal', 'low'], c.priority), c.unanswered_since)::int as place
        from conversation c
        join account a on a.workspace_id = c.workspace_id and a.id = c.account_id and a.mode = 'live' and a.held_since is null
        join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
        join identity i on i.workspace_id = c.workspace_id and i.id = c.identity_id
        where c.workspace_id = $1 and c.queued_at is not null and c.team_id = any($2::uuid[]) and c.snoozed_until is null
      ) q join unnest($2::uuid[], $3::int[]) as t(id, after) on t.id = q.team_id
      where q.case_id is not null and q.place_told_case_id is distinct from q.case_id and q.queued_at <= clock_timestamp() - make_interval(secs => t.after)
      order by q.queued_at limit ${mostPerRound}`,
    values: [tx.workspaceId, teams.map(team => team.id), teams.map(team => team.settings.tellPlace!.afterSeconds)],
  })
  return rows
}

async function tell(hub: Hub, workspaceId: string, place: Place, team: TeamView): Promise<void> {
  const text = textIn(team.settings.tellPlace!.text, place.language)?.replaceAll('{place}', String(place.place))
  await inWorkspace(hub, workspaceId, async tx => {
    const { rowCount } = await tx.client.query({
      name: 'queue_place_told',
      text: `update conversation set place_told_case_id = case_id where workspace_id = $1 and id = $2 and case_id = $3 and queued_at is not null
        and place_told_case_id is distinct from case_id`,
      values: [workspaceId, place.id, place.case_id],
    })
    if (!rowCount || !text) return
    await sendAsSystem(hub, tx, place.id, { content: { kind: 'text', text: { text } } }, 'queue_place')
  })
}

/** The text in a language, else in English, else in any. */
function textIn(texts: Readonly<Record<string, string>>, language: string | null): string | undefined {
  const wanted = language?.slice(0, 2).toLowerCase()
  return (wanted && texts[wanted]) || texts.en || Object.values(texts).find(text => text !== '')
}
