/** Backup and restore over a real hub and a real PostgreSQL: what went in comes out, row for row; what is damaged, foreign or in the way is refused before anything is touched. */
import { appendFile, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { backUp, leftBehind, type Manifest, migrate, restoreBackup, verifyBackup } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientId, startTestHub, type TestDatabase, type TestHub, textBody, until } from '../support/test-hub.ts'
import { createEmptyDatabase, digestOf, testKeys } from './support.ts'

let hub: TestHub
let folder: string
let manifest: Manifest
const databases: TestDatabase[] = []

const quiet = () => {}
const source = async (of: TestHub) => ({
  ownerUrl: of.database.url,
  ring: await testKeys(),
  filesFolder: join(of.home, 'files'),
  version: '0.0.0-test',
  progress: quiet,
})
const target = async (
  database: TestDatabase,
  filesFolder = join(folder, `files-${databases.length}`),
  more: { replace?: number } = {},
) => ({
  ownerUrl: database.url,
  ring: await testKeys(),
  keyPath: database.keyFile,
  filesFolder,
  progress: quiet,
  ...more,
})
async function emptyDatabase(): Promise<TestDatabase> {
  const made = await createEmptyDatabase()
  databases.push(made)
  return made
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dragoman-backup-'))
  hub = await startTestHub()
  const { accountId, phone } = await hub.connect('telegram')
  await phone.act({ act: 'start' })
  for (let count = 0; count < 5; count++) await phone.act({ act: 'write', text: `Вопрос ${count} – “quoted” \\ back` })
  const conversation = await until(
    async () => (await hub.owner.call('conversations', { query: { account: accountId } })).conversations.find(one => one.inboundCount >= 5),
    'five messages',
  )
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(70_000).fill(7)], { type: 'application/octet-stream' }), 'price list.bin')
  const { fileId } = await hub.owner.call('uploadFile', { body: form })
  for (const body of [textBody('Answer'), { content: { kind: 'file' as const, media: { ref: { from: 'file' as const, fileId } } } }])
    await hub.owner.call('sendMessage', { params: { conversationId: conversation.id }, body: { clientId: clientId(), body } })
  await until(() => phone.view().messages.filter(one => one.from === 'business').length >= 2, 'both answers on the phone')
  // From here on nothing writes: what is compared must stand still.
  await hub.stop()
  manifest = await backUp(await source(hub), join(folder, 'first'))
})
afterAll(async () => {
  for (const database of databases) await database.drop()
  await hub?.database.drop()
  await rm(hub.home, { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
})

describe('a backup', () => {
  test('holds every table of the database, but for those that are named as left behind', async () => {
    const tables = (
      await hub.database.query<{ name: string }>(
        `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`,
      )
    ).map(row => row.name)
    expect(manifest.tables.map(one => one.table)).toEqual(tables.filter(name => !Object.hasOwn(leftBehind, name)))
    // What is left behind is there to be left: a name that no table has is a mistake.
    expect(Object.keys(leftBehind).filter(name => !tables.includes(name))).toEqual([])
    for (const { table, rows } of manifest.tables)
      expect(rows, table).toBe((await hub.database.query<{ n: number }>(`select count(*)::int as n from "${table}"`))[0]!.n)
    expect(manifest.tables.find(one => one.table === 'message')!.rows).toBeGreaterThanOrEqual(7)
  })

  test('has the files, by their hashes, and neither the key nor any of its bytes', async () => {
    const stored = await hub.database.query<{ storage_key: string; sha256: Buffer }>(
      `select storage_key, sha256 from file where state = 'stored'`,
    )
    const list = await readFile(join(folder, 'first', 'files.sha256'), 'utf8')
    expect(stored.length).toBeGreaterThan(0)
    for (const { storage_key, sha256 } of stored) expect(list).toContain(`${sha256.toString('hex')}  ${storage_key}\n`)
    const { keys } = JSON.parse(await readFile(hub.database.keyFile, 'utf8')) as { keys: Record<string, string> }
    const secrets = Object.values(keys).flatMap(key => [
      Buffer.from(key),
      Buffer.from(key, 'base64'),
      Buffer.from(Buffer.from(key, 'base64').toString('hex')),
    ])
    for await (const path of everything(join(folder, 'first'))) {
      const bytes = await readFile(path)
      for (const secret of secrets) expect(bytes.includes(secret), path).toBe(false)
    }
  })

  test('is whole, and says which file was altered, cut or taken away', async () => {
    expect((await verifyBackup(join(folder, 'first'))).damaged).toEqual([])
    const copy = join(folder, 'damaged')
    await cp(join(folder, 'first'), copy, { recursive: true })
    const altered = await readFile(join(copy, 'tables/message.copy'))
    altered[altered.length >> 1]! ^= 1
    await writeFile(join(copy, 'tables/message.copy'), altered)
    await rm(join(copy, 'tables/part.copy'))
    await appendFile(join(copy, 'tables/contact.copy'), 'x')
    expect((await verifyBackup(copy)).damaged.sort()).toEqual(['tables/contact.copy', 'tables/message.copy', 'tables/part.copy'])
    const database = await emptyDatabase()
    await expect(restoreBackup(await target(database), copy)).rejects.toThrow(/is damaged: .*Nothing was changed\.$/)
    expect(await database.query(`select 1 from pg_class where relnamespace = 'public'::regnamespace`)).toEqual([])
    await appendFile(join(copy, 'manifest.json'), ' ')
    await expect(verifyBackup(copy)).rejects.toThrow(/manifest\.json is damaged/)
  })

  test('never writes into a folder that holds something, and leaves nothing of one that failed', async () => {
    await expect(backUp(await source(hub), join(folder, 'first'))).rejects.toThrow(/is not empty/)
    const database = await emptyDatabase()
    await expect(backUp({ ...(await source(hub)), ownerUrl: database.url }, join(folder, 'nothing'))).rejects.toThrow(/never used/)
    expect((await readdir(folder)).filter(name => name.includes('nothing'))).toEqual([])
  })
})

describe('a restore', () => {
  test('brings back every row, file, sequence and rule, and the hub goes on', async () => {
    const database = await emptyDatabase()
    const home = join(folder, 'home')
    await restoreBackup(await target(database, join(home, 'files')), join(folder, 'first'))
    for (const { table, columns } of manifest.tables)
      expect(await digestOf(database, table, columns), table).toBe(await digestOf(hub.database, table, columns))
    const shape = `select c.relname, c.relrowsecurity, c.relforcerowsecurity,
        (select count(*)::int from pg_index i where i.indrelid = c.oid and i.indisvalid) as indexes,
        (select count(*)::int from pg_constraint k where k.conrelid = c.oid and k.convalidated) as constraints,
        (select count(*)::int from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled = 'O') as triggers,
        (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'restore_pending' order by 1`
    expect(await database.query(shape)).toEqual(await hub.database.query(shape))
    const sequences = `select sequencename, last_value from pg_sequences where schemaname = 'public' order by 1`
    expect(await database.query(sequences)).toEqual(await hub.database.query(sequences))
    const files = await hub.database.query<{ storage_key: string }>(`select storage_key from file where state = 'stored'`)
    for (const { storage_key } of files)
      expect(await readFile(join(home, 'files', storage_key))).toEqual(await readFile(join(hub.home, 'files', storage_key)))

    const again = await startTestHub({ database, home, again: true })
    try {
      const [conversation] = (await again.owner.call('conversations')).conversations
      const { messages } = await again.owner.call('messages', { params: { conversationId: conversation!.id } })
      expect(messages.map(message => JSON.stringify(message.body)).join()).toContain('Вопрос 4 – “quoted”'.replaceAll('"', '\\"'))
      // A search is refused while the machine is overloaded, and comes later.
      await until(
        async () => (await again.owner.call('search', { query: { q: 'Answer' } }).catch(() => undefined))?.messages.length,
        'a find',
      )
    } finally {
      await again.stop()
    }
  })

  test('of an older state comes up to this version', async () => {
    const older = await emptyDatabase()
    const ring = await testKeys()
    await migrate(older.url, ring.keys[ring.current]!, undefined, { until: '0012_machines' })
    const workspace = '0190a000-0000-7000-8000-000000000001'
    await older.query(`insert into workspace (workspace_id, name) values ($1, 'Older')`, [workspace])
    await older.query(`insert into log_head (workspace_id, epoch) values ($1, gen_random_uuid())`, [workspace])
    await older.query(`insert into contact (workspace_id, id, name, phone) values ($1, $1, 'Ольга', '+7 999 123-45-67')`, [workspace])
    const place = join(folder, 'older')
    const made = await backUp({ ...(await source(hub)), ownerUrl: older.url }, place)
    expect(made.migrations.at(-1)).toBe('0012_machines')
    const database = await emptyDatabase()
    await restoreBackup(await target(database), place)
    expect(await database.query(`select name, phone_digits, name_key from contact`)).toEqual([
      { name: 'Ольга', phone_digits: '79991234567', name_key: 'olga' },
    ])
    expect((await database.query(`select name from kysely_migration order by name desc limit 1`))[0]).toEqual(
      (await hub.database.query(`select name from kysely_migration order by name desc limit 1`))[0],
    )
  })

  test('of a newer state is refused in one sentence', async () => {
    const copy = join(folder, 'newer')
    await cp(join(folder, 'first'), copy, { recursive: true })
    const { createHash } = await import('node:crypto')
    const text = JSON.stringify({ ...manifest, migrations: [...manifest.migrations, '9999_tomorrow'] })
    await writeFile(join(copy, 'manifest.json'), text)
    await writeFile(join(copy, 'manifest.json.sha256'), `${createHash('sha256').update(text).digest('hex')}  manifest.json\n`)
    await expect(restoreBackup(await target(await emptyDatabase()), copy)).rejects.toThrow(
      /^This backup was made by a newer version[^\n]+9999_tomorrow/,
    )
  })

  test('is refused over data, unless exactly what is lost was named; and over what is not ours always', async () => {
    const database = await emptyDatabase()
    await restoreBackup(await target(database), join(folder, 'first'))
    const messages = manifest.tables.find(one => one.table === 'message')!.rows
    for (const replace of [undefined, messages - 1, 0])
      await expect(restoreBackup(await target(database, undefined, { replace }), join(folder, 'first'))).rejects.toThrow(
        new RegExp(`holds ${messages} messages, which would be lost.*--replace ${messages} `),
      )
    await restoreBackup(await target(database, undefined, { replace: messages }), join(folder, 'first'))
    expect((await database.query<{ n: number }>('select count(*)::int as n from message'))[0]!.n).toBe(messages)
    const foreign = await emptyDatabase()
    await foreign.query('create table accounting (id int)')
    await expect(restoreBackup(await target(foreign, undefined, { replace: 0 }), join(folder, 'first'))).rejects.toThrow(/not Dragoman’s/)
  })

  test('without its key is refused, whatever key file is there', async () => {
    const other = { current: 'k1', keys: { k1: new Uint8Array(32).fill(9) } }
    const database = await emptyDatabase()
    await expect(restoreBackup({ ...(await target(database)), ring: other }, join(folder, 'first'))).rejects.toThrow(
      /is not the one that sealed/,
    )
    await expect(
      restoreBackup({ ...(await target(database)), ring: { current: 'k2', keys: { k2: new Uint8Array(32) } } }, join(folder, 'first')),
    ).rejects.toThrow(/“k1”/)
    expect(await database.query(`select 1 from pg_class where relnamespace = 'public'::regnamespace`)).toEqual([])
  })

  test('that dies while it fills the tables leaves them empty', async () => {
    const broken = join(folder, 'broken')
    await cp(join(folder, 'first'), broken, { recursive: true })
    // Hashes that fit, and a count that does not: found only while filling.
    const { createHash } = await import('node:crypto')
    const tables = manifest.tables.map(one => (one.table === 'message' ? { ...one, rows: one.rows + 1 } : one))
    const text = JSON.stringify({ ...manifest, tables })
    await writeFile(join(broken, 'manifest.json'), text)
    await writeFile(join(broken, 'manifest.json.sha256'), `${createHash('sha256').update(text).digest('hex')}  manifest.json\n`)
    const database = await emptyDatabase()
    await expect(restoreBackup(await target(database), broken)).rejects.toThrow(/Nothing was kept/)
    expect((await database.query<{ n: number }>('select count(*)::int as n from workspace'))[0]!.n).toBe(0)
    await restoreBackup(await target(database), join(folder, 'first'))
  })
})

async function* everything(path: string): AsyncGenerator<string> {
  for (const name of await readdir(path)) {
    const one = join(path, name)
    if ((await stat(one)).isDirectory()) yield* everything(one)
    else yield one
  }
}
