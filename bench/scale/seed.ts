/**
 * A large database in minutes: rows as the hub itself would have written them, set-based, with triggers and foreign keys off and indexes made afterwards.
 * Always holds: everything that the hub counts is recounted at the end by the hub's own rules; what reading opens (bodies, previews, names of secrets) is
 * really sealed; the shape is one firm's history at 23,000 messages a day, so a larger database is a longer history with the same desk.
 */
import { type Hub, recountFigures } from '@dragoman/hub'
import pg from 'pg'
import { distinctBodies, firstNames, lastNames, sentence } from './words.ts'

export const perDay = 23_000
const perCase = 5
/** Cases that are open now, and those of them that wait for an answer. */
const openCases = 2_000
const waitingCases = 600
export const longThread = 10_000

export interface Seeded {
  messages: number
  cases: number
  conversations: number
  /** The conversation with the long thread. */
  longThreadId: string
  /** ms: from the first row to the last index and statistic. */
  tookMs: number
}

export interface SeedTargets {
  workspaceId: string
  accountIds: readonly string[]
  agentIds: readonly string[]
  teamIds: readonly string[]
  labelIds: readonly string[]
}

/** Ids as the hub makes them (version 7), but to be computed from a number. */
export function idOf(kind: number, n: number): string {
  return `01900000-0000-7${kind.toString(16).padStart(3, '0')}-8000-${n.toString(16).padStart(12, '0')}`
}
const kinds = { contact: 1, identity: 2, conversation: 3, case: 4, message: 5, part: 6, file: 7 }

export async function seed(url: string, hub: Hub, targets: SeedTargets, size: number, say: (line: string) => void): Promise<Seeded> {
  const startedAt = performance.now()
  const clients = await Promise.all([1, 2].map(() => connect(url)))
  const [one, two] = clients as [pg.Client, pg.Client]
  // Whole blocks of a hundred messages: twenty cases of five, interleaved as on a desk.
  const messages = Math.ceil(size / 100) * 100
  const cases = messages / perCase
  const conversations = cases / 2
  const days = Math.ceil(messages / perDay)
  const write = writer(targets, { messages, cases, conversations, days })
  try {
    await makeHelpers(one, write)
    await makeWording(one, hub, targets.workspaceId)
    const dropped = await dropIndexes(one)
    say(`  people and conversations …`)
    await one.query(write(people))
    await Promise.all([one.query(write(cases_)), two.query(write(conversationsSql))])
    const step = 500_000
    for (let from = 0; from < messages; from += step) {
      const range = (text: string) =>
        write(text)
          .replaceAll('$from', String(from))
          .replaceAll('$to', String(Math.min(messages, from + step) - 1))
      await Promise.all([
        (async () => {
          await one.query(range(messagesSql))
          await one.query(range(partsSql))
        })(),
        (async () => {
          await two.query(range(searchSql))
          await two.query(range(platformSql))
        })(),
      ])
      say(
        `  ${Math.min(messages, from + step).toLocaleString('en')} messages after ${Math.round((performance.now() - startedAt) / 1_000)} s`,
      )
    }
    await one.query(write(longThreadSql))
    await one.query(write(filesSql))
    await logEvents(one, hub, write, Math.min(400_000, Math.ceil(messages / 25)))
    say('  indexes …')
    const share = dropped.sort((a, b) => weight(b) - weight(a))
    await Promise.all(
      clients.map(async client => {
        for (let next = share.shift(); next; next = share.shift()) await client.query(next)
      }),
    )
    say('  counters and statistics …')
    await one.query(write(countersSql))
    await one.query('set session_replication_role = origin')
    await recountFigures(hub, targets.workspaceId, 'UTC')
    await vacuum(clients)
  } finally {
    await Promise.all(clients.map(client => client.end()))
  }
  return {
    messages: messages + longThread,
    cases,
    conversations: conversations + 1,
    longThreadId: idOf(kinds.conversation, conversations),
    tookMs: performance.now() - startedAt,
  }
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  // Only here: nothing of this is anybody's message. Triggers and foreign keys are off for this session.
  await client.query(
    `set synchronous_commit = off; set session_replication_role = replica; set maintenance_work_mem = '700MB'; set work_mem = '128MB'; set max_parallel_maintenance_workers = 1`,
  )
  return client
}

type Write = (text: string) => string

