/**
 * `npm run bench -- restore [--messages=1000000] [--json]`: a backup of so many messages, looked through, and restored into an empty database beside (R15: a
 * million within ten minutes). Beside them the floor of the same run: one-row inserts; a restore writes every row of every table anew.
 */
import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asOwner, backUp, openKeyFile, restoreBackup, settleOrigin, verifyBackup } from '@dragoman/hub'
import { startEmbeddedServer } from '../server/src/embedded-postgres/embedded-server.ts'
import { round, startBenchHub } from './bench-hub.ts'
import { measureFloor } from './floor.ts'
import { prepare } from './scale.ts'

export async function restore(options: Map<string, string>): Promise<void> {
  const size = Number(options.get('messages') ?? 1_000_000)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  const home = await mkdtemp(join(tmpdir(), 'dragoman-restore-'))
  await chmod(home, 0o755)
  const server = await startEmbeddedServer({ home, password: randomUUID(), progress: () => {} })
  try {
    const floor = await measureFloor(server.url, 3)
    const bench = await startBenchHub({ DRAGOMAN_ROLE: 'web', DATABASE_URL: server.url })
    const folder = join(home, 'backup')
    let messages: number
    let backupMs: number
    const ring = await openKeyFile(join(bench.home, 'keys', 'master.json'))
    try {
      const place = {
        hub: bench.running.hub,
        client: bench.client,
        token: bench.cookie.split('=')[1]!,
        url: server.url,
        admin: bench.admin,
      }
      messages = (await prepare(place, size, say)).seeded.messages
      const startedAt = performance.now()
      await backUp({ ownerUrl: server.url, ring, filesFolder: join(bench.home, 'files'), version: 'bench', progress: () => {} }, folder)
      backupMs = performance.now() - startedAt
    } finally {
      await bench.stop()
    }
    const verifyStartedAt = performance.now()
    const { manifest, bytes } = await verifyBackup(folder)
    const verifyMs = performance.now() - verifyStartedAt
    const target = new URL(server.url)
    await asOwner(server.url, client => client.query('create database restored'))
    target.pathname = '/restored'
    const restoreStartedAt = performance.now()
    await restoreBackup(
      {
        ownerUrl: target.toString(),
        ring,
        keyPath: '',
        filesFolder: join(home, 'files'),
        progress: message => options.has('steps') && say(`  ${Math.round((performance.now() - restoreStartedAt) / 1_000)} s: ${message}`),
      },
      folder,
    )
    await asOwner(target.toString(), client => settleOrigin(client))
    const restoreMs = performance.now() - restoreStartedAt
    const rows = manifest.tables.reduce((sum, one) => sum + one.rows, 0)
    const result = {
      messages,
      rows,
      backupMiB: round(bytes / 2 ** 20, 0),
      backupSeconds: round(backupMs / 1_000, 1),
      verifySeconds: round(verifyMs / 1_000, 1),
      restoreSeconds: round(restoreMs / 1_000, 1),
      rowsPerSecond: Math.round(rows / (restoreMs / 1_000)),
      floor: Math.round(floor),
      ratio: round(rows / (restoreMs / 1_000) / floor, 1),
      memoryMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    }
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    else for (const [name, value] of Object.entries(result)) say(`${name.padEnd(16)} ${value.toLocaleString('en')}`)
  } finally {
    await server.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}
