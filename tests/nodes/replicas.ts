/**
 * A primary and a hot standby on loopback, made with nothing but the embedded PostgreSQL's programs and SQL: what `docs/operations.md` describes, in a test.
 * Always holds: the standby streams and is synchronous before `start` returns; everything is gone after `close`.
 */
import { spawn } from 'node:child_process'
import { appendFile, chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKeyFile, rolePassword } from '@dragoman/hub'
import pg from 'pg'
import { type Binaries, copyBinaries, findBinaries } from '../../server/src/embedded-postgres/binaries.ts'
import { freePort, startEmbeddedServer } from '../../server/src/embedded-postgres/embedded-server.ts'
import { serverUser } from '../../server/src/embedded-postgres/server-user.ts'
import { until } from '../support/test-hub.ts'

export interface Replicas {
  home: string
  /** Both servers, as DATABASE_URL names them. */
  url: string
  primary: DatabaseNode
  standby: DatabaseNode
  close(): Promise<void>
}

export interface DatabaseNode {
  port: number
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>
  url: string
  /** SIGKILL to the postmaster and all its processes, as when the machine is gone. */
  crash(): Promise<void>
  start(): Promise<void>
  promote(): Promise<void>
}

const standbyName = 'standby'
const slot = 'standby'

export async function startReplicas(options: { synchronous: boolean }): Promise<Replicas> {
  const home = await mkdtemp(join(tmpdir(), 'dragoman-replicas-'))
  await chmod(home, 0o755)
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const password = rolePassword(ring.keys[ring.current]!, 'owner')
  const embedded = await startEmbeddedServer({ home, password, progress: () => {} })
  const user = serverUser()
  const packaged = await findBinaries()
  const binaries = user ? await copyBinaries(packaged, home) : packaged
  const standbyFolder = join(home, 'standby')
  const primary = databaseNode(binaries, embedded.dataFolder, embedded.port, password)
  const standby = databaseNode(binaries, standbyFolder, await freePort(), password)

  await primary.query(`select pg_create_physical_replication_slot('${slot}', true)`)
  await baseBackup(embedded, standbyFolder)
  await writeFile(
    join(standbyFolder, 'postgresql.auto.conf'),
    [
      await readFile(join(standbyFolder, 'postgresql.auto.conf'), 'utf8'),
      `primary_conninfo = 'host=127.0.0.1 port=${embedded.port} user=dragoman_owner password=${password} application_name=${standbyName}'`,
      `primary_slot_name = '${slot}'`,
      '',
    ].join('\n'),
  )
  await writeFile(join(standbyFolder, 'standby.signal'), '')
  await handOver(standbyFolder)
  await standby.start()
  await until(
    async () => (await primary.query(`select 1 from pg_stat_replication where state = 'streaming'`)).length > 0,
    'a standby that streams',
  )
  if (options.synchronous) {
    await primary.query(`alter system set synchronous_standby_names = '${standbyName}'`)
    await primary.query('select pg_reload_conf()')
    await until(
      async () => (await primary.query(`select 1 from pg_stat_replication where sync_state = 'sync'`)).length > 0,
      'a synchronous standby',
    )
  }
  return {
    home,
    url: `postgres://dragoman_owner:${encodeURIComponent(password)}@127.0.0.1:${embedded.port},127.0.0.1:${standby.port}/dragoman`,
    primary,
    standby,
    async close() {
      await Promise.all([primary.crash(), standby.crash()])
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }

  /** Through SQL, since pg_basebackup is not among the programs: the files between two calls of one session, and the label that the second gives. */
  async function baseBackup(server: { port: number; dataFolder: string }, target: string): Promise<void> {
    const client = clientOf(server.port, password)
    await client.connect()
    try {
      await client.query(`select pg_backup_start('standby', true)`)
      await mkdir(target, { mode: 0o700 })
      for (const name of await readdir(server.dataFolder)) {
        if (['postmaster.pid', 'postmaster.opts', 'pg_wal', 'pg_replslot', 'server.log'].includes(name)) continue
        // Files may go while they are copied: what they were stands in the write-ahead log.
        await cp(join(server.dataFolder, name), join(target, name), { recursive: true, verbatimSymlinks: true })
      }
      for (const name of ['pg_wal', 'pg_wal/archive_status', 'pg_replslot']) await mkdir(join(target, name), { mode: 0o700 })
      const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
      await writeFile(join(target, 'backup_label'), rows[0]!.labelfile)
    } finally {
      await client.end()
    }
  }

  async function handOver(folder: string): Promise<void> {
    if (!user) return
    for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), user.uid, user.gid)
    await chown(folder, user.uid, user.gid)
    await chmod(folder, 0o700)
  }
}

/** One server; other namespaces reach it at `from.address` as well. */
export async function startDatabase(from?: {
  address: string
  network: string
}): Promise<DatabaseNode & { home: string; close(): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'dragoman-nodes-'))
  await chmod(home, 0o755)
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const password = rolePassword(ring.keys[ring.current]!, 'owner')
  const embedded = await startEmbeddedServer({ home, password, progress: () => {} })
  await embedded.stop()
  if (from) await appendFile(join(embedded.dataFolder, 'pg_hba.conf'), `host all all ${from.network} scram-sha-256\n`)
  const packaged = await findBinaries()
  const binaries = serverUser() ? await copyBinaries(packaged, home) : packaged
  const node = databaseNode(binaries, embedded.dataFolder, await freePort(), password, from ? `127.0.0.1,${from.address}` : undefined)
  await node.start()
  return {
    ...node,
    home,
    async close() {
      await node.crash()
      await rm(home, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function databaseNode(binaries: Binaries, folder: string, port: number, password: string, listen = '127.0.0.1'): DatabaseNode {
  const log = join(folder, 'server.log')
  const settings = `-p ${port} -c listen_addresses=${listen} -c unix_socket_directories=`
  return {
    port,
    url: `postgres://dragoman_owner:${encodeURIComponent(password)}@${listen.split(',').at(-1)}:${port}/dragoman`,
    async query(text, values) {
      const client = clientOf(port, password)
      await client.connect()
      try {
        return (await client.query(text, values)).rows as never
      } finally {
        await client.end()
      }
    },
    async crash() {
      const pid = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[0])
      if (!pid) return
      // Its processes end by themselves when the postmaster is gone, but not at once: all together, as when the current fails.
      const children = await childrenOf(pid)
      for (const one of [pid, ...children]) kill(one)
      await until(() => ![pid, ...children].some(isAlive), 'the end of the server')
    },
    start: async () => await control(binaries, ['start', '-w', '-t', '60', '-D', folder, '-l', log, '-o', settings]),
    promote: async () => await control(binaries, ['promote', '-w', '-t', '60', '-D', folder]),
  }
}

function clientOf(port: number, password: string): pg.Client {
  const client = new pg.Client({
    connectionString: `postgres://dragoman_owner:${encodeURIComponent(password)}@127.0.0.1:${port}/dragoman`,
    connectionTimeoutMillis: 10_000,
  })
  client.on('error', () => {})
  return client
}

async function control(binaries: Binaries, parameters: string[]): Promise<void> {
  const user = serverUser()
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(join(binaries.folder, 'bin', 'pg_ctl'), parameters, {
      cwd: '/',
      stdio: 'ignore',
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      detached: true,
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    })
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`pg_ctl ${parameters[0]} ended with ${code}`)
}

async function childrenOf(parent: number): Promise<number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const stat = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '')
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) found.push(Number(entry))
  }
  return found
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
