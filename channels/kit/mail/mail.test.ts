/** The runner of mail: who may be told a password, what counts as sent, what becomes of letters that nobody sane would write. */
import { createServer, type Server, type Socket } from 'node:net'
import type { SmtpRequest } from '@dragoman/core'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { createRunner, type RunEnvironment } from '../runner.ts'
import { admit, type ServerEnvironment } from '../server-login.ts'
import { readLetter } from './letter-json.ts'

const servers: Server[] = []
const sockets = new Set<Socket>()
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all(servers.splice(0).map(server => new Promise(done => server.close(done))))
})

/** A mail server that answers each line as `reply` says, and keeps what it heard. */
async function mailServer(reply: (line: string, socket: Socket) => string | undefined): Promise<{ server: string; heard: string[] }> {
  const heard: string[] = []
  const made = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write('220 test ESMTP\r\n')
    socket.on('data', chunk => {
      for (const line of chunk.toString('utf8').split('\r\n').filter(Boolean)) {
        heard.push(line)
        const said = reply(line, socket)
        if (said !== undefined) socket.write(said)
      }
    })
  })
  servers.push(made)
  await new Promise<void>(done => made.listen(0, '127.0.0.1', done))
  const address = made.address()
  return { server: `smtp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, heard }
}

const talk = (line: string): string | undefined => {
  if (/^EHLO/.test(line)) return '250-test\r\n250-AUTH PLAIN\r\n250 HELP\r\n'
  if (/^AUTH/.test(line)) return '235 2.7.0 yes\r\n'
  if (/^(MAIL|RCPT)/.test(line)) return '250 2.1.0 yes\r\n'
  if (line === 'DATA') return '354 go on\r\n'
  if (line === '.') return '250 2.0.0 taken\r\n'
  return undefined
}

const environment = (server: string, more: Partial<RunEnvironment> = {}): RunEnvironment => ({
  secrets: { password: 'correct horse' },
  origins: [server],
  openFile: async () => ({ bytes: new Uint8Array([1, 2, 3]), sizeBytes: 3 }),
  timeoutMs: 400,
  ...more,
})
const runner = createRunner({ fetch: () => Promise.reject(new Error('no HTTP here')), reach: async server => new URL(server).hostname })
const letterTo = (server: string, more: Partial<SmtpRequest> = {}): SmtpRequest => ({
  via: 'smtp',
  server,
  security: 'none',
  user: 'shop',
  password: '{password}',
  letter: {
    envelope: { from: 'help@shop.example', to: ['anna@mail.example'] },
    from: { address: 'help@shop.example' },
    to: [{ address: 'anna@mail.example' }],
    subject: 'Hello',
    messageId: '<part-1@shop.example>',
    text: 'Hello\n.\nEnd',
    attachments: [],
  },
  ...more,
})

describe('who is told a password', () => {
  const ask = (server: string, more: Partial<ServerEnvironment & { security: 'tls' | 'none' }> = {}) => {
    const { security = 'tls', ...rest } = more
    const login = { server, security, user: 'shop', password: '{password}' }
    return admit(login, { ...environment(server), reach: async () => '192.0.2.1', ...rest })
  }
  const server = 'smtps://mail.shop.example:465'

  test('a server of the account’s own', async () => {
    expect(await ask(server)).toMatchObject({
      ok: true,
      server: { address: '192.0.2.1', servername: 'mail.shop.example', password: 'correct horse' },
    })
  })
  test('no other server, no server without a port, no address with a path or a user in it', async () => {
    expect(await ask(server, { origins: ['smtps://mail.shop.example:466', 'https://mail.shop.example'] })).toMatchObject({ ok: false })
    for (const odd of ['smtps://mail.shop.example', 'mail.shop.example:465', 'smtps://a:b@mail.shop.example:465', `${server}/x`, ''])
      expect(await ask(odd, { origins: [odd] })).toMatchObject({ ok: false })
  })
  test('nobody over an open connection, but this machine', async () => {
    expect(await ask(server, { security: 'none' })).toMatchObject({ ok: false })
    expect(await ask(server, { security: 'none', reach: async () => '127.0.0.1' })).toMatchObject({ ok: true })
  })
  test('nothing without a value', async () => {
    expect(await ask(server, { secrets: {} })).toEqual({ ok: false, cause: 'No value for {password}' })
  })
})

describe('handing a letter over', () => {
  test('a lone dot in the text is no end, and the answer says what was taken', async () => {
    const { server, heard } = await mailServer(talk)
    expect(await runner.perform(letterTo(server), environment(server))).toMatchObject({ kind: 'answered', status: 250 })
    expect(heard).toContain('..')
    expect(heard.join('\n')).not.toContain('correct horse')
  })
  test('STARTTLS is insisted on where it is wanted', async () => {
    const { server, heard } = await mailServer(talk)
    const answer = await runner.perform(letterTo(server, { security: 'starttls' }), environment(server))
    expect(answer.kind === 'answered' ? answer.status >= 500 : answer.kind === 'not_sent').toBe(true)
    expect(heard.filter(line => /^(AUTH|MAIL)/.test(line))).toEqual([])
  })
  test('before the letter nothing is sent, after it all is in doubt', async () => {
    const silentAt = (pattern: RegExp) => mailServer(line => (pattern.test(line) ? undefined : talk(line)))
    const cut = (pattern: RegExp) =>
      mailServer((line, socket) => {
        if (pattern.test(line)) socket.destroy()
        return talk(line)
      })
    for (const pattern of [/^EHLO/, /^AUTH/, /^RCPT/]) {
      for (const { server } of [await silentAt(pattern), await cut(pattern)])
        expect(await runner.perform(letterTo(server), environment(server)), String(pattern)).toMatchObject({ kind: 'not_sent' })
    }
    for (const { server } of [await silentAt(/^\.$/), await cut(/^\.$/)])
      expect(await runner.perform(letterTo(server), environment(server))).toMatchObject({ kind: 'no_answer' })
    expect(await runner.perform(letterTo('smtp://127.0.0.1:9'), environment('smtp://127.0.0.1:9'))).toMatchObject({ kind: 'not_sent' })
  })
  test('an answer that repeats the password is cleaned', async () => {
    const { server } = await mailServer(line => (/^AUTH/.test(line) ? '535 5.7.8 correct horse is wrong\r\n' : talk(line)))
    const answer = await runner.perform(letterTo(server), environment(server))
    expect(answer).toMatchObject({ kind: 'answered', status: 535, body: { response: expect.stringContaining('{password}') } })
  })
  test('a file that cannot be opened keeps the letter here', async () => {
    const { server, heard } = await mailServer(talk)
    const request = letterTo(server)
    const attachments = [{ fileId: 'gone', name: 'a', mimeType: 'text/plain' }]
    const openFile = () => Promise.reject(new Error('The file is gone'))
    const answer = await runner.perform({ ...request, letter: { ...request.letter!, attachments } }, environment(server, { openFile }))
    expect(answer).toMatchObject({ kind: 'not_sent', cause: 'The file is gone' })
    expect(heard).toEqual([])
  })
})

describe('letters as they come', () => {
  const place = { mailbox: 'INBOX', uidValidity: '1', uid: 7, receivedAt: 5, sizeBytes: 0 }
  const read = async (raw: string) => (await readLetter(Buffer.from(raw, 'latin1'), place)).json

  test('any bytes are a letter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.string({ maxLength: 400 }).map(text => Buffer.from(text)),
        ),
        async bytes => {
          const { json } = await readLetter(bytes, place)
          expect(json).toMatchObject({ letter: 1, uid: 7 })
          expect(JSON.parse(JSON.stringify(json))).toEqual(json)
        },
      ),
      { numRuns: 150 },
    )
  })
  test('old alphabets, encoded words, folded headers', async () => {
    const letter = await read(
      'From: =?koi8-r?B?wc7OwQ==?= <anna@mail.example>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\n =?utf-8?Q?_dir?=\r\nContent-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=CF=F0=E8=E2=E5=F2\r\n',
    )
    expect(letter).toMatchObject({ from: { name: 'анна', address: 'anna@mail.example' }, subject: 'Grüße dir' })
    expect(letter.text?.trim()).toBe('Привет')
  })
  test('a report is told from its letter', async () => {
    const letter = await read(
      'From: mailer-daemon@mx.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <part-1@shop.example>\r\nSubject: x\r\n\r\nsecret words\r\n--b--\r\n',
    )
    expect(letter.report?.status).toContain('Action: failed')
    expect(letter.report?.original).toContain('<part-1@shop.example>')
    expect(letter.report?.original).not.toContain('secret words')
    expect(letter.files).toEqual([])
  })
  test('what is too long is cut, and that is said', async () => {
    const letter = await read(`Content-Type: text/plain\r\n\r\n${'a'.repeat(400_000)}`)
    expect(letter.text).toHaveLength(300_000)
    expect(letter.note).toContain('text cut')
  })
})
