/**
 * Which messages and files may go, as conditions on `message m` with $1 workspace, $2 account, $3 before. Always holds: shared by what counts and what removes;
 * nothing that is still to be sent, may have been sent, or waits for an answer ever goes, nor what came in so lately, whatever its date, that the platform may repeat it.
 */

export const removableMessages = `m.workspace_id = $1 and m.account_id = $2 and m.at < $3 and m.created_at < now() - interval '8 days'
  and not exists (select 1 from part p where p.workspace_id = m.workspace_id and p.message_id = m.id and p.state in ('pending', 'sending', 'uncertain'))
  and not exists (select 1 from conversation c where c.workspace_id = m.workspace_id and c.id = m.conversation_id and c.unanswered_since <= m.at)`

/** On `message m` joined with `file f`: bytes that no younger message, saved reply or picture of a person needs. */
export const removableFiles = `${removableMessages} and m.file_ids <> '{}' and f.state = 'stored'
  and not exists (select 1 from message y where y.workspace_id = m.workspace_id and y.file_ids <> '{}' and y.file_ids @> array[f.id] and y.at >= $3)
  and not exists (select 1 from saved_reply s where s.workspace_id = m.workspace_id and s.file_ids <> '{}' and s.file_ids @> array[f.id])
  and not exists (select 1 from contact k where k.workspace_id = m.workspace_id and k.avatar_file_id = f.id)`
