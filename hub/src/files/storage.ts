/** Where bytes are kept: a folder by default, anything with these four operations by setting. Always holds: keys are made by us, never by a caller; nothing is readable before it is whole. */

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface StoredBytes {
  sizeBytes: number
  sha256: Buffer
  /** The first bytes, for finding out what it is. */
  head: Buffer
}

export class TooLargeError extends Error {}

export interface Storage {
  /** Streams bytes under a key. Throws TooLargeError past `maxBytes`; then nothing remains. */
  put(key: string, bytes: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredBytes>
  /** Reads, whole or a range (inclusive). Throws when it is not there. */
  get(key: string, range?: { start: number; end: number }): Promise<{ stream: Readable; sizeBytes: number }>
  remove(key: string): Promise<void>
  exists(key: string): Promise<boolean>
}

const headBytes = 4_100

/** Storage in a folder. */
export function folderStorage(folder: string): Storage {
  const pathOf = (key: string) => {
    if (!/^[0-9a-f-]+(\/[0-9a-z.-]+)+$/.test(key) || key.includes('..')) throw new Error('not a storage key')
    return join(folder, key)
  }
  return {
    async put(key, bytes, maxBytes) {
      const path = pathOf(key)
      const temporary = `${path}.part`
      await mkdir(dirname(path), { recursive: true })
      const hash = createHash('sha256')
      let sizeBytes = 0
      let head = Buffer.alloc(0)
      try {
        await pipeline(
          Readable.from(
            (async function* () {
              for await (const chunk of bytes) {
                sizeBytes += chunk.byteLength
                if (sizeBytes > maxBytes) throw new TooLargeError(`More than ${maxBytes} bytes`)
                hash.update(chunk)
                if (head.length < headBytes) head = Buffer.concat([head, chunk]).subarray(0, headBytes)
                yield chunk
              }
            })(),
          ),
          createWriteStream(temporary, { flush: true }),
        )
        await rename(temporary, path)
      } catch (error) {
        await rm(temporary, { force: true })
        throw error
      }
      return { sizeBytes, sha256: hash.digest(), head }
    },
    async get(key, range) {
      const path = pathOf(key)
      const { size } = await stat(path)
      return { stream: createReadStream(path, range), sizeBytes: size }
    },
    async remove(key) {
      await rm(pathOf(key), { force: true })
    },
    async exists(key) {
      return (await stat(pathOf(key)).catch(() => undefined)) !== undefined
    },
  }
}
