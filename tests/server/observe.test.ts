/**
 * What an operations engineer sees: request ids, a log without secrets, metrics that exist, stay cheap and are not for everybody, traces at a collector. Everything
 * through real requests, failures and answers.
 */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readMasterKey } from '../../server/src/cli/running-hub.ts'
import { figureQueries } from '../../server/src/observe/database-figures.ts'
import { createLogger, describeError, secretsOf } from '../../server/src/observe/logger.ts'
import { createScrub } from '../../server/src/observe/scrub.ts'
import { operatorToken } from '../../server/src/operator.ts'
import { readSettings } from '../../server/src/settings.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

/** A log that is kept. */
function keptLog(environment: Record<string, string> = {}) {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(...String(chunk).split('\n').filter(Boolean))
      done()
    },
  })
  const settings = readSettings({
    DATABASE_URL: 'postgres://desk:canary-database-password@127.0.0.1:5/x',
    DRAGOMAN_HOME: '/nowhere',
    LOG_LEVEL: 'debug',
    ...environment,
  })
  return { lines, logger: createLogger(settings, secretsOf(settings), destination), settings }
}

interface Collected {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: { key: string; value: Record<string, unknown> }[]
}

/** A collector of traces on loopback. */
async function startCollector(): Promise<{
  url: string
  spans: Collected[]
  texts: string[]
  headers: Record<string, unknown>[]
  close(): Promise<void>
}> {
  const spans: Collected[] = []
  const texts: string[] = []
  const headers: Record<string, unknown>[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      texts.push(text)
      headers.push(request.headers)
      const body = JSON.parse(text) as { resourceSpans: { scopeSpans: { spans: Collected[] }[] }[] }
      spans.push(...body.resourceSpans.flatMap(one => one.scopeSpans.flatMap(scope => scope.spans)))
      response.writeHead(request.url === '/v1/traces' ? 200 : 404).end('{}')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    texts,
    headers,
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

describe('a hub that is observed', () => {
  let hub: TestHub
  let collector: Awaited<ReturnType<typeof startCollector>>
  const log = keptLog()
  let telegramAccount: string
  beforeAll(async () => {
    collector = await startCollector()
    hub = await startTestHub({
      logger: log.logger,
      environment: {
        LOG_LEVEL: 'debug',
        LOG_REQUESTS: 'info',
        TRUST_PROXY: '1',
        METRICS_PORT: '0',
        METRICS_TOKEN: 'canary-metrics-token',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20canary-collector-token',
        SMTP_URL: 'smtp://mailer:canary-smtp-password@127.0.0.1:9',
      },
    })
    telegramAccount = (await hub.connect('telegram')).accountId
  })
  afterAll(async () => {
    await hub?.close()
    await collector?.close()
  })
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${hub.url}${path}`, { headers: { cookie: hub.cookie, ...headers } })
  const linesOf = (requestId: string) =>
    log.lines.map(line => JSON.parse(line) as Record<string, unknown>).filter(line => line.requestId === requestId)

  describe('request ids', () => {
    test('a trusted proxy’s id, or its trace’s, is kept: in the header, the problem and the log', async () => {
      const given = await get('/v1/conversations/00000000-0000-0000-0000-000000000000', { 'x-request-id': 'proxy-id-0001' })
      expect(given.headers.get('x-request-id')).toBe('proxy-id-0001')
      expect(((await given.json()) as { requestId: string }).requestId).toBe('proxy-id-0001')
      const [line, ...more] = await until(() => (linesOf('proxy-id-0001').length > 0 ? linesOf('proxy-id-0001') : undefined))
      expect(more).toEqual([])
      expect(line).toMatchObject({ method: 'GET', route: '/v1/conversations/:conversationId', status: 404, msg: 'request' })
      const traced = await get('/v1/me', { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' })
      expect(traced.headers.get('x-request-id')).toBe('0af7651916cd43dd8448eb211c80319c')
    })

    test('what is no id is not taken over', async () => {
      for (const bad of ['short', 'x'.repeat(200), 'a b c d e f g h', '"}\\n{"level":60', 'äöüäöüäöü'.replaceAll(/./g, '%C3')]) {
        const { headers } = await get('/version', { 'x-request-id': bad })
        expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
      }
    })

    test('what the hub logs while it serves a request bears its id', async () => {
      // A message that no platform takes: the hub itself logs the exchange, in the background; the sign-in below logs in the request.
      const response = await fetch(`${hub.url}/v1/conversations/not-a-uuid/messages`, {
        headers: { cookie: hub.cookie, 'x-request-id': 'hub-log-test-1' },
      })
      expect(response.status).toBeGreaterThanOrEqual(400)
      await until(() => linesOf('hub-log-test-1').length > 0)
      expect(linesOf('hub-log-test-1').every(line => !('err' in line) || typeof line.err === 'object')).toBe(true)
    })
  })

  test('nothing secret gets into the log, an answer, a metric or a trace', async () => {
    const canary = 'canary7secret'
    const key = await hub.owner
      .call('createApiKey', { body: { name: 'Test', scopes: ['conversations:read'], expiresInDays: null } as never })
      .catch(() => undefined)
    const apiKey = (key as { secret?: string } | undefined)?.secret ?? `dgm_${canary}${'x'.repeat(20)}`
    const answers: string[] = []
    const ask = async (path: string, init: RequestInit = {}) => {
      const response = await fetch(`${hub.url}${path}`, init)
      answers.push(await response.text(), JSON.stringify([...response.headers].filter(([name]) => name !== 'set-cookie')))
      return response.status
    }
    const json = { 'content-type': 'application/json', 'x-dragoman': '1' }
    // Passwords, cookies, keys, tokens of visitors, links to files, secrets in queries and bodies; good forms and broken ones.
    await ask('/v1/session', {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ email: 'owner@example.com', password: `${canary}-password` }),
    })
    await ask('/v1/session', { method: 'POST', headers: json, body: `{"email":"owner@example.com","password":"${canary}-broken` })
    await ask('/v1/me', { headers: { cookie: `dragoman_session=${canary}-cookie` } })
    await ask('/v1/conversations', { headers: { authorization: `Bearer ${apiKey}` } })
    await ask('/v1/conversations', { headers: { authorization: `Bearer dgm_${canary}-unknown-key` } })
    await ask(`/media/${canary}-file-link-0000000000`)
    await ask(`/v1/invitations/by-token/${canary}-invitation-token`)
    await ask(`/v1/search?q=${canary}&token=${canary}-query`, { headers: { cookie: hub.cookie } })
    await ask(`/nowhere/${canary}?access_token=${canary}-query`)
    await ask(`/webhooks/telegram/00000000-0000-0000-0000-000000000000?secret=${canary}-webhook`, {
      method: 'POST',
      body: `{"text":"${canary}-body"}`,
    })
    await ask('/visitor/00000000-0000-0000-0000-000000000000/history', {
      headers: { authorization: `Bearer eyJ${canary}visitor.${canary}signature` },
    })
    await ask('/metrics', { headers: { authorization: `Bearer ${canary}-metrics`, 'x-forwarded-for': '203.0.113.9' } })
    // Credentials that are refused: the platform is asked with them.
    for (const channel of ['telegram', 'whatsapp', 'vk']) {
      await ask('/v1/accounts/check', {
        method: 'POST',
        headers: { ...json, cookie: hub.cookie },
        body: JSON.stringify({
          channel,
          settings: { token: `123456789:${canary}${'A'.repeat(30)}`, accessToken: `${canary}-access`, appSecret: `${canary}-app` },
        }),
      })
    }
    // Statements that fail, with values in their words; a pool that cannot sign in; mail that cannot be sent.
    const address = new URL(hub.database.url)
    address.password = `${canary}-database`
    const pool = new pg.Client({ connectionString: address.toString() })
    await pool
      .connect()
      .catch(error => log.logger.error({ err: error, url: address.toString() }, `the database at ${address} cannot be reached`))
    await hub.hub.pools.system.query('select $1::uuid', [`${canary}-value`]).catch(error => hub.hub.log.error({ err: error }, 'failed'))
    await hub.hub.pools.app.query(`select '${canary}-literal'::int`).catch(error => hub.hub.log.error({ err: error }, 'failed'))
    await hub.owner.call('invite', { body: { email: 'new@example.com', role: 'agent', language: 'en' } as never }).catch(() => undefined)
    log.logger.warn(
      { token: `${canary}-field`, headers: { cookie: canary }, nested: { password: `${canary}-nested` } },
      `smtp://mailer:${canary}@host and Bearer ${canary}-words`,
    )

    const metrics = await (await fetch(`${hub.metricsUrl}/metrics`)).text()
    const places = { log: log.lines.join('\n'), answers: answers.join('\n'), metrics, traces: collector.texts.join('\n') }
    const known = [
      `${canary}`,
      'canary-',
      apiKey,
      hub.cookie.split('=')[1]!,
      'correct horse battery',
      operatorToken(await readMasterKey(hub.home)),
    ]
    for (const [place, text] of Object.entries(places)) {
      for (const secret of known) {
        const at = text.indexOf(secret)
        // What was searched for is told back; nothing else may be.
        expect(at < 0 ? undefined : `${place}: …${text.slice(Math.max(0, at - 120), at + 60)}`).toBeUndefined()
      }
    }
    expect(places.log.split('\n').every(line => JSON.parse(line) !== undefined)).toBe(true)
    expect(log.lines.length).toBeGreaterThan(20)
  })

  describe('metrics', () => {
    test('are read from this machine, with the token, or by the operator; not through a proxy, not by others', async () => {
      const status = async (headers: Record<string, string>) => (await fetch(`${hub.url}/metrics`, { headers })).status
      expect(await status({})).toBe(200)
      for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via', 'x-forwarded-host'])
        expect(await status({ [name]: '203.0.113.7' }), name).toBe(403)
      expect(await status({ 'x-forwarded-for': '203.0.113.7', authorization: 'Bearer canary-metrics-token' })).toBe(200)
      expect(
        await status({ 'x-forwarded-for': '203.0.113.7', authorization: `Bearer ${operatorToken(await readMasterKey(hub.home))}` }),
      ).toBe(200)
      expect(await status({ authorization: 'Bearer canary-metrics-token-' })).toBe(403)
      for (const path of ['/health/live', '/health/ready', '/metrics'])
        expect((await fetch(`${hub.metricsUrl}${path}`)).status, path).toBe(200)
      expect((await fetch(`${hub.metricsUrl}/v1/me`)).status).toBe(404)
      expect((await fetch(`${hub.metricsUrl}/metrics`, { method: 'POST' })).status).toBe(405)
    })

    test('tell what was done: a webhook in, a message out, with few labels', async () => {
      const { phone } = await hub.connect('telegram')
      await phone.act({ act: 'start' })
      await phone.act({ act: 'write', text: 'hello' })
      const conversation = await until(async () =>
        (await hub.owner.call('conversations', { query: {} as never })).conversations.find(one => one.lastMessage),
      )
      await hub.owner.call('sendMessage', {
        params: { conversationId: conversation.id },
        body: { clientId: clientId(), body: textBody('answer') } as never,
      })
      const text = await until(async () => {
        const metrics = await (await fetch(`${hub.url}/metrics`)).text()
        return metrics.includes('dragoman_parts_recorded_total 1') && metrics
      })
      expect(text).toMatch(/dragoman_webhooks_total\{channel="telegram",result="accepted"\} [1-9]/)
      expect(text).toMatch(/dragoman_bodies_applied_total\{channel="telegram"\} [1-9]/)
      expect(text).toMatch(/dragoman_applied_lag_seconds_count\{channel="telegram"\} [1-9]/)
      expect(text).toMatch(/dragoman_send_tries_total\{channel="telegram",outcome="sent"\} 1/)
      expect(text).toMatch(/dragoman_build_info\{version="[\d.]+",node="v24[^"]*",role="all"\} 1/)
      expect(text).toMatch(/dragoman_pool_connections\{pool="app",state="idle"\} \d/)
      expect(text).toMatch(/dragoman_nodes\{role="all"\} 1/)
      expect(text).toMatch(/dragoman_database_bytes [1-9]/)
      expect(text).toMatch(/dragoman_database_connections\{of="most"\} [1-9]/)
      expect(text).toMatch(/dragoman_waiting\{what="bodies"\} \d/)
      expect(text).toMatch(/dragoman_log_position [1-9]/)
      expect(text).toMatch(/dragoman_under_way\{kind="platform"\} 0/)
      // No id has become a label.
      expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/)
      expect(text).not.toContain(telegramAccount)
    })

    test('never read a table from end to end: every figure has an index that holds only what waits', async () => {
      for (const [name, text] of Object.entries(figureQueries)) {
        const client = await hub.hub.pools.system.connect()
        try {
          // On tables as small as a test’s a scan would always be cheaper: it is made dear, and must not be needed.
          await client.query('begin; set local enable_seqscan = off; set local enable_bitmapscan = on')
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`)
          const plan = rows.map(row => row['QUERY PLAN']).join('\n')
          const scanned = [...plan.matchAll(/Seq Scan on (\w+)/g)].map(match => match[1])
          // Tables of a few rows whatever the size of the hub.
          expect(
            scanned.filter(table => !['node', 'log_head', 'workspace'].includes(table!) && !table!.startsWith('pg_')),
            `${name}:\n${plan}`,
          ).toEqual([])
        } finally {
          await client.query('rollback').catch(() => {})
          client.release()
        }
      }
    })

    test('of the database are asked at most every ten seconds, however often they are read', async () => {
      let asked = 0
      const { system } = hub.hub.pools
      const query = system.query.bind(system)
      system.query = ((...given: unknown[]) => {
        const [first] = given
        if (typeof first === 'object' && first !== null && 'name' in first && String(first.name).startsWith('figures_')) asked++
        return (query as (...all: unknown[]) => unknown)(...given)
      }) as typeof system.query
      try {
        for (let count = 0; count < 20; count++) await fetch(`${hub.url}/metrics`)
      } finally {
        system.query = query as typeof system.query
      }
      expect(asked).toBeLessThanOrEqual(Object.keys(figureQueries).length * 2)
    })
  })

  test('traces: webhook → journal → apply and message → claim → request → record hang together, and go on from the caller’s', async () => {
    const { phone } = await hub.connect('vk')
    await phone.act({ act: 'write', text: 'canary-text-of-a-customer' })
    const conversation = await until(async () =>
      (await hub.owner.call('conversations', { query: {} as never })).conversations.find(one => one.channel === 'vk'),
    )
    const traceId = 'aaaabbbbccccddddeeeeffff00001111'
    const sent = await fetch(`${hub.url}/v1/conversations/${conversation.id}/messages`, {
      method: 'POST',
      headers: {
        cookie: hub.cookie,
        'content-type': 'application/json',
        'x-dragoman': '1',
        traceparent: `00-${traceId}-1111222233334444-01`,
      },
      body: JSON.stringify({ clientId: clientId(), body: textBody('canary-text-of-an-agent') }),
    })
    expect(sent.status).toBe(200)
    const named = (name: string, of?: string) =>
      collector.spans.filter(span => span.name === name && (of === undefined || span.traceId === of))
    await until(() => named('record', traceId).length > 0 && named('apply').length > 0, 'the spans')
    const root = named('sendMessage', traceId)[0]!
    expect(root.parentSpanId).toBe('1111222233334444')
    for (const name of ['wait', 'claim', 'request', 'record']) expect(named(name, traceId)[0]?.parentSpanId, name).toBe(root.spanId)
    const apply = named('apply').find(span =>
      span.attributes.some(({ key, value }) => key === 'dragoman.channel' && value.stringValue === 'vk'),
    )!
    const webhook = collector.spans.find(span => span.spanId === apply.parentSpanId)!
    expect(webhook.name).toBe('POST /webhooks/:channel/:endpoint')
    expect(named('journal', apply.traceId).some(span => span.parentSpanId === webhook.spanId)).toBe(true)
    expect(collector.headers.every(one => one.authorization === 'Bearer canary-collector-token')).toBe(true)
    expect(collector.texts.join()).not.toMatch(/canary|correct horse|dragoman_session/)
  })
})

describe('the last wall before the log', () => {
  const scrub = createScrub(['our-own-secret', 'with"quote'])
  test.each([
    ['postgres://desk:pass@host/db', 'postgres://…@host/db'],
    ['smtps://a%40b:p%2Fw@mail', 'smtps://…@mail'],
    ['authorization: Bearer abcdef.ghi-jkl', 'authorization: Bearer …'],
    ['GET /x?a=1&access_token=abc&b=2', 'GET /x?a=1&access_token=…&b=2'],
    ['dgm_0123456789abcdef', 'dgm_…'],
    ['/media/abcdefghijklmnop/x', '/media/…/x'],
    ['bot123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAA', '…'],
    ['{"password":"a\\"b","x":1}', '{"password":"…","x":1}'],
    ['{"msg":"{\\"token\\":\\"abc\\",\\"y\\":2}"}', '{"msg":"{\\"token\\":\\"…\\",\\"y\\":2}"}'],
    ['this is our-own-secret, and with\\"quote too', 'this is …, and … too'],
    ['https://desk.example.com/v1/me 200', 'https://desk.example.com/v1/me 200'],
  ])('%s', (line, clean) => {
    expect(scrub(line)).toBe(clean)
  })

  test('errors are told by a list of fields: what PostgreSQL quotes is left out', () => {
    const error = Object.assign(new Error('invalid input syntax for type uuid: "canary@example.com"'), {
      severity: 'ERROR',
      code: '22P02',
      detail: 'Key (email)=(canary@example.com) already exists.',
      where: 'canary',
      parameters: ['canary'],
      cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect', address: '127.0.0.1', port: 5 }),
    })
    const text = JSON.stringify(describeError(error))
    expect(text).not.toContain('canary')
    expect(text).toContain('22P02')
    expect(text).toContain('ECONNREFUSED')
  })
})
