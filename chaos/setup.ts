/**
 * What a run needs before it begins: an owner, accounts at the simulated platform, agents' sessions. A hub of its own does it through the same use cases
 * and routes as anybody, and is stopped again. Always holds: the accounts' requests go to the platform's process and nowhere else.
 */
import { createClient } from '@dragoman/api'
import { actorOf, connectAccount } from '@dragoman/hub'
import { pino } from 'pino'
import { readSettings } from '../server/src/settings.ts'
import { startHub } from '../server/src/start.ts'
import { type AccountSpec, appSecret, businessId } from './platform/words.ts'

export interface Prepared {
  workspaceId: string
  /** By the place of their specification. */
  accountIds: string[]
  cookies: string[]
  cursor: string
}

const owner = { name: 'Chaos', email: 'chaos@example.com', password: 'chaos chaos chaos' }

export async function prepareHub(options: {
  databaseUrl: string
  home: string
  platformPort: number
  accounts: readonly AccountSpec[]
  seats: number
}): Promise<Prepared> {
  const platform = `http://127.0.0.1:${options.platformPort}`
  const settings = readSettings({
    DATABASE_URL: options.databaseUrl,
    DRAGOMAN_HOME: options.home,
    DRAGOMAN_ROLE: 'web',
    DRAGOMAN_SIMULATOR: '0',
    PORT: '0',
    OUTGOING_ALLOW: platform,
    LOG_LEVEL: 'error',
  })
  const running = await startHub({ settings, logger: pino({ level: 'error' }, pino.destination(2)) })
  try {
    const cookies = [await enter(running.url, '/v1/setup', { ...owner, workspaceName: 'Chaos', language: 'en', demo: false })]
    // Sessions of one person: each counts for itself against the limits.
    while (cookies.length < options.seats) cookies.push(await enter(running.url, '/v1/session', owner))
    const client = createClient({ origin: running.url, headers: { cookie: cookies[0]! } })
    const { hub } = running
    const actor = (await actorOf(hub, cookies[0]!.split('=')[1]!))!
    const accountIds: string[] = []
    let endpointId: string | undefined
    for (const spec of options.accounts) {
      const isApp = spec.kind === 'whatsapp'
      const account = await connectAccount(
        hub,
        actor,
        {
          channel: spec.kind,
          way: 'webhook',
          config: isApp ? { phoneNumberId: spec.externalId, wabaId: businessId, token: spec.token, appSecret } : { token: spec.token },
          takeOver: true,
          ...(isApp ? { endpointId } : {}),
        },
        isApp ? { graph: platform, media: platform } : { api: platform },
      )
      if (isApp) endpointId = account.endpointId
      accountIds.push(account.id)
    }
    const { cursor } = await client.call('snapshot', { query: { limit: 1 } })
    return { workspaceId: actor.workspaceId, accountIds, cookies, cursor }
  } finally {
    await running.stop()
  }
}

async function enter(url: string, path: string, body: unknown): Promise<string> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.headers.get('set-cookie')!.split(';')[0]!
}
