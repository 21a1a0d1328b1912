/** What a hub needs of the machine: Node, the programs of PostgreSQL, the data folder and its rights, the key file, space on the disk. */
import { access, constants, readFile, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openKeyFile } from '@dragoman/hub'
import { findBinaries } from '../../embedded-postgres/binaries.ts'
import { lookUp } from '../../embedded-postgres/server-user.ts'
import type { Settings } from '../../settings.ts'
import { type Check, check, failed, ok, skipped, warning } from './check.ts'

const oldestNode = 24
const mebibyte = 1024 ** 2

export async function checkMachine(settings: Settings): Promise<Check[]> {
  const { home } = settings
  const isEmbedded = settings.databaseUrl === undefined
  return await Promise.all([
    check('node', 'Node.js', () =>
      Number(process.versions.node.split('.')[0]) >= oldestNode
        ? ok(process.versions.node)
        : failed(
            process.versions.node,
            `The sources run unbuilt on Node ${oldestNode} or newer.`,
            'npm ci, then start through npm: npm run dragoman -- doctor',
          ),
    ),
    check('postgres_programs', 'PostgreSQL’s programs', async () => (isEmbedded ? await programs() : skipped('DATABASE_URL is used'))),
    check('home', 'Data folder', async () => await homeRights(home, isEmbedded)),
    check('key_file', 'Key file', async () => await keyFile(join(home, 'keys', 'master.json'))),
    check('disk', 'Space on the disk', async () => {
      const { bavail, bsize } = await statfs(await nearest(home))
      const free = Math.floor((bavail * bsize) / mebibyte)
      const found = `${free.toLocaleString('en')} MiB free`
      if (free < 200)
        return failed(
          found,
          'PostgreSQL stops writing on a full disk, and with it the hub.',
          `du -xh --max-depth=2 ${home} | sort -h | tail`,
        )
      return free < 1_024
        ? warning(found, 'Less than 1 GiB is left for messages and files.', `du -xh --max-depth=2 ${home} | sort -h | tail`)
        : ok(found)
    }),
  ])
}

async function programs() {
  // Throws a clear sentence where the platform's package is missing; makes the links that its install script would have made.
  const binaries = await findBinaries().catch((error: Error) => error)
  if (binaries instanceof Error) return failed('not installed', binaries.message, 'npm ci --include=optional')
  const ending = process.platform === 'win32' ? '.exe' : ''
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    const path = join(binaries.folder, 'bin', `${program}${ending}`)
    if (
      !(await access(path, constants.X_OK).then(
        () => true,
        () => false,
      ))
    )
      return failed(`${path} cannot be run`, 'The package is incomplete, or its files lost their rights.', 'rm -rf node_modules && npm ci')
  }
  const links = JSON.parse(await readFile(join(binaries.folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as { target: string }[]
  for (const { target } of links) {
    const path = join(dirname(binaries.folder), target)
    if (!(await stat(path).catch(() => undefined)))
      return failed(`${path} is missing`, 'A library’s link could not be made.', 'rm -rf node_modules && npm ci')
  }
  return ok(`${binaries.version}, ${links.length} links`)
}

/** The nearest folder above (or at) a path that exists. */
async function nearest(path: string): Promise<string> {
  const there = await stat(path).catch(() => undefined)
  return there || dirname(path) === path ? path : await nearest(dirname(path))
}

async function homeRights(home: string, isEmbedded: boolean) {
  const there = await nearest(home)
  if (
    !(await access(there, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    ))
  )
    return failed(
      `${there} cannot be written by this user`,
      'The hub keeps its key, files and database there.',
      `sudo chown -R "$(id -un)" ${there}   (or set DRAGOMAN_HOME to another folder)`,
    )
  const user = isEmbedded && process.getuid?.() === 0 ? (lookUp('dragoman') ?? lookUp('postgres')) : undefined
  if (user) {
    // PostgreSQL does not run as root: its own user must get through every folder above the data.
    for (let folder = there; ; folder = dirname(folder)) {
      const { mode, uid, gid } = await stat(folder)
      const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
      if ((mode & bit) === 0)
        return failed(
          `${folder} is closed to the user “${user.name}”`,
          'PostgreSQL does not run as root; its own user must be able to reach the data folder.',
          `chmod o+x ${folder}   (or DRAGOMAN_HOME=/var/lib/dragoman npm start)`,
        )
      if (dirname(folder) === folder) break
    }
  }
  return there === home ? ok(home) : ok(`${home} (made at the first start)`)
}

async function keyFile(path: string) {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => error)
  if (facts instanceof Error) {
    if (facts.code === 'ENOENT') return ok(`${path} (made at the first start)`)
    return failed(`${path} cannot be reached`, facts.message, `sudo chown "$(id -un)" ${path} ${dirname(path)}`)
  }
  const broken = await openKeyFile(path).then(
    () => undefined,
    (error: Error) => error,
  )
  if (broken) return failed('cannot be read', broken.message, `Restore ${path} from your backup`)
  if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0)
    return failed(`${path} is open to other users`, 'Whoever reads it can open every secret in the database.', `chmod 600 ${path}`)
  return ok(path)
}
