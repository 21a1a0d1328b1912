/** The commands as a person runs them: child processes, their output, their exit status. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestHub, type TestHub, until } from '../../../tests/support/test-hub.ts'
import { channels } from '../channels.ts'
import { judge } from './checks/network.ts'

const main = fileURLToPath(new URL('./main.ts', import.meta.url))
/** Any channel with a simulator will do. */
const [channel] = [...channels.values()].filter(one => one.config.ways.includes('poll')).map(one => one.id) as [string]
let home = ''

async function run(
  words: string[],
  options: { input?: string; environment?: Record<string, string> } = {},
): Promise<{ status: number; out: string; trouble: string }> {
  return await new Promise((resolve, reject) => {
    const environment = { ...process.env, DRAGOMAN_HOME: home, DATABASE_URL: '', PUBLIC_URL: '', PORT: '0', ...options.environment }
    const child = spawn(process.execPath, [main, ...words], { env: environment, stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let trouble = ''
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (trouble += chunk))
    child.on('error', reject)
    child.on('close', status => resolve({ status: status ?? -1, out, trouble }))
    child.stdin.end(options.input ?? '')
  })
}

const oneLine = /^[^\n]+\n$/

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dragoman-cli-'))
  await chmod(home, 0o755)
})
afterAll(async () => await rm(home, { recursive: true, force: true }))

describe('wrong use', () => {
  it.each([
    [[]],
    [['dance']],
    [['parse']],
    [['parse', 'pigeon']],
    [['doctor', '--jsn']],
    [['doctor', 'now']],
    [['trigger', `${channel}.sneeze`]],
    [['trigger']],
    [['parse', channel, '--account', '[1]']],
    [['parse', channel, '--account']],
  ])('%j is one line on standard error and status 2', async words => {
    const { status, out, trouble } = await run(words, { input: '{}' })
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(trouble).toMatch(oneLine)
  })

  it('a wrong setting is one line that names it', async () => {
    const { status, trouble } = await run(['doctor'], { environment: { PORT: 'many' } })
    expect(status).toBe(2)
    expect(trouble).toMatch(/^PORT=many/)
    expect(trouble).toMatch(oneLine)
  })

  it('help names every command and every option, without colours in a pipe', async () => {
    const overview = await run(['--help'])
    for (const name of ['doctor', 'parse', 'fit', 'trigger', 'reset']) expect(overview.out).toContain(name)
    expect(overview.out).not.toContain('\u001b')
    expect((await run(['trigger', '--help'])).out).toContain('--text')
  })
})

/** Some know neither an address nor a server until they are told. */
const neededToSend: Record<string, string[]> = {
  messenger: ['--to', 'user:7700880099001122', '--account', '{"externalId":"200300400500600"}'],
  instagram: ['--to', 'user:17841400000000001', '--account', '{"externalId":"200300400500600"}'],
  email: [
    '--to',
    'email:anna@mail.example',
    '--account',
    '{"address":"help@shop.example","user":"help@shop.example","incomingHost":"imap.shop.example","outgoingHost":"smtp.shop.example"}',
  ],
  sms: [
    '--to',
    'phone:+15550123',
    '--account',
    '{"way":"smpp","sender":"+15550100","host":"smpp.example","port":"2775","systemId":"shop"}',
  ],
}

describe('parse and fit', () => {
  it.each([...channels.keys()])('parse %s prints events, also for a body that is none', async id => {
    const { status, out } = await run(['parse', id], { input: '{"nothing":"known"}' })
    expect(status).toBe(0)
    const events = JSON.parse(out) as { kind: string }[]
    expect(events.length).toBeGreaterThan(0)
  })

  it.each([...channels.keys()])('fit %s prints parts, requests and notes, and no secret', async id => {
    const { status, out } = await run(['fit', id, ...(neededToSend[id] ?? [])], {
      input: JSON.stringify({ content: { kind: 'text', text: { text: 'word '.repeat(2_000) } } }),
    })
    expect(status).toBe(0)
    const { kind, parts, notes } = JSON.parse(out) as { kind: string; parts: { requests: unknown[] }[]; notes: { code: string }[] }
    expect(kind).toBe('parts')
    expect(parts.every(part => part.requests.length > 0)).toBe(true)
    if (parts.length > 1) expect(notes.map(note => note.code)).toContain('text_split')
  })

  it('fit takes a bare text and a bare content', async () => {
    for (const input of ['"Hello"', '{"kind":"text","text":{"text":"Hello"}}'])
      expect((await run(['fit', channel], { input })).status).toBe(0)
  })

  it('fit says why a message cannot be sent, with status 1', async () => {
    const { status, out, trouble } = await run(['fit', channel], { input: '{"kind":"text","text":{"text":"  "}}' })
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({ kind: 'refused' })
    expect(trouble).toMatch(oneLine)
  })

  it('what is no message, and what is no JSON, is wrong use', async () => {
    for (const input of ['{"kind":"telepathy"}', '{', '']) expect((await run(['fit', channel], { input })).status).toBe(2)
  })
})

