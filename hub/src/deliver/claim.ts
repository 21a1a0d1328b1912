/**
 * Claims parts that are due [mechanics 12, 15]: the pending row is the queue. Always holds: in order within a conversation's lane, `talk` before `bulk`;
 * within the account's pace; a lease belongs to this node; one node at a time claims for an account; what it costs depends on what is claimed, not on
 * how much waits or ever was (`part_ready` is walked from its front).
 */
import { randomUUID } from 'node:crypto'
import type { PaceRule, PublicPlace } from '@dragoman/core'
import { surfaceOf } from '../accounts/surface.ts'
import { asSystem, type SystemTransaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'
import { afterOne, type Lane, tokensAt, waitFor } from './pace.ts'

export interface Claimed {
  workspaceId: string
  partId: string
  accountId: string
  conversationId: string
  lane: Lane
  attemptId: string
  attempt: number
}

/** How many more this process can take for an account, by lane. */
export type Free = (accountId: string) => Record<Lane, number>

export interface ClaimRound {
  claimed: Claimed[]
  /** Something was left behind only because a round takes so many: claim again at once. */
  isMore: boolean
  /** Accounts that had more than there were free places for. */
  crowded: string[]
  /** When something falls due or pace allows more, ms from now; undefined: nothing is known to. */
  nextInMs: number | undefined
}

/** One account with something in line, its row in `pace` locked by us. */
interface Line {
  workspace_id: string
  account_id: string
  channel: string
  config: Record<string, string>
  /** By scope (`hold`, `account`, `app`): ms. Null where another node is at it, or the rows are not there yet. */
  paces: Record<string, number> | null
  /** When the first of a lane falls due, and the first that has not yet; ms. */
  talk_at: number | null
  bulk_at: number | null
  next_at: number | null
  now: number
}

interface Candidate {
  line: number
  lane: Lane
  id: string
  conversation_id: string
  attempt: number
  thread_id: string
  place: PublicPlace | null
  paces: Record<string, number> | null
}

/** More of one account in one round would hold its row, and those who talk, too long. */
const mostPerLane = 250
const mostLines = 500
/** Bulk that waits for pace is claimed in small groups, not one by one. */
const bulkStepMs = 20
/** Scopes that all parts of an account share. `hold`: the platform said to wait; its row is the lock of the account's claims. */
const sharedScopes = ['hold', 'account', 'app']

/** Takes up to `most` parts for each account and lane for this node, marked as sending. */
export async function claimParts(hub: Hub, most: number): Promise<Claimed[]> {
  return (await claimRound(hub, () => ({ talk: most, bulk: most }))).claimed
}

/** One round over all accounts that have something in line. */
export async function claimRound(hub: Hub, free: Free): Promise<ClaimRound> {
  return await asSystem(hub, async tx => {
    const lines = await lockLines(tx)
    const round: ClaimRound = { claimed: [], isMore: false, crowded: [], nextInMs: undefined }
    const soon = (ms: number) => {
      round.nextInMs = Math.min(round.nextInMs ?? Number.POSITIVE_INFINITY, Math.max(1, ms))
    }
    const wanted: { line: number; lane: Lane; most: number }[] = []
    for (const [index, line] of lines.entries()) {
      if (line.next_at !== null) soon(line.next_at - line.now)
      // Another node has this account in hand, and claims for it.
      if (!line.paces) {
        soon(bulkStepMs)
        continue
      }
      if ((line.paces.hold ?? 0) > line.now) {
        soon(line.paces.hold! - line.now)
        continue
      }
      const places = free(line.account_id)
      for (const lane of ['talk', 'bulk'] as const) {
        const at = line[`${lane}_at`]
        if (at === null || at > line.now) continue
        const rules = sharedRules(hub, line)
        const most = Math.min(mostPerLane, places[lane], ...rules.map(rule => tokensAt(line.paces![rule.scope] ?? 0, rule, lane, line.now)))
        if (most > 0) wanted.push({ line: index, lane, most })
        else if (places[lane] <= 0) round.crowded.push(line.account_id)
        else {
          hub.signals.paced(line.channel, 1)
          soon(waitForPace(line, rules, lane))
        }
      }
    }
    if (wanted.length === 0) return round
    const candidates = await findCandidates(tx, lines, wanted)
    const granted = grant(hub, lines, candidates)
    await save(hub, tx, lines, granted)
    round.claimed = granted.claimed
    for (const { line: index, lane, most } of wanted) {
      const line = lines[index]!
      if (candidates.filter(candidate => candidate.line === index && candidate.lane === lane).length < most) continue
      const places =
        free(line.account_id)[lane] - granted.claimed.filter(one => one.accountId === line.account_id && one.lane === lane).length
      const wait = waitForPace(line, sharedRules(hub, line), lane)
      if (places <= 0) round.crowded.push(line.account_id)
      else if (wait > 0) {
        hub.signals.paced(line.channel, 1)
        soon(wait)
      } else round.isMore = true
    }
    for (const { until, line } of granted.delayed) {
      hub.signals.paced(lines[line]!.channel, 1)
      soon(until - lines[line]!.now)
    }
    return round
  })
}

/** Accounts with something in line that may send, each locked for this transaction where no other node has it. */
async function lockLines(tx: SystemTransaction): Promise<Line[]> {
  const { rows } = await tx.client.query<Line>({
    name: 'claim_lines',
    // A walk from account to account along the index: it costs as many steps as there are accounts with something in line.
    text: `with recursive line(workspace_id, account_id) as (
        (select workspace_id, account_id from part where state = 'pending' order by workspace_id, account_id limit 1)
        union all
        select n.workspace_id, n.account_id from line l cross join lateral (select p.workspace_id, p.account_id from part p
          where p.state = 'pending' and (p.workspace_id, p.account_id) > (l.workspace_id, l.account_id) order by p.workspace_id, p.account_id limit 1) n)
      select a.workspace_id, a.id as account_id, a.channel, a.config, extract(epoch from clock_timestamp())::float8 * 1000 as now,
        (select json_object_agg(r.scope, r.tat) from (select x.scope, extract(epoch from x.tat)::float8 * 1000 as tat from pace x
          where x.workspace_id = a.workspace_id and x.account_id = a.id and x.scope = any($1::text[]) and x.key = '' for update skip locked) r) as paces,
        (select extract(epoch from min(p.not_before))::float8 * 1000 from part p where p.workspace_id = a.workspace_id and p.account_id = a.id and p.lane = 'talk' and p.state = 'pending') as talk_at,
        (select extract(epoch from min(p.not_before))::float8 * 1000 from part p where p.workspace_id = a.workspace_id and p.account_id = a.id and p.lane = 'bulk' and p.state = 'pending') as bulk_at,
        least((select extract(epoch from min(p.not_before))::float8 * 1000 from part p where p.workspace_id = a.workspace_id and p.account_id = a.id and p.lane = 'talk' and p.state = 'pending' and p.not_before > now()),
          (select extract(epoch from min(p.not_before))::float8 * 1000 from part p where p.workspace_id = a.workspace_id and p.account_id = a.id and p.lane = 'bulk' and p.state = 'pending' and p.not_before > now())) as next_at
      from line l join account a on a.workspace_id = l.workspace_id and a.id = l.account_id
      where a.status = 'active' and a.mode = 'live' and a.held_since is null limit ${mostLines}`,
    values: [sharedScopes],
  })
  const lines = rows.map(row => ({ ...row, paces: row.paces && 'hold' in row.paces && 'account' in row.paces ? row.paces : null }))
  const without = lines.filter(line => !line.paces)
  if (without.length === 0) return lines
  const { rowCount } = await tx.client.query({
    name: 'pace_make',
    text: `insert into pace (workspace_id, account_id, scope, key, tat) select w, a, s, '', to_timestamp(0) from unnest($1::uuid[], $2::uuid[]) as v(w, a), unnest($3::text[]) s on conflict do nothing`,
    values: [without.map(line => line.workspace_id), without.map(line => line.account_id), sharedScopes],
  })
  // They were not there: now they are, and can be locked.
  return rowCount ? await lockLines(tx) : lines
}

function sharedRules(hub: Hub, line: Line): PaceRule[] {
  return rulesAt(hub, line, undefined).filter(rule => sharedScopes.includes(rule.scope))
}

function waitForPace(line: Line, rules: readonly PaceRule[], lane: Lane): number {
  const wait = Math.max(0, ...rules.map(rule => waitFor(line.paces![rule.scope] ?? 0, rule, lane, line.now)))
  return lane === 'bulk' && wait > 0 ? Math.max(bulkStepMs, wait) : wait
}

async function findCandidates(
  tx: SystemTransaction,
  lines: readonly Line[],
  wanted: readonly { line: number; lane: Lane; most: number }[],
): Promise<Candidate[]> {
  const { rows } = await tx.client.query<Candidate>({
    name: 'claim_candidates',
    text: candidatesSql,
    values: [
      wanted.map(({ line }) => line),
      wanted.map(({ line }) => lines[line]!.workspace_id),
      wanted.map(({ line }) => lines[line]!.account_id),
      wanted.map(({ lane }) => lane),
      wanted.map(({ most }) => most),
    ],
  })
  return rows
}

/** The front of each lane that is wanted. A test looks at its plan. */
export const candidatesSql = `select v.line, v.lane, p.id, p.conversation_id, p.attempt, c.thread_id, c.place,
    (select json_object_agg(x.scope, extract(epoch from x.tat)::float8 * 1000) from pace x where x.workspace_id = v.w and x.account_id = v.a
      and x.scope in ('chat', 'pair', 'group') and x.key = p.conversation_id::text) as paces
  from unnest($1::int[], $2::uuid[], $3::uuid[], $4::text[], $5::int[]) with ordinality as v(line, w, a, lane, most, n)
  cross join lateral (select p.id, p.conversation_id, p.attempt, p.not_before, p.seq from part p
    where p.workspace_id = v.w and p.account_id = v.a and p.lane = v.lane and p.state = 'pending' and p.not_before <= now()
      -- Each look back is a step along an index for each candidate, never a join over all that waits.
      -- What was written before it in the same lane and stands in line goes first; an uncertain one holds the lane for a while.
      and (select true from part e where e.workspace_id = p.workspace_id and e.conversation_id = p.conversation_id and e.lane = p.lane and e.seq < p.seq
        and e.state in ('pending', 'sending', 'uncertain') and (e.state = 'sending' or (e.state = 'pending' and e.due_at <= now()) or e.holds_until > now()) limit 1) is null
      -- The rest of a message waits until its uncertain part is settled.
      and (p.index = 0 or (select true from part e where e.workspace_id = p.workspace_id and e.message_id = p.message_id and e.index < p.index
        and e.state in ('pending', 'sending', 'uncertain', 'failed') limit 1) is null)
      -- Talk and bulk of one conversation are never under way together.
      and (select true from part e where e.workspace_id = p.workspace_id and e.conversation_id = p.conversation_id and e.lane <> p.lane and e.state = 'sending' limit 1) is null
    order by p.not_before, p.seq limit v.most for update of p skip locked) p
  join conversation c on c.workspace_id = v.w and c.id = p.conversation_id
  order by v.n, p.not_before, p.seq`

interface Granted {
  claimed: Claimed[]
  /** Parts whose own conversation is to wait. */
  delayed: { line: number; candidate: Candidate; until: number }[]
  /** Paces of conversations that have moved on. */
  moved: { line: number; scope: string; key: string; tat: number }[]
  usedLines: Set<number>
}

/** Decides over candidates in memory: one part of a conversation at a time, and every pace that it falls under. */
function grant(hub: Hub, lines: readonly Line[], candidates: readonly Candidate[]): Granted {
  const granted: Granted = { claimed: [], delayed: [], moved: [], usedLines: new Set() }
  const taken = new Set<string>()
  for (const candidate of candidates.toSorted((a, b) => (a.lane === b.lane ? 0 : a.lane === 'talk' ? -1 : 1))) {
    const line = lines[candidate.line]!
    if (taken.has(candidate.conversation_id)) continue
    taken.add(candidate.conversation_id)
    const own = candidate.paces ?? {}
    const rules = rulesAt(hub, line, candidate)
    const isShared = (rule: PaceRule) => sharedScopes.includes(rule.scope)
    const ownWait = Math.max(0, ...rules.filter(rule => !isShared(rule)).map(rule => waitFor(own[rule.scope] ?? 0, rule, 'talk', line.now)))
    if (ownWait > 0) {
      granted.delayed.push({ line: candidate.line, candidate, until: line.now + ownWait })
      continue
    }
    // It stays where it is in line: the account’s pace holds up all, and is asked again when it allows more.
    if (rules.some(rule => isShared(rule) && waitFor(line.paces![rule.scope] ?? 0, rule, candidate.lane, line.now) > 0)) continue
    for (const rule of rules) {
      if (isShared(rule)) line.paces![rule.scope] = afterOne(line.paces![rule.scope] ?? 0, rule, line.now)
      else
        granted.moved.push({
          line: candidate.line,
          scope: rule.scope,
          key: candidate.conversation_id,
          tat: afterOne(own[rule.scope] ?? 0, rule, line.now),
        })
    }
    granted.usedLines.add(candidate.line)
    granted.claimed.push({
      workspaceId: line.workspace_id,
      partId: candidate.id,
      accountId: line.account_id,
      conversationId: candidate.conversation_id,
      lane: candidate.lane,
      attemptId: randomUUID(),
      attempt: candidate.attempt + 1,
    })
  }
  return granted
}

const ruleMemory = new WeakMap<Line, Map<string, PaceRule[]>>()

/** The rules of an account, or of one conversation of it: a direct one is with one person, and the pace of groups is not its pace. */
function rulesAt(hub: Hub, line: Line, where: Candidate | undefined): PaceRule[] {
  const channel = channelOf(hub, line.channel)
  const isPlain = !where?.place && !channel.surfaces?.length
  const known = ruleMemory.get(line) ?? new Map<string, PaceRule[]>()
  ruleMemory.set(line, known)
  const key = isPlain ? '' : `${where?.place ? 'public' : 'direct'} ${where?.thread_id ?? ''}`
  const remembered = known.get(key)
  if (remembered) return remembered
  const account = { view: { config: line.config }, degraded: [] }
  const { capabilities } = surfaceOf(channel, account, where && { threadId: where.thread_id, place: where.place })
  const rules = capabilities.pace.filter(rule => rule.scope !== (where?.place ? 'chat' : 'group'))
  known.set(key, rules)
  return rules
}

/** Marks what is granted, moves paces on, puts off what has to wait with all that stands behind it: one statement. */
async function save(
  hub: Hub,
  tx: SystemTransaction,
  lines: readonly Line[],
  { claimed, delayed, moved, usedLines }: Granted,
): Promise<void> {
  if (claimed.length === 0 && delayed.length === 0) return
  const shared = [...usedLines].flatMap(index =>
    sharedScopes.slice(1).map(scope => ({ line: index, scope, key: '', tat: lines[index]!.paces![scope] ?? 0 })),
  )
  const paces = [...shared, ...moved]
  await tx.client.query({
    name: 'claim_save',
    text: `with marked as (update part p set state = 'sending', node_id = $1, attempt_id = v.attempt_id, attempt = p.attempt + 1, sending_since = clock_timestamp()
          from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as v(w, id, attempt_id) where p.workspace_id = v.w and p.id = v.id),
        put_off as (update part p set not_before = to_timestamp(v.until / 1000) from unnest($5::uuid[], $6::uuid[], $7::text[], $8::float8[]) as v(w, conversation, lane, until)
          where p.workspace_id = v.w and p.conversation_id = v.conversation and p.lane = v.lane and p.state = 'pending' and p.not_before < to_timestamp(v.until / 1000))
      insert into pace (workspace_id, account_id, scope, key, tat)
        select w, a, s, k, to_timestamp(tat / 1000) from unnest($9::uuid[], $10::uuid[], $11::text[], $12::text[], $13::float8[]) as v(w, a, s, k, tat)
        on conflict (workspace_id, account_id, scope, key) do update set tat = excluded.tat`,
    values: [
      hub.nodeId,
      claimed.map(one => one.workspaceId),
      claimed.map(one => one.partId),
      claimed.map(one => one.attemptId),
      delayed.map(({ line }) => lines[line]!.workspace_id),
      delayed.map(({ candidate }) => candidate.conversation_id),
      delayed.map(({ candidate }) => candidate.lane),
      delayed.map(({ until }) => until),
      paces.map(({ line }) => lines[line]!.workspace_id),
      paces.map(({ line }) => lines[line]!.account_id),
      paces.map(({ scope }) => scope),
      paces.map(({ key }) => key),
      paces.map(({ tat }) => tat),
    ],
  })
}
