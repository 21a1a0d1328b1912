/** Looks whether a backup is whole: every file that the manifest and its lists name, by its SHA-256. Always holds: reads only, and stops at nothing but the end: what is wrong is listed, the first few by name. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { BackupFailure, hashFile, type Manifest, readManifest } from './manifest.ts'

const mostNamed = 5

export interface Verified {
  manifest: Manifest
  /** What is missing or was altered; empty: the backup is whole. */
  damaged: string[]
  bytes: number
}

/** Reads everything and compares. Throws BackupRefusal where there is no backup, BackupFailure where its manifest is damaged. */
export async function verifyBackup(folder: string, progress: (message: string) => void = () => {}): Promise<Verified> {
  const manifest = await readManifest(folder)
  const damaged: string[] = []
  let bytes = 0
  const single = [...manifest.tables, manifest.files, ...(manifest.cluster ? [manifest.cluster] : [])]
  for (const [index, one] of single.entries()) {
    progress(`Checking ${index + 1} of ${single.length}: ${one.file}`)
    if (await check(join(folder, one.file), one.sha256, one.bytes)) bytes += one.bytes
    else damaged.push(one.file)
  }
  const lists = [{ list: manifest.files, under: 'files' }, ...(manifest.cluster ? [{ list: manifest.cluster, under: 'database' }] : [])]
  for (const { list, under } of lists) {
    if (damaged.includes(list.file)) continue
    progress(`Checking ${list.count} files`)
    for await (const { sha256, name } of listed(join(folder, list.file)))
      if (!(await check(join(folder, under, name), sha256))) damaged.push(`${under}/${name}`)
    bytes += list.totalBytes
  }
  return { manifest, damaged, bytes }
}

/** As above; throws BackupFailure with the first names where something is wrong. */
export async function assertWhole(folder: string, progress?: (message: string) => void): Promise<Manifest> {
  const { manifest, damaged } = await verifyBackup(folder, progress)
  if (damaged.length > 0)
    throw new BackupFailure(
      `The backup ${folder} is damaged: ${damaged.slice(0, mostNamed).join(', ')}${damaged.length > mostNamed ? ` and ${damaged.length - mostNamed} more` : ''}. Nothing was changed.`,
    )
  return manifest
}

/** The lines of a list in the form of sha256sum. */
export async function* listed(path: string): AsyncGenerator<{ sha256: string; name: string }> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const [, sha256, name] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? []
    if (sha256 && name && !name.split('/').includes('..')) yield { sha256, name }
  }
}

async function check(path: string, sha256: string, bytes?: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || (bytes !== undefined && found.size !== bytes)) return false
  return (await hashFile(path)).sha256 === sha256
}
