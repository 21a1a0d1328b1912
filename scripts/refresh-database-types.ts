/** `npm run types`: migrates an empty database and writes `hub/src/database-types.ts` from it. */
import { spawnSync } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, openKeyFile, rolePassword } from '@dragoman/hub'
import { startEmbeddedServer } from '../server/src/embedded-postgres/embedded-server.ts'

const home = await mkdtemp(join(tmpdir(), 'dragoman-types-'))
await chmod(home, 0o755)
const ring = await openKeyFile(join(home, 'keys', 'master.json'))
const key = ring.keys[ring.current]!
const server = await startEmbeddedServer({ home, password: rolePassword(key, 'owner'), progress: () => {} })
try {
  await migrate(server.url, key)
  const result = spawnSync(process.execPath, ['scripts/generate-database-types.ts', server.url], { stdio: 'inherit' })
  process.exitCode = result.status ?? 1
} finally {
  await server.stop()
  await rm(home, { recursive: true, force: true })
}
