/** Coming over: an account that only observes lets nothing leave, bodies are passed on, and the switch and the way back each happen once and wholly. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiProblem } from '@dragoman/api'
import { actorOf, connectAccount } from '@dragoman/hub'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sourcesOf } from '../architecture/scan.ts'
import { clientId, type Phone, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: TestHub
let old: { url: string; bodies: string[]; passOn: { address: string; secret: string } | undefined; server: Server }
let bot: { id: string; token: string }
let account: { id: string; name: string; endpointId: string }
let phone: Phone

beforeAll(async () => {
  hub = await startTestHub()
  old = await startOldSystem()
})
afterAll(async () => {
  old?.server.close()
  await hub?.close()
})

/** The system that the firm comes from: it takes the platform's webhooks and passes copies on. */
async function startOldSystem(): Promise<typeof old> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      system.bodies.push(body)
      const { passOn } = system
      if (passOn) void fetch(passOn.address, { method: 'POST', headers: { 'x-dragoman-forward': passOn.secret }, body })
      response.end('{}')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const system: typeof old = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    bodies: [],
    passOn: undefined,
    server,
  }
  return system
}

const origin = () => hub.simulators!.simulators.origin('telegram')
const webhookNow = async () =>
  ((await (await fetch(`${origin()}/bot${bot.token}/getWebhookInfo`)).json()) as { result: { url: string } }).result.url

