/**
 * Accounts for every message, from four sides: the platform's books, the database, the event log, the API. Always holds: what is on one side and not on
 * another is told by name; nothing is taken from the hub's code but what it says over its interfaces.
 */
import type { MessageView } from '@dragoman/api'
import type { ChaosDatabase } from './database.ts'
import type { DeskReport } from './desk.ts'
import type { Follower } from './follower.ts'
import type { KillReport } from './kills.ts'
import { chatStep } from './platform/customers.ts'
import type { PlatformRecord } from './platform/messages.ts'
import { conversationOf, createCounters, readText } from './platform/words.ts'

export interface Findings {
  lost: string[]
  duplicated: string[]
  reordered: string[]
  regressed: string[]
  sentTwice: string[]
  /** Parts whose end nobody knows. */
  uncertain: { of: string; why: string | undefined }[]
  /** Everything else that must not be: gaps in the log, events set aside, refusals that make no sense. */
  wrong: string[]
  accounted: { inbound: number; outbound: number; events: number }
}

export interface AccountingInput {
  record: PlatformRecord
  desk: DeskReport
  follower: Follower
  kills: KillReport
  database: ChaosDatabase
  workspaceId: string
  /** Messages of a conversation over the API, all of them, in order. */
  messagesOf(conversationId: string, lane: number): Promise<MessageView[]>
  /** How many are asked for at once. */
  lanes: number
  say(line: string): void
}

interface PartRow {
  client_id: string
  state: string
  failure: { code?: string } | null
  sending_since: Date | null
}

const stateLevel: Record<string, number> = { sent: 1, delivered: 2, read: 3 }

export async function account(input: AccountingInput): Promise<Findings> {
  const findings: Findings = {
    lost: [],
    duplicated: [],
    reordered: [],
    regressed: [...input.follower.report.regressions],
    sentTwice: [],
    uncertain: [],
    wrong: [...input.desk.wrong],
    accounted: { inbound: 0, outbound: 0, events: input.follower.report.events },
  }
  const books = readBooks(input.record, findings)
  await countDatabase(input, findings)
  await countParts(input, books, findings)
  await readApi(input, findings)
  countLog(input, findings)
  await countRest(input, findings)
  return findings
}

interface Books {
  accepted: ReturnType<typeof createCounters>
  receipts: ReturnType<typeof createCounters>
  cuts: Map<string, string>
}

/** What the platform has in its own books: twice, or out of order. */
function readBooks(record: PlatformRecord, findings: Findings): Books {
  const accepted = createCounters()
  const receipts = createCounters()
  for (const [conversation, numbers] of record.accepted) {
    let last = 0
    for (const number of numbers) {
      if (accepted.add(conversation, number) > 1) findings.sentTwice.push(`out ${conversation} ${number}`)
      else if (number < last) findings.reordered.push(`out ${conversation} ${number} reached the platform after ${last}`)
      last = Math.max(last, number)
    }
  }
  for (const [conversation, number, level] of record.receiptLevels) receipts.set(conversation, number, level)
  for (const stray of record.strays) findings.wrong.push(`a stray request reached the platform: ${stray}`)
  return { accepted, receipts, cuts: new Map(record.cuts.map(([conversation, number, what]) => [`${conversation} ${number}`, what])) }
}

/** Rows of the database: each message once, in order, answers after what they answer. */
async function countDatabase({ database, workspaceId, record, desk, say }: AccountingInput, findings: Findings): Promise<void> {
  const conversations = await database.query<{ id: string; thread_id: string; inbound_count: number }>(
    'select id::text, thread_id, inbound_count from conversation where workspace_id = $1 order by id',
    [workspaceId],
  )
  const seen = new Set<number>()
  for (let index = 0; index < conversations.length; index += 200) {
    const page = conversations.slice(index, index + 200)
    const rows = await database.query<{
      conversation_id: string
      id: string
      direction: string
      client_id: string | null
      external_id: string | null
    }>(
      `select m.conversation_id::text, m.id::text, m.direction, m.client_id, p.external_id
        from message m left join platform_message p on p.workspace_id = m.workspace_id and p.message_id = m.id
        where m.workspace_id = $1 and m.conversation_id = any($2::uuid[]) and m.direction in ('in', 'out')
        order by m.conversation_id, m.order_at, m.order_tie, m.order_external`,
      [workspaceId, page.map(({ id }) => id)],
    )
    const byConversation = Map.groupBy(rows, row => row.conversation_id)
    for (const { id, thread_id, inbound_count } of page) {
      const conversation = conversationOf(thread_id)
      if (conversation === undefined) {
        findings.wrong.push(`a conversation of nobody: ${thread_id}`)
        continue
      }
      if (seen.has(conversation)) findings.duplicated.push(`conversation ${conversation} is there twice`)
      seen.add(conversation)
      const lines = (byConversation.get(id) ?? []).map(
        row => (row.direction === 'in' ? ['in', numberIn(row.external_id)] : ['out', numberOut(row.client_id)]) as Line,
      )
      checkThread('database', conversation, lines, record, desk, findings)
      const expected = record.written[conversation] ?? 0
      if (inbound_count !== expected) findings.wrong.push(`conversation ${conversation}: inbound_count ${inbound_count} of ${expected}`)
    }
    say(`database: ${Math.min(index + 200, conversations.length)} of ${conversations.length} conversations`)
  }
  for (const [conversation, count] of record.written.entries())
    if (count > 0 && !seen.has(conversation)) findings.lost.push(`conversation ${conversation} with ${count} messages is not there`)
}

