/**
 * Finds who is to get an automatic answer, by reading the event log on from where it was read last. Always holds: nothing is added to the way in; a
 * message that a process had not looked at when it died is looked at by the next one; each kind at most once per case (the table's key).
 */
import type { AutomaticAnswers } from '@dragoman/api'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { hoursFor, isOpen } from '../hours/hours.ts'
import { channelOf, type Hub } from '../hub.ts'
import { settingIn } from '../settings/settings.ts'
import { chooseAnswers } from './choose.ts'
import { beginAnswers } from './place.ts'
import { isSomebodyThere } from './somebody.ts'
import { isAnyOn } from './texts.ts'

const positionsAtOnce = 2_000
/** A case that was opened longer ago is not new any more: after a long standstill nobody is greeted for yesterday's message. */
const newForMs = 600_000
/** Routing may still give the conversation to a team, whose text is then the right one. */
const settleMs = 700
/** An answer inside a webhook's response may take so long; two would be one too many. */
const respondMs = 3_500

/** Workspaces where something is said by itself and where the log has grown since it was read. */
export async function workspacesToWatch(hub: Hub): Promise<{ workspaceId: string; behind: boolean }[]> {
  const { rows } = await hub.pools.system.query<{ workspace_id: string; behind: boolean }>({
    name: 'answers_watched',
    text: `select s.workspace_id, p.position is null or p.epoch <> h.epoch or p.position < h.position as behind from setting s
      join log_head h on h.workspace_id = s.workspace_id left join automatic_answer_place p on p.workspace_id = s.workspace_id where s.name = 'automatic_answers'`,
  })
  return rows.map(row => ({ workspaceId: row.workspace_id, behind: row.behind }))
}

/** Reads on and notes what is due. Returns how many answers were found; several processes may try, one does it. */
export async function watchForAnswers(hub: Hub, workspaceId: string): Promise<number> {
  let found = 0
  for (;;) {
    const round = await inWorkspace(hub, workspaceId, tx => readOn(hub, tx))
    found += round.found
    if (!round.more) return found
  }
}

async function readOn(hub: Hub, tx: Transaction): Promise<{ found: number; more: boolean }> {
  const done = { found: 0, more: false }
  const { rows: heads } = await tx.client.query<{ epoch: string; position: number }>({
    name: 'answers_head',
    text: 'select epoch, position from log_head where workspace_id = $1',
    values: [tx.workspaceId],
  })
  const head = heads[0]
  if (!head) return done
  await beginAnswers(tx)
  const { rows: places } = await tx.client.query<{ epoch: string; position: number }>({
    name: 'answers_place',
    text: 'select epoch, position from automatic_answer_place where workspace_id = $1 for update skip locked',
    values: [tx.workspaceId],
  })
  const place = places[0]
  if (!place) return done
  const setting = (await settingIn(tx, 'automatic_answers')).value
  const from = place.epoch === head.epoch && isAnyOn(setting) ? place.position : head.position
  const to = Math.min(head.position, from + positionsAtOnce)
  const found = to > from ? await noteDue(hub, tx, setting, from, to) : 0
  if (to !== place.position || place.epoch !== head.epoch)
    await tx.client.query({
      name: 'answers_place_move',
      text: 'update automatic_answer_place set epoch = $2, position = $3 where workspace_id = $1',
      values: [tx.workspaceId, head.epoch, to],
    })
  return { found, more: to < head.position }
}

interface Candidate {
  conversation_id: string
  account_id: string
  channel: string
  team_id: string | null
  case_id: string
  opened_at: Date
  last_case_at: Date | null
}

async function noteDue(hub: Hub, tx: Transaction, setting: AutomaticAnswers, from: number, to: number): Promise<number> {
  const { rows } = await tx.client.query<Candidate>({
    name: 'answers_candidates',
    text: `with written as (select distinct conversation_id as id from event_log where workspace_id = $1 and position > $2 and position <= $3 and kind = 'message.created' and conversation_id is not null)
      select c.id as conversation_id, c.account_id, a.channel, c.team_id, c.case_id, k.opened_at,
        (select max(coalesce(o.closed_at, o.opened_at)) from conversation other join conversation_case o on o.workspace_id = other.workspace_id and o.conversation_id = other.id
          where other.workspace_id = c.workspace_id and other.contact_id = c.contact_id and o.id <> c.case_id) as last_case_at
      from written w join conversation c on c.workspace_id = $1 and c.id = w.id
      join conversation_case k on k.workspace_id = c.workspace_id and k.id = c.case_id
      join account a on a.workspace_id = c.workspace_id and a.id = c.account_id
      join contact p on p.workspace_id = c.workspace_id and p.id = c.contact_id
      where a.mode = 'live' and a.held_since is null and c.state = 'open' and c.unanswered_since is not null and c.spam_at is null and p.blocked_at is null and c.standing <> 'blocked'
        and (select count(*) from automatic_answer d where d.workspace_id = c.workspace_id and d.case_id = c.case_id) < 3`,
    values: [tx.workspaceId, from, to],
  })
  if (rows.length === 0) return 0
  const hours = (await settingIn(tx, 'hours')).value
  const now = hub.now()
  const somebody = setting.away.whenNobody ? await isSomebodyThere(hub, tx) : () => true
  const due = rows.flatMap(row => {
    const place = { accountId: row.account_id, teamId: row.team_id }
    const chosen = chooseAnswers(
      setting,
      {
        place,
        open: isOpen(hoursFor(hours, place), now),
        somebody: somebody(place),
        newCase: now - row.opened_at.getTime() < newForMs,
        lastCaseAt: row.last_case_at?.getTime() ?? null,
      },
      now,
    )
    const waits = channelOf(hub, row.channel).respond ? respondMs : settleMs
    return chosen.map(one => ({ row, kind: one.kind, at: new Date(now + Math.max(waits, one.afterSeconds * 1_000)) }))
  })
  if (due.length === 0) return 0
  const { rowCount } = await tx.client.query({
    name: 'answers_note',
    text: `insert into automatic_answer (workspace_id, case_id, kind, conversation_id, due_at)
      select $1, v.case_id, v.kind, v.conversation_id, v.due_at from unnest($2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[]) as v(case_id, kind, conversation_id, due_at) on conflict do nothing`,
    values: [
      tx.workspaceId,
      due.map(one => one.row.case_id),
      due.map(one => one.kind),
      due.map(one => one.row.conversation_id),
      due.map(one => one.at),
    ],
  })
  return rowCount ?? 0
}
