/** Access tokens that end, and keys that change [mechanics 18]: each test would fail without its decision. */
import type { AccessToken, Channel, HttpRequest } from '@dragoman/core'
import { accountContext, inWorkspace, performFor } from '@dragoman/hub'
import { afterEach, describe, expect, test } from 'vitest'
import { createKeyStore } from '../../server/src/http/webhook-keys.ts'
import type { ProbeRequest } from '../support/probe.ts'
import { allowLoopback, type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { startTestHub, type TestHub, until } from '../support/test-hub.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

const lifeMs = 60 * 60_000

/** A platform that gives tokens for an hour, and a channel that sends with them. */
function tokenChannel(channel: Channel): Partial<Channel> {
  const origin = channel.origins.api!
  const accessToken: AccessToken = {
    name: 'accessToken',
    renewBeforeMs: 5 * 60_000,
    obtain: {
      request: (): HttpRequest => ({
        via: 'http',
        method: 'POST',
        url: `${origin}/token`,
        headers: { authorization: 'Bearer {token}' },
        body: { type: 'json', value: {} },
      }),
      outcome(transmission) {
        const body = transmission.kind === 'answered' ? (transmission.body as { token?: string }) : {}
        if (body.token) return { ok: true, value: { secret: body.token, expiresInMs: lifeMs } }
        return { ok: false, failure: { kind: 'auth', code: 'invalid_client', detail: 'The secret is not good' } }
      },
    },
  }
  return {
    accessToken,
    send: {
      ...channel.send,
      next(part, done, account, now) {
        const step = channel.send.next(part, done, account, now)
        if (step.kind !== 'request' || step.request.via !== 'http') return step
        return { ...step, request: { ...step.request, headers: { 'x-access': '{accessToken}' } } }
      },
    },
  }
}

interface TokenHub extends ProbeHub {
  /** Tokens that were given, in order. */
  given: string[]
  sent(): ProbeRequest[]
  /** Tokens that the platform no longer takes. */
  revoked: Set<string>
  refuses: boolean
}

async function startTokenHub(): Promise<TokenHub> {
  const hub = (await startProbeHub({ change: tokenChannel })) as TokenHub
  open.push(hub)
  hub.given = []
  hub.revoked = new Set()
  hub.refuses = false
  hub.sent = () => hub.probe.requests.filter(request => request.path === '/send')
  const used: string[] = []
  // Which token came is told by the header; the probe hands on bodies only, so the transport is asked.
  const { perform } = hub.hub.transport
  hub.hub.transport.perform = async (request, context) => {
    if (request.headers?.['x-access']) used.push(context.secrets.accessToken ?? '')
    return await perform(request, context)
  }
  hub.probe.answer = request => {
    if (request.path === '/token') {
      if (hub.refuses) return { status: 400, body: { error: 'invalid_client' } }
      hub.given.push(`issued-${hub.given.length + 1}`)
      return { status: 200, body: { token: hub.given.at(-1) }, delayMs: 50 }
    }
    return hub.revoked.has(used.at(-1) ?? '') ? { status: 401, body: {} } : { status: 200, body: { id: `m${hub.sent().length}` } }
  }
  return hub
}

const state = async (hub: ProbeHub, id: string, threadId: string, wanted: string) =>
  await until(async () => (await hub.message(id, threadId))?.state === wanted, `${threadId} ${wanted}`)

/** A request of the account outside any message. */
async function look(hub: TokenHub, at: TestHub = hub): Promise<number> {
  const account = await inWorkspace(at.hub, hub.workspaceId, tx => accountContext(at.hub, tx, hub.account.id))
  const answer = await performFor(
    at.hub,
    account!,
    'looks',
    { via: 'http', method: 'POST', url: `${hub.probe.origin}/look`, headers: { 'x-access': '{accessToken}' }, body: { type: 'none' } },
    {
      secrets: { token: 'probe-token-secret', secret: hub.secret },
      origins: [hub.probe.origin],
      openFile: async () => {
        throw new Error('No files here')
      },
    },
  )
  return answer.kind === 'answered' ? answer.status : 0
}

describe('a token that ends', () => {
  test('is obtained once for many who need it, kept sealed, and used until shortly before its end', async () => {
    const hub = await startTokenHub()
    await hub.deliver(['t1', 't2', 't3', 't4'].map(thread => received(`hi-${thread}`, { thread })))
    const said = await Promise.all(['t1', 't2', 't3', 't4'].map(async thread => [await hub.say(thread, 'hello'), thread] as const))
    for (const [message, thread] of said) await state(hub, message.id, thread, 'sent')
    expect(hub.given).toEqual(['issued-1'])
    const facts = await hub.database.query<{ value: Buffer; expires_at: Date }>(
      `select value, expires_at from platform_fact where key = 'access_token'`,
    )
    expect(facts).toHaveLength(1)
    expect(facts[0]!.value.toString('latin1')).not.toContain('issued-1')
    expect(Math.abs(facts[0]!.expires_at.getTime() - Date.now() - lifeMs)).toBeLessThan(60_000)
    // Nearly an hour later; only the look goes there, since what is sent waits for the database's clock.
    hub.hub.now = () => Date.now() + lifeMs - 4 * 60_000
    expect(await Promise.all([look(hub), look(hub)])).toEqual([200, 200])
    hub.hub.now = Date.now
    expect(hub.given).toEqual(['issued-1', 'issued-2'])
  })

  test('is obtained anew once where the platform no longer takes it, before anybody is told', async () => {
    const hub = await startTokenHub()
    await hub.deliver([received('hi', { thread: 't1' })])
    await state(hub, (await hub.say('t1', 'first')).id, 't1', 'sent')
    hub.revoked.add('issued-1')
    await state(hub, (await hub.say('t1', 'second')).id, 't1', 'sent')
    expect(hub.given).toEqual(['issued-1', 'issued-2'])
    expect(hub.sent().map(request => request.body.text)).toEqual(['first', 'second', 'second'])
    expect((await hub.owner.call('accounts')).accounts[0]!.status).toBe('active')
  })

  test('pauses the account where a new one is not taken either, or where none is given', async () => {
    const hub = await startTokenHub()
    await hub.deliver([received('hi', { thread: 't1' })])
    hub.refuses = true
    await hub.say('t1', 'nobody lets us in')
    await until(async () => (await hub.owner.call('accounts')).accounts[0]!.status === 'paused', 'a paused account')
    expect(hub.sent()).toEqual([])
    hub.refuses = false
    await hub.owner.call('updateAccount', { params: { accountId: hub.account.id }, body: { status: 'active' } })
    await until(() => hub.sent().length === 1, 'the message that waited')
  })

  test('of another node is read, not asked for again', async () => {
    const hub = await startTokenHub()
    await hub.deliver([received('hi', { thread: 't1' })])
    await state(hub, (await hub.say('t1', 'first')).id, 't1', 'sent')
    // Another node knows nothing but the row.
    const other = await startTestHub({ database: hub.database, home: hub.home, channels: hub.probe.channels, again: true })
    open.push(other)
    allowLoopback(other, hub.probe)
    expect(await look(hub, other)).toBe(200)
    expect(hub.given).toEqual(['issued-1'])
  })
})

describe('keys of a platform', () => {
  function store() {
    let time = 1_000_000
    let answer: { status: number; body: unknown } | undefined
    const asked: string[] = []
    const keys = createKeyStore({
      now: () => time,
      transport: {
        perform: async (request: HttpRequest) => {
          asked.push(request.url)
          return answer ? { kind: 'answered', headers: {}, ...answer } : { kind: 'not_sent', cause: 'no way' }
        },
        refusalOf: async () => undefined,
        download: async () => ({ kind: 'not_sent', cause: 'no way' }),
      },
    })
    return {
      keys,
      asked,
      pass: (ms: number) => {
        time += ms
      },
      answerWith: (body: unknown) => {
        answer = body === undefined ? undefined : { status: 200, body }
      },
    }
  }
  const url = 'https://keys.example/jwks'

  test('are fetched once for all who ask, and anew only where the one looked for is missing', async () => {
    const { keys, asked, pass, answerWith } = store()
    answerWith('first')
    expect(await Promise.all([keys.get(url), keys.get(url)])).toEqual(['first', 'first'])
    pass(6 * 60_000)
    expect(await keys.get(url)).toBe('first')
    expect(asked).toHaveLength(1)
    answerWith('second')
    expect(await keys.get(url, true)).toBe('second')
    answerWith('third')
    expect(await keys.get(url, true)).toBe('second')
    expect(asked).toHaveLength(2)
  })

  test('stay good for a day while the platform gives no newer ones', async () => {
    const { keys, asked, pass, answerWith } = store()
    answerWith('first')
    await keys.get(url)
    answerWith(undefined)
    pass(6 * 60_000)
    expect(await keys.get(url, true)).toBe('first')
    pass(24 * 60 * 60_000)
    expect(await keys.get(url)).toBeUndefined()
    expect(await keys.get(url)).toBeUndefined()
    expect(asked).toHaveLength(3)
  })
})