type Line = readonly ['in' | 'out', number | undefined]

function numberIn(externalId: string | null): number | undefined {
  const match = /^wamid\.CHAOS\.IN\.\d+\.(\d+)$/.exec(externalId ?? '')
  if (match) return Number(match[1])
  const chat = /^\d+:(\d+)$/.exec(externalId ?? '')
  return chat ? Number(chat[1]) / chatStep : undefined
}
function numberOut(clientId: string | null): number | undefined {
  const match = /^chaos-\d+-(\d+)$/.exec(clientId ?? '')
  return match ? Number(match[1]) : undefined
}

/** One thread as one side shows it. */
function checkThread(
  side: string,
  conversation: number,
  lines: readonly Line[],
  record: PlatformRecord,
  desk: DeskReport,
  findings: Findings,
): void {
  const written = record.written[conversation] ?? 0
  const answered = desk.answered.get(conversation) ?? 0
  const seen = { in: new Set<number>(), out: new Set<number>() }
  const last = { in: 0, out: 0 }
  for (const [direction, number] of lines) {
    const name = `${side}: ${direction} ${conversation} ${number}`
    if (number === undefined || number < 1 || number > (direction === 'in' ? written : answered)) {
      findings.wrong.push(`${name}: never written`)
      continue
    }
    if (seen[direction].has(number)) {
      findings.duplicated.push(name)
      continue
    }
    seen[direction].add(number)
    if (number < last[direction]) findings.reordered.push(`${name} stands after ${last[direction]}`)
    last[direction] = Math.max(last[direction], number)
    // An answer stands below what its writer had seen.
    if (direction === 'out' && last.in < (desk.after.get(`${conversation} ${number}`) ?? 0))
      findings.reordered.push(`${name} stands above in ${desk.after.get(`${conversation} ${number}`)}, which it answers`)
  }
  for (const direction of ['in', 'out'] as const) {
    const expected = direction === 'in' ? written : answered
    for (let number = 1; seen[direction].size < expected && number <= expected; number++)
      if (!seen[direction].has(number)) findings.lost.push(`${side}: ${direction} ${conversation} ${number}`)
  }
  if (side === 'database') {
    findings.accounted.inbound += seen.in.size
    findings.accounted.outbound += seen.out.size
  }
}

/** Every part: what the hub says of it against what the platform has. */
async function countParts(
  { database, workspaceId, kills }: AccountingInput,
  { accepted, receipts, cuts }: Books,
  findings: Findings,
): Promise<void> {
  let after = ''
  for (;;) {
    const rows = await database.query<PartRow & { id: string }>(
      `select p.id::text, m.client_id, p.state, p.failure, p.sending_since from part p join message m on m.workspace_id = p.workspace_id and m.id = p.message_id
        where p.workspace_id = $1 and ($2 = '' or p.id > $2::uuid) order by p.id limit 5000`,
      [workspaceId, after === '' ? '00000000-0000-0000-0000-000000000000' : after],
    )
    for (const row of rows) checkPart(row, { accepted, receipts, cuts }, kills, findings)
    if (rows.length < 5_000) return
    after = rows.at(-1)!.id
  }
}

