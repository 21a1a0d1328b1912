/**
 * `npm run bench -- search [--messages=1000000] [--queries=60] [--json]`: how long a search takes over the API's use case, kind by kind, with so many
 * messages; and the floor of the same run, a round trip to the database. Figures are of this machine.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, actorOf, countSearchWords, type Hub, openKeyFile, rolePassword, search } from '@dragoman/hub'
import pg from 'pg'
import { pino } from 'pino'
import { readSettings } from '../server/src/settings.ts'
import { startHub } from '../server/src/start.ts'

const texts = 20_000
const perConversation = 8
const words = {
  common: ['заказ', 'доставка', 'спасибо', 'order', 'please', 'when', 'можно', 'здравствуйте', 'hello', 'price'],
  stems: ['чайник', 'рюкзак', 'светильник', 'кружка', 'скатерть', 'kettle', 'blanket', 'teapot', 'lantern', 'rucksack'],
}
const first = ['Ольга', 'Иван', 'Мария', 'Тимур', 'Olivia', 'Noah', 'Amelia', 'Grace', 'Leo', 'Анна']
const last = ['Смирнова', 'Кузнецов', 'Ахметова', 'Hart', 'Moreau', 'Aydin', 'Orlova', 'Петренко', 'Lindqvist', 'Новикова']

export async function searching(options: Map<string, string>): Promise<void> {
  const messages = Number(options.get('messages') ?? 1_000_000)
  const queries = Number(options.get('queries') ?? 60)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  const home = await mkdtemp(join(tmpdir(), 'dragoman-bench-'))
  // Root's database server runs as another user, who must be able to reach the folder.
  await chmod(home, 0o755)
  const settings = readSettings({ DRAGOMAN_HOME: home, PORT: '0', DRAGOMAN_SIMULATOR: '0', LOG_LEVEL: 'error' })
  const running = await startHub({ settings, logger: pino({ level: 'error' }, pino.destination(2)) })
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const url = new URL(running.hub.pools.ownerUrl)
  url.password = rolePassword(ring.keys[ring.current]!, 'owner')
  const admin = new pg.Client({ connectionString: url.toString() })
  await admin.connect()
  try {
    const actor = await makeOwner(running.url, running.hub)
    say(`Seeding ${messages.toLocaleString('en')} messages …`)
    const seededMs = await timed(() => seed(admin, running.hub, actor.workspaceId, messages))
    await countSearchWords(running.hub, 0)
    await admin.query('analyze')
    const floorMs = await median(queries, async () => {
      await admin.query('select 1')
    })
    const kinds: Record<string, (index: number) => string> = {
      'common word': index => pick(words.common, index),
      'stem, Russian and English': index => pick(words.stems, index).slice(0, -1),
      'rare words': index => `тема${(index * 317) % texts}`,
      'mistyped word': index => mistyped(pick(words.stems, index)),
      'two words': index => `${pick(words.common, index)} ${pick(words.stems, index + 3)}`,
      name: index => `${pick(first, index)} ${pick(last, index)}`,
      'mistyped name': index => mistyped(pick(last, index)),
      'phone, any form': index =>
        `8 (916) ${String(1_000_000 + index * 7).slice(0, 3)}-${String(1_000_000 + index * 7).slice(3, 5)}-${String(1_000_000 + index * 7).slice(5)}`,
      'order number': index => `A-${10_000 + index * 11}`,
      'name of a file': index => `invoice-${index * 13}`,
    }
    const results: Record<string, { p50Ms: number; p95Ms: number; hits: number }> = {}
    for (const [kind, query] of Object.entries(kinds)) {
      let hits = 0
      const times: number[] = []
      for (let index = 0; index < queries; index++) {
        times.push(
          await timed(async () => {
            const found = await search(running.hub, actor, { q: query(index), limit: 20, filter: {} })
            hits += found.contacts.length + found.messages.length + found.files.length
          }),
        )
      }
      times.sort((a, b) => a - b)
      results[kind] = { p50Ms: round(at(times, 0.5)), p95Ms: round(at(times, 0.95)), hits }
      say(`${kind.padEnd(26)} p50 ${results[kind].p50Ms} ms, p95 ${results[kind].p95Ms} ms, ${hits} hits in ${queries} queries`)
    }
    const figures = { messages, seededPerSecond: Math.round(messages / (seededMs / 1_000)), floorMs: round(floorMs), results }
    if (json) process.stdout.write(`${JSON.stringify(figures)}\n`)
    else say(`floor (one round trip)     p50 ${figures.floorMs} ms; seeded ${figures.seededPerSecond} messages/s`)
  } finally {
    await admin.end()
    await running.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function makeOwner(origin: string, hub: Hub): Promise<Actor> {
  const response = await fetch(`${origin}/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify({
      name: 'Bench',
      email: 'bench@example.com',
      password: 'bench bench bench',
      workspaceName: 'Bench',
      language: 'en',
      countries: ['RU'],
      demo: false,
    }),
  })
  const token = response.headers.get('set-cookie')!.split(';')[0]!.split('=')[1]!
  return (await actorOf(hub, token))!
}

/** Rows as ingest would have written them, but set-based: the search does not see the difference. */
async function seed(admin: pg.Client, hub: Hub, workspaceId: string, messages: number): Promise<void> {
  const conversations = Math.ceil(messages / perConversation)
  const bodies = Array.from({ length: texts }, (_, index) => sentence(index))
  await admin.query('create temp table wording (number int primary key, words text, body bytea)')
  for (let from = 0; from < texts; from += 2_000) {
    const some = bodies.slice(from, from + 2_000)
    await admin.query('insert into wording select $1 + n - 1, t, b from unnest($2::text[], $3::bytea[]) with ordinality as v(t, b, n)', [
      from,
      some,
      some.map(text => hub.codec.sealJson(workspaceId, { content: { kind: 'text', text: { text } } })),
    ])
  }
  const id = (kind: number) => `('00000000-000${kind}-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`
  const names = `(array[${first.map(name => `'${name}'`).join()}])[1 + n % 10] || ' ' || (array[${last.map(name => `'${name}'`).join()}])[1 + (n / 10) % 10] || ' ' || n`
  const run = (text: string) => admin.query(text.replaceAll('$w', `'${workspaceId}'::uuid`))
  await run(`insert into endpoint (workspace_id, id, channel, secrets) values ($w, '00000000-0009-7000-8000-000000000000', 'webchat', '')`)
  await run(`insert into account (workspace_id, id, endpoint_id, channel, external_id, name, secrets, way)
    values ($w, '00000000-0008-7000-8000-000000000000', '00000000-0009-7000-8000-000000000000', 'webchat', 'bench', 'Bench', '', 'visitor')`)
  await run(`insert into contact (workspace_id, id, name, phone, email, attributes)
    select $w, ${id(1)}, ${names}, '+7916' || (1000000 + n % 8999999), 'person' || n || '@example.com', jsonb_build_object('order', 'A-' || (10000 + n))
    from generate_series(1, ${conversations}) n`)
  await run(`insert into identity (workspace_id, id, account_id, contact_id, name)
    select $w, ${id(2)}, '00000000-0008-7000-8000-000000000000', ${id(1)}, 'x' from generate_series(1, ${conversations}) n`)
  await run(`insert into conversation (workspace_id, id, account_id, thread_id, identity_id, contact_id, state, last_activity_at)
    select $w, ${id(3)}, '00000000-0008-7000-8000-000000000000', 't' || n, ${id(2)}, ${id(1)}, case when n % 20 = 0 then 'open' else 'closed' end, now() - n * interval '1 second'
    from generate_series(1, ${conversations}) n`)
  await run(`insert into message (workspace_id, id, conversation_id, account_id, direction, author_kind, author_name, kind, body, order_at, order_tie, order_external, at)
    select $w, ${id(4)}, ('00000000-0003-7000-8000-' || lpad(to_hex(1 + n % ${conversations}), 12, '0'))::uuid, '00000000-0008-7000-8000-000000000000',
      case when n % 2 = 0 then 'in' else 'out' end, 'customer', '', 'text', w.body, now() - n * interval '1 second', n, n::text, now() - n * interval '1 second'
    from generate_series(1, ${messages}) n join wording w on w.number = (n::bigint * 7919) % ${texts}`)
  await run(`insert into message_search (workspace_id, message_id, conversation_id, at, words)
    select $w, ${id(4)}, ('00000000-0003-7000-8000-' || lpad(to_hex(1 + n % ${conversations}), 12, '0'))::uuid, now() - n * interval '1 second', to_tsvector('russian', w.words)
    from generate_series(1, ${messages}) n join wording w on w.number = (n::bigint * 7919) % ${texts}`)
  const files = Math.ceil(messages / 50)
  await run(
    `insert into file (workspace_id, id, state, name) select $w, ${id(5)}, 'stored', 'invoice-' || n || '.pdf' from generate_series(1, ${files}) n`,
  )
  await run(
    `update message set file_ids = array[${id(5)}] from generate_series(1, ${files}) n where workspace_id = $w and message.id = ${id(4)}`,
  )
}

/** A sentence with common words, one of the goods, and a word of its own. */
function sentence(index: number): string {
  const goods = pick(words.stems, Math.floor(index / 3))
  return `${pick(words.common, index)} ${goods} ${pick(words.common, index + 5)} тема${index} ${pick(words.stems, index + 4)} ${index % 7 === 0 ? 'доставка' : ''}`
}

function mistyped(word: string): string {
  const at = Math.floor(word.length / 2)
  return `${word.slice(0, at)}${/[а-я]/i.test(word) ? 'е' : 'e'}${word.slice(at + 1)}`
}

function pick<Item>(list: readonly Item[], index: number): Item {
  return list[index % list.length]!
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

async function median(times: number, work: () => Promise<void>): Promise<number> {
  const all: number[] = []
  for (let index = 0; index < times; index++) all.push(await timed(work))
  return at(
    all.sort((a, b) => a - b),
    0.5,
  )
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
