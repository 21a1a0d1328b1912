/**
 * A database that cannot be reached, that is silent, that is full: webhooks are answered 503 with Retry-After, never 200, and not after long; what was
 * acknowledged is there afterwards [mechanics 2]. Stands on the fault proxy between hub and PostgreSQL, and on a small tmpfs.
 */
import { spawnSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKeyFile, rolePassword } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FaultProxy, startProxy } from '../../chaos/proxy.ts'
import { startEmbeddedServer } from '../../server/src/embedded-postgres/embedded-server.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { createTestDatabase, type TestDatabase, until } from '../support/test-hub.ts'

/** Far below the patience of any platform with a webhook, and generous for a slow machine. */
const longestAnswerMs = 60_000

interface Answer {
  status: number
  retryAfter: string | null
}

async function post(hub: ProbeHub, id: string): Promise<Answer> {
  const response = await fetch(`${hub.url}/webhooks/probe/${hub.account.endpointId}`, {
    method: 'POST',
    headers: { 'x-probe-secret': hub.secret },
    body: JSON.stringify([{ account: 'probe-account', ...received(id, { thread: 'away' }) }]),
    signal: AbortSignal.timeout(longestAnswerMs),
  })
  await response.text()
  return { status: response.status, retryAfter: response.headers.get('retry-after') }
}

/** Posts until it is taken; gives how it was refused meanwhile. */
async function insist(hub: ProbeHub, id: string): Promise<Answer[]> {
  const refused: Answer[] = []
  await until(async () => {
    const answer = await post(hub, id)
    if (answer.status === 200) return true
    refused.push(answer)
    return false
  }, `${id} to be taken`)
  return refused
}

const ids = async (hub: ProbeHub) => (await hub.thread('away')).map(message => message.order.externalId).toSorted()

describe('through a proxy that fails', () => {
  let database: TestDatabase
  let proxy: FaultProxy
  let hub: ProbeHub
  beforeAll(async () => {
    database = await createTestDatabase()
    const url = new URL(database.url)
    const port = Number(url.port)
    proxy = await startProxy(() => port)
    url.port = String(proxy.port)
    hub = await startProbeHub({ existing: { database: { ...database, url: url.toString() } } })
  })
  afterAll(async () => {
    await hub?.close()
    await proxy?.close()
    await database?.drop()
  })

  test('unreachable: 503 with Retry-After, and no false 200', async () => {
    await hub.deliver([received('before', { thread: 'away' })])
    proxy.setOpen(false)
    proxy.cut()
    const refused = await Promise.all(Array.from({ length: 8 }, (_, index) => post(hub, `refused-${index}`)))
    proxy.setOpen(true)
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0)
    await insist(hub, 'after')
    await hub.applied()
    expect(await ids(hub)).toEqual(['after', 'before'])
  })

  test('silent: answered all the same, 503; and it goes on when the line is back', async () => {
    proxy.setSilent(true)
    const refused = await Promise.all(Array.from({ length: 4 }, (_, index) => post(hub, `silent-${index}`)))
    proxy.setSilent(false)
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0)
    await insist(hub, 'after-silence')
    await hub.applied()
    expect(await ids(hub)).toContain('after-silence')
  })

  test('slow, narrow and cut again and again: all that is acknowledged is there once, in order', async () => {
    proxy.setLatency(20)
    proxy.setBandwidth(1_000_000)
    const names = Array.from({ length: 15 }, (_, index) => `cut-${String(index).padStart(2, '0')}`)
    const cutting = setInterval(() => proxy.cut(0.5, Math.random), 1_500)
    for (const name of names) await insist(hub, name)
    clearInterval(cutting)
    proxy.setLatency(0)
    proxy.setBandwidth(0)
    await until(
      async () =>
        (await hub.applied().then(
          () => true,
          () => false,
        )) && (await ids(hub)).includes(names.at(-1)!),
    )
    const said = (await hub.thread('away')).map(message => message.order.externalId).filter(id => id.startsWith('cut-'))
    expect(said).toEqual(names)
  })
})

const mayMount = process.platform === 'linux' && process.getuid?.() === 0

describe('a full disk', () => {
  test.skipIf(!mayMount)(
    `503 while it is full, and everything acknowledged before and after is there${mayMount ? '' : ' (skipped: a small file system can be mounted by root on Linux only)'}`,
    async () => {
      const home = await mkdtemp(join(tmpdir(), 'dragoman-full-'))
      await chmod(home, 0o755)
      const disk = join(home, 'disk')
      await mkdir(disk)
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400m,mode=755', 'tmpfs', disk])
      // A container may be root and still not be allowed to.
      if (mounted.status !== 0) {
        await rm(home, { recursive: true, force: true })
        process.stdout.write(`not tried: ${mounted.stderr.toString().trim()}\n`)
        return
      }
      try {
        const keyFile = join(home, 'keys', 'master.json')
        const ring = await openKeyFile(keyFile)
        const server = await startEmbeddedServer({
          home: disk,
          binariesHome: home,
          password: rolePassword(ring.keys[ring.current]!, 'owner'),
          serverSettings: ['shared_buffers=32MB', 'max_wal_size=64MB', 'min_wal_size=32MB', 'wal_recycle=off'],
          progress: () => {},
        })
        await withFullDisk(server.url, keyFile, disk).finally(() => server.stop())
      } finally {
        spawnSync('umount', ['-l', disk])
        await rm(home, { recursive: true, force: true })
      }
    },
  )
})

async function withFullDisk(url: string, keyFile: string, disk: string): Promise<void> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  pool.on('error', () => {})
  const database: TestDatabase = {
    url,
    keyFile,
    query: async (text, values) => (await pool.query(text, values)).rows,
    drop: async () => await pool.end(),
  }
  const hub = await startProbeHub({ existing: { database } })
  const filler = join(disk, 'filler')
  try {
    const taken = ['room-0', 'room-1']
    for (const id of taken) await insist(hub, id)
    await hub.applied()
    // All that is left, to the last block.
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'])
    // What is in the log's current file may still fit: it goes on until the disk is felt.
    const refused: Answer[] = []
    await until(async () => {
      const id = `full-${taken.length + refused.length}`
      const answer = await post(hub, id).catch(() => ({ status: 0, retryAfter: null }))
      if (answer.status === 200) taken.push(id)
      else refused.push(answer)
      return refused.length >= 5
    }, 'the disk to be full')
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
    for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0)
    await rm(filler)
    await insist(hub, 'room-again')
    taken.push('room-again')
    await until(
      async () =>
        (await hub.applied().then(
          () => true,
          () => false,
        )) && (await ids(hub)).includes('room-again'),
    )
    expect(await ids(hub)).toEqual(expect.arrayContaining(taken))
  } finally {
    await rm(filler, { force: true })
    await hub.close()
    await database.drop()
  }
}
