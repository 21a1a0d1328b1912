/** Starting and stopping as a person would [mechanics 25]: settings, a second start, `kill -9`, Ctrl-C. Each start is a process of its own with an embedded database. */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSettings, SettingsError } from '../../server/src/settings.ts'
import { until } from '../support/test-hub.ts'

const main = fileURLToPath(new URL('../../server/src/main.ts', import.meta.url))

interface Started {
  child: ChildProcess
  output(): string
  ended: Promise<number | null>
  url(): string | undefined
}

function start(environment: Record<string, string>): Started {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', LOG_LEVEL: 'error', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout!.on('data', chunk => (output += chunk))
  child.stderr!.on('data', chunk => (output += chunk))
  return {
    child,
    output: () => output,
    ended: new Promise(resolve => child.on('close', resolve)),
    url: () => /Inbox\s+(http:\S+?)\/\s/.exec(output)?.[1],
  }
}

describe('settings', () => {
  test('a wrong value is one line that names it, its value and what is allowed', () => {
    for (const [name, value] of [
      ['PORT', 'eighty'],
      ['PORT', '70000'],
      ['PUBLIC_URL', 'desk.example.com'],
      ['DATABASE_URL', 'mysql://x'],
      ['DRAGOMAN_ROLE', 'boss'],
      ['LOG_LEVEL', 'loud'],
      ['DRAGOMAN_DEMO', 'maybe'],
    ] as const) {
      expect(() => readSettings({ [name]: value }), `${name}=${value}`).toThrow(SettingsError)
      expect(() => readSettings({ [name]: value })).toThrow(new RegExp(`^${name}=`))
    }
    expect(() => readSettings({ DATABASE_URL: 'mysql://user:secret@host/db' })).toThrow(/^(?!.*secret)/)
    expect(() => readSettings({ DRAGOMAN_ROLE: 'web' })).toThrow(/DATABASE_URL/)
  })

  test('the command ends with status 2', async () => {
    const wrong = start({ PORT: 'eighty' })
    expect(await wrong.ended).toBe(2)
    expect(wrong.output().trim().split('\n').at(-1)).toMatch(/^PORT=eighty/)
  })
})

describe('a hub with its own database', () => {
  let home: string
  let running: Started
  const ready = (started: Started) =>
    until(() => {
      if (started.child.exitCode !== null) throw new Error(started.output())
      return started.url()
    }, 'the address')
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'dragoman-start-'))
    await chmod(home, 0o755)
    running = start({ DRAGOMAN_HOME: home, DRAGOMAN_DEMO: '1' })
    await ready(running)
  })
  afterAll(async () => {
    running.child.kill('SIGTERM')
    await running.ended
    await rm(home, { recursive: true, force: true })
  })

  test('a second start on the same folder says so and ends with status 2; the first goes on', async () => {
    const second = start({ DRAGOMAN_HOME: home })
    expect(await second.ended).toBe(2)
    expect(second.output()).toContain('running already on the data folder')
    expect((await fetch(`${running.url()}/health/ready`)).status).toBe(200)
  })

  test('after kill -9 it starts again, with the same database process and the same data', async () => {
    const pid = async () => (await readFile(join(home, 'database', 'postmaster.pid'), 'utf8')).split('\n')[0]
    const before = await pid()
    running.child.kill('SIGKILL')
    await running.ended
    running = start({ DRAGOMAN_HOME: home, DRAGOMAN_DEMO: '1' })
    const url = await ready(running)
    expect(await pid()).toBe(before)
    expect(running.output()).not.toContain('Creating the database')
    const signIn = await fetch(`${url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
      body: JSON.stringify({ email: 'owner@example.com', password: 'dragoman-demo' }),
    })
    const cookie = signIn.headers.get('set-cookie')!.split(';')[0]!
    const snapshot = (await (await fetch(`${url}/v1/snapshot`, { headers: { cookie } })).json()) as {
      conversations: unknown[]
      accounts: unknown[]
    }
    expect(snapshot.accounts.length).toBeGreaterThanOrEqual(2)
    expect(snapshot.conversations.length).toBeGreaterThanOrEqual(2)
  })

  test('Ctrl-C stops the hub and its database', async () => {
    running.child.kill('SIGINT')
    expect(await running.ended).toBe(0)
    expect(running.output()).toContain('Stopped.')
    await expect(readFile(join(home, 'database', 'postmaster.pid'))).rejects.toThrow()
    running = start({ DRAGOMAN_HOME: home })
    await ready(running)
    expect(running.output()).not.toContain('Creating the database')
  })
})
