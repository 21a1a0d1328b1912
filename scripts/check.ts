/** `npm run check`: types, lint and format, architecture, generated files. One line for each step; the first that fails says why and the exit status is 1. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
const bin = (name: string) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name)

interface Step {
  name: string
  command: string
  parameters: string[]
  environment?: Record<string, string>
}

const steps: Step[] = [
  { name: 'types of server, hub, channels, tests', command: bin('tsc'), parameters: ['-p', 'tsconfig.json'] },
  { name: 'types of the browser tests', command: bin('tsc'), parameters: ['-p', 'tsconfig.e2e.json'] },
  { name: 'types of the inbox', command: bin('tsc'), parameters: ['-p', 'tsconfig.web.json'] },
  { name: 'types of widget and simulator page', command: bin('tsc'), parameters: ['-p', 'tsconfig.preact.json'] },
  { name: 'lint and format', command: bin('biome'), parameters: ['check', '--diagnostic-level=error', '.'] },
  {
    name: 'architecture and generated docs',
    command: bin('vitest'),
    parameters: ['run', 'tests/architecture', 'tests/docs'],
    environment: { TEST_WITHOUT_PAGES: '1' },
  },
]

function run(step: Step): void {
  const startedAt = Date.now()
  const result = spawnSync(step.command, step.parameters, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...step.environment },
    shell: process.platform === 'win32',
  })
  report(step.name, result.status === 0, startedAt, `${result.stdout ?? ''}${result.stderr ?? ''}`)
}

function report(name: string, isGood: boolean, startedAt: number, output: string): void {
  process.stdout.write(`${isGood ? '✓' : '✗'} ${name} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)\n`)
  if (isGood) return
  process.stdout.write(`${output.split('\n').slice(-60).join('\n')}\n`)
  process.exit(1)
}

/** The committed types of the database are those that the migrations make. */
async function checkDatabaseTypes(): Promise<void> {
  const startedAt = Date.now()
  const { startEmbeddedServer } = await import('../server/src/embedded-postgres/embedded-server.ts')
  const { migrate, openKeyFile, rolePassword } = await import('@dragoman/hub')
  const { chmod } = await import('node:fs/promises')
  const home = await mkdtemp(join(tmpdir(), 'dragoman-check-'))
  await chmod(home, 0o755)
  const ring = await openKeyFile(join(home, 'keys', 'master.json'))
  const key = ring.keys[ring.current]!
  const server = await startEmbeddedServer({ home, password: rolePassword(key, 'owner'), progress: () => {} })
  try {
    await migrate(server.url, key)
    const made = join(home, 'database-types.ts')
    const result = spawnSync(process.execPath, ['scripts/generate-database-types.ts', server.url, made], { cwd: root, encoding: 'utf8' })
    const isSame = result.status === 0 && readFileSync(made, 'utf8') === readFileSync(join(root, 'hub/src/database-types.ts'), 'utf8')
    report(
      'database types equal the migrations',
      isSame,
      startedAt,
      `${result.stderr}\nhub/src/database-types.ts is not what the migrations make: node scripts/generate-database-types.ts <url>`,
    )
  } finally {
    await server.stop()
    await rm(home, { recursive: true, force: true })
  }
}

for (const step of steps) run(step)
await checkDatabaseTypes()