describe('reset', () => {
  it('has nothing to do in an empty folder', async () => {
    expect(await run(['reset', '--yes'])).toMatchObject({ status: 0 })
  })

  it('asks first: without a terminal it needs --yes', async () => {
    await mkdir(join(home, 'files'), { recursive: true })
    expect((await run(['reset'])).status).toBe(2)
    expect((await stat(join(home, 'files'))).isDirectory()).toBe(true)
  })

  it('deletes what is ours and leaves what is not', async () => {
    await mkdir(join(home, 'files'), { recursive: true })
    await writeFile(join(home, 'notes.txt'), 'mine')
    expect((await run(['reset', '--yes'])).status).toBe(0)
    await expect(stat(join(home, 'files'))).rejects.toThrow()
    expect((await stat(join(home, 'notes.txt'))).isFile()).toBe(true)
  })

  it('never touches a database of DATABASE_URL', async () => {
    expect((await run(['reset', '--yes'], { environment: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' } })).status).toBe(2)
  })
})

describe('doctor', () => {
  it('finds nothing wrong before the first start, and says so in JSON', async () => {
    const { status, out } = await run(['doctor', '--json'])
    const report = JSON.parse(out) as { ok: boolean; checks: { id: string; state: string }[] }
    expect(status, out).toBe(0)
    expect(report.ok).toBe(true)
    expect(report.checks.map(check => check.id)).toEqual(
      expect.arrayContaining(['node', 'postgres_programs', 'home', 'key_file', 'disk', 'port', 'public_url', 'webhooks', 'database']),
    )
  })

  it('names a key file that others may read, and the command that mends it', async () => {
    const path = join(home, 'keys', 'master.json')
    await mkdir(join(home, 'keys'), { recursive: true })
    await writeFile(path, JSON.stringify({ current: 'k1', keys: { k1: Buffer.alloc(32, 1).toString('base64') } }))
    await chmod(path, 0o644)
    const { status, out } = await run(['doctor'])
    expect(status).toBe(1)
    expect(out).toContain(`→ chmod 600 ${path}`)
    await rm(join(home, 'keys'), { recursive: true })
  })

  it('names a broken key file', async () => {
    await mkdir(join(home, 'keys'), { recursive: true })
    await writeFile(join(home, 'keys', 'master.json'), '{', { mode: 0o600 })
    const { status, out } = await run(['doctor', '--json'])
    expect(status).toBe(1)
    expect(JSON.parse(out).checks.find((check: { id: string }) => check.id === 'key_file')).toMatchObject({ state: 'failed' })
    await rm(join(home, 'keys'), { recursive: true })
  })

  it('names a port that another program holds, and a public address without TLS', async () => {
    const server = createServer((_request, response) => response.writeHead(404).end())
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const { status, out } = await run(['doctor'], { environment: { PORT: String(port), PUBLIC_URL: 'http://desk.example.com' } })
    server.close()
    expect(status).toBe(1)
    expect(out).toContain('another program')
    expect(out).toContain('PUBLIC_URL=https://desk.example.com')
  })

  it('names a database that does not answer', async () => {
    const { status, out } = await run(['doctor', '--json'], {
      environment: { DATABASE_URL: `postgres://nobody@127.0.0.1:1/${randomUUID()}` },
    })
    expect(status).toBe(1)
    expect(JSON.parse(out).checks.at(-1)).toMatchObject({ id: 'database', state: 'failed' })
  })

  it('judges what platforms say of their webhooks', () => {
    const account = { name: 'Shop', channel, way: 'webhook', webhookUrl: 'https://desk.example.com/webhooks/x' }
    expect(judge([{ ...account, subscription: { state: 'ours' } }]).state).toBe('ok')
    expect(judge([{ ...account, subscription: null }]).state).toBe('ok')
    expect(judge([{ ...account, subscription: { state: 'none' } }])).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('no webhook'),
    })
    expect(judge([{ ...account, subscription: { state: 'someone_else', url: 'https://other.example' } }])).toMatchObject({
      state: 'failed',
      found: expect.stringContaining('https://other.example'),
    })
    expect(judge([{ ...account, subscription: { state: 'ours', lastError: 'Connection refused' } }]).state).toBe('warning')
    expect(judge([{ ...account, way: 'poll', subscription: { state: 'none' } }]).state).toBe('ok')
  })
})

describe('beside a running hub', () => {
  let hub: TestHub
  let environment: Record<string, string>
  beforeAll(async () => {
    hub = await startTestHub()
    environment = { DRAGOMAN_HOME: hub.home, DATABASE_URL: hub.database.url }
  })
  afterAll(async () => await hub?.close())

  it('trigger says clearly that no hub runs', async () => {
    await mkdir(join(home, 'keys'), { recursive: true })
    const { status, trouble } = await run(['trigger', `${channel}.message`, '--text', 'Hello'])
    expect(status).toBe(1)
    expect(trouble).toMatch(/^No hub runs on the data folder/)
    await rm(join(home, 'keys'), { recursive: true })
  })

  it('trigger says that there is no customer yet', async () => {
    const { status, trouble } = await run(['trigger', `${channel}.message`], { environment })
    expect({ status, trouble }).toEqual({ status: 1, trouble: 'There is no simulated customer yet: connect a simulated account first.\n' })
  })

  it('trigger makes a customer write, and the inbox has it', async () => {
    const { phone } = await hub.connect(channel)
    const { status, out } = await run(['trigger', `${channel}.message`, '--text', 'Is it open today?', '--json'], { environment })
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ customerId: phone.customerId, messageId: expect.any(String) })
    const { conversations } = await until(async () => {
      const page = await hub.owner.call('conversations', { query: { view: 'all', limit: 10 } })
      return page.conversations.some(conversation => JSON.stringify(conversation).includes('Is it open today?')) ? page : undefined
    }, 'the conversation')
    expect(conversations.length).toBe(1)
    expect(
      (await run(['trigger', `${channel}.picture`, '--customer', phone.view().customerName.toUpperCase()], { environment })).status,
    ).toBe(0)
    expect((await run(['trigger', `${channel}.picture`, '--customer', 'Nobody'], { environment })).trouble).toContain('Nobody')
  })

  it('doctor looks at the database, the queues and the webhooks at the platforms', async () => {
    const { out, status } = await run(['doctor', '--json'], { environment })
    const report = JSON.parse(out) as { checks: { id: string; state: string; found: string }[] }
    expect(status, out).toBe(0)
    const states = Object.fromEntries(report.checks.map(check => [check.id, check.state]))
    expect(states).toMatchObject({
      database: 'ok',
      clock: 'ok',
      server: 'ok',
      migrations: 'ok',
      locale: 'ok',
      queues: 'ok',
      accounts: 'ok',
      set_aside: 'ok',
      port: 'ok',
      webhooks: 'ok',
    })
  })

  it('doctor names an account that is paused', async () => {
    await hub.database.query(`update account set status = 'paused', problem = '{"code":"401","detail":"Unauthorized"}'`)
    const { out } = await run(['doctor'], { environment })
    expect(out).toContain('Unauthorized')
    await hub.database.query(`update account set status = 'active', problem = null`)
  })

  it('second-factor-off says whose second factor it took away, and that nobody has this e-mail', async () => {
    expect(await run(['second-factor-off', 'owner@example.com'], { environment })).toMatchObject({
      status: 0,
      out: 'Owner had no second factor.\n',
    })
    expect((await run(['second-factor-off', 'nobody@example.com'], { environment })).trouble).toContain('nobody@example.com')
  })

  it('reset refuses while the hub runs', async () => {
    const { status, trouble } = await run(['reset', '--yes'], { environment: { DRAGOMAN_HOME: hub.home } })
    expect(status).toBe(1)
    expect(trouble).toContain('Stop it first')
  })

  it('nobody without the key file gets in', async () => {
    for (const authorization of ['', 'Bearer wrong']) {
      const response = await fetch(`${hub.url}/v1/operator/webhooks`, { headers: { authorization } })
      expect(response.status).toBe(404)
    }
  })
})
