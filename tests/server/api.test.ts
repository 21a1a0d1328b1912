/** The API's walls: rules on every route, foreign pages, limits, bad input, errors that tell nothing of our inside. */
import { builtInRights, routes } from '@dragoman/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientId, startTestHub, type TestHub, type textBody, until } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

const ask = async (path: string, init: RequestInit = {}, cookie: string | undefined = hub.cookie) => {
  const response = await fetch(`${hub.url}${path}`, {
    ...init,
    headers: { 'content-type': 'application/json', 'x-dragoman': '1', ...(cookie ? { cookie } : {}), ...init.headers },
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json().catch(() => undefined)) as Record<string, unknown> | undefined,
  }
}

describe('rules', () => {
  test('every route of the server has a rule', () => {
    const list = hub.app!.printRoutes({ commonPrefix: false, includeMeta: false })
    expect(list.length).toBeGreaterThan(1_000)
    for (const [operation, definition] of Object.entries(routes))
      expect(['public', 'signed_in', 'agent', 'manager', 'owner'], operation).toContain(definition.rule)
  })

  test('without a session every route but the public ones is 401; an agent is refused what needs a right that agents lack', async () => {
    const url = (await hub.owner.call('invite', { body: { role: 'agent' } })).url
    const accepted = await ask(
      `/v1/invitations/by-token/${url.split('/').at(-1)}`,
      { method: 'POST', body: JSON.stringify({ name: 'Agent', email: 'a@example.com', password: 'long enough here', language: 'ru' }) },
      '',
    )
    const agent = accepted.headers.get('set-cookie')!.split(';')[0]!
    for (const [operation, definition] of Object.entries(routes)) {
      if (definition.rule === 'public') continue
      const path = definition.path.replace(':mode', 'reply').replace(/:\w+/g, crypto.randomUUID())
      const init = { method: definition.method, ...(definition.method === 'GET' || definition.method === 'DELETE' ? {} : { body: '{}' }) }
      expect((await ask(path, init, '')).status, operation).toBe(401)
      if (definition.right && !builtInRights.agent.includes(definition.right))
        expect((await ask(path, init, agent)).status, operation).toBe(403)
    }
  })

  test('a member of one workspace finds nothing of another', async () => {
    const other = crypto.randomUUID()
    for (const path of [
      `/v1/conversations/${other}`,
      `/v1/conversations/${other}/messages`,
      `/v1/accounts/${other}`,
      `/v1/files/${other}/content`,
    ])
      expect((await ask(path)).status, path).toBe(404)
  })
})

describe('foreign pages', () => {
  const sending = (headers: Record<string, string>) =>
    fetch(`${hub.url}/v1/me`, {
      method: 'PATCH',
      headers: { cookie: hub.cookie, 'content-type': 'application/json', ...headers },
      body: '{"theme":"dark"}',
    })
  test('a request without our header, or from another origin, changes nothing', async () => {
    expect((await sending({})).status).toBe(403)
    expect((await sending({ 'x-dragoman': '1', origin: 'https://evil.example' })).status).toBe(403)
    expect((await sending({ 'x-dragoman': '1', origin: hub.url })).status).toBe(200)
    expect((await sending({ 'x-dragoman': '1' })).status).toBe(200)
  })
})

