/** Backup and restore as an operator runs them: child processes, an outside and an embedded server, their words and their exit status. */
import { spawn } from 'node:child_process'
import { appendFile, chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openKeyFile, rolePassword } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runningServer } from '../../server/src/embedded-postgres/embedded-server.ts'
import { startTestHub, type TestHub } from '../support/test-hub.ts'

const main = fileURLToPath(new URL('../../server/src/cli/main.ts', import.meta.url))
let hub: TestHub
let folder: string

async function dragoman(words: string[], environment: Record<string, string>): Promise<{ status: number; out: string; trouble: string }> {
  return await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...words], {
      env: { ...process.env, DATABASE_URL: '', PUBLIC_URL: '', PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let out = ''
    let trouble = ''
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (trouble += chunk))
    child.on('error', reject)
    child.on('close', status => resolve({ status: status ?? -1, out, trouble }))
  })
}
const outside = () => ({ DATABASE_URL: hub.database.url, DRAGOMAN_HOME: hub.home })
const embedded = (name: string) => ({ DRAGOMAN_HOME: join(folder, name) })
const oneLine = /^[^\n]+\n$/

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dragoman-commands-'))
  // Root's server runs as another user, who must be able to reach the folder.
  await chmod(folder, 0o755)
  hub = await startTestHub()
})
afterAll(async () => {
  const ring = await openKeyFile(hub.database.keyFile)
  for (const name of ['moved', 'copied'])
    await runningServer(join(folder, name), rolePassword(ring.keys[ring.current]!, 'owner')).then(server => server?.stop())
  await hub?.close()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

describe('an operator', () => {
  test('backs up a hub that runs on an outside server, and is told where the key is', async () => {
    const { status, out, trouble } = await dragoman(['backup', join(folder, 'night')], outside())
    expect(trouble).toBe('')
    expect(status).toBe(0)
    expect(out).toContain(`Backed up to ${join(folder, 'night')}: `)
    expect(out).toContain(`Keep a copy of ${join(hub.home, 'keys', 'master.json')} apart`)
  })

  test('looks whether it is whole', async () => {
    const { status, out } = await dragoman(['backup', '--verify', join(folder, 'night')], outside())
    expect(out).toMatch(/^Whole: /)
    expect(status).toBe(0)
  })

  test('cannot restore it on a new machine without the key', async () => {
    const { status, trouble } = await dragoman(['restore', join(folder, 'night')], embedded('moved'))
    expect(trouble).toMatch(oneLine)
    expect(trouble).toContain('--key')
    expect(status).toBe(2)
  })

  test('restores it into an embedded database, which is then recovered', async () => {
    const { status, out, trouble } = await dragoman(['restore', join(folder, 'night'), '--key', hub.database.keyFile], embedded('moved'))
    expect(trouble).toBe('')
    expect(status).toBe(0)
    expect(out).toMatch(/^Restored from .*\n.*starts recovered/)
    const looked = await dragoman(['recovered', '--json'], embedded('moved'))
    expect(JSON.parse(looked.out)).toMatchObject({ recovered: true, workspaces: [{ workspace: 'Test', reason: 'restore', held: 0 }] })
  })

  test('is asked to name what would be lost the second time', async () => {
    const { status, trouble } = await dragoman(['restore', join(folder, 'night')], embedded('moved'))
    expect(trouble).toMatch(oneLine)
    expect(trouble).toContain('--replace 0')
    expect(status).toBe(2)
  })

  test('copies the embedded database file by file, and makes another of the copy', async () => {
    const made = await dragoman(['backup', '--physical', '--json', join(folder, 'files')], embedded('moved'))
    expect(made.trouble).toBe('')
    expect(JSON.parse(made.out)).toMatchObject({ kind: 'physical' })
    const { status, out, trouble } = await dragoman(['restore', join(folder, 'files'), '--key', hub.database.keyFile], embedded('copied'))
    expect(trouble).toBe('')
    expect(status).toBe(0)
    expect(out).toContain('starts recovered')
    // Another data folder with the same database in it: known as a copy by that alone.
    const looked = await dragoman(['recovered', '--json'], embedded('copied'))
    expect(JSON.parse(looked.out)).toMatchObject({ recovered: true, workspaces: [{ workspace: 'Test', reason: 'copy' }] })
    const again = await dragoman(['restore', join(folder, 'files')], embedded('copied'))
    expect(again.trouble).toMatch(/^There is a database in [^\n]+ already\.[^\n]+\n$/)
    expect(again.status).toBe(2)
  })

  test('hears of damage in one line and by status 1', async () => {
    const table = join(folder, 'night', 'tables', 'app_user.copy')
    const before = await readFile(table)
    await appendFile(table, 'x')
    const { status, trouble } = await dragoman(['backup', '--verify', join(folder, 'night')], outside())
    expect(before.length).toBeGreaterThan(0)
    expect(trouble).toBe('Damaged: tables/app_user.copy.\n')
    expect(status).toBe(1)
  })

  test('hears of wrong use in one line and by status 2', async () => {
    for (const words of [
      ['backup'],
      ['backup', join(folder, 'night')],
      ['backup', '--physical', join(folder, 'other')],
      ['backup', '--physical', '--verify', join(folder, 'night')],
      ['restore', join(folder, 'nothing')],
      ['restore', folder],
      ['restore', join(folder, 'night'), '--replace', 'all'],
      ['recovered', '--release', 'maybe'],
      ['recovered', '--mark', '--release', 'none'],
    ]) {
      const { status, trouble } = await dragoman(words, outside())
      expect(trouble, words.join(' ')).toMatch(oneLine)
      expect(status, words.join(' ')).toBe(2)
    }
  })
})
