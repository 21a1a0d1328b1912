/**
 * The operator: whoever can read the key file of the data folder. Always holds: the token is derived, never stored; the notice of a running hub says
 * only where it listens and which process it is, and goes when the hub stops.
 */
import { hkdfSync } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface RunningNotice {
  url: string
  pid: number
  startedAt: number
}

const noticeName = 'running.json'

/** What the command line shows to a running hub. */
export function operatorToken(masterKey: Uint8Array): string {
  return Buffer.from(hkdfSync('sha256', masterKey, 'dragoman', 'operator', 32)).toString('base64url')
}

/** Says in the data folder that a hub runs, and where; returns the way to take that back. */
export async function leaveNotice(home: string, url: string): Promise<() => Promise<void>> {
  const path = join(home, noticeName)
  const notice: RunningNotice = { url, pid: process.pid, startedAt: Date.now() }
  const temporary = `${path}.${process.pid}`
  await writeFile(temporary, `${JSON.stringify(notice)}\n`)
  await rename(temporary, path)
  return async () => {
    if ((await readNotice(home))?.pid === process.pid) await rm(path, { force: true })
  }
}

/** The notice of a hub whose process is alive, or undefined. */
export async function readNotice(home: string): Promise<RunningNotice | undefined> {
  try {
    const notice = JSON.parse(await readFile(join(home, noticeName), 'utf8')) as RunningNotice
    return isAlive(notice.pid) ? notice : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