describe('sign-in', () => {
  test('a new session each time; signing out ends it; the second setup is refused', async () => {
    const first = await ask(
      '/v1/session',
      { method: 'POST', body: JSON.stringify({ email: 'owner@example.com', password: 'correct horse battery' }) },
      '',
    )
    const second = await ask(
      '/v1/session',
      { method: 'POST', body: JSON.stringify({ email: 'OWNER@example.com', password: 'correct horse battery' }) },
      '',
    )
    const cookies = [first, second].map(answer => answer.headers.get('set-cookie')!)
    expect(cookies[0]).toMatch(/HttpOnly/)
    expect(cookies[0]).toMatch(/SameSite=Lax/)
    const [one, two] = cookies.map(cookie => cookie.split(';')[0]!)
    expect(one).not.toBe(two)
    await ask('/v1/session', { method: 'DELETE' }, one)
    expect((await ask('/v1/session', {}, one)).status).toBe(401)
    expect((await ask('/v1/session', {}, two)).status).toBe(200)
    expect(
      (
        await ask(
          '/v1/setup',
          {
            method: 'POST',
            body: JSON.stringify({ name: 'x', email: 'x@example.com', password: 'long enough here', workspaceName: 'x', language: 'en' }),
          },
          '',
        )
      ).body,
    ).toMatchObject({ code: 'already_set_up' })
  })

  test('guessing is limited, with the time to wait', async () => {
    let last: Awaited<ReturnType<typeof ask>> | undefined
    for (let count = 0; count < 25 && last?.status !== 429; count++)
      last = await ask(
        '/v1/session',
        { method: 'POST', body: JSON.stringify({ email: 'owner@example.com', password: `wrong ${count}` }) },
        '',
      )
    expect(last).toMatchObject({ status: 429, body: { code: 'too_many_requests' } })
    expect(Number(last!.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('the last owner stays', async () => {
    const { me } = await hub.owner.call('session')
    await expect(hub.owner.call('updateMember', { params: { memberId: me.memberId }, body: { role: 'agent' } })).rejects.toMatchObject({
      problem: { code: 'last_owner' },
    })
  })
})

describe('bad input', () => {
  test('what is wrong is named, field by field, with a request id', async () => {
    const answer = await ask('/v1/workspace', { method: 'PATCH', body: JSON.stringify({ countries: ['Germany'], name: '' }) })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request', errors: [{ path: 'name' }, { path: 'countries.0' }] } })
    expect(answer.body!.requestId).toBe(answer.headers.get('x-request-id'))
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect((await ask('/v1/workspace', { method: 'PATCH', body: '{"name"' })).body).toMatchObject({ code: 'invalid_request' })
    expect((await ask('/v1/nothing')).body).toMatchObject({ status: 404, code: 'not_found' })
  })

  test('a body that is too large is refused: 413 at the API and at webhooks', async () => {
    expect((await ask('/v1/workspace', { method: 'PATCH', body: JSON.stringify({ name: 'x'.repeat(1_100_000) }) })).status).toBe(413)
    const { accountId } = await hub.connect('telegram')
    const account = (await hub.owner.call('accounts')).accounts.find(row => row.id === accountId)!
    const big = await fetch(account.webhookUrl!, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024) }).then(
      response => response.status,
      () => 413,
    )
    expect(big).toBe(413)
  })

  test('content that the messenger cannot carry is refused before anything is stored', async () => {
    const { accountId, phone } = await hub.connect('whatsapp')
    await phone.act({ act: 'write', text: 'hi' })
    const conversation = await until(
      async () => (await hub.owner.call('conversations', { query: { account: accountId } })).conversations[0],
      'the conversation',
    )
    const before = (await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages.length
    const send = (body: ReturnType<typeof textBody> | object) =>
      hub.owner.call('sendMessage', {
        params: { conversationId: conversation.id },
        body: { clientId: clientId(), body: body as ReturnType<typeof textBody> },
      })
    await expect(send({ content: { kind: 'call', direction: 'in', answered: true } })).rejects.toMatchObject({
      problem: { code: 'message_not_sendable', refusals: [{ code: 'content_not_supported' }] },
    })
    await expect(send({ content: { kind: 'image', media: { ref: { from: 'link', url: 'http://127.0.0.1/x' } } } })).rejects.toMatchObject({
      problem: { code: 'invalid_request' },
    })
    await expect(
      send({
        content: { kind: 'text', text: { text: 'x' } },
        keyboard: { kind: 'buttons', rows: [[{ kind: 'url', title: 'x', url: 'javascript:alert(1)' }]] },
      }),
    ).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
    expect((await hub.owner.call('messages', { params: { conversationId: conversation.id } })).messages).toHaveLength(before)
  })
})

describe('what else is served', () => {
  test('health, version, metrics, the description of the API', async () => {
    expect((await ask('/health/live')).status).toBe(200)
    expect((await ask('/health/ready')).body).toMatchObject({ ready: true })
    expect(await (await fetch(`${hub.url}/metrics`)).text()).toContain('dragoman_webhooks_total')
    const { body } = await ask('/openapi.json')
    expect(body).toMatchObject({ openapi: '3.1.0' })
    expect(Object.keys(body!.paths as object).length).toBeGreaterThan(30)
    const page = await (await fetch(`${hub.url}/reference`)).text()
    expect(page).not.toMatch(/https?:\/\/(?!127\.0\.0\.1|www\.w3\.org)[^"'\s]*\.(js|css|woff2?)/)
  })

  test('an uploaded page or drawing is never shown as one', async () => {
    for (const [name, type, content] of [
      ['x.html', 'text/html', '<script>alert(1)</script>'],
      ['x.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
      ['../../x.png', 'image/png', '<html>'],
    ] as const) {
      const form = new FormData()
      form.set('file', new Blob([content], { type }), name)
      const file = await hub.owner.call('uploadFile', { body: form })
      expect(file.name).not.toContain('/')
      const answer = await fetch(`${hub.url}/v1/files/${file.fileId}/content`, { headers: { cookie: hub.cookie } })
      expect(answer.headers.get('content-type')).toBe('application/octet-stream')
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/)
      await answer.arrayBuffer()
    }
  })
})
