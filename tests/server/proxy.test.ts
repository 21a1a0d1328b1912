/** An account's own way out: requests go through its proxy, a refusal of the proxy is no doubt, and its password is shown nowhere. */
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGuardedFetch } from '../../server/src/guarded-fetch.ts'
import { createTransport } from '../../server/src/start.ts'
import { type ProbeHub, startProbeHub } from '../support/probe-hub.ts'

const portOf = (server: Server) => (server.address() as AddressInfo).port
const listening = (server: Server) => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

let target: Server
let proxy: Server
const tunnels: { to: string; authorization: string | undefined }[] = []
let refuses = false
beforeAll(async () => {
  target = createServer((_request, response) => response.end('{"ok":true}'))
  proxy = createServer()
  proxy.on('connect', (request, socket) => {
    tunnels.push({ to: request.url ?? '', authorization: request.headers['proxy-authorization'] })
    if (refuses) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const way = connect(portOf(target), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      way.pipe(socket)
      socket.pipe(way)
    })
    way.on('error', () => socket.destroy())
    socket.on('error', () => way.destroy())
  })
  await Promise.all([listening(target), listening(proxy)])
})
afterAll(() => {
  target.close()
  proxy.close()
})

describe('a request through a proxy', () => {
  const request = (url: string) => ({ via: 'http' as const, method: 'GET' as const, url, body: { type: 'none' as const } })
  const context = (proxy?: string) => ({ secrets: {}, origins: [], proxy, openFile: async () => Promise.reject(new Error('no files')) })

  test('goes through it, with its password; without one it goes directly', async () => {
    const [origin, way] = [`http://127.0.0.1:${portOf(target)}`, `http://127.0.0.1:${portOf(proxy)}`]
    const transport = createTransport(
      createGuardedFetch(() => [origin, way]),
      { debug: () => {} },
    )
    const through = await transport.perform(request(`${origin}/a`), context(`http://user:pass%20word@127.0.0.1:${portOf(proxy)}`))
    expect(through).toMatchObject({ kind: 'answered', status: 200, body: { ok: true } })
    expect(tunnels).toEqual([
      { to: `127.0.0.1:${portOf(target)}`, authorization: `Basic ${Buffer.from('user:pass word').toString('base64')}` },
    ])
    expect(await transport.perform(request(`${origin}/b`), context())).toMatchObject({ kind: 'answered' })
    expect(tunnels).toHaveLength(1)
    refuses = true
    expect(await transport.perform(request(`${origin}/c`), context(`http://other@127.0.0.1:${portOf(proxy)}`))).toMatchObject({
      kind: 'not_sent',
    })
    await transport.close()
  })

  test('is refused where the proxy, or what is behind it, is inside the network and not permitted', async () => {
    const transport = createTransport(
      createGuardedFetch(() => []),
      { debug: () => {} },
    )
    const inside = await transport.perform(request('http://example.com/'), context(`http://127.0.0.1:${portOf(proxy)}`))
    expect(inside).toMatchObject({ kind: 'not_sent' })
    expect(await transport.perform(request('http://10.0.0.1/'), context('http://192.0.2.1:3128'))).toMatchObject({ kind: 'not_sent' })
    await transport.close()
  })
})

describe('the setting of an account', () => {
  let hub: ProbeHub
  beforeAll(async () => {
    hub = await startProbeHub()
  })
  afterAll(async () => {
    await hub?.close()
  })
  const set = (proxy: string | null) => hub.owner.call('updateAccount', { params: { accountId: hub.account.id }, body: { proxy } })

  test('is kept sealed and shown by its host alone; taken away again', async () => {
    expect((await set('http://user:secret-word@8.8.8.8:3128')).proxy).toBe('8.8.8.8:3128')
    const rows = await hub.database.query<{ text: string }>(`select encode(proxy, 'escape') as text from account`)
    expect(JSON.stringify(rows)).not.toContain('secret-word')
    const { entries } = await hub.owner.call('audit', { query: { what: 'account.proxy_changed' } })
    expect(entries[0]?.details).toEqual({ host: '8.8.8.8:3128' })
    expect((await set(null)).proxy).toBeNull()
  })

  test('refuses what is no proxy and what is inside', async () => {
    for (const wrong of ['proxy', 'socks5://8.8.8.8:1', 'http://8.8.8.8/path'])
      await expect(set(wrong)).rejects.toMatchObject({ problem: { code: 'invalid_request' } })
    await expect(set('http://127.0.0.1:3128')).rejects.toMatchObject({ problem: { code: 'address_not_allowed' } })
  })
})
