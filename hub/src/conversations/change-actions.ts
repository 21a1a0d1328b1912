/** What each action does to a conversation in memory, and why it may not. Pure but for what `loadGround` reads beforehand. */
import type { Closing, ConversationAction, TeamView } from '@dragoman/api'
import { isZone, readSnoozePhrase } from '@dragoman/core'
import type { Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { HubProblem } from '../problem.ts'
import { settingIn } from '../settings/settings.ts'
import { teamViews } from '../teams/teams.ts'
import type { ChangeRequest, Working } from './change.ts'
import { checkAnswers } from './closing.ts'

/** What must be known before anything is changed. */
export interface Ground {
  actor: Actor
  now: number
  members: ReadonlyMap<string, { name: string; active: boolean; role: 'owner' | 'manager' | 'agent'; accountIds: string[] | null }>
  teams: ReadonlyMap<string, TeamView>
  labels: ReadonlyMap<string, string>
  closing: Closing
  companyName: string
  /** Of each snooze action, what its words mean. */
  until: ReadonlyMap<ConversationAction, number | null>
  undoSeconds: number
}

/** Reads it. Problem: invalid_request for words of a snooze that cannot be read, for a moment that has passed, for an unknown zone. */
export async function loadGround(hub: Hub, tx: Transaction, actor: Actor, request: ChangeRequest): Promise<Ground> {
  const now = hub.now()
  const until = new Map<ConversationAction, number | null>()
  for (const action of request.actions) if (action.kind === 'snooze') until.set(action, snoozeUntil(action, now, request.zone))
  const { rows: members } = await tx.client.query(
    'select m.id, u.name, m.active, m.role, m.account_ids from member m join app_user u on u.id = m.user_id where m.workspace_id = $1',
    [tx.workspaceId],
  )
  const { rows: labels } = await tx.client.query<{ id: string; name: string }>(
    'select id, name from label where workspace_id = $1 and archived_at is null',
    [tx.workspaceId],
  )
  const { rows: workspace } = await tx.client.query<{ name: string }>('select name from workspace where workspace_id = $1', [
    tx.workspaceId,
  ])
  return {
    actor,
    now,
    until,
    members: new Map(members.map(row => [row.id, { name: row.name, active: row.active, role: row.role, accountIds: row.account_ids }])),
    teams: new Map((await teamViews(tx)).map(team => [team.id, team])),
    labels: new Map(labels.map(row => [row.id, row.name])),
    closing: (await settingIn(tx, 'closing')).value,
    companyName: workspace[0]?.name ?? '',
    undoSeconds: request.undoSeconds,
  }
}

function snoozeUntil(action: Extract<ConversationAction, { kind: 'snooze' }>, now: number, zone: string): number | null {
  const wrong = (message: string) => new HubProblem('invalid_request', message, { errors: [{ path: 'actions.snooze', message }] })
  if (action.phrase) {
    if (!isZone(zone)) throw wrong(`“${zone}” is not a time zone.`)
    const read = readSnoozePhrase(action.phrase, now, zone)
    if (read === undefined) throw wrong(`“${action.phrase}” names no moment that is to come.`)
    return read
  }
  if (action.until === undefined || action.until === null) return null
  if (!Number.isFinite(action.until) || action.until <= now) throw wrong('This moment has passed.')
  if (action.until > now + 5 * 366 * 86_400_000) throw wrong('This is more than five years ahead.')
  return action.until
}

/** Does one action to one conversation. */
export function applyAction(ground: Ground, one: Working, action: ConversationAction): void {
  // Another conversation of the same contact only comes along where the contact as a whole is meant.
  if (!one.row.asked && !(action.kind === 'spam' && action.block) && action.kind !== 'notSpam') return
  switch (action.kind) {
    case 'reply':
    case 'note':
      one.messages.push({ kind: action.kind === 'reply' ? 'out' : 'note', text: action.text })
      return
    case 'labels':
      return label(ground, one, action)
    case 'assign':
      return assign(ground, one, action)
    case 'team':
      return giveToTeam(ground, one, action)
    case 'priority':
      if (one.row.priority === action.priority) return
      one.row.priority = action.priority
      return line(ground, one, 'case.priority', { priority: action.priority })
    case 'snooze':
      return snooze(ground, one, ground.until.get(action) ?? null)
    case 'close':
      return close(ground, one, action.fields)
    case 'reopen':
      if (one.row.state === 'open') return
      one.row.state = 'open'
      if (one.row.caseId === null) one.needsCase = true
      else one.reopened = true
      return line(ground, one, 'case.reopened')
    case 'read':
      one.read = one.row.readCount !== one.row.inboundCount
      return
    case 'spam':
      return markSpam(ground, one, action.block)
    case 'notSpam':
      return clearSpam(ground, one)
  }
}

function line(ground: Ground, one: Working, what: string, params: Record<string, string> = {}, text?: string): void {
  one.lines.push({ what, params: { by: ground.actor.name, ...params }, text })
}

function fail(one: Working, code: string, detail: string, missing?: string[]): void {
  one.failure = { code, detail, missing }
}

function label(ground: Ground, one: Working, action: Extract<ConversationAction, { kind: 'labels' }>): void {
  const { row } = one
  const added = action.add.filter(id => !row.labelIds.includes(id))
  const removed = action.remove.filter(id => row.labelIds.includes(id) && !action.add.includes(id))
  const names = (ids: readonly string[]) => ids.map(id => ground.labels.get(id) ?? '').join(', ')
  if (added.some(id => !ground.labels.has(id))) throw new HubProblem('not_found', 'There is no such label.')
  row.labelIds = [...row.labelIds.filter(id => !removed.includes(id)), ...added]
  if (added.length > 0) line(ground, one, 'case.labelled', { labels: names(added) })
  if (removed.length > 0) line(ground, one, 'case.unlabelled', { labels: names(removed) })
}

function assign(ground: Ground, one: Working, action: Extract<ConversationAction, { kind: 'assign' }>): void {
  const { row } = one
  const { actor } = ground
  const memberId = action.to === 'me' ? actor.memberId : action.to === 'nobody' ? null : action.to
  const isMine = (memberId === actor.memberId || memberId === null) && (row.assigneeId === null || row.assigneeId === actor.memberId)
  if (!isMine && !actor.rights.has('conversations.assign')) return fail(one, 'not_allowed', 'This needs the right “conversations.assign”.')
  const member = memberId === null ? undefined : ground.members.get(memberId)
  if (memberId !== null && !member) return fail(one, 'not_found', 'There is no such member.')
  if (member && !member.active) return fail(one, 'wrong_state', 'This member is switched off.')
  if (member && !maySee({ memberId: memberId!, role: member.role, accountIds: member.accountIds }, { accountId: row.accountId }))
    return fail(one, 'wrong_state', 'This member may not see conversations of this account.')
  if (row.assigneeId === memberId && !action.summary) return
  row.assigneeId = memberId
  one.summary = action.summary || undefined
  if (memberId === null) line(ground, one, 'case.unassigned')
  else line(ground, one, action.summary ? 'case.handed' : 'case.assigned', { to: member!.name }, action.summary)
}

function giveToTeam(ground: Ground, one: Working, action: Extract<ConversationAction, { kind: 'team' }>): void {
  const { row } = one
  const team = action.teamId === null ? undefined : ground.teams.get(action.teamId)
  if (action.teamId !== null && !team) return fail(one, 'not_found', 'There is no such team.')
  if (row.teamId === action.teamId && !action.summary) return
  row.teamId = action.teamId
  // An owner who is not of the team loses it to the team's queue.
  if (team && row.assigneeId !== null && !team.memberIds.includes(row.assigneeId)) row.assigneeId = null
  one.summary = action.summary || undefined
  if (!team) line(ground, one, 'case.no_team')
  else line(ground, one, action.summary ? 'case.handed' : 'case.team', { team: team.name, to: team.name }, action.summary)
}

function snooze(ground: Ground, one: Working, until: number | null): void {
  const { row } = one
  if (row.state === 'closed' && until !== null) return fail(one, 'wrong_state', 'It is closed: there is nothing to put off.')
  if (row.snoozedUntil === until) return
  row.snoozedUntil = until
  row.snoozedBy = until === null ? null : ground.actor.memberId
  row.wokenAt = null
  if (until === null) line(ground, one, 'case.unsnoozed')
  else line(ground, one, 'case.snoozed', { until: String(until) })
}

function close(ground: Ground, one: Working, fields: Extract<ConversationAction, { kind: 'close' }>['fields']): void {
  const { row } = one
  if (row.state === 'closed') return
  const { answers, missing } = checkAnswers(ground.closing, row.accountId, row.caseFields, fields)
  if (missing.length > 0) return fail(one, 'closing_fields_missing', 'Fields that are required for closing are empty.', missing)
  Object.assign(row, { state: 'closed', unansweredSince: null, promisedAt: null, snoozedUntil: null, snoozedBy: null, wokenAt: null })
  one.closing = answers
  one.closed = true
  line(ground, one, 'case.closed')
}

function markSpam(ground: Ground, one: Working, block: boolean): void {
  const { row } = one
  if (block) one.block = true
  if (row.spamAt !== null) {
    if (block && !row.contactBlocked && row.asked) line(ground, one, 'case.blocked')
    return
  }
  row.spamAt = ground.now
  row.spamBy = ground.actor.memberId
  line(ground, one, block ? 'case.spam_blocked' : 'case.spam')
}

function clearSpam(ground: Ground, one: Working): void {
  const { row } = one
  // Another conversation of the contact was only put away because the contact was blocked.
  if (!row.asked && !row.contactBlocked) return
  if (row.contactBlocked) one.block = false
  if (row.spamAt === null) return
  // Some platforms count whole seconds.
  const wroteSince = row.lastMessage?.direction === 'in' && row.lastMessage.at >= Math.floor(row.spamAt / 1_000) * 1_000
  row.spamAt = null
  row.spamBy = null
  // What came meanwhile waits for an answer as it would have done.
  if (wroteSince && row.unansweredSince === null) row.unansweredSince = row.lastMessage!.at
  if (wroteSince) one.needsCase = row.state === 'closed' || row.caseId === null
  line(ground, one, 'case.not_spam')
}