function writer(targets: SeedTargets, sizes: { messages: number; cases: number; conversations: number; days: number }): Write {
  const uuids = (ids: readonly string[]) => `'{${ids.join()}}'::uuid[]`
  return text =>
    text
      .replaceAll('$workspace', `'${targets.workspaceId}'::uuid`)
      .replaceAll('$accounts', uuids(targets.accountIds))
      .replaceAll('$accountCount', String(targets.accountIds.length))
      .replaceAll('$agents', uuids(targets.agentIds))
      .replaceAll('$agentCount', String(targets.agentIds.length))
      .replaceAll('$teams', uuids(targets.teamIds))
      .replaceAll('$teamCount', String(targets.teamIds.length))
      .replaceAll('$labels', uuids(targets.labelIds))
      .replaceAll('$bodies', String(distinctBodies))
      .replaceAll('$firstOpen', String(Math.max(0, sizes.cases - openCases)))
      .replaceAll('$firstWaiting', String(Math.max(0, sizes.cases - waitingCases)))
      .replaceAll('$cases', String(sizes.cases))
      .replaceAll('$conversations', String(sizes.conversations))
      .replaceAll('$messages', String(sizes.messages))
      .replaceAll('$days', String(sizes.days))
}

/** Functions of numbers, inlined into the statements: which case a message is of, when it was, whose. Gone with the session. */
async function makeHelpers(client: pg.Client, write: Write): Promise<void> {
  await client.query(
    write(`
    drop schema if exists bench cascade; create schema bench;
    create function bench.id(kind int, n bigint) returns uuid language sql immutable parallel safe
      as $f$ select ('01900000-0000-7' || lpad(to_hex(kind), 3, '0') || '-8000-' || lpad(to_hex(n), 12, '0'))::uuid $f$;
    create function bench.case_of(n bigint) returns bigint language sql immutable parallel safe as $f$ select n / 100 * 20 + n % 20 $f$;
    -- The place of a message in its case, from 0.
    create function bench.place_of(n bigint) returns bigint language sql immutable parallel safe as $f$ select n % 100 / 20 $f$;
    create function bench.message_of(k bigint, place int) returns bigint language sql immutable parallel safe as $f$ select k / 20 * 100 + place * 20 + k % 20 $f$;
    -- From eight to ten in the evening, $days days up to yesterday; whoever writes is answered within two minutes to an hour and a half.
    create function bench.at(n bigint) returns timestamptz language sql stable parallel safe
      as $f$ select date_trunc('day', now()) - interval '$days days' + (n / ${perDay}) * interval '1 day' + interval '8 hours' + (n % ${perDay}) * (interval '14 hours' / ${perDay})
        + case when n % 100 >= 20 then (120 + (n / 100 * 20 + n % 20) * 37 % 5280) * interval '1 second' else interval '0' end $f$;
    create function bench.place_is_out(n bigint) returns boolean language sql immutable parallel safe
      as $f$ select (n % 100 / 20) in (1, 4) and not (n % 100 / 20 = 4 and n / 100 * 20 + n % 20 >= $firstWaiting) $f$;
    create function bench.account(c bigint) returns uuid language sql immutable parallel safe as $f$ select ($accounts)[1 + least(c % 10 / 2, c % $accountCount)] $f$;
    create function bench.body(n bigint) returns int language sql immutable parallel safe
      as $f$ select ((n * 7919) % ($bodies / 2) + case when bench.case_of(n) % $conversations % 3 = 0 then $bodies / 2 else 0 end)::int $f$;
    `),
  )
}

/** The few thousand bodies: sealed here, as the hub seals them, and their words as its index has them. */
async function makeWording(client: pg.Client, hub: Hub, workspaceId: string): Promise<void> {
  await client.query('create unlogged table bench.wording (number int primary key, body bytea, preview bytea, words tsvector)')
  const texts = Array.from({ length: distinctBodies }, (_, index) => sentence(index))
  await client.query(
    `insert into bench.wording select n - 1, b, p, to_tsvector('russian', t) from unnest($1::text[], $2::bytea[], $3::bytea[]) with ordinality as v(t, b, p, n)`,
    [
      texts,
      texts.map(text => hub.codec.sealJson(workspaceId, { content: { kind: 'text', text: { text } } })),
      texts.map(text => hub.codec.seal(workspaceId, text)),
    ],
  )
  await client.query('analyze bench.wording')
}

const tables = [
  'contact',
  'identity',
  'identity_alias',
  'conversation',
  'conversation_case',
  'conversation_read',
  'conversation_label',
  'message',
  'message_search',
  'part',
  'platform_message',
  'file',
]

