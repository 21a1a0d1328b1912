/** What a hub needs of the network: its port, its public address, and webhooks that platforms send to it. */
import { connect, isIP } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
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
    check('tls', 'Certificate', async () => await certificate(settings.publicUrl)),
    check('mail', 'Mail server', async () => await mailServer(settings)),
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

const fewDays = 14

/** The certificate of the public address: platforms and browsers refuse one that is over or not theirs. */
export async function certificate(publicUrl: string | undefined) {
  if (!publicUrl?.startsWith('https:')) return skipped('no address with https is set')
  const { hostname, port } = new URL(publicUrl)
  const answer = await new Promise<{ until: number; trouble: string | undefined } | string>(resolve => {
    const socket = connectSecurely({
      host: hostname,
      port: Number(port || 443),
      ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
      rejectUnauthorized: false,
      timeout: 5_000,
    })
    const end = (value: { until: number; trouble: string | undefined } | string) => {
      socket.destroy()
      resolve(value)
    }
    socket.on('secureConnect', () => {
      const error = socket.authorizationError as unknown
      end({
        until: Date.parse(socket.getPeerCertificate().valid_to),
        trouble: socket.authorized ? undefined : error instanceof Error ? error.message : String(error),
      })
    })
    socket.on('timeout', () => end('does not answer'))
    socket.on('error', error => end((error as NodeJS.ErrnoException).code ?? error.message))
  })
  const fix = `openssl s_client -connect ${hostname}:${port || 443} -servername ${hostname} </dev/null | openssl x509 -noout -dates -issuer`
  if (typeof answer === 'string') return warning(`${hostname}: ${answer}`, 'From this machine no secure connection can be made there.', fix)
  const days = Math.floor((answer.until - Date.now()) / 86_400_000)
  if (answer.trouble !== undefined) return failed(`${hostname}: ${answer.trouble}`, 'Platforms and browsers refuse this certificate.', fix)
  return days < fewDays
    ? warning(
        `${hostname}: ends in ${days} days`,
        'After that no webhook comes and nobody can sign in.',
        'Renew it, or look why it is not renewed by itself',
      )
    : ok(`${hostname}: good for ${days} days`)
}

async function mailServer(settings: Settings) {
  if (!settings.mail) return skipped('SMTP_URL is not set: invitations are links')
  const { hostname, port, protocol } = new URL(settings.mail.url)
  const number = Number(port || (protocol === 'smtps:' ? 465 : 587))
  return (await isTaken(hostname, number))
    ? ok(`${hostname}:${number} answers`)
    : failed(
        `${hostname}:${number} does not answer`,
        'Invitations and notices by mail wait and are tried again for two hours.',
        `nc -vz ${hostname} ${number}`,
      )
}
