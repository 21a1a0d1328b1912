/**
 * Claims parts that are due [mechanics 12, 15]: the pending row is the queue. Always holds: in order within a conversation's lane, `talk` before
 * `bulk`; within the account's pace, a fifth of which is kept for `talk`; a lease belongs to this node.
 */

import { randomUUID } from 'node:crypto'
import type { PaceRule, PaceScope, PublicPlace } from '@dragoman/core'
import { surfaceOf } from '../accounts/surface.ts'
import { asSystem, type SystemTransaction } from '../database/transaction.ts'
import { channelOf, type Hub } from '../hub.ts'

export interface Claimed {
  workspaceId: string
  partId: string
  accountId: string
  conversationId: string
  attemptId: string
  attempt: number
}

interface Candidate {
  workspace_id: string
  id: string
  account_id: string
  conversation_id: string
  lane: 'talk' | 'bulk'
  attempt: number
  channel: string
  config: Record<string, string>
  now: Date
  conversation: { threadId: string; place: PublicPlace | null }
}

/** The part of an account's rate that bulk may use. */
const bulkShare = 0.8

/** Takes up to `most` parts for this node, marked as sending. */
export async function claimParts(hub: Hub, most: number): Promise<Claimed[]> {
  return await asSystem(hub, async tx => {
    const { rows } = await tx.client.query<Candidate>({
      name: 'claim_candidates',
      text: `select p.workspace_id, p.id, p.account_id, p.conversation_id, p.lane, p.attempt, a.channel, a.config, clock_timestamp() as now,
          (select json_build_object('threadId', c.thread_id, 'place', c.place) from conversation c where c.workspace_id = p.workspace_id and c.id = p.conversation_id) as conversation
        from part p join account a on a.workspace_id = p.workspace_id and a.id = p.account_id
        where p.state = 'pending' and p.not_before <= now() and a.status = 'active' and a.mode = 'live'
          -- What was written before it in the same lane and stands in line goes first; an uncertain one holds the lane for a while.
          and not exists (select 1 from part e where e.workspace_id = p.workspace_id and e.conversation_id = p.conversation_id and e.lane = p.lane and e.seq < p.seq
            and e.state in ('pending', 'sending', 'uncertain') and (e.state = 'sending' or (e.state = 'pending' and e.due_at <= now()) or e.holds_until > now()))
          -- The rest of a message waits until its uncertain part is settled.
          and not exists (select 1 from part e where e.workspace_id = p.workspace_id and e.message_id = p.message_id and e.index < p.index and e.state in ('pending', 'sending', 'uncertain', 'failed'))
          -- Talk and bulk of one conversation are never under way together.
          and not exists (select 1 from part e where e.workspace_id = p.workspace_id and e.conversation_id = p.conversation_id and e.state = 'sending')
        order by p.lane desc, p.seq limit $1 for update of p skip locked`,
      values: [most],
    })
    if (rows.length === 0) return []
    const { granted, delayed } = await takePace(hub, tx, onePerConversation(rows))
    if (delayed.length > 0) {
      for (const [channel, mine] of Map.groupBy(delayed, ({ candidate }) => candidate.channel)) hub.signals.paced(channel, mine.length)
      await tx.client.query({
        name: 'claim_delay',
        text: `update part p set not_before = v.until from unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) as v(w, id, until) where p.workspace_id = v.w and p.id = v.id`,
        values: [
          delayed.map(({ candidate }) => candidate.workspace_id),
          delayed.map(({ candidate }) => candidate.id),
          delayed.map(({ until }) => until.toISOString()),
        ],
      })
    }
    const claimed = granted.map(
      (candidate): Claimed => ({
        workspaceId: candidate.workspace_id,
        partId: candidate.id,
        accountId: candidate.account_id,
        conversationId: candidate.conversation_id,
        attemptId: randomUUID(),
        attempt: candidate.attempt + 1,
      }),
    )
    if (claimed.length > 0) {
      await tx.client.query({
        name: 'claim_mark',
        text: `update part p set state = 'sending', node_id = $1, attempt_id = v.attempt_id, attempt = p.attempt + 1, sending_since = clock_timestamp()
          from unnest($2::uuid[], $3::uuid[], $4::uuid[]) as v(w, id, attempt_id) where p.workspace_id = v.w and p.id = v.id`,
        values: [hub.nodeId, claimed.map(row => row.workspaceId), claimed.map(row => row.partId), claimed.map(row => row.attemptId)],
      })
    }
    return claimed
  })
}

function onePerConversation(rows: readonly Candidate[]): Candidate[] {
  const seen = new Set<string>()
  return rows.filter(row => !seen.has(row.conversation_id) && seen.add(row.conversation_id))
}

interface Bucket {
  workspaceId: string
  accountId: string
  scope: string
  key: string
  rule: PaceRule
  /** Theoretical arrival time of the next sending, ms. */
  tat: number
}

