/** What is kept for a while and then removed. Always holds: nothing that a person wrote; only traces of traffic, after the time in which they may be asked for; what a workspace decides for itself is in `retain.ts`. */
import type { Hub } from '../hub.ts'
import { dropDays, keepDays } from './days.ts'

/** Longer than any vendor retries a webhook (7 days). */
const seenDays = 8
const journalDays = 30
const eventDays = 14
const clientRequestDays = 30
const pushDays = 3
/** So long it is told who was invited and did not come. */
const linkDays = 180

/** Prunes in small pieces, so that no lock is held for long. Returns how many rows and days went. */
export async function prune(hub: Hub): Promise<number> {
  await keepDays(hub)
  let removed = (await dropDays(hub, 'journal', journalDays)) + (await dropDays(hub, 'event_log', eventDays))
  const rounds: [string, number][] = [
    [
      `delete from seen_event where ctid = any(array(select ctid from seen_event where seen_at < now() - $1 * interval '1 day' limit 5000))`,
      seenDays,
    ],
    [
      `delete from pending_fact where ctid = any(array(select ctid from pending_fact where at < now() - $1 * interval '1 day' limit 5000))`,
      seenDays,
    ],
    [
      `delete from journal_rest j where ctid = any(array(select j.ctid from journal_rest j where j.received_at < now() - $1 * interval '1 day'
        and not exists (select 1 from lane_item i where i.workspace_id = j.workspace_id and i.journal_id = j.id) limit 5000))`,
      journalDays,
    ],
    [
      `delete from event_log_rest where ctid = any(array(select ctid from event_log_rest where at < now() - $1 * interval '1 day' limit 5000))`,
      eventDays,
    ],
    [
      `delete from client_request where ctid = any(array(select ctid from client_request where at < now() - $1 * interval '1 day' limit 5000))`,
      clientRequestDays,
    ],
    [`delete from webhook_answer where at < now() - $1 * interval '1 day'`, seenDays],
    [`delete from session where expires_at < now() - $1 * interval '1 day'`, 1],
    [`delete from sign_in_step where expires_at < now() - $1 * interval '1 day'`, 1],
    [`delete from file_link where expires_at < now() - $1 * interval '1 day'`, 1],
    [`delete from undo where expires_at < now() - $1 * interval '1 day'`, 0],
    [`delete from reminder where fired_at < now() - $1 * interval '1 day'`, seenDays],
    [`delete from push_message where created_at < now() - $1 * interval '1 day'`, pushDays],
    [`delete from moving_link where used_at is null and expires_at < now() - $1 * interval '1 day'`, linkDays],
    [`delete from pace where tat < now() - $1 * interval '1 day'`, 1],
  ]
  for (const [text, days] of rounds) {
    for (;;) {
      const { rowCount } = await hub.pools.system.query(text, [days])
      removed += rowCount ?? 0
      if ((rowCount ?? 0) < 5_000) break
    }
  }
  return removed
}
