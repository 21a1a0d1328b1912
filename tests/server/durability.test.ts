/** A server that may lose acknowledged messages is refused at the start, in one sentence and with status 2, whoever has switched it off; so are other encodings [R5]. */
import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type ServerFacts, troublesOf } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/test-hub.ts'

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))
const fine: ServerFacts = {
  version: '18.4',
  versionNumber: 180_004,
  fsync: 'on',
  synchronousCommit: 'on',
  fullPageWrites: 'on',
  encoding: 'UTF8',
  collation: 'C.UTF-8',
  role: 'dragoman_app',
}

describe('what makes a server unfit', () => {
  test.each([
    ['version', { versionNumber: 140_012, version: '14.12' }, /PostgreSQL 15 or newer.*14\.12/],
    ['encoding', { encoding: 'SQL_ASCII' }, /SQL_ASCII/],
    ['durability', { fsync: 'off' }, /fsync is off/],
    ['durability', { synchronousCommit: 'off' }, /synchronous_commit is off for the role dragoman_app/],
    ['durability', { fullPageWrites: 'off', fsync: 'off' }, /fsync and full_page_writes are off/],
  ] as const)('%s: %o', (kind, change, words) => {
    const [trouble] = troublesOf({ ...fine, ...change })
    expect(trouble).toMatchObject({ kind })
    expect(trouble!.sentence).toMatch(words)
    expect(trouble!.fix).not.toBe('')
  })

  test('nothing, where all is on; waiting for more disks than ours is fine too', () => {
    for (const synchronousCommit of ['on', 'local', 'remote_write', 'remote_apply'])
      expect(troublesOf({ ...fine, synchronousCommit })).toEqual([])
  })
})

describe('the start', () => {
  let database: TestDatabase
  let home: string
  beforeAll(async () => {
    database = await createTestDatabase()
    home = await mkdtemp(join(tmpdir(), 'dragoman-durability-'))
    await mkdir(join(home, 'keys'), { recursive: true })
    await copyFile(database.keyFile, join(home, 'keys', 'master.json'))
  })
  afterAll(async () => {
    await database.drop()
    await rm(home, { recursive: true, force: true })
  })

  async function start(environment: Record<string, string>): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, [main], {
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        STOP_SECONDS: '60',
        LOG_LEVEL: 'warn',
        DRAGOMAN_HOME: home,
        DATABASE_URL: database.url,
        DRAGOMAN_ROLE: 'worker',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let told = false
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        output += chunk
        if (told || !output.includes('Dragoman works')) return
        told = true
        child.kill('SIGTERM')
      })
    const code = await new Promise<number | null>(resolve => child.on('close', resolve))
    return { code, output }
  }

  test('is refused where synchronous_commit is off for the role that writes; a setting accepts it, with a warning', async () => {
    const name = new URL(database.url).pathname.slice(1)
    await database.query(`alter role dragoman_app in database ${name} set synchronous_commit = off`)
    const refused = await start({})
    expect(refused.code).toBe(2)
    expect(refused.output.trim().split('\n')).toHaveLength(1)
    expect(refused.output).toContain('synchronous_commit is off for the role dragoman_app')
    const accepted = await start({ DANGEROUS_DURABILITY_OFF: '1' })
    expect(accepted.output).toContain('acknowledged messages may be lost')
    expect(accepted.code).toBe(0)
    await database.query(`alter role dragoman_app in database ${name} reset synchronous_commit`)
    expect((await start({})).code).toBe(0)
  })
})