/** Takes away every index that no constraint needs, and gives the statements that make them again. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; text: string }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as text from pg_index i
      where i.indrelid = any($1::regclass[]) and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)`,
    [tables],
  )
  for (const row of rows) await client.query(`drop index ${row.name}`)
  return rows.map(row => row.text)
}

/** The slowest first, so that both connections end at about the same time. */
function weight(statement: string): number {
  return (statement.includes('USING gin') ? 4 : 1) * (/ON public\.(message|message_search|part|platform_message) /.test(statement) ? 3 : 1)
}

async function vacuum(clients: pg.Client[]): Promise<void> {
  const left = [
    'message',
    'message_search',
    'part',
    'platform_message',
    'conversation',
    'contact',
    'conversation_case',
    'identity',
    'identity_alias',
    'conversation_read',
    'conversation_label',
    'figure_day',
    'figure_hour',
    'figure_answer',
    'file',
    'event_log',
    'search_word',
  ]
  await Promise.all(
    clients.map(async client => {
      for (let next = left.shift(); next; next = left.shift()) await client.query(`vacuum (analyze) ${next}`)
    }),
  )
  await clients[0]!.query('analyze')
}

const namesSql = `(array[${firstNames.map(name => `'${name}'`).join()}])[1 + n % ${firstNames.length}] || ' ' || (array[${lastNames.map(name => `'${name}'`).join()}])[1 + n / 16 % ${lastNames.length}]`

const people = `
  insert into contact (workspace_id, id, name, phone, email, language, customer_id, attributes, created_at)
    select $workspace, bench.id(1, n), ${namesSql}, '+79' || lpad((n * 7919 % 1000000000)::text, 9, '0'), 'person' || n || '@example.com',
      case when n % 3 = 0 then 'en' else 'ru' end, case when n % 2 = 0 then 'C' || n end, jsonb_build_object('order', 'A-' || (10000 + n)), now()
    from generate_series(0::bigint, $conversations) n;
  insert into identity (workspace_id, id, account_id, contact_id, name, phone, language)
    select $workspace, bench.id(2, n), bench.account(n), bench.id(1, n), ${namesSql}, '+79' || lpad((n * 7919 % 1000000000)::text, 9, '0'), case when n % 3 = 0 then 'en' else 'ru' end
    from generate_series(0::bigint, $conversations) n;
  insert into identity_alias (workspace_id, account_id, external_id, identity_id)
    select $workspace, bench.account(n), 'u' || n, bench.id(2, n) from generate_series(0::bigint, $conversations) n`

/** The last case of a conversation is the one that is half a history younger. */
const conversationsSql = `
  insert into conversation (workspace_id, id, account_id, thread_id, identity_id, contact_id, state, assignee_id, team_id, case_id, windows, inbound_count, unanswered_since, queued_at,
      last_message, last_preview, last_message_at, last_message_tie, last_inbound_external_id, last_activity_at, last_out_id, last_out_by, label_ids, assigned_at, created_at)
    select $workspace, bench.id(3, c), bench.account(c), 't' || c, bench.id(2, c), bench.id(1, c), case when k.n >= $firstOpen then 'open' else 'closed' end,
      case when k.n >= $firstWaiting and c % 2 = 0 then null else ($agents)[1 + k.n % $agentCount] end, case when c % $teamCount = 0 then null else ($teams)[c % $teamCount] end, bench.id(4, k.n),
      jsonb_build_array(jsonb_build_object('window', 'customer_service', 'until', (extract(epoch from bench.at(m.n)) * 1000)::bigint + 86400000)),
      case when k.n >= $firstWaiting then 7 else 6 end, case when k.n >= $firstWaiting then bench.at(m.n) end, case when k.n >= $firstWaiting and c % 2 = 0 then bench.at(m.n) end,
      jsonb_build_object('id', bench.id(5, m.n), 'kind', 'text', 'direction', case when bench.place_is_out(m.n) then 'out' else 'in' end,
        'authorId', case when bench.place_is_out(m.n) then ($agents)[1 + k.n % $agentCount] else bench.id(2, c) end, 'authorName', 'x', 'at', (extract(epoch from bench.at(m.n)) * 1000)::bigint, 'state', 'sent'),
      w.preview, bench.at(m.n), m.n, 'x' || (m.n - 20), bench.at(m.n), bench.id(5, case when bench.place_is_out(m.n) then m.n else m.n - 60 end), ($agents)[1 + k.n % $agentCount],
      case when c % 1000 = 4 then array[($labels)[10]] when c % 4 = 0 then array[($labels)[1 + c / 4 % 9]] else '{}' end, bench.at(m.n), bench.at(bench.message_of(c, 0))
    from generate_series(0::bigint, $conversations - 1) c cross join lateral (select c + $conversations as n offset 0) k cross join lateral (select bench.message_of(k.n, 4) as n offset 0) m
    join bench.wording w on w.number = bench.body(m.n);
  insert into conversation_read (workspace_id, conversation_id, member_id, read_count)
    select $workspace, bench.id(3, c), ($agents)[1 + (c + $conversations) % $agentCount], 6 from generate_series(0::bigint, $conversations - 1) c where c % 3 > 0`

