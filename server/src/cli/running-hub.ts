/** Talks to the hub that runs on the data folder of these settings. Always holds: says clearly when none does. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openKeyFile } from '@dragoman/hub'
import { operatorToken, type RunningNotice, readNotice } from '../operator.ts'
import type { Settings } from '../settings.ts'
import { CommandError } from './usage.ts'

/** The hub of this data folder, when it answers. */
export async function findHub(settings: Settings): Promise<RunningNotice | undefined> {
  const notice = await readNotice(settings.home)
  if (!notice) return undefined
  const live = await fetch(`${notice.url}/health/live`, { signal: AbortSignal.timeout(3_000) }).then(
    response => response.ok,
    () => false,
  )
  return live ? notice : undefined
}

/** Asks the running hub as its operator. */
export async function askHub<Answer>(settings: Settings, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  const notice = await findHub(settings)
  if (!notice)
    throw new CommandError(
      `No hub runs on the data folder ${settings.home}. Start one with “npm start”, or name its folder with DRAGOMAN_HOME.`,
    )
  const token = operatorToken(await readMasterKey(settings.home))
  const response = await fetch(`${notice.url}${path}`, {
    method,
    signal: AbortSignal.timeout(30_000),
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new CommandError(`The hub at ${notice.url} does not answer.`)
  })
  const answer = (await response.json().catch(() => ({}))) as { detail?: string }
  if (!response.ok) throw new CommandError(answer.detail ?? `The hub answered ${response.status}.`)
  return answer as Answer
}

/** The current master key. Never makes a key file. */
export async function readMasterKey(home: string): Promise<Uint8Array> {
  const path = join(home, 'keys', 'master.json')
  await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(
      error.code === 'ENOENT'
        ? `There is no key file ${path}: this data folder was never started.`
        : `The key file ${path} cannot be read by this user.`,
    )
  })
  const ring = await openKeyFile(path).catch((error: Error) => {
    throw new CommandError(error.message)
  })
  return ring.keys[ring.current]!
}