function checkPart(
  { client_id, state, failure, sending_since }: PartRow,
  { accepted, receipts, cuts }: Books,
  kills: KillReport,
  findings: Findings,
): void {
  const [, c, n] = /^chaos-(\d+)-(\d+)$/.exec(client_id) ?? []
  const conversation = Number(c)
  const number = Number(n)
  const name = `out ${conversation} ${number}`
  const wasAccepted = accepted.get(conversation, number) > 0
  const level = stateLevel[state]
  if (level !== undefined) {
    if (!wasAccepted) findings.lost.push(`${name} is said to be ${state} and never reached the platform`)
    if (level < receipts.get(conversation, number)) findings.lost.push(`${name} is ${state}: a receipt of it was lost`)
    return
  }
  if (state === 'uncertain' || state === 'unknown') {
    const seen = cuts.get(`${conversation} ${number}`)
    const why = seen ?? (failure?.code === 'node_lost' ? blowNear(kills, sending_since) : undefined)
    findings.uncertain.push({ of: `${name}${wasAccepted ? ' (arrived)' : ''}`, why })
    return
  }
  findings.lost.push(
    `${name} ended as ${state}${failure ? ` (${failure.code})` : ''}${wasAccepted ? ', although the platform has it' : ''}`,
  )
}

/** The kill or cut that ended a sending which began then: within the request's time-out and the lease's. */
function blowNear(kills: KillReport, since: Date | null): string | undefined {
  if (!since) return undefined
  const at = since.getTime()
  const blow = [...kills.kills, ...kills.cuts].find(one => one.at > at - 1_500 && one.at < at + 35_000)
  return blow && `killed: ${blow.what}`
}

/** What an agent sees over the API: texts, order, edits, and the same as the client's own state by the events. */
async function readApi(
  { database, workspaceId, record, desk, follower, messagesOf, lanes, say }: AccountingInput,
  findings: Findings,
): Promise<void> {
  const conversations = await database.query<{ id: string; thread_id: string }>(
    'select id::text, thread_id from conversation where workspace_id = $1 order by id',
    [workspaceId],
  )
  const edits = new Map(record.edits.map(([conversation, number, edit]) => [`${conversation} ${number}`, edit]))
  let next = 0
  let done = 0
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      while (next < conversations.length) {
        const { id, thread_id } = conversations[next++]!
        const conversation = conversationOf(thread_id)
        if (conversation === undefined) continue
        const messages = await messagesOf(id, lane)
        const lines: Line[] = []
        for (const { direction, body } of messages) {
          if (direction !== 'in' && direction !== 'out') continue
          const told = body.content.kind === 'text' ? readText(body.content.text.text) : undefined
          lines.push([direction, told?.conversation === conversation && told.direction === direction ? told.number : undefined])
          const edit = told && edits.get(`${told.conversation} ${told.number}`)
          if (told?.direction === 'in' && told.edit !== (edit ?? 0))
            findings.lost.push(`API: in ${conversation} ${told.number} shows edit ${told.edit} of ${edit ?? 0}`)
        }
        checkThread('API', conversation, lines, record, desk, findings)
        const difference = follower.differs(id, messages)
        if (difference) findings.wrong.push(`events and API differ in conversation ${conversation}: ${difference}`)
        if (++done % 500 === 0) say(`API: ${done} of ${conversations.length} conversations`)
      }
    }),
  )
}

/** The event log as a client saw it: everything was shown, once, without gaps. */
function countLog({ record, desk, follower }: AccountingInput, findings: Findings): void {
  for (const [conversation, count] of record.written.entries())
    for (let number = 1; number <= count; number++)
      if (!follower.sawIn(conversation, number)) findings.lost.push(`event log: in ${conversation} ${number}`)
  for (const [conversation, count] of desk.answered)
    for (let number = 1; number <= count; number++)
      if (!follower.sawOut(conversation, number)) findings.lost.push(`event log: out ${conversation} ${number}`)
  for (const twice of follower.report.shownTwice) findings.duplicated.push(`event log: ${twice}`)
  if (follower.report.gaps > 0) findings.wrong.push(`the event log had ${follower.report.gaps} gaps`)
  if (follower.report.resyncs > 0) findings.wrong.push(`the event log asked ${follower.report.resyncs} times for a new snapshot`)
}

async function countRest({ database, workspaceId, follower }: AccountingInput, findings: Findings): Promise<void> {
  const [head] = await database.query<{ position: number }>('select position from log_head where workspace_id = $1', [workspaceId])
  if (Number(head!.position) !== follower.position())
    findings.wrong.push(`the log ends at ${head!.position}, the client at ${follower.position()}`)
  const aside = await database.query<{ reason: string; n: number }>(
    'select reason, count(*)::int as n from set_aside where workspace_id = $1 group by reason',
    [workspaceId],
  )
  for (const { reason, n } of aside) findings.wrong.push(`${n} events were set aside: ${reason}`)
}
