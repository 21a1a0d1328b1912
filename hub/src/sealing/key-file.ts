/** The key file in `DRAGOMAN_HOME`: master keys by id. Always holds: readable by its owner alone; made once, never replaced; losing it loses what is sealed. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KeyRing } from './codec.ts'

/** Reads the key file, or makes it. Two processes that make it at once end with the same one. */
export async function openKeyFile(path: string): Promise<KeyRing> {
  const existing = await readFile(path, 'utf8').catch(() => undefined)
  if (existing !== undefined) return parseKeyFile(existing, path)
  await mkdir(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  const text = JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64') } }, null, 2)
  await writeFile(temporary, `${text}\n`, { mode: 0o600 })
  // A hard link fails if the file has appeared meanwhile: the first wins.
  await link(temporary, path).catch(() => {})
  await unlink(temporary)
  return parseKeyFile(await readFile(path, 'utf8'), path)
}

function parseKeyFile(text: string, path: string): KeyRing {
  try {
    const file = JSON.parse(text) as { current: string; keys: Record<string, string> }
    const keys = Object.fromEntries(Object.entries(file.keys).map(([id, key]) => [id, Uint8Array.from(Buffer.from(key, 'base64'))]))
    if (keys[file.current]?.length !== 32) throw new Error('no current key of 32 bytes')
    return { current: file.current, keys }
  } catch (cause) {
    throw new Error(
      `The key file ${path} cannot be read (${cause instanceof Error ? cause.message : cause}). Restore it from your backup: without it nothing sealed can be opened.`,
    )
  }
}
