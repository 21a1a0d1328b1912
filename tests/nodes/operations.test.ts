/**
 * What operators are given is linted, since it cannot be run here: the compose file, the container file, the units, and `docs/operations.md`. Always holds: every
 * setting, command, file and route that they name exists.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { listRoutes } from '../../server/src/http/route-list.ts'
import { readSettings, SettingsError, settingsSchema } from '../../server/src/settings.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const manifest = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const isSetting = (name: string) => name in settingsSchema || (name.endsWith('_FILE') && name.slice(0, -5) in settingsSchema)
/** Variables that belong to others. */
const foreign = /^(POSTGRES_|PG|NODE_ENV$)/
const routes = (await listRoutes()).map(route => route.path)
const commands = [...read('server/src/cli/main.ts').matchAll(/^ {2}'?([\w-]+)'?: defineCommand\(/gm)].map(match => match[1]!)
/** Programs of the server that stand outside the application are named with their own words. */
const words = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(match => match[1]!))]

interface Service {
  image: string
  build?: { context: string; dockerfile: string }
  user?: string
  read_only?: boolean
  environment?: Record<string, string>
  secrets?: string[]
  volumes?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
}

describe('the compose file', () => {
  const compose = parse(read('ops/container/compose.yaml'), { merge: true }) as {
    services: Record<string, Service>
    volumes: Record<string, unknown>
    secrets: Record<string, { file: string }>
  }

  test('has what a desk needs, each with an image of one version and a health check', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['postgres', 'web', 'worker'])
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.image, name).toMatch(/:\d+\.\d+/)
      expect(service.healthcheck?.test[0], name).toBe('CMD')
      for (const secret of service.secrets ?? []) expect(compose.secrets, name).toHaveProperty(secret)
      for (const volume of service.volumes ?? []) expect(compose.volumes, name).toHaveProperty(volume.split(':')[0]!)
      for (const other of Object.keys(service.depends_on ?? {})) expect(compose.services, name).toHaveProperty(other)
    }
  })

  test('gives the hub only settings that exist, with values that are accepted, and no secret in the open', () => {
    for (const name of ['web', 'worker']) {
      const { environment = {}, user, read_only } = compose.services[name]!
      expect(user).not.toMatch(/^(0|root)\b/)
      expect(read_only).toBe(true)
      expect(Object.keys(environment).filter(key => !isSetting(key))).toEqual([])
      expect(Object.keys(environment)).not.toContain('DATABASE_URL')
      const { DATABASE_URL_FILE: _file, ...given } = environment
      const settings = readSettings({ ...given, PUBLIC_URL: 'https://desk.example.com', DATABASE_URL: 'postgres://desk@postgres/desk' })
      expect(settings.role).toBe(name)
    }
    for (const service of Object.values(compose.services))
      for (const [key, value] of Object.entries(service.environment ?? {}))
        if (/PASSWORD|TOKEN|DATABASE_URL/.test(key)) expect(value, key).toMatch(/^\/run\/secrets\//)
  })

  test('asks for health where it is answered', () => {
    for (const name of ['web', 'worker']) {
      const check = compose.services[name]!.healthcheck!.test.join(' ')
      for (const path of words(check, /127\.0\.0\.1:\d+(\/[\w/-]+)/g)) expect(routes, name).toContain(path)
    }
  })
})

describe('the container file', () => {
  const text = read('ops/container/Containerfile')
  const instructions = text
    .replaceAll(/^#.*$/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .filter(line => /^[A-Z]/.test(line))

  test('is built in two stages of one version, and what runs is not root', () => {
    const stages = instructions.filter(line => line.startsWith('FROM '))
    expect(stages).toHaveLength(2)
    const versions = stages.map(line => /docker\.io\/library\/node:(\d+\.\d+\.\d+)-/.exec(line)?.[1])
    expect(versions[0]).toBe(versions[1])
    expect(versions[0]).toBeTruthy()
    const runtime = instructions.slice(instructions.lastIndexOf(stages[1]!))
    expect(runtime.find(line => line.startsWith('USER '))).toMatch(/^USER [1-9]\d*:[1-9]\d*$/)
    expect(runtime.some(line => /npm (ci|install)|apt-get/.test(line))).toBe(false)
    expect(runtime.some(line => line.startsWith('HEALTHCHECK '))).toBe(true)
  })

  test('names only files, settings and routes that exist', () => {
    for (const file of words(text, /node ((?:scripts|server)\/[\w./-]+)/g)) expect(existsSync(join(root, file)), file).toBe(true)
    for (const file of words(text, /"((?:scripts|server)\/[\w./-]+)"/g)) expect(existsSync(join(root, file)), file).toBe(true)
    const environment = instructions.filter(line => line.startsWith('ENV ')).join(' ')
    const names = words(environment, /(\w+)=/g)
    expect(names.length).toBeGreaterThan(3)
    expect(names.filter(name => !isSetting(name) && !foreign.test(name))).toEqual([])
    expect(routes).toContain('/health/ready')
  })

  test('what is left out of the image is not needed by what runs', () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter(line => /^[a-z]/.test(line))
    // The sources of pages are compared with the built ones at the start.
    for (const needed of ['api', 'channels', 'core', 'hub', 'inbox', 'scripts', 'server', 'simulator', 'widget'])
      expect(ignored).not.toContain(needed)
    for (const name of ignored) expect(existsSync(join(root, name)) || name === 'test-results' || name === 'chaos', name).toBe(true)
  })
})

