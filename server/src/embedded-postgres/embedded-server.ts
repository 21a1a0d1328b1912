/**
 * The embedded PostgreSQL: created, started, picked up again after a `kill -9`, stopped. Driven by `initdb` and `pg_ctl` directly.
 * Always holds: it listens on loopback only, at a private port, with a password; it is started by `pg_ctl`, in a process session of its own, so
 * that Ctrl-C reaches the hub first; fsync and synchronous_commit stay on.
 */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { type Binaries, copyBinaries, findBinaries } from './binaries.ts'
import { type ServerUser, serverUser } from './server-user.ts'

export interface EmbeddedServer {
  /** As the owner, to the hub's database. */
  url: string
  port: number
  dataFolder: string
  /** True when it was running already. */
  pickedUp: boolean
  /** Fast shutdown; returns when it is down. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  home: string
  password: string
  /** Where root's copy of the programs goes; the home by default. */
  binariesHome?: string
  /** The port to take; a free one by default. */
  port?: number
  /** More of its settings for this start, such as `max_connections=200`. */
  serverSettings?: readonly string[]
  progress(message: string): void
}

const superuser = 'dragoman_owner'
const database = 'dragoman'

/** Starts (or picks up) the server in `home`. Throws an Error with one sentence that says what to do. */
export async function startEmbeddedServer(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const user = serverUser()
  await mkdir(options.home, { recursive: true })
  const packaged = await findBinaries()
  const binaries = user ? await copyBinaries(packaged, options.binariesHome ?? options.home) : packaged
  const dataFolder = join(options.home, 'database')

  if (!(await exists(join(dataFolder, 'PG_VERSION')))) await createCluster(options, binaries, dataFolder, user)
  await checkVersion(binaries, dataFolder)

  const running = await runningPort(dataFolder)
  if (running !== undefined && (await answers(running, options.password))) return await finish(running, true)

  const port = options.port ?? (await freePort())
  options.progress('Starting PostgreSQL')
  const settings = [
    `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`,
    ...(options.serverSettings ?? []).map(setting => `-c ${setting}`),
  ].join(' ')
  const started = await run(binaries, user, 'pg_ctl', [
    'start',
    '-w',
    '-t',
    '60',
    '-D',
    dataFolder,
    '-l',
    join(dataFolder, 'server.log'),
    '-o',
    settings,
  ])
  if (started.code !== 0) {
    const log = await readFile(join(dataFolder, 'server.log'), 'utf8').catch(() => '')
    throw new Error(`The embedded PostgreSQL did not start: ${lastLine(log) || lastLine(started.output)}`)
  }
  return await finish(port, false)

  async function finish(at: number, pickedUp: boolean): Promise<EmbeddedServer> {
    await ensureDatabase(at, options.password)
    return {
      url: address(at, options.password, database),
      port: at,
      dataFolder,
      pickedUp,
      stop: async () => {
        await run(binaries, user, 'pg_ctl', ['stop', '-w', '-t', '20', '-m', 'fast', '-D', dataFolder])
      },
    }
  }
}

async function createCluster(
  options: EmbeddedOptions,
  binaries: Binaries,
  dataFolder: string,
  user: ServerUser | undefined,
): Promise<void> {
  options.progress('Creating the database')
  // A folder without PG_VERSION is a creation that was cut short: nothing was ever in it.
  await rm(dataFolder, { recursive: true, force: true })
  await mkdir(dataFolder, { mode: 0o700 })
  const passwordFile = join(options.home, `.password.${randomBytes(4).toString('hex')}`)
  await writeFile(passwordFile, options.password, { mode: 0o600 })
  if (user) {
    await chown(dataFolder, user.uid, user.gid)
    await chown(passwordFile, user.uid, user.gid)
  }
  try {
    const made = await run(binaries, user, 'initdb', [
      '-D',
      dataFolder,
      '-U',
      superuser,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      '--no-instructions',
    ])
    if (made.code !== 0) {
      await rm(dataFolder, { recursive: true, force: true })
      const reach =
        user && /Permission denied|could not (access|open)/i.test(made.output)
          ? ` The user “${user.name}” must be able to reach ${options.home}: choose another DRAGOMAN_HOME, such as /var/lib/dragoman.`
          : ''
      throw new Error(`The database could not be created: ${lastLine(made.output)}.${reach}`)
    }
    await writeFile(join(dataFolder, 'postgresql.auto.conf'), settingsFile())
    if (user) await chown(join(dataFolder, 'postgresql.auto.conf'), user.uid, user.gid)
  } finally {
    await rm(passwordFile, { force: true })
  }
}

