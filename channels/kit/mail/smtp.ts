/**
 * Hands one letter to an outgoing mail server, or only signs in there [RFC 5321].
 * Always holds: `not_sent` as long as not a byte of the letter itself was written; a reply code of the server is an answer, whatever it says;
 * STARTTLS is insisted on where it is asked for; nothing of a letter is read from disk or fetched from an address.
 */

import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Letter, SmtpRequest, Transmission } from '@dragoman/core'
import type SMTPConnection from 'nodemailer/lib/smtp-connection'
import { describeError } from '../connection-failure.ts'
import type { OpenedFile } from '../request-body.ts'
import { admit, type ServerEnvironment } from '../server-login.ts'

/** A server may scan a letter before it takes it: RFC 5321 4.5.3.2.6 speaks of ten minutes; nobody waits so long here. */
const replyTimeoutMs = 120_000
const connectTimeoutMs = 10_000

interface SmtpError {
  code?: string
  command?: string
  response?: string
  responseCode?: number
  message?: string
}

export async function performSmtp(request: SmtpRequest, environment: ServerEnvironment): Promise<Transmission> {
  let opened: OpenedFile[] = []
  try {
    const admission = await admit(request, environment)
    if (!admission.ok) return { kind: 'not_sent', cause: admission.cause }
    if (request.letter) opened = await openAll(request.letter, environment)
    const { server } = admission
    const timeoutMs = request.timeoutMs ?? environment.timeoutMs ?? replyTimeoutMs
    // Loaded when a letter is sent: a hub without mail is back sooner after it was killed.
    const { default: Connection } = await import('nodemailer/lib/smtp-connection')
    const connection = new Connection({
      host: server.address,
      port: server.port,
      secure: server.isEncrypted,
      requireTLS: request.security === 'starttls',
      ignoreTLS: request.security === 'none',
      name: greetingName(request.letter?.envelope.from),
      connectionTimeout: Math.min(connectTimeoutMs, Math.max(timeoutMs, 1_000)),
      greetingTimeout: Math.max(timeoutMs, 1_000),
      socketTimeout: timeoutMs,
      ...(server.servername === undefined ? {} : { tls: { servername: server.servername } }),
    })
    try {
      return await exchange(connection, request, { user: server.user, pass: server.password }, opened)
    } finally {
      connection.close()
    }
  } catch (error) {
    return { kind: 'not_sent', cause: describeError(error) }
  } finally {
    for (const file of opened) if ('stream' in file) void file.stream.cancel().catch(() => {})
  }
}

async function exchange(
  connection: SMTPConnection,
  request: SmtpRequest,
  credentials: { user: string; pass: string },
  opened: readonly OpenedFile[],
): Promise<Transmission> {
  let stage = 'connect'
  let isWriting = false
  let broken: (error: unknown) => void = () => {}
  const failure = new Promise<never>((_, reject) => {
    broken = reject
  })
  failure.catch(() => {})
  connection.on('error', error => broken(error))
  const step = (go: (done: (error?: unknown, value?: unknown) => void) => void) =>
    Promise.race([failure, new Promise<unknown>((resolve, reject) => go((error, value) => (error ? reject(error) : resolve(value))))])
  try {
    await step(done => connection.connect(error => done(error)))
    stage = 'sign in'
    if (credentials.user !== '') await step(done => connection.login({ credentials } as never, error => done(error)))
    if (!request.letter) return answered(235, { response: 'Signed in' })
    stage = 'send'
    const { envelope, message } = await compose(request.letter, opened, () => {
      isWriting = true
    })
    const info = (await step(done => connection.send(envelope, message, (error, value) => done(error, value)))) as {
      response?: string
      rejected?: string[]
    }
    connection.quit()
    return answered(250, { response: info.response ?? '', rejected: info.rejected ?? [] })
  } catch (error) {
    const { code, command, response, responseCode, message } = error as SmtpError
    if (responseCode !== undefined) return answered(responseCode, { response: response ?? message ?? '', command: command ?? stage })
    // What the server said of itself (SIZE) or what can be no address: refused without asking.
    if (code === 'EMESSAGE' && command === 'MAIL FROM') return answered(552, { response: `5.3.4 ${message}`, command })
    if (code === 'EENVELOPE') return answered(553, { response: `5.1.3 ${message}`, command: command ?? stage })
    return { kind: isWriting ? 'no_answer' : 'not_sent', cause: describeError(error) }
  }
}

async function compose(letter: Letter, opened: readonly OpenedFile[], onFirstByte: () => void) {
  const { envelope, from, to, replyTo, subject, messageId, inReplyTo, references, headers, text, html, attachments, reports } = letter
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const composer = new MailComposer({
    from: { name: from.name ?? '', address: from.address },
    to: to.map(one => ({ name: one.name ?? '', address: one.address })),
    ...(replyTo === undefined ? {} : { replyTo }),
    subject,
    messageId,
    ...(inReplyTo === undefined ? {} : { inReplyTo }),
    ...(references?.length ? { references } : {}),
    headers: (headers ?? []).map(([key, value]) => ({ key, value })),
    text,
    ...(html === undefined ? {} : { html }),
    attachments: attachments.map(({ name, mimeType }, index) => {
      const file = opened[index]!
      const content = 'bytes' in file ? Buffer.from(file.bytes) : Readable.fromWeb(file.stream as NodeReadableStream)
      return { filename: name, contentType: mimeType, content }
    }),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const message = Readable.from(noticed(composer.compile().createReadStream(), onFirstByte), { objectMode: false })
  const filesBytes = opened.reduce((sum, file) => sum + file.sizeBytes, 0)
  return {
    envelope: {
      from: envelope.from,
      to: envelope.to,
      // Base64 adds a third and a line break each 76 characters; the words and headers are small beside it.
      size: Math.ceil(filesBytes * 1.37) + Buffer.byteLength(text) + Buffer.byteLength(html ?? '') + 2_048,
      ...(reports
        ? { dsn: { ret: 'HDRS' as const, envid: reports.envelopeId, notify: reports.notify.map(kind => kind.toUpperCase()) } }
        : {}),
    } as never,
    message,
  }
}

async function* noticed(source: AsyncIterable<Buffer>, onFirstByte: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onFirstByte()
    yield chunk
  }
}

async function openAll(letter: Letter, environment: ServerEnvironment): Promise<OpenedFile[]> {
  const opened: OpenedFile[] = []
  try {
    for (const { fileId } of letter.attachments) opened.push(await environment.openFile(fileId))
    return opened
  } catch (error) {
    for (const file of opened) if ('stream' in file) void file.stream.cancel().catch(() => {})
    throw error
  }
}

/** What we call ourselves: the domain that we write for; servers look whether it is one at all. */
function greetingName(from: string | undefined): string {
  const domain = from?.split('@').at(-1) ?? ''
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(domain) ? domain : 'localhost.localdomain'
}

function answered(status: number, body: unknown): Transmission {
  return { kind: 'answered', status, headers: {}, body }
}
