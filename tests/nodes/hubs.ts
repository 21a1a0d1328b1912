/**
 * Several hub processes of one desk, for tests: an owner and an account at the test's platform are made first, then web and worker processes are real children.
 * Always holds: they share the key file and the database and nothing else; `close` leaves none behind.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createClient } from '@dragoman/api'
import { actorOf, connectAccount } from '@dragoman/hub'
import { pino } from 'pino'
import { readSettings } from '../../server/src/settings.ts'
import { startHub } from '../../server/src/start.ts'
import { until } from '../support/test-hub.ts'
import { type Platform, token } from './platform.ts'

const program = new URL('./hub-process.ts', import.meta.url).pathname

export interface Desk {
  workspaceId: string
  accountId: string
  cookie: string
}

/** Makes the owner and connects the account, through a hub that is stopped again. */
export async function makeDesk(databaseUrl: string, home: string, platform: Platform): Promise<Desk> {
  const settings = readSettings({ ...environmentOf(databaseUrl, home, platform), DRAGOMAN_ROLE: 'web' })
  const running = await startHub({ settings, logger: pino({ level: 'silent' }) })
  try {
    const response = await fetch(`${running.url}/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
      body: JSON.stringify({
        name: 'Owner',
        email: 'owner@example.com',
        password: 'correct horse battery',
        workspaceName: 'Nodes',
        language: 'en',
        countries: ['RU'],
        demo: false,
      }),
    })
    if (!response.ok) throw new Error(await response.text())
    const cookie = response.headers.get('set-cookie')!.split(';')[0]!
    const actor = (await actorOf(running.hub, cookie.split('=')[1]!))!
    const account = await connectAccount(
      running.hub,
      actor,
      { channel: 'telegram', way: 'webhook', config: { token }, takeOver: true },
      { api: platform.origin },
    )
    return { workspaceId: actor.workspaceId, accountId: account.id, cookie }
  } finally {
    await running.stop()
  }
}

function environmentOf(databaseUrl: string, home: string, platform: Platform): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    DRAGOMAN_HOME: home,
    DRAGOMAN_SIMULATOR: '0',
    PORT: '0',
    OUTGOING_ALLOW: platform.origin,
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'warn',
  }
}

export interface HubProcess {
  role: 'web' | 'worker'
  child: ChildProcess
  url: string
  output(): string
  stop(): Promise<void>
}

export interface HubProcessOptions {
  databaseUrl: string
  home: string
  platform: Platform
  role: 'web' | 'worker'
  environment?: Record<string, string>
  /** What runs the program in another place, such as `ip netns exec`. */
  within?: readonly string[]
}

/** Starts a process and waits until it works. Throws with its last words when it ends instead. */
export async function startHubProcess(options: HubProcessOptions): Promise<HubProcess> {
  const command = [...(options.within ?? []), process.execPath, program]
  const child = spawn(command[0]!, command.slice(1), {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      ...environmentOf(options.databaseUrl, options.home, options.platform),
      DRAGOMAN_ROLE: options.role,
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout!.on('data', chunk => (output += chunk))
  child.stderr!.on('data', chunk => (output += chunk))
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  const url = await until(() => {
    if (child.exitCode !== null) throw new Error(`A ${options.role} process ended: ${output}`)
    return /^ready (\S+)$/m.exec(output)?.[1]
  }, `a ${options.role} process`)
  return {
    role: options.role,
    child,
    url,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), 8_000)
      await ended
      clearTimeout(patience)
    },
  }
}

export interface Load {
  /** Texts of replies that the hub has taken (answered 200). */
  taken: Set<string>
  /** Ends both and waits for what is under way. */
  stop(): Promise<void>
}

/** Customers write without a pause, agents answer; both try again until they are answered 200. `hubs` may change meanwhile. */
export function startLoad(desk: Desk, platform: Platform, hubs: () => readonly string[], writers = 6): Load {
  const taken = new Set<string>()
  let number = 0
  let replies = 0
  let stopped = false

  async function write(): Promise<void> {
    while (!stopped) await platform.write(++number, hubs())
  }

  async function reply(): Promise<void> {
    while (!stopped) {
      const conversationId = await pickConversation()
      if (conversationId) await send(conversationId, `reply ${++replies}`)
      await new Promise(resolve => setTimeout(resolve, 40))
    }
  }

  async function pickConversation(): Promise<string | undefined> {
    const client = createClient({ origin: hubs()[0]!, headers: { cookie: desk.cookie } })
    const page = await client.call('conversations', { query: { limit: 50 } }).catch(() => undefined)
    return page?.conversations[replies % Math.max(1, page.conversations.length)]?.id
  }

  async function send(conversationId: string, text: string): Promise<void> {
    const clientId = randomUUID()
    for (let tries = 0; tries < 600; tries++) {
      const status = await fetch(`${hubs()[tries % hubs().length]}/v1/conversations/${conversationId}/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-dragoman': '1', cookie: desk.cookie },
        body: JSON.stringify({ clientId, body: { content: { kind: 'text', text: { text } } } }),
        signal: AbortSignal.timeout(10_000),
      }).then(
        response => response.status,
        () => 0,
      )
      if (status === 200) {
        taken.add(text)
        return
      }
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }

  const running = [...Array.from({ length: writers }, write), reply(), reply()]
  return {
    taken,
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
}
