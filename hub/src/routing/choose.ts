/**
 * Who gets whom: the decision of routing, pure. Always holds: nobody gets more than he can bear at once (what waits for us counts, not all that is
 * open); nobody gets what he may not see; the longest waiting and most urgent come first.
 */
import type { Routing, RoutingRule, TeamView } from '@dragoman/api'

export interface Waiting {
  id: string
  accountId: string
  teamId: string | null
  /** Since when the customer waits, ms. */
  since: number
  /** Since when it stands in its team's queue, ms. */
  teamSince: number
  priority: 'low' | 'normal' | 'high' | 'urgent'
  language: string | null
  labelIds: readonly string[]
  /** Who answered this person last. */
  pastAgentId: string | null
  /** From whom routing took it back: he is not the next one, unless he is the only one. */
  releasedFrom: string | null
}

export interface Candidate {
  id: string
  /** Connected, available, on shift, not wrapping up. */
  isThere: boolean
  accountIds: readonly string[] | null
  languages: readonly string[]
  skills: readonly string[]
  capacity: number | null
  /** Conversations that wait for him. */
  load: number
  /** When he last got one, ms; 0: never. */
  lastRoutedAt: number
}

export interface Decision {
  id: string
  teamId: string | null
  memberId: string | null
  why: 'past_agent' | 'round_robin' | 'least_loaded' | 'overflow' | 'rule' | null
}

const urgency = { urgent: 0, high: 1, normal: 2, low: 3 } as const

/** The first rule that fits a conversation. */
export function ruleFor(routing: Routing, waiting: Pick<Waiting, 'accountId' | 'language' | 'labelIds'>): RoutingRule | undefined {
  return routing.rules.find(
    rule =>
      (rule.accountIds.length === 0 || rule.accountIds.includes(waiting.accountId)) &&
      (rule.languages.length === 0 || (waiting.language !== null && rule.languages.some(one => sameLanguage(one, waiting.language!)))) &&
      (rule.labelIds.length === 0 || rule.labelIds.some(one => waiting.labelIds.includes(one))),
  )
}

/** Decides over the whole queue. `candidates` are changed: loads rise as conversations are given. Only what changes is in the answer. */
export function decide(
  queue: readonly Waiting[],
  routing: Routing,
  teams: readonly TeamView[],
  candidates: ReadonlyMap<string, Candidate>,
  now: number,
): Decision[] {
  const teamById = new Map(teams.map(team => [team.id, team]))
  const decisions: Decision[] = []
  for (const waiting of queue.toSorted((a, b) => urgency[a.priority] - urgency[b.priority] || a.since - b.since)) {
    const rule = ruleFor(routing, waiting)
    let team = teamById.get(waiting.teamId ?? '') ?? teamById.get(rule?.teamId ?? '') ?? teamById.get(routing.defaultTeamId ?? '')
    let why: Decision['why'] = team && team.id !== waiting.teamId ? 'rule' : null
    if (!team) continue
    const skill = rule?.teamId === team.id ? rule.skill : null
    let member = chooseMember(waiting, team, skill, candidates)
    const { overflow } = team.settings
    if (!member && overflow && waiting.teamId === team.id && now - waiting.teamSince >= overflow.afterSeconds * 1_000) {
      const next = teamById.get(overflow.teamId)
      if (next) {
        team = next
        why = 'overflow'
        member = chooseMember(waiting, team, null, candidates)
      }
    }
    if (member) {
      const chosen = candidates.get(member.id)!
      chosen.load++
      // In the order of giving: within one round, too, it goes round.
      chosen.lastRoutedAt = now + decisions.length
    }
    if (member || team.id !== waiting.teamId)
      decisions.push({ id: waiting.id, teamId: team.id, memberId: member?.id ?? null, why: member?.why ?? why })
  }
  return decisions
}

function chooseMember(
  waiting: Waiting,
  team: TeamView,
  skill: string | null,
  candidates: ReadonlyMap<string, Candidate>,
): { id: string; why: NonNullable<Decision['why']> } | undefined {
  const { strategy, pastAgent, capacity } = team.settings
  if (strategy === 'manual') return undefined
  const fitting = team.memberIds
    .map(id => candidates.get(id))
    .filter(one => one !== undefined)
    .filter(one => one.accountIds === null || one.accountIds.includes(waiting.accountId))
    .filter(one => skill === null || one.skills.some(mine => mine.toLowerCase() === skill.toLowerCase()))
  const { language } = waiting
  const speaks = (one: Candidate) => one.languages.length === 0 || one.languages.some(mine => sameLanguage(mine, language ?? ''))
  // A language that nobody in the team speaks must not leave the customer without anybody.
  const speaking = language !== null && fitting.some(speaks) ? fitting.filter(speaks) : fitting
  const free = speaking.filter(one => one.isThere && one.load < (one.capacity ?? capacity))
  const others = free.filter(one => one.id !== waiting.releasedFrom)
  const choice = others.length > 0 ? others : free
  if (choice.length === 0) return undefined
  const past = pastAgent ? choice.find(one => one.id === waiting.pastAgentId) : undefined
  if (past) return { id: past.id, why: 'past_agent' }
  const fill = (one: Candidate) => one.load / (one.capacity ?? capacity)
  const turn = (a: Candidate, b: Candidate) => a.lastRoutedAt - b.lastRoutedAt || (a.id < b.id ? -1 : 1)
  const best = strategy === 'round_robin' ? choice.toSorted(turn)[0] : choice.toSorted((a, b) => fill(a) - fill(b) || turn(a, b))[0]
  return { id: best!.id, why: strategy }
}

function sameLanguage(a: string, b: string): boolean {
  return a.slice(0, 2).toLowerCase() === b.slice(0, 2).toLowerCase()
}