/** Generic cell rate on the database's clock: each granted sending moves the row's theoretical arrival time by one interval. */
async function takePace(
  hub: Hub,
  tx: SystemTransaction,
  candidates: readonly Candidate[],
): Promise<{ granted: Candidate[]; delayed: { candidate: Candidate; until: Date }[] }> {
  const buckets = new Map<string, Bucket>()
  const needed = candidates.map(candidate => bucketsOf(hub, candidate, buckets))
  await loadBuckets(tx, buckets)
  const now = candidates[0]!.now.getTime()
  const granted: Candidate[] = []
  const delayed: { candidate: Candidate; until: Date }[] = []
  const used = new Set<Bucket>()
  for (const [index, candidate] of candidates.entries()) {
    const mine = needed[index]!
    const wait = Math.max(0, ...mine.map(bucket => waitFor(bucket, now)))
    if (wait > 0) {
      delayed.push({ candidate, until: new Date(now + wait) })
      continue
    }
    for (const bucket of mine) {
      bucket.tat = Math.max(bucket.tat, now) + 1_000 / bucket.rule.perSecond
      used.add(bucket)
    }
    granted.push(candidate)
  }
  await saveBuckets(tx, [...used])
  return { granted, delayed }
}

function waitFor(bucket: Bucket, now: number): number {
  const interval = 1_000 / bucket.rule.perSecond
  const tolerance = interval * (Math.max(1, bucket.rule.burst) - 1)
  return Math.max(0, Math.ceil(bucket.tat - tolerance - now))
}

function bucketsOf(hub: Hub, candidate: Candidate, buckets: Map<string, Bucket>): Bucket[] {
  // A direct conversation is with one person: the pace of groups is not its pace.
  const { capabilities } = surfaceOf(
    channelOf(hub, candidate.channel),
    { view: { config: candidate.config }, degraded: [] },
    candidate.conversation,
  )
  const rules = capabilities.pace.filter(rule => rule.scope !== (candidate.conversation.place ? 'chat' : 'group'))
  const wanted = rules.flatMap((rule): { scope: string; key: string; rule: PaceRule }[] => {
    const own = { scope: rule.scope, key: keyOf(rule.scope, candidate), rule }
    const isShared = rule.scope === 'account' || rule.scope === 'app'
    if (candidate.lane === 'talk' || !isShared) return [own]
    return [
      own,
      {
        scope: `${rule.scope}:bulk`,
        key: own.key,
        rule: { ...rule, perSecond: rule.perSecond * bulkShare, burst: Math.max(1, Math.floor(rule.burst * bulkShare)) },
      },
    ]
  })
  return wanted.map(({ scope, key, rule }) => {
    const name = [candidate.workspace_id, candidate.account_id, scope, key].join('|')
    const bucket = buckets.get(name) ?? { workspaceId: candidate.workspace_id, accountId: candidate.account_id, scope, key, rule, tat: 0 }
    buckets.set(name, bucket)
    return bucket
  })
}

function keyOf(scope: PaceScope, candidate: Candidate): string {
  return scope === 'account' || scope === 'app' ? '' : candidate.conversation_id
}

function columnsOf(list: readonly Bucket[]) {
  return [
    list.map(bucket => bucket.workspaceId),
    list.map(bucket => bucket.accountId),
    list.map(bucket => bucket.scope),
    list.map(bucket => bucket.key),
  ]
}

async function loadBuckets(tx: SystemTransaction, buckets: ReadonlyMap<string, Bucket>): Promise<void> {
  // One order for all nodes: no rings of waiting.
  const list = [...buckets.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, bucket]) => bucket)
  if (list.length === 0) return
  await tx.client.query({
    name: 'pace_make',
    text: `insert into pace (workspace_id, account_id, scope, key, tat) select w, a, s, k, to_timestamp(0) from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as v(w, a, s, k) on conflict do nothing`,
    values: columnsOf(list),
  })
  const { rows } = await tx.client.query<{ workspace_id: string; account_id: string; scope: string; key: string; tat: Date }>({
    name: 'pace_lock',
    text: `select p.workspace_id, p.account_id, p.scope, p.key, p.tat from pace p join unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) as v(w, a, s, k)
        on p.workspace_id = v.w and p.account_id = v.a and p.scope = v.s and p.key = v.k order by p.workspace_id, p.account_id, p.scope, p.key for update of p`,
    values: columnsOf(list),
  })
  for (const row of rows) buckets.get([row.workspace_id, row.account_id, row.scope, row.key].join('|'))!.tat = row.tat.getTime()
}

async function saveBuckets(tx: SystemTransaction, used: readonly Bucket[]): Promise<void> {
  if (used.length === 0) return
  await tx.client.query({
    name: 'pace_save',
    text: `update pace p set tat = v.tat from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[]) as v(w, a, s, k, tat)
      where p.workspace_id = v.w and p.account_id = v.a and p.scope = v.s and p.key = v.k`,
    values: [...columnsOf(used), used.map(bucket => new Date(bucket.tat).toISOString())],
  })
}