let made = 0
beforeEach(async () => {
  const telegram = hub.simulators!.simulators.get('telegram')!
  const created = telegram.simulator.newAccount(`Shop ${made++}`)
  bot = { id: created.id, token: created.config.token! }
  await fetch(`${origin()}/bot${bot.token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: old.url }),
  })
  const owner = (await actorOf(hub.hub, hub.cookie.split('=')[1]!))!
  account = await connectAccount(
    hub.hub,
    owner,
    { channel: 'telegram', config: { token: bot.token }, way: 'webhook', takeOver: false, mode: 'observe' },
    hub.simulators!.origins(hub.hub, 'telegram'),
  )
  const forwarding = await hub.owner.call('rotateForwardSecret', { params: { accountId: account.id } })
  old.passOn = forwarding
  old.bodies.length = 0
  phone = hub.newPhone('telegram', bot.id)
  await phone.act({ act: 'start' })
})

const params = () => ({ accountId: account.id })
const arrived = (text: string) =>
  until(async () => {
    const { conversations } = await hub.owner.call('conversations', { query: { limit: 100 } })
    return conversations.find(one => one.accountId === account.id && one.lastMessage?.preview.includes(text))
  }, `“${text}” on the desk`)
const seenByCustomer = () => phone.view().messages.filter(message => message.from === 'business').length
const switchOver = () => hub.owner.call('switchOver', { params: params(), body: { confirm: account.name } })
const switchBack = (more = {}) => hub.owner.call('switchBack', { params: params(), body: { confirm: account.name, ...more } })

describe('an account that observes', () => {
  test('leaves the old system where it is, and fills the desk from what is passed on', async () => {
    await phone.act({ act: 'write', text: 'Where is my order' })
    const conversation = await arrived('Where is my order')
    expect(conversation.unansweredSince).not.toBeNull()
    expect(old.bodies.join()).toContain('Where is my order')
    expect(await webhookNow()).toBe(old.url)
    expect((await hub.owner.call('cutover', { params: params() })).forwarding).toMatchObject({ hasSecret: true, unread: 0 })
  })

  test('lets nothing leave: no reply, reaction, edit, read mark or answer', async () => {
    await hub.owner.call('saveSetting', {
      params: { name: 'automatic_answers' },
      body: {
        version: (await hub.owner.call('setting', { params: { name: 'automatic_answers' } })).version,
        value: { greeting: { on: true, texts: { en: 'Hello there' }, afterDays: null } },
      },
    })
    await phone.act({ act: 'write', text: 'Anybody' })
    const conversation = await arrived('Anybody')
    const { messages } = await hub.owner.call('messages', { params: { conversationId: conversation.id }, query: { limit: 10 } })
    const theirs = messages.find(message => message.direction === 'in')!
    const reply = hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body: textBody('Yes') },
    })
    await expect(reply).rejects.toMatchObject({ problem: { code: 'reply_not_allowed', reason: 'observing' } })
    await expect(hub.owner.call('react', { params: { messageId: theirs.id }, body: { emoji: '👍' } })).rejects.toMatchObject({
      problem: { code: 'reply_not_allowed', reason: 'observing' },
    })
    await hub.owner.call('markRead', { params: { conversationId: conversation.id }, body: { readCount: 9 } })
    // A note stays here, so it is allowed; and what the message would become can be seen.
    await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body: textBody('A note'), note: true },
    })
    expect((await hub.owner.call('fit', { params: { conversationId: conversation.id }, body: { body: textBody('Yes') } })).fit.kind).toBe(
      'parts',
    )
    const rows = await hub.database.query<{ n: number }>(
      `select (select count(*) from part where account_id = $1)::int + (select count(*) from automatic_answer a join conversation c on c.id = a.conversation_id where c.account_id = $1)::int as n`,
      [account.id],
    )
    expect(rows[0]!.n).toBe(0)
    expect(seenByCustomer()).toBe(0)
  })

  test('takes forwards only with its own secret, and none once it is live', async () => {
    const { address, secret } = old.passOn!
    const forward = (header: string) => fetch(address, { method: 'POST', headers: { 'x-dragoman-forward': header }, body: '{}' })
    expect((await forward('wrong')).status).toBe(401)
    expect((await fetch(address, { method: 'POST', body: '{}' })).status).toBe(401)
    const again = await hub.owner.call('rotateForwardSecret', { params: params() })
    expect((await forward(secret)).status).toBe(401)
    expect((await forward(again.secret)).status).toBe(200)
    await switchOver()
    const late = await forward(again.secret)
    expect(late.status).toBe(409)
    expect(await late.text()).toContain('live')
    await expect(hub.owner.call('rotateForwardSecret', { params: params() })).rejects.toMatchObject({ problem: { code: 'wrong_state' } })
  })

  test('shows what the desk would have done, and writes nothing', async () => {
    await phone.act({ act: 'write', text: 'Dry one' })
    await arrived('Dry one')
    const count = async () => (await hub.database.query<{ n: number }>('select position::int as n from log_head'))[0]!.n
    const before = await count()
    const dry = await hub.owner.call('cutoverDryRun', { params: params(), body: { last: 5 } })
    expect(dry.lines[0]).toMatchObject({ preview: 'Dry one', replyPossible: true, agent: null })
    expect(await count()).toBe(before)
    expect(seenByCustomer()).toBe(0)
  })
})

describe('the checklist', () => {
  test('tells each check with words in both languages and where it is mended', async () => {
    const { checks, mode } = await hub.owner.call('cutover', { params: params() })
    expect(mode).toBe('observe')
    const byId = Object.fromEntries(checks.map(check => [check.id, check]))
    expect(byId.credentials).toMatchObject({ state: 'ok' })
    expect(byId.subscription!.detail.en).toContain(old.url)
    expect(byId.saved_replies).toMatchObject({ state: 'warning', link: '/settings/saved-replies' })
    expect(byId.imports).toMatchObject({ state: 'warning', link: '/settings/import' })
    for (const check of checks) for (const text of [check.title, check.detail]) expect([text.en, text.ru].every(Boolean)).toBe(true)
  })
})

describe('the switch and the way back', () => {
  test('set our address, then the old one exactly as it was found', async () => {
    await switchOver()
    expect(await webhookNow()).toContain(account.endpointId)
    await phone.act({ act: 'write', text: 'Now here' })
    const conversation = await arrived('Now here')
    await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body: textBody('We are here') },
    })
    await until(() => seenByCustomer() >= 1, 'the reply on the phone')
    const view = await switchBack()
    expect(await webhookNow()).toBe(old.url)
    expect(view).toMatchObject({ mode: 'observe', history: [{ direction: 'back', state: 'done', url: old.url }, { direction: 'switch' }] })
    expect(view.history[1]!.before).toEqual({ state: 'someone_else', url: old.url })
  })

  test('call off what waits to be sent, on the way back', async () => {
    await switchOver()
    await phone.act({ act: 'write', text: 'Later please' })
    const conversation = await arrived('Later please')
    await hub.owner.call('sendMessage', {
      params: { conversationId: conversation.id },
      body: { clientId: clientId(), body: textBody('Too late'), sendAt: Date.now() + 3_600_000 },
    })
    const view = await switchBack()
    expect(view.history[0]).toMatchObject({ direction: 'back', cancelled: 1 })
    const [part] = await hub.database.query<{ state: string }>(`select state from part where conversation_id = $1`, [conversation.id])
    expect(part!.state).toBe('cancelled')
  })

  test('two managers who press at once make one operation, and a repeat none', async () => {
    await Promise.all([switchOver(), switchOver()])
    const view = await switchOver()
    expect(view.history.filter(step => step.direction === 'switch')).toHaveLength(1)
    const deeds = await hub.database.query(`select 1 from operation where what = 'cutover.switched' and account_id = $1`, [account.id])
    expect(deeds).toHaveLength(1)
  })

  test('a wrong name and a platform that refuses change nothing', async () => {
    await expect(hub.owner.call('switchOver', { params: params(), body: { confirm: 'Another' } })).rejects.toMatchObject({
      problem: { code: 'invalid_request' },
    })
    const { perform } = hub.hub.transport
    hub.hub.transport.perform = async (request, context) =>
      request.url?.includes('setWebhook')
        ? { kind: 'answered', status: 400, headers: {}, body: { ok: false, error_code: 400, description: 'Bad Request: bad webhook' } }
        : await perform(request, context)
    const refused = await switchOver().then(
      () => undefined,
      (error: unknown) => error,
    )
    hub.hub.transport.perform = perform
    expect(refused).toBeInstanceOf(ApiProblem)
    const view = await hub.owner.call('cutover', { params: params() })
    expect(view).toMatchObject({ mode: 'observe', history: [{ state: 'failed', error: expect.stringContaining('bad webhook') }] })
    expect(await webhookNow()).toBe(old.url)
  })
})

describe('the gate', () => {
  test('is the only door of the hub to an account’s platform', () => {
    // Elsewhere requests go to the firm's own systems, to published keys, or to our own address.
    const others = [
      'hub/src/accounts/gate.ts',
      // Behind the gate: the token with which a request then goes out.
      'hub/src/accounts/access-token.ts',
      'hub/src/card/ask.ts',
      'hub/src/notifications/send.ts',
      'hub/src/webhooks/deliver.ts',
      'hub/src/cutover/readiness.ts',
      'server/src/http/webhook-keys.ts',
    ]
    const found: string[] = []
    for (const folder of ['hub', 'server'])
      for (const file of sourcesOf(folder)) if (/transport\s*\.perform\(/.test(file.text)) found.push(file.path)
    expect(found.filter(path => !others.includes(path))).toEqual([])
    expect(found).toContain('hub/src/accounts/gate.ts')
  })
})
