/** Answers in webhooks, keys, polling, media, client ids, jobs, seals [mechanics 17-20, 22-24]: each test would fail without its decision. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inWorkspace, newId, sweepNodes } from '@dragoman/hub'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGuardedFetch, isPublicAddress } from '../../server/src/guarded-fetch.ts'
import { type ProbeHub, received, startProbeHub } from '../support/probe-hub.ts'
import { clientId, startTestHub, type TestHub, textBody, until } from '../support/test-hub.ts'

let hub: ProbeHub
let workspaceId: string
beforeAll(async () => {
  hub = await startProbeHub()
  workspaceId = (await hub.owner.call('session')).workspace.id
})
afterAll(async () => {
  await hub?.close()
})

describe('17. answers inside the webhook’s response', () => {
  test('the answer is made at once, kept as a sent message, and a repeat gets the same bytes', async () => {
    let made = 0
    const answering = await startProbeHub({
      change: channel => ({
        verify: (raw, endpoint, context) => {
          const verdict = channel.verify(raw, endpoint, context)
          return verdict.kind === 'accepted' ? { kind: 'accepted', answer: 'content' } : verdict
        },
        respond: events => {
          const first = events[0]
          return first?.threadId
            ? {
                body: JSON.stringify({ welcome: ++made }),
                contentType: 'application/json',
                message: { threadId: first.threadId, body: textBody('Welcome') },
              }
            : undefined
        },
      }),
    })
    try {
      const body = JSON.stringify([received('hello-1', { thread: 'greeted' })])
      const ask = async () =>
        (
          await fetch(`${answering.url}/webhooks/probe/${answering.account.endpointId}`, {
            method: 'POST',
            headers: { 'x-probe-secret': answering.secret },
            body,
          })
        ).text()
      expect(await ask()).toBe('{"welcome":1}')
      expect(await ask()).toBe('{"welcome":1}')
      await answering.applied()
      expect((await answering.thread('greeted')).map(message => [message.direction, message.state])).toEqual([
        ['in', 'sent'],
        ['out', 'sent'],
      ])
    } finally {
      await answering.close()
    }
  })
})

describe('18. keys and tokens', () => {
  test('keys that cannot be had are 503, never 401; they are asked for once, and then used', async () => {
    let keysAsked = 0
    let keyAnswer = 404
    const keyServer = createServer((_request, response) => {
      keysAsked++
      response.writeHead(keyAnswer, { 'content-type': 'application/json' }).end('{"key":"k"}')
    })
    await new Promise<void>(resolve => keyServer.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}/keys`
    const keyed = await startProbeHub({
      change: channel => ({
        origins: { ...channel.origins },
        verify: (_raw, _endpoint, context) => (context.keys?.[url] ? { kind: 'accepted' } : { kind: 'needs', keys: { url } }),
      }),
    })
    const { perform } = keyed.hub.transport
    keyed.hub.transport.perform = async (request, context) => {
      if (request.url !== url) return await perform(request, context)
      const response = await fetch(url)
      return { kind: 'answered', status: response.status, headers: {}, body: await response.json() }
    }
    try {
      expect(await keyed.post([received('n1')])).toBe(503)
      expect(await keyed.post([received('n1')])).toBe(503)
      expect(keysAsked).toBe(1)
      keyAnswer = 200
      keyed.hub.now = () => Date.now() + 6 * 60_000
      expect(await Promise.all([keyed.post([received('n2')]), keyed.post([received('n3')])])).toEqual([200, 200])
      expect(keysAsked).toBe(2)
    } finally {
      keyed.hub.now = Date.now
      await keyed.close()
      keyServer.close()
    }
  })
})

describe('19. long polling', () => {
  let real: TestHub
  beforeAll(async () => {
    real = await startTestHub()
  })
  afterAll(async () => {
    await real?.close()
  })

  test('an account changes to polling as one recorded operation, and nothing is lost or doubled on the way', async () => {
    const { accountId, phone } = await real.connect('telegram')
    await phone.act({ act: 'start' })
    await phone.act({ act: 'write', text: 'by webhook' })
    const find = async (text: string) =>
      (await real.owner.call('conversations', { query: { account: accountId } })).conversations.find(
        row => row.lastMessage?.preview === text,
      )
    const conversation = await until(() => find('by webhook'), 'the first message')
    const account = await real.owner.call('changeWay', { params: { accountId }, body: { way: 'poll' } })
    expect(account.way).toBe('poll')
    await phone.act({ act: 'write', text: 'by polling' })
    await until(() => find('by polling'), 'the polled message')
    const [lease] = await real.database.query<{ cursor: string; node_id: string }>(
      'select cursor, node_id from poll_lease where account_id = $1',
      [accountId],
    )
    expect(Number(lease!.cursor)).toBeGreaterThan(0)
    expect(lease!.node_id).toBe(real.hub.nodeId)
    const texts = (await real.owner.call('messages', { params: { conversationId: conversation.id } })).messages.map(message =>
      message.body.content.kind === 'text' ? message.body.content.text.text : '',
    )
    expect(texts.filter(text => text.startsWith('by '))).toEqual(['by webhook', 'by polling'])
    expect(
      await real.database.query(`select 1 from operation where what = 'account.way_changed' and account_id = $1`, [accountId]),
    ).toHaveLength(1)
  })

  test('a second node does not poll what this one polls', async () => {
    const [before] = await real.database.query<{ node_id: string }>('select node_id from poll_lease limit 1')
    const second = await startTestHub({ database: real.database, role: 'worker' })
    await until(async () => (await real.database.query(`select 1 from node`)).length >= 2, 'two nodes')
    const [after] = await real.database.query<{ node_id: string }>('select node_id from poll_lease limit 1')
    expect(after!.node_id).toBe(before!.node_id)
    await second.close()
  })

  test('connecting never silences a live system unasked', async () => {
    const { simulators } = real.simulators!
    const telegram = simulators.get('telegram')!
    const bot = telegram.simulator.newAccount('Busy bot')
    const someoneElse = 'http://127.0.0.1:9/other-system'
    await fetch(`${simulators.origin('telegram')}/bot${bot.config.token}/setWebhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: someoneElse }),
    })
    const { connectAccount, actorOf } = await import('@dragoman/hub')
    const owner = (await actorOf(real.hub, real.cookie.split('=')[1]!))!
    const origins = real.simulators!.origins(real.hub, 'telegram')
    const input = { channel: 'telegram', config: { token: bot.config.token! }, way: 'webhook' as const, takeOver: false }
    await expect(connectAccount(real.hub, owner, input, origins)).rejects.toMatchObject({
      problem: { code: 'serves_another_system', subscription: { state: 'someone_else', url: someoneElse } },
    })
    const info = (await (await fetch(`${simulators.origin('telegram')}/bot${bot.config.token}/getWebhookInfo`)).json()) as {
      result: { url: string }
    }
    expect(info.result.url).toBe(someoneElse)
    const account = await connectAccount(real.hub, owner, { ...input, takeOver: true }, origins)
    expect(account.status).toBe('active')
    expect(await real.database.query(`select 1 from operation where what = 'account.taken_over'`)).toHaveLength(1)
  })
})

describe('20. media', () => {
  let real: TestHub
  beforeAll(async () => {
    real = await startTestHub()
  })
  afterAll(async () => {
    await real?.close()
  })

  test('a picture is fetched, kept by us with a thumbnail, and given only to who may see it', async () => {
    const { sampleMedia } = await import('@dragoman/channel-kit/simulator')
    const { accountId, phone } = await real.connect('whatsapp')
    const sample = sampleMedia().png
    await phone.act({ act: 'send', content: { kind: 'image', media: { ref: { from: 'link', url: '' } } }, uploads: [sample] })
    const message = await until(async () => {
      const conversation = (await real.owner.call('conversations', { query: { account: accountId } })).conversations[0]
      const found = conversation && (await real.owner.call('messages', { params: { conversationId: conversation.id } })).messages[0]
      return found && Object.values(found.files)[0]?.hasThumbnail ? found : undefined
    }, 'the stored picture with its thumbnail')
    const fileId = Object.keys(message.files)[0]!
    const content = await fetch(`${real.url}/v1/files/${fileId}/content`, { headers: { cookie: real.cookie } })
    expect(Buffer.from(await content.arrayBuffer()).equals(Buffer.from(sample.bytes))).toBe(true)
    expect(content.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await fetch(`${real.url}/v1/files/${fileId}/content`)).status).toBe(401)
    expect((await fetch(`${real.url}/v1/files/${newId()}/content`, { headers: { cookie: real.cookie } })).status).toBe(404)
  })

  test('what the platform no longer has is shown with the reason', async () => {
    await hub.deliver([
      {
        ...received('lost', { thread: 'lost' }),
        message: { content: { kind: 'image', media: { ref: { from: 'platform', id: 'gone' }, mimeType: 'image/jpeg' } } },
      },
    ])
    const message = await until(async () => {
      const [found] = await hub.thread('lost')
      return found && Object.values(found.files)[0]?.state === 'failed' ? found : undefined
    }, 'a failed file')
    expect(Object.values(message.files)[0]!.reason).toBeTruthy()
    expect(message.body.content.kind).toBe('image')
  })

  test('the guarded fetch reaches public addresses and the simulator’s exact origin, nothing else inside', async () => {
    for (const address of [
      '127.0.0.1',
      '::1',
      '10.1.2.3',
      '172.16.0.1',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '0.0.0.0',
      '::ffff:127.0.0.1',
      'fc00::1',
      'fe80::1',
      '224.0.0.1',
    ])
      expect(isPublicAddress(address), address).toBe(false)
    expect(isPublicAddress('93.184.215.14')).toBe(true)
    const server = createServer((_request, response) => response.end('inside'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const guarded = createGuardedFetch(() => [`http://127.0.0.1:${port}/simulator/platform/x`])
    const reach = async (url: string) =>
      await guarded.fetch(url, { method: 'GET' }).then(
        response => response.text(),
        () => 'blocked',
      )
    for (const url of [
      `http://127.0.0.1:${port}/`,
      `http://localhost:${port}/`,
      `http://2130706433:${port}/`,
      `http://0x7f.1:${port}/`,
      `http://[::ffff:127.0.0.1]:${port}/`,
      `http://127.0.0.1:${port}/simulator/platform/xy`,
      'file:///etc/passwd',
    ]) {
      expect(await reach(url), url).toBe('blocked')
    }
    expect(await reach(`http://127.0.0.1:${port}/simulator/platform/x/getMe`)).toBe('inside')
    await guarded.close()
    server.close()
  })
})

describe('22. the client’s own ids', () => {
  test('the same id and content is one message; another content under it is refused; refusals are not remembered', async () => {
    await hub.deliver([received('cid-1', { thread: 'cid' })])
    const { id: conversationId } = await hub.conversation('cid')
    const own = clientId()
    const send = (text: string) =>
      hub.owner.call('sendMessage', { params: { conversationId }, body: { clientId: own, body: textBody(text) } })
    await expect(send('   ')).rejects.toMatchObject({ problem: { code: 'message_not_sendable' } })
    const answers = await Promise.all([send('once'), send('once'), send('once')])
    expect(new Set(answers.map(answer => answer.message.id)).size).toBe(1)
    await until(() => hub.probe.requests.some(request => request.body.text === 'once'), 'the sending')
    await expect(send('other')).rejects.toMatchObject({ problem: { code: 'client_id_reused' } })
    expect(hub.probe.requests.filter(request => request.body.to === 'cid')).toHaveLength(1)
  })

  test('a stale draft overwrites nothing and is told the other text', async () => {
    const { id: conversationId } = await hub.conversation('cid')
    const save = (version: number, text: string) =>
      hub.owner.call('saveDraft', { params: { conversationId, mode: 'reply' }, body: { version, body: textBody(text), replyToId: null } })
    expect((await save(0, 'first')).draft.version).toBe(1)
    expect((await save(1, 'second')).draft.version).toBe(2)
    await expect(save(1, 'from another device')).rejects.toMatchObject({
      problem: { code: 'stale_version', current: { version: 2, body: textBody('second') } },
    })
  })
})

describe('23. jobs', () => {
  test('the app role adds jobs through the wrapper alone', async () => {
    await inWorkspace(hub.hub, workspaceId, async tx => {
      await tx.client.query(`select enqueue_job('prune', '{}'::json, 'test-job', now() + interval '1 day')`)
    })
    expect(await hub.database.query(`select 1 from graphile_worker._private_jobs where key = 'test-job'`)).toHaveLength(1)
    await expect(inWorkspace(hub.hub, workspaceId, tx => tx.client.query(`select graphile_worker.add_job('prune')`))).rejects.toThrow(
      /permission denied|row-level/,
    )
  })

  test('what a dead node’s workers held is free again', async () => {
    const deadWorker = `worker-${newId()}`
    await hub.database.query(
      `insert into node (id, role, heartbeat_at, worker_ids) values ($1, 'worker', now() - interval '1 minute', $2)`,
      [newId(), [deadWorker]],
    )
    await hub.database.query(`update graphile_worker._private_jobs set locked_at = now(), locked_by = $1 where key = 'test-job'`, [
      deadWorker,
    ])
    await sweepNodes(hub.hub)
    // The hub's own sweep may have been first: then its commit is waited for.
    await until(
      async () =>
        (await hub.database.query(`select 1 from graphile_worker._private_jobs where key = 'test-job' and locked_by is null`)).length === 1,
      'the freed job',
    )
  })
})

describe('24. what is at rest', () => {
  test('no content and no secret stands in the database in the clear, but in the declared search index', async () => {
    const canary = `zanzibar${Math.random().toString(36).slice(2, 10)}`
    await hub.deliver([received('canary', { thread: 'canary', text: `my word is ${canary}` })])
    await hub.say('canary', `yours is ${canary}`)
    const { id: conversationId } = await hub.conversation('canary')
    await hub.owner.call('saveDraft', {
      params: { conversationId, mode: 'note' },
      body: { version: 0, body: textBody(canary), replyToId: null },
    })
    const tables = (
      await hub.database.query<{ name: string }>(
        `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')`,
      )
    ).map(row => row.name)
    const hits: string[] = []
    for (const table of tables) {
      const rows = await hub.database.query(
        `select t::text as text from ${table} t where t::text like '%' || $1 || '%' or encode(convert_to(t::text, 'UTF8'), 'escape') like '%' || $2 || '%' or t::text like '%' || $3 || '%'`,
        [canary, 'probe-token-secret', Buffer.from(canary).toString('hex')],
      )
      if (rows.length > 0) hits.push(table)
    }
    expect(hits).toEqual(['public.message_search'])
  })

  test('what was altered at rest cannot be opened', async () => {
    const { codec } = hub.hub
    const sealed = codec.seal(workspaceId, 'secret')
    expect(codec.open(workspaceId, sealed).toString()).toBe('secret')
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed)
      altered[at]! ^= 1
      expect(() => codec.open(workspaceId, altered)).toThrow()
    }
    expect(() => codec.open(newId(), sealed)).toThrow()
  })
})
