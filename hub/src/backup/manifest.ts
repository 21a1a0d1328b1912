/**
 * What a backup says of itself: one JSON file beside the data. Always holds: it is written last, so a folder without it is no backup; every other file of
 * the backup is named in it, or in the list that it names, with its SHA-256; nothing secret stands in it.
 */
import { createHash, hkdfSync } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { KeyRing } from '../sealing/codec.ts'

/** Wrong use or a state in which this must not be done: said in one line. */
export class BackupRefusal extends Error {}
/** It was right to try, and did not work: said in one line. */
export class BackupFailure extends Error {}

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().regex(/^[a-z_][a-z0-9_]*$/)
const stored = z.object({ file: z.string(), bytes: z.int(), sha256: hash })

export const manifestSchema = z.object({
  format: z.literal(1),
  kind: z.enum(['data', 'physical']),
  /** Of the program that made it. */
  version: z.string(),
  takenAt: z.iso.datetime(),
  /** Of PostgreSQL. */
  server: z.string(),
  /** Keys that sealed what is in it: id and a fingerprint that says nothing of the key. The keys themselves are never in a backup. */
  keys: z.array(z.object({ id: z.string(), fingerprint: z.string() })),
  migrations: z.array(z.string()),
  tables: z.array(stored.extend({ table: name, columns: z.array(name), rows: z.int() })),
  sequences: z.array(z.object({ sequence: name, value: z.int(), called: z.boolean() })),
  /** Partitions as they were, parents first: `bound` as the server prints it. */
  partitions: z.array(z.object({ parent: name, table: name, bound: z.string() })),
  /** Files of customers and colleagues; the list is in the form of sha256sum. */
  files: stored.extend({ count: z.int(), totalBytes: z.int() }),
  /** Of a physical copy: the database’s own files, listed likewise. */
  cluster: stored.extend({ count: z.int(), totalBytes: z.int() }).optional(),
})
export type Manifest = z.infer<typeof manifestSchema>

export const manifestFile = 'manifest.json'
export const manifestHashFile = 'manifest.json.sha256'

/** Writes the manifest and, beside it, its hash: `sha256sum -c manifest.json.sha256` holds. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 1)}\n`
  const sum = createHash('sha256').update(text).digest('hex')
  await writeFile(join(folder, manifestHashFile), `${sum}  ${manifestFile}\n`, { flush: true })
  await writeFile(join(folder, manifestFile), text, { flush: true })
}

/** Reads a backup’s manifest. Throws BackupRefusal where there is none, or one that is damaged or newer than this program. */
export async function readManifest(folder: string): Promise<Manifest> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) throw new BackupRefusal(`There is no folder ${folder}.`)
  const text = await readFile(join(folder, manifestFile), 'utf8').catch(() => undefined)
  if (text === undefined) throw new BackupRefusal(`${folder} is no backup, or one that was never finished: it has no ${manifestFile}.`)
  const said = (await readFile(join(folder, manifestHashFile), 'utf8').catch(() => '')).slice(0, 64)
  if (createHash('sha256').update(text).digest('hex') !== said)
    throw new BackupFailure(`${join(folder, manifestFile)} is damaged: it is not what ${manifestHashFile} says.`)
  const value = JSON.parse(text) as { format?: unknown }
  if (value.format !== 1) throw new BackupRefusal('This backup was made by a newer version of Dragoman. Restore it with that one.')
  return manifestSchema.parse(value)
}

/** Says which key it is and nothing more. */
export function fingerprint(key: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', key, 'dragoman', 'fingerprint in backups', 8)).toString('hex')
}

export function keysOf(ring: KeyRing): Manifest['keys'] {
  return Object.entries(ring.keys).map(([id, key]) => ({ id, fingerprint: fingerprint(key) }))
}

/** Throws BackupRefusal when the key file cannot open what is in this backup. */
export function checkKeys(manifest: Manifest, ring: KeyRing, path: string): void {
  for (const { id, fingerprint: wanted } of manifest.keys) {
    const key = ring.keys[id]
    if (!key)
      throw new BackupRefusal(`The key “${id}” that sealed this backup is not in ${path}. Use the copy of the key file that belongs to it.`)
    if (fingerprint(key) !== wanted)
      throw new BackupRefusal(
        `The key “${id}” in ${path} is not the one that sealed this backup. Use the copy of the key file that belongs to it.`,
      )
  }
}

/** SHA-256 and length of a file. */
export async function hashFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const sum = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    sum.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { sha256: sum.digest('hex'), bytes }
}
