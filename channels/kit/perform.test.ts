/** The runner over real HTTP: what was sent, what was not, what nobody can tell; secrets, size caps, redirects. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpRequest } from '@dragoman/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFetch } from './create-fetch.ts'
import { download, type PerformEnvironment, perform, type TraceEntry } from './perform.ts'
import { redact } from './redact.ts'

const secrets = { token: '42:se/cret', appSecret: 'hush hush' }
let server: Server
let origin = ''
let seen: { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer }[] = []
let answer: (request: IncomingMessage, response: ServerResponse) => void = (_, response) => response.end('{"ok":true}')
const pool = createFetch()

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      seen.push({ method: request.method!, url: request.url!, headers: request.headers, body: Buffer.concat(chunks) })
      answer(request, response)
    })
  })
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await pool.close()
  server.closeAllConnections()
  await new Promise(done => server.close(done))
})

function environment(more: Partial<PerformEnvironment> = {}): PerformEnvironment {
  seen = []
  answer = (_, response) => response.end('{"ok":true}')
  return {
    secrets,
    origins: [origin],
    openFile: async id => ({ bytes: new TextEncoder().encode(`bytes of ${id}`), sizeBytes: 9 + id.length }),
    fetch: pool.fetch,
    ...more,
  }
}
const request = (more: Partial<HttpRequest> = {}): HttpRequest => ({
  via: 'http',
  method: 'POST',
  url: `${origin}/bot{token}/send`,
  body: { type: 'none' },
  ...more,
})

describe('the runner of effects', () => {
  test('fills secrets into address and headers and gives the parsed answer', async () => {
    const given = environment()
    const result = await perform(
      request({ headers: { authorization: 'Bearer {appSecret}' }, body: { type: 'json', value: { text: 'a {token}' } } }),
      given,
    )
    expect(result).toMatchObject({ kind: 'answered', status: 200, body: { ok: true } })
    expect(seen[0]!.url).toBe('/bot42:se%2Fcret/send')
    expect(seen[0]!.headers.authorization).toBe('Bearer hush hush')
    expect(seen[0]!.headers['content-type']).toBe('application/json')
    expect(seen[0]!.body.toString()).toBe('{"text":"a {token}"}')
  })

  test('sends no secret to an origin that is not listed, nor without a value', async () => {
    expect(await perform(request(), environment({ origins: ['https://elsewhere.example'] }))).toMatchObject({ kind: 'not_sent' })
    expect(await perform(request(), environment({ origins: [`${origin}/below`] }))).toMatchObject({ kind: 'not_sent' })
    expect(await perform(request({ url: `${origin}/{other}` }), environment())).toEqual({ kind: 'not_sent', cause: 'No value for {other}' })
    expect(await perform(request({ url: 'http://{token}.example/' }), environment())).toMatchObject({ kind: 'not_sent' })
    expect(seen).toHaveLength(0)
    expect(await perform(request({ url: `${origin}/open` }), environment({ origins: [] }))).toMatchObject({ kind: 'answered' })
  })

  test('never follows a redirect', async () => {
    const given = environment()
    answer = (_, response) => response.writeHead(302, { location: `${origin}/away` }).end()
    expect(await perform(request(), given)).toMatchObject({ kind: 'answered', status: 302 })
    expect(seen).toHaveLength(1)
  })

  test('streams a multipart upload with its length', async () => {
    const bytes = new Uint8Array(300_000).fill(7)
    const given = environment({
      openFile: async () => ({ sizeBytes: bytes.length, stream: ReadableStream.from([bytes.subarray(0, 9), bytes.subarray(9)]) }),
    })
    const body: HttpRequest['body'] = {
      type: 'multipart',
      fields: [
        { name: 'caption', value: 'привет' },
        { name: 'photo', fileId: 'f1', fileName: 'a "b".png', mimeType: 'image/png' },
      ],
    }
    expect(await perform(request({ body }), given)).toMatchObject({ kind: 'answered', status: 200 })
    expect(seen[0]!.headers['content-length']).toBe(String(seen[0]!.body.length))
    expect(seen[0]!.headers['transfer-encoding']).toBeUndefined()
    expect(seen[0]!.body.includes(Buffer.from(bytes))).toBe(true)
    expect(seen[0]!.body.toString()).toContain('filename="a %22b%22.png"\r\nContent-Type: image/png')
  })

  test('says not sent when nothing was written: refused, unknown name, unreadable file, bad address', async () => {
    const free = await new Promise<number>(done => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port } = probe.address() as AddressInfo
        probe.close(() => done(port))
      })
    })
    expect(await perform(request({ url: `http://127.0.0.1:${free}/` }), environment())).toMatchObject({
      kind: 'not_sent',
      cause: expect.stringContaining('ECONNREFUSED'),
    })
    const unreadable = environment({ openFile: async () => Promise.reject(new Error('gone')) })
    expect(await perform(request({ body: { type: 'file', fileId: 'x', mimeType: 'a/b' } }), unreadable)).toEqual({
      kind: 'not_sent',
      cause: 'gone',
    })
    expect(await perform(request({ url: 'nonsense' }), environment())).toMatchObject({ kind: 'not_sent' })
    expect(await perform(request({ headers: { 'bad name': 'x' } }), environment())).toMatchObject({ kind: 'not_sent' })
  })

  test('says no answer for everything after that: silence, a cut connection, a cut body', async () => {
    const given = environment({ timeoutMs: 80 })
    answer = () => {}
    expect(await perform(request(), given)).toEqual({ kind: 'no_answer', cause: 'No answer within 80 ms' })
    answer = incoming => incoming.socket.destroy()
    expect(await perform(request(), given)).toMatchObject({ kind: 'no_answer' })
    answer = (incoming, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"ok":')
      setTimeout(() => incoming.socket.destroy(), 20)
    }
    expect(await perform(request(), given)).toMatchObject({ kind: 'no_answer' })
  })

  test('cuts a long answer and gives it as text', async () => {
    const given = environment({ maxBytes: 10 })
    answer = (_, response) => response.end(`"${'x'.repeat(5000)}"`)
    expect(await perform(request(), given)).toMatchObject({ kind: 'answered', body: `"${'x'.repeat(9)}` })
  })

  test('shows no secret in errors or trace', async () => {
    const entries: TraceEntry[] = []
    const given = environment({
      trace: entry => entries.push(entry),
      fetch: () =>
        Promise.reject(new TypeError('fetch failed', { cause: new Error(`bad 42:se/cret and 42:se%2Fcret and ${btoa('hush hush')}`) })),
    })
    const result = await perform(request({ body: { type: 'json', value: { leak: 'hush hush' } } }), given)
    expect(result).toEqual({ kind: 'no_answer', cause: 'fetch failed: bad {token} and {token} and {appSecret}' })
    expect(JSON.stringify(entries)).not.toMatch(/se\/cret|hush/)
    expect(entries[0]).toMatchObject({ url: `${origin}/bot{token}/send`, result: 'no_answer' })
  })

  test('gives a download as a stream and stops it at the cap', async () => {
    const given = environment({ maxDownloadBytes: 1000 })
    answer = (_, response) => response.end(Buffer.alloc(900, 1))
    const small = await download(request({ method: 'GET' }), given)
    expect(small.kind === 'answered' && (await new Response(small.stream).arrayBuffer()).byteLength).toBe(900)
    answer = (_, response) => response.end(Buffer.alloc(200_000, 1))
    const large = await download(request({ method: 'GET' }), given)
    await expect(large.kind === 'answered' ? new Response(large.stream).arrayBuffer() : undefined).rejects.toThrow('longer than 1000 bytes')
  })
})

test('redact leaves no form of a secret', () => {
  expect(redact('x 42:se/cret 42:se%2Fcret 42%3Ase%2Fcret', secrets)).toBe('x {token} {token} {token}')
})
