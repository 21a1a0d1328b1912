/** Machines: keys that can do what they say and no more; notices to people known and unknown, once, by the best way that is allowed. */
import { isPlaced, routes } from '@dragoman/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { joinAgent } from '../support/agents.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub()
})
afterAll(async () => {
  await hub?.close()
})

async function makeKey(scopes: string[], expiresAt?: number) {
  return await hub.owner.call('createApiKey', { body: { name: `Shop ${clientId()}`, scopes, expiresAt } })
}

async function ask(secret: string, path: string, init: { method?: string; body?: unknown } = {}) {
  const response = await fetch(`${hub.url}${path}`, {
    method: init.method ?? 'GET',
    headers: { authorization: `Bearer ${secret}`, ...(init.body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> & { code?: string } }
}

describe('API keys', () => {
  test('every route has its area, so that no new one is open to a key by accident', () => {
    for (const [operation, route] of Object.entries(routes)) expect(isPlaced(route.tag), `${operation}: ${route.tag}`).toBe(true)
  })

  test('a key does what its scopes say, and nothing that is for people', async () => {
    const { secret } = await makeKey(['conversations:read', 'contacts:read'])
    expect(await ask(secret, '/v1/conversations')).toMatchObject({ status: 200 })
    expect(await ask(secret, '/v1/labels')).toMatchObject({ status: 403, body: { code: 'not_allowed' } })
    expect(await ask(secret, `/v1/conversations/${crypto.randomUUID()}/close`, { method: 'POST', body: {} })).toMatchObject({ status: 403 })
    for (const path of ['/v1/session', '/v1/snapshot?view=drafts'].slice(0, 1)) expect((await ask(secret, path)).status).toBe(403)
    expect((await ask(secret, '/v1/api-keys')).status).toBe(403)
  })

  test('it is shown once, listed without itself, and dead the moment it is revoked or past its end', async () => {
    const { key, secret } = await makeKey(['conversations:read'])
    const { keys } = await hub.owner.call('apiKeys')
    expect(JSON.stringify(keys)).not.toContain(secret.slice(12))
    await hub.owner.call('revokeApiKey', { params: { apiKeyId: key.id } })
    expect(await ask(secret, '/v1/conversations')).toMatchObject({ status: 401, body: { code: 'not_signed_in' } })
    const ended = await makeKey(['conversations:read'], Date.now() - 1)
    expect((await ask(ended.secret, '/v1/conversations')).status).toBe(401)
    expect((await ask('dgm_nonsense', '/v1/conversations')).status).toBe(401)
    const stored = await hub.database.query<{ token_hash: Buffer }>('select token_hash from api_key')
    expect(stored.every(row => row.token_hash.length === 32)).toBe(true)
  })

  test('no key makes keys: one could give itself any scope', async () => {
    const { secret } = await makeKey(['machines:read', 'machines:write'])
    const response = await fetch(`${hub.url}/v1/api-keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'More', scopes: ['conversations:write'] }),
    })
    expect(response.status).toBe(403)
    expect((await ask(secret, '/v1/webhooks')).status).toBe(200)
  })

  test('a key never has a right that its maker lacks, is no colleague, and cannot be assigned', async () => {
    const { secret, key } = await makeKey(['conversations:write', 'conversations:read'])
    const snapshot = await hub.owner.call('snapshot', { query: {} })
    expect(snapshot.members.some(member => member.name === key.name)).toBe(false)
    const agent = await joinAgent(hub, 'Anna', { online: false })
    await expect(agent.client.call('createApiKey', { body: { name: 'Mine', scopes: ['machines:write'] } })).rejects.toMatchObject({
      problem: { code: 'not_allowed' },
    })
    expect((await ask(secret, '/v1/conversations')).status).toBe(200)
    const login = await fetch(`${hub.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
      body: JSON.stringify({ email: `${key.id}@machine.invalid`, password: 'anything at all' }),
    })
    expect(login.status).toBe(401)
  })
})

describe('notices', () => {
  const template = (name = 'order_update') => ({
    content: { kind: 'template' as const, name, language: 'en', values: [] },
  })

  test('goes where the person may be written to freely, once for its key, and says which and why', async () => {
    const { phone, accountId } = await hub.connect('telegram')
    await phone.act({ act: 'start' })
    await phone.act({ act: 'write', text: 'Hello' })
    const conversation = await until(
      async () => (await hub.owner.call('conversations', { query: {} })).conversations.find(row => row.accountId === accountId),
      'the conversation',
    )
    const { secret, key: apiKey } = await makeKey(['notices:write', 'notices:read'])
    const body = { key: clientId(), to: { contactId: conversation.contact.id }, body: textBody('Your parcel is on its way') }
    const [first, second] = await Promise.all([
      ask(secret, '/v1/notices', { method: 'POST', body }),
      ask(secret, '/v1/notices', { method: 'POST', body }),
    ])
    expect(first).toMatchObject({ status: 200, body: { way: 'freeform', accountId, conversationId: conversation.id } })
    expect(second!.body.messageId).toBe(first!.body.messageId)
    await until(() => phone.view().messages.some(message => message.from === 'business'), 'the notice on the phone')
    expect(phone.view().messages.filter(message => message.from === 'business')).toHaveLength(1)
    // It has answered nobody and belongs to no agent.
    const after = (await hub.owner.call('conversation', { params: { conversationId: conversation.id } })).conversation
    expect(after).toMatchObject({ unansweredSince: conversation.unansweredSince, assigneeId: null, lastOutId: null })
    const { messages } = await hub.owner.call('messages', { params: { conversationId: conversation.id }, query: {} })
    expect(messages.find(message => message.id === first!.body.messageId)?.author).toMatchObject({ kind: 'system', name: apiKey.name })
    expect(await ask(secret, '/v1/notices', { method: 'POST', body: { ...body, body: textBody('Another text') } })).toMatchObject({
      status: 409,
      body: { code: 'client_id_reused' },
    })
    expect(await ask(secret, `/v1/notices/${first!.body.id}`)).toMatchObject({ status: 200, body: { accountId } })
  })

  test('somebody who is not known is reached by phone where a template may begin, and stays one person when he writes', async () => {
    const { phone: first, accountId } = await hub.connect('whatsapp')
    const known = first.view().messages.length
    expect(known).toBe(0)
    const stranger = hub.newPhone('whatsapp', first.platformAccountId, { name: 'Mira', language: 'en' })
    const number = stranger.view().customerPhone!
    const { templates } = await hub.owner.call('templates', { params: { accountId }, query: { refresh: 'true' } })
    const plain = templates.find(one => one.status.toLowerCase() === 'approved' && one.slots.every(slot => slot.kind === 'text'))!
    const values = plain.slots.map(({ part, index, name }) => ({ part, index, ...(name ? { name } : {}), text: 'A12' }))
    const wording = { content: { kind: 'template' as const, name: plain.name, language: plain.language, values } }
    const { secret } = await makeKey(['notices:write'])
    const send = (more: object) => ask(secret, '/v1/notices', { method: 'POST', body: { key: clientId(), to: { phone: number }, ...more } })
    // Free words are not allowed before he has written.
    expect(await send({ body: textBody('Hello') })).toMatchObject({ status: 422, body: { code: 'no_way' } })
    const tried = await send({ templates: [{ body: wording }], dryRun: true })
    expect(tried).toMatchObject({ status: 200, body: { id: null, way: 'template', accountId } })
    const [one, two] = await Promise.all([
      send({ templates: [{ body: wording }], name: 'Mira' }),
      send({ templates: [{ body: wording }], name: 'Mira' }),
    ])
    expect([one!.status, two!.status]).toEqual([200, 200])
    expect(one!.body.conversationId).toBe(two!.body.conversationId)
    await until(() => stranger.view().messages.filter(message => message.from === 'business').length === 2, 'both on the phone')
    await stranger.act({ act: 'write', text: 'Who is this?' })
    await until(
      async () =>
        (await hub.owner.call('conversation', { params: { conversationId: String(one!.body.conversationId) } })).conversation
          .inboundCount === 1,
      'his answer in the same conversation',
    )
  })

  test('whoever is unknown, a number that is none, and a person whom no account reaches are told apart', async () => {
    const { secret } = await makeKey(['notices:write'])
    const send = (to: object) =>
      ask(secret, '/v1/notices', {
        method: 'POST',
        body: { key: clientId(), to, body: textBody('Hello'), templates: [{ body: template() }] },
      })
    expect(await send({ customerId: 'nobody' })).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await send({ phone: '12345' })).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(await send({ identityId: crypto.randomUUID() })).toMatchObject({ status: 404 })
    expect(await ask(secret, '/v1/notices', { method: 'POST', body: { key: 'short', to: {} } })).toMatchObject({ status: 400 })
  })
})
