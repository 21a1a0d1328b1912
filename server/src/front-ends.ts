/**
 * Builds the front ends on the first start, and again when their sources have changed. Always holds: what is served was made from the sources that
 * are here (a hash of them stands beside each build); nothing is built twice; a build takes the old one's place only when it is whole.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const stampName = '.sources'

/** Each build: its folder, and the folders whose sources go into it. */
export const frontEnds = [
  { name: 'inbox', folder: 'inbox', sources: ['inbox', 'api/src', 'core/src'] },
  { name: 'widget', folder: 'widget', sources: ['widget'] },
  { name: 'simulator', folder: 'simulator', sources: ['simulator', 'api/src', 'core/src'] },
] as const

/** Builds what is missing or stale. Throws an Error that names the build that failed, with its last lines. */
export async function buildFrontEnds(progress: (message: string) => void): Promise<void> {
  for (const { name, folder, sources } of frontEnds) {
    if (!(await exists(join(root, folder, 'vite.config.ts')))) continue
    const hash = await hashOf(sources)
    const stamp = join(root, folder, 'dist', stampName)
    if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) continue
    progress(`Building the ${name}`)
    // Beside the one that may be served at this moment, by this process or another.
    const place = join(root, folder, `.dist-${process.pid}`)
    try {
      await build(folder, name, place)
      await writeFile(join(place, stampName), hash)
      await putInPlace(place, join(root, folder, 'dist'))
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  }
}

/** A process that builds the same at the same time may have put its own there meanwhile: then that one stays. */
async function putInPlace(made: string, place: string): Promise<void> {
  const old = `${made}-old`
  await rename(place, old).catch(() => {})
  await rename(made, place).catch(error => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
  await rm(old, { recursive: true, force: true })
}

async function build(folder: string, name: string, into: string): Promise<void> {
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error', '--outDir', into, '--emptyOutDir'], {
      cwd: join(root, folder),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production' },
    })
    let output = ''
    child.stdout.on('data', chunk => (output += chunk))
    child.stderr.on('data', chunk => (output += chunk))
    child.on('error', reject)
    child.on('close', code =>
      code === 0 ? resolve() : reject(new Error(`The ${name} could not be built:\n${output.trim().split('\n').slice(-12).join('\n')}`)),
    )
  })
}

async function hashOf(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const folder of folders) {
    for (const path of (await filesOf(join(root, folder))).sort()) hash.update(path.slice(root.length)).update(await readFile(path))
  }
  hash.update(await readFile(join(root, 'package-lock.json')))
  return hash.digest('hex')
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found = await Promise.all(
    entries
      .filter(entry => !['node_modules', 'dist'].includes(entry.name) && !entry.name.startsWith('.dist-') && !entry.name.includes('.test.'))
      .map(entry => {
        const path = join(folder, entry.name)
        return entry.isDirectory() ? filesOf(path) : [path]
      }),
  )
  return found.flat()
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