function settingsFile(): string {
  return [
    "max_connections = '120'",
    "shared_buffers = '256MB'",
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    // What is replayed after a crash: some seconds' worth, under the heaviest load.
    "max_wal_size = '512MB'",
    // Commits wait for the disk; group commit in the application already gathers them.
    "synchronous_commit = 'on'",
    "password_encryption = 'scram-sha-256'",
    // A fresh database plans as if its tables were empty until they are first analysed: soon, here.
    "autovacuum_naptime = '5s'",
    "autovacuum_analyze_threshold = '200'",
    '',
  ].join('\n')
}

async function checkVersion(binaries: Binaries, dataFolder: string): Promise<void> {
  const cluster = (await readFile(join(dataFolder, 'PG_VERSION'), 'utf8')).trim()
  const program = binaries.version.split('.')[0]
  if (cluster !== program)
    throw new Error(
      `The data in ${dataFolder} belongs to PostgreSQL ${cluster}; this version brings ${program}. Restore a backup into a new DRAGOMAN_HOME.`,
    )
}

/** The address of a server that runs in `home` now, or undefined. Starts nothing. */
export async function runningServer(home: string, password: string): Promise<{ url: string; stop(): Promise<void> } | undefined> {
  const dataFolder = join(home, 'database')
  const port = await runningPort(dataFolder)
  if (port === undefined || !(await answers(port, password))) return undefined
  return {
    url: address(port, password, database),
    stop: async () => {
      const user = serverUser()
      const packaged = await findBinaries()
      await run(user ? await copyBinaries(packaged, home) : packaged, user, 'pg_ctl', [
        'stop',
        '-w',
        '-t',
        '20',
        '-m',
        'fast',
        '-D',
        dataFolder,
      ])
    },
  }
}

/** The port in postmaster.pid, when the process in it is alive. */
async function runningPort(dataFolder: string): Promise<number | undefined> {
  const lines = (await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!pid || !port) return undefined
  try {
    process.kill(pid, 0)
    return port
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? port : undefined
  }
}

async function answers(port: number, password: string): Promise<boolean> {
  // After a crash the server may still be replaying its log: it says so and is asked again.
  for (let attempt = 0; attempt < 100; attempt++) {
    const client = new pg.Client({ connectionString: address(port, password, 'postgres'), connectionTimeoutMillis: 2_000 })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return true
    } catch (error) {
      const { code } = error as { code?: string }
      if (code !== '57P03') return false
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
  return false
}

async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: address(port, password, 'postgres') })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database])
    if (!rowCount) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
}

function address(port: number, password: string, name: string): string {
  return `postgres://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${name}`
}

/** A port of loopback that is free now. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const found = server.address()
      server.close(() => (found && typeof found === 'object' ? resolve(found.port) : reject(new Error('no free port'))))
    })
  })
}

async function run(
  binaries: Binaries,
  user: ServerUser | undefined,
  program: string,
  parameters: string[],
): Promise<{ code: number; output: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(join(binaries.folder, 'bin', process.platform === 'win32' ? `${program}.exe` : program), parameters, {
      cwd: process.platform === 'win32' ? undefined : '/',
      // pg_ctl's server inherits our pipes; only files let pg_ctl's own end be seen.
      stdio: program === 'pg_ctl' ? ['ignore', 'ignore', 'ignore'] : ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
      detached: process.platform !== 'win32',
    })
    let output = ''
    child.stdout?.on('data', chunk => (output += chunk))
    child.stderr?.on('data', chunk => (output += chunk))
    child.on('error', reject)
    child.on('close', code => resolve({ code: code ?? 1, output }))
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? ''
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