describe('the units', () => {
  const units = readdirSync(join(root, 'ops/systemd')).filter(name => name.endsWith('.service'))

  test('name settings that exist and a program that exists', () => {
    expect(units.sort()).toEqual(['dragoman-web.service', 'dragoman-worker.service', 'dragoman.service'])
    for (const name of units) {
      const text = read(`ops/systemd/${name}`)
      const environment = words(text, /^Environment=(.*)$/gm).join(' ')
      expect(words(environment, /(\w+)=/g).filter(one => !isSetting(one) && !foreign.test(one))).toEqual([])
      const program = /^ExecStart=\S+ (\S+)$/m.exec(text)![1]!
      expect(existsSync(join(root, program)), program).toBe(true)
      expect(text).toMatch(/^User=dragoman$/m)
      expect(text).toMatch(/^NoNewPrivileges=true$/m)
    }
  })

  const verifier = spawnSync('systemd-analyze', ['--version'])
  const node = existsSync('/usr/bin/node')
  const reason = verifier.status !== 0 ? 'systemd-analyze is not here' : node ? '' : '/usr/bin/node, which the units start, is not here'
  test.skipIf(reason)(`pass systemd-analyze verify${reason && ` (skipped: ${reason})`}`, () => {
    for (const name of units) {
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', join(root, 'ops/systemd', name)], { encoding: 'utf8' })
      expect(
        stderr.split('\n').filter(line => line.includes(name)),
        name,
      ).toEqual([])
      expect(status, `${name}: ${stderr}`).toBe(0)
    }
  })
})

describe('secrets in files', () => {
  test('a setting that is a secret may stand in a file; one that cannot be read is said', () => {
    expect(() => readSettings({ DATABASE_URL_FILE: '/nowhere/at/all' })).toThrow(SettingsError)
    expect(() => readSettings({ DATABASE_URL_FILE: '/nowhere/at/all' })).toThrow(/DATABASE_URL_FILE=\/nowhere\/at\/all.*ENOENT/)
    expect(readSettings({ PORT_FILE: '/nowhere/at/all' }).port).toBe(3000)
    expect(readSettings({ SMTP_URL: 'smtp://one.example.com', SMTP_URL_FILE: '/nowhere/at/all' }).mail?.url).toBe('smtp://one.example.com')
  })
})

describe('docs/operations.md', () => {
  const text = read('docs/operations.md')
  const blocks = [...text.matchAll(/```(\w*)\n([\s\S]*?)```/g)].map(([, language, body]) => ({ language: language!, body: body! }))
  const shell = blocks.filter(block => block.language === 'sh').map(block => block.body.replaceAll(/\\\n\s*/g, ' '))

  test('names commands that exist', () => {
    const npm = words(text, /npm run (?:-s )?([\w:-]+)/g)
    expect(npm.filter(name => !(name in manifest.scripts))).toEqual([])
    const used = words(text, /(?:npm run (?:-s )?dragoman --|node server\/src\/cli\/main\.ts) ([a-z][\w-]+)/g)
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter(name => !commands.includes(name))).toEqual([])
    for (const file of words(text, /(?:^|[\s`(])((?:scripts|server|ops|tests)\/[\w./-]+\.\w+)/gm))
      expect(existsSync(join(root, file)), file).toBe(true)
  })

  test('names settings that exist', () => {
    const assigned = words(blocks.map(block => block.body).join('\n'), /^(?:Environment=|export )?([A-Z][A-Z_]{3,})=/gm)
    const spoken = words(text, /`([A-Z][A-Z_]{3,})(?:=[^`]*)?`/g).filter(name => name.includes('_') || name in settingsSchema)
    expect(assigned.length + spoken.length).toBeGreaterThan(8)
    expect([...new Set([...assigned, ...spoken])].filter(name => !isSetting(name) && !foreign.test(name))).toEqual([])
  })

  test('names routes that exist, and settings of PostgreSQL that are its own', () => {
    for (const path of words(text, /`(\/(?:health|metrics|version)[\w/]*)`/g)) expect(routes, path).toContain(path)
    for (const path of words(shell.join('\n'), /:\d+(\/(?:health|metrics|version)[\w/]*)/g)) expect(routes, path).toContain(path)
  })
})