const cases_ = `
  insert into conversation_case (workspace_id, id, conversation_id, number, opened_at, closed_at, account_id, team_id, assignee_id, first_answer_at, first_answer_by)
    select $workspace, bench.id(4, k), bench.id(3, k % $conversations), k + 1, bench.at(bench.message_of(k, 0)), case when k < $firstOpen then bench.at(bench.message_of(k, 4)) + interval '10 minutes' end,
      bench.account(k % $conversations), case when k % $conversations % $teamCount = 0 then null else ($teams)[k % $conversations % $teamCount] end,
      case when k >= $firstWaiting and k % $conversations % 2 = 0 then null else ($agents)[1 + k % $agentCount] end, bench.at(bench.message_of(k, 1)), ($agents)[1 + k % $agentCount]
    from generate_series(0::bigint, $cases - 1) k;
  update workspace set next_case_number = $cases + 1 where workspace_id = $workspace`

const messagesSql = `
  insert into message (workspace_id, id, conversation_id, account_id, case_id, direction, author_kind, author_id, author_name, client_id, kind, body, order_at, order_tie, order_external, at, state, file_ids, created_at)
    select $workspace, bench.id(5, n), bench.id(3, m.c), bench.account(m.c), bench.id(4, m.k), case when m.sent then 'out' else 'in' end, case when m.sent then 'member' else 'customer' end,
      case when m.sent then ($agents)[1 + m.k % $agentCount] else bench.id(2, m.c) end, 'x', case when m.sent then 'client' || n end, 'text', w.body, m.at, n, 'x' || n, m.at,
      case when not m.sent then 'sent' when n % 10 < 7 then 'read' else 'delivered' end, case when n % 50 = 0 and not m.sent then array[bench.id(7, n)] else '{}' end, m.at
    from generate_series($from::bigint, $to::bigint) n
    cross join lateral (select bench.case_of(n) as k, bench.case_of(n) % $conversations as c, bench.place_is_out(n) as sent, bench.at(n) as at offset 0) m
    join bench.wording w on w.number = bench.body(n)`

/** One in fifty names an order that no other message names. */
const searchSql = `
  insert into message_search (workspace_id, message_id, conversation_id, at, words)
    select $workspace, bench.id(5, n), bench.id(3, bench.case_of(n) % $conversations), bench.at(n), case when n % 50 = 7 then w.words || array_to_tsvector(array[(40000000 + n)::text]) else w.words end
    from generate_series($from::bigint, $to::bigint) n join bench.wording w on w.number = bench.body(n)`

const platformSql = `
  insert into platform_message (workspace_id, account_id, external_id, message_id, part_id)
    select $workspace, bench.account(bench.case_of(n) % $conversations), 'x' || n, bench.id(5, n), case when bench.place_is_out(n) then bench.id(6, n) end
    from generate_series($from::bigint, $to::bigint) n`

const partsSql = `
  insert into part (workspace_id, id, message_id, conversation_id, account_id, index, lane, state, body, due_at, not_before, attempt, sent_at, delivered_at, read_at)
    select $workspace, bench.id(6, n), bench.id(5, n), bench.id(3, m.c), bench.account(m.c), 0, 'talk', case when n % 10 < 7 then 'read' else 'delivered' end, w.body, m.at, m.at, 1,
      m.at + interval '1 second', m.at + interval '2 seconds', case when n % 10 < 7 then m.at + interval '1 minute' end
    from generate_series($from::bigint, $to::bigint) n cross join lateral (select bench.case_of(n) % $conversations as c, bench.at(n) as at offset 0) m
    join bench.wording w on w.number = bench.body(n) where bench.place_is_out(n)`

