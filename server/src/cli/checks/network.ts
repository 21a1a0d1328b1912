/** What a hub needs of the network: its port, its public address, and webhooks that platforms send to it. */
import { connect } from 'node:net'
import type { Settings } from '../../settings.ts'
import { askHub, findHub } from '../running-hub.ts'
import { type Check, check, failed, ok, skipped, warning } from './check.ts'

interface RegisteredWebhook {
  name: string
  channel: string
  way: string
  webhookUrl: string | null
  subscription: { state: string; url?: string; waiting?: number; lastError?: string } | null
}

export async function checkNetwork(settings: Settings, realWebhooks: number): Promise<Check[]> {
  const hub = await findHub(settings)
  return await Promise.all([
    check('port', 'Port', async () => {
      if (hub) return ok(`our hub listens: ${hub.url} (process ${hub.pid})`)
      if (settings.role === 'worker') return skipped('a worker listens on no port')
      if (settings.port === 0) return ok('0: a free one is taken')
      if (!(await isTaken(settings.host, settings.port))) return ok(`${settings.port} is free, no hub runs on this data folder`)
      const isDragoman = await fetch(`http://${settings.host}:${settings.port}/health/live`, { signal: AbortSignal.timeout(2_000) }).then(
        response => response.ok,
        () => false,
      )
      return failed(
        `${settings.port} is taken by ${isDragoman ? 'a hub on another data folder' : 'another program'}`,
        'The hub could not listen there.',
        `PORT=${settings.port + 1} npm start`,
      )
    }),
    check('public_url', 'Public address', async () => await publicUrl(settings, realWebhooks, hub !== undefined)),
    check('webhooks', 'Webhooks at the platforms', async () => {
      if (!hub) return skipped('asked only while the hub runs')
      const { accounts } = await askHub<{ accounts: RegisteredWebhook[] }>(settings, 'GET', '/v1/operator/webhooks')
      return judge(accounts)
    }),
  ])
}

/** What the platforms say, account by account. */
export function judge(accounts: readonly RegisteredWebhook[]): Omit<Check, 'id' | 'title'> {
  const asked = accounts.filter(account => account.subscription !== null)
  const wrong = asked.filter(({ way, subscription }) =>
    way === 'webhook' ? subscription!.state === 'none' || subscription!.state === 'someone_else' : subscription!.state === 'someone_else',
  )
  if (wrong.length > 0) {
    const words = wrong.map(
      ({ name, subscription }) =>
        `${name}: ${subscription!.state === 'none' ? 'no webhook is set' : `it posts to ${subscription!.url ?? 'another address'}`}`,
    )
    return failed(
      words.join('; '),
      'Messages of these accounts do not come here.',
      'Open Accounts in the inbox, choose the account, press “Connect again”',
    )
  }
  const troubled = asked.filter(({ subscription }) => subscription!.lastError)
  if (troubled.length > 0)
    return warning(
      troubled.map(({ name, subscription }) => `${name}: ${subscription!.lastError}`).join('; '),
      'The platform could not deliver lately.',
      'Check PUBLIC_URL and the proxy in front; then: npm run dragoman -- doctor',
    )
  return ok(
    asked.length === 0 ? 'no account whose platform can be asked' : `${asked.length} of ${accounts.length} asked, all as they should be`,
  )
}

async function publicUrl(settings: Settings, realWebhooks: number, isRunning: boolean) {
  const url = settings.publicUrl
  if (url === undefined) {
    if (realWebhooks === 0) return ok('not set; nothing needs it (polling, simulator, this machine)')
    return failed(
      `not set, and ${realWebhooks} account(s) wait for webhooks`,
      'Platforms cannot reach an address of this machine.',
      'PUBLIC_URL=https://desk.example.com npm start',
    )
  }
  if (!url.startsWith('https:'))
    return warning(
      url,
      'Platforms send webhooks over https only, and session cookies are not marked secure.',
      `PUBLIC_URL=${url.replace(/^http:/, 'https:')} npm start`,
    )
  if (!isRunning) return ok(`${url} (not tried: no hub runs here)`)
  const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(5_000), redirect: 'manual' }).then(
    response => String(response.status),
    (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
  )
  return answer === '200'
    ? ok(`${url} answers`)
    : warning(
        `${url}/health/live: ${answer}`,
        'From this machine the public address does not lead to the hub.',
        `curl -v ${url}/health/live`,
      )
}

async function isTaken(host: string, port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect({ host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host, port, timeout: 1_000 })
    const end = (taken: boolean) => {
      socket.destroy()
      resolve(taken)
    }
    socket.on('connect', () => end(true))
    socket.on('timeout', () => end(false))
    socket.on('error', () => end(false))
  })
}
