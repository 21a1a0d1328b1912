/**
 * `node scripts/release-migrations.ts`: writes the hashes of migrations that are not yet in the list of released ones. Run when a version is released. Always
 * holds: a migration that was released is never changed, for databases out there have run it as it was; a change is refused, and the way is a new migration.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'

const folder = new URL('../hub/migrations/', import.meta.url)
const list = new URL('../hub/migrations/released.json', import.meta.url)

/** Name of each migration -> SHA-256 of its file. */
export async function hashesOfMigrations(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.sql')).sort()
  const entries = await Promise.all(
    names.map(
      async name =>
        [
          name,
          createHash('sha256')
            .update(await readFile(new URL(name, folder)))
            .digest('hex'),
        ] as const,
    ),
  )
  return Object.fromEntries(entries)
}

export async function releasedMigrations(): Promise<Record<string, string>> {
  return JSON.parse(await readFile(list, 'utf8')) as Record<string, string>
}

/** What is wrong with the files as they are: changed, taken away, or put in among released ones. Pure. */
export function wrongMigrations(released: Readonly<Record<string, string>>, present: Readonly<Record<string, string>>): string[] {
  const last = Object.keys(released).sort().at(-1) ?? ''
  return [
    ...Object.entries(released).flatMap(([name, hash]) =>
      present[name] === hash ? [] : [present[name] ? `${name} was changed after it was released` : `${name} was released and is gone`],
    ),
    ...Object.keys(present).flatMap(name =>
      Object.hasOwn(released, name) || name > last ? [] : [`${name} comes before ${last}, which was released: give it a later number`],
    ),
  ]
}

if (import.meta.main) {
  const present = await hashesOfMigrations()
  const wrong = wrongMigrations(await releasedMigrations(), present)
  if (wrong.length > 0) {
    process.stderr.write(`${wrong.join('\n')}\n`)
    process.exit(1)
  }
  await writeFile(list, `${JSON.stringify(present, null, 2)}\n`)
}