/** One customer who has written for as long as the history goes. */
const longThreadSql = `
  insert into conversation (workspace_id, id, account_id, thread_id, identity_id, contact_id, state, inbound_count, last_message_at, last_activity_at)
    select $workspace, bench.id(3, $conversations), bench.account($conversations), 't' || $conversations, bench.id(2, $conversations), bench.id(1, $conversations), 'closed', ${longThread}, bench.at($messages - 1), bench.at($messages - 1);
  insert into message (workspace_id, id, conversation_id, account_id, direction, author_kind, author_id, author_name, kind, body, order_at, order_tie, order_external, at, state, created_at)
    select $workspace, bench.id(5, $messages + n), bench.id(3, $conversations), bench.account($conversations), 'in', 'customer', bench.id(2, $conversations), 'x', 'text', w.body, m.at, $messages + n, 'x' || ($messages + n), m.at, 'sent', m.at
    from generate_series(0::bigint, ${longThread - 1}) n cross join lateral (select bench.at($messages * n / ${longThread}) as at offset 0) m join bench.wording w on w.number = n % $bodies;
  insert into message_search (workspace_id, message_id, conversation_id, at, words)
    select $workspace, bench.id(5, $messages + n), bench.id(3, $conversations), bench.at($messages * n / ${longThread}), w.words from generate_series(0::bigint, ${longThread - 1}) n join bench.wording w on w.number = n % $bodies`

const filesSql = `
  insert into file (workspace_id, id, state, name, mime_type, size_bytes)
    select $workspace, bench.id(7, n), 'stored', (array['invoice-', 'накладная-', 'IMG_'])[1 + n / 50 % 3] || (100000 + n) || (array['.pdf', '.pdf', '.jpg'])[1 + n / 50 % 3], 'application/pdf', 1000
    from generate_series(0::bigint, $messages - 1, 50) n where not bench.place_is_out(n)`

/** As the sums of the hub's own changes would stand: from the rows. */
const countersSql = `
  insert into conversation_label (workspace_id, conversation_id, label_id) select workspace_id, id, unnest(label_ids) from conversation where label_ids <> '{}';
  delete from desk_change; delete from desk_count; delete from case_change; delete from case_count;
  insert into desk_count (workspace_id, account_id, team_id, assignee_id, open, waiting, queued)
    select workspace_id, account_id, team_id, assignee_id, count(*), count(unanswered_since), count(queued_at) from conversation where state = 'open' and spam_at is null group by 1, 2, 3, 4;
  insert into case_count (workspace_id, quarter, account_id, team_id, assignee_id, opened, closed, answered)
    select k.workspace_id, m.quarter, k.account_id, k.team_id, k.assignee_id, sum(m.opened), sum(m.closed), sum(m.answered)
    from conversation_case k, lateral case_moments(k.opened_at, k.closed_at, k.first_answer_at, 1) m where not k.spam and not k.imported group by 1, 2, 3, 4, 5;
  insert into search_word (workspace_id, word, messages)
    select $workspace, word, greatest(1, ndoc::bigint * $messages / $bodies) from ts_stat('select words from bench.wording') where length(word) between 3 and 40 and word !~ '[0-9]'
    on conflict (workspace_id, word) do update set messages = excluded.messages;
  update workspace set words_counted_to = now() where workspace_id = $workspace`

/** The newest part of the log: one view of a message, sealed. */
async function logEvents(client: pg.Client, hub: Hub, write: Write, events: number): Promise<void> {
  const view = {
    id: idOf(kinds.message, 0),
    conversationId: idOf(kinds.conversation, 0),
    body: { content: { kind: 'text', text: { text: sentence(1).repeat(6) } } },
  }
  const { rows } = await client.query<{ workspace_id: string }>(write('select $workspace as workspace_id'))
  await client.query(
    write(`insert into event_log (workspace_id, position, kind, account_id, conversation_id, payload)
      select $workspace, h.position + n, 'message.created', bench.account(n), bench.id(3, n % $conversations), $1::bytea from log_head h, generate_series(1::bigint, ${events}) n where h.workspace_id = $workspace`),
    [hub.codec.sealJson(rows[0]!.workspace_id, { kind: 'message.created', message: view })],
  )
  await client.query(write(`update log_head set position = position + ${events} where workspace_id = $workspace`))
}
