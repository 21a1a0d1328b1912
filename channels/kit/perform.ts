/**
 * The one runner of effects: whatever a channel wants done at its platform is done here, and nowhere else.
 * Always holds: secrets are filled in only here, only in address, headers and named form fields, only for the account's own origins, never along a redirect;
 * no error and no trace entry shows one; it never throws; `not_sent` only when no byte of the request was written [mechanics 14].
 */
import type { HttpRequest, Transmission } from '@dragoman/core'
import { describeError, wasNeverSent } from './connection-failure.ts'
import { fillPlaceholders } from './placeholders.ts'
import { parseJson } from './read-json.ts'
import { redact, type Secrets } from './redact.ts'
import { type EncodedBody, encodeBody, type OpenFile } from './request-body.ts'
import { streamFrom } from './stream-from.ts'

/** `proxy`: address of the HTTP proxy to go through; absent: directly. */
export type Fetch = (url: string, init: RequestInit, proxy?: string) => Promise<Response>

export interface TraceEntry {
  method: string
  /** With its placeholders, as the channel wrote it. */
  url: string
  /** Cut at 4 KiB, without file bytes. */
  sent: string
  sentBytes: number
  result: 'answered' | 'not_sent' | 'no_answer'
  status?: number
  cause?: string
  /** Cut at 4 KiB. */
  received?: string
  durationMs: number
}

export interface PerformEnvironment {
  /** Fills `{token}`, `{appSecret}` … in address and headers. */
  secrets: Secrets
  /** The only addresses that may be told a secret: the account's origins. May have a path. */
  origins: readonly string[]
  openFile: OpenFile
  fetch: Fetch
  /** Of the account; it may hold a password. */
  proxy?: string
  /** Of the whole exchange where the request names none; 15 s. For a download: until its headers, then between two chunks. */
  timeoutMs?: number
  /** Of an answer; 1 MiB. What is longer is cut and given as text. */
  maxBytes?: number
  /** Of a download; absent: no cap. Its stream fails when the cap is passed. */
  maxDownloadBytes?: number
  trace?(entry: TraceEntry): void
}

export type Download =
  | { kind: 'answered'; status: number; headers: Record<string, string>; stream: ReadableStream<Uint8Array> }
  | { kind: 'not_sent'; cause: string }
  | { kind: 'no_answer'; cause: string }

export const defaultTimeoutMs = 15_000
export const defaultMaxBytes = 1024 * 1024
const traceLength = 4096

/** Does one exchange and gives its whole answer. */
export async function perform(request: HttpRequest, environment: PerformEnvironment): Promise<Transmission> {
  const clock = new AbortController()
  const timeoutMs = request.timeoutMs ?? environment.timeoutMs ?? defaultTimeoutMs
  const timer = setTimeout(() => clock.abort(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs)
  const tracer = startTrace(request, environment)
  try {
    const sent = await send(request, environment, clock.signal, tracer)
    if (sent.kind !== 'answered') return tracer.end(sent)
    try {
      const { text, whole } = await readText(sent.response, environment.maxBytes ?? defaultMaxBytes)
      tracer.received = text
      return tracer.end({
        kind: 'answered',
        status: sent.response.status,
        headers: headersOf(sent.response),
        body: whole ? jsonOrText(text) : text,
      })
    } catch (error) {
      return tracer.end({ kind: 'no_answer', cause: explain(clock.signal.aborted ? clock.signal.reason : error, environment) })
    }
  } finally {
    clearTimeout(timer)
  }
}

/** Does one exchange whose answer is a file, and gives that as a stream. Redirects are given back, never followed. */
export async function download(request: HttpRequest, environment: PerformEnvironment): Promise<Download> {
  const clock = new AbortController()
  const timeoutMs = request.timeoutMs ?? environment.timeoutMs ?? defaultTimeoutMs
  const wind = () => setTimeout(() => clock.abort(new Error(`No data within ${timeoutMs} ms`)), timeoutMs)
  let timer = wind()
  const tracer = startTrace(request, environment)
  const sent = await send(request, environment, clock.signal, tracer)
  clearTimeout(timer)
  if (sent.kind !== 'answered') return tracer.end(sent)
  const { response } = sent
  let received = 0
  async function* guarded(): AsyncGenerator<Uint8Array> {
    try {
      timer = wind()
      for await (const chunk of response.body ?? []) {
        clearTimeout(timer)
        received += chunk.length
        if (received > (environment.maxDownloadBytes ?? Number.POSITIVE_INFINITY)) {
          clock.abort(new Error('The file is longer than permitted'))
          throw new Error(`The file is longer than ${environment.maxDownloadBytes} bytes`)
        }
        yield chunk
        timer = wind()
      }
    } catch (error) {
      throw new Error(explain(error, environment))
    } finally {
      clearTimeout(timer)
    }
  }
  return tracer.end({ kind: 'answered', status: response.status, headers: headersOf(response), stream: streamFrom(guarded()) })
}

type Sent = { kind: 'answered'; response: Response } | { kind: 'not_sent'; cause: string } | { kind: 'no_answer'; cause: string }

/** Everything up to the headers of the answer. */
async function send(request: HttpRequest, environment: PerformEnvironment, signal: AbortSignal, tracer: Tracer): Promise<Sent> {
  const filled = fillPlaceholders(request, environment.secrets, environment.origins)
  if (!filled.ok) return { kind: 'not_sent', cause: redact(filled.cause, environment.secrets) }
  let encoded: EncodedBody
  let headers: Headers
  try {
    headers = new Headers(filled.headers)
    encoded = await encodeBody(filled.body, environment.openFile)
  } catch (error) {
    return { kind: 'not_sent', cause: explain(error, environment) }
  }
  tracer.sent = encoded.preview
  tracer.sentBytes = encoded.sizeBytes
  if (encoded.contentType !== undefined && !headers.has('content-type')) headers.set('content-type', encoded.contentType)
  const streams = encoded.body instanceof ReadableStream
  if (streams) headers.set('content-length', String(encoded.sizeBytes))
  try {
    const response = await environment.fetch(
      filled.url,
      {
        method: request.method,
        headers,
        redirect: 'manual',
        signal,
        ...(encoded.body === undefined ? {} : { body: encoded.body }),
        ...(streams ? { duplex: 'half' as const } : {}),
      },
      environment.proxy,
    )
    return { kind: 'answered', response }
  } catch (error) {
    const cause = explain(signal.aborted ? signal.reason : error, environment)
    return { kind: !signal.aborted && wasNeverSent(error) ? 'not_sent' : 'no_answer', cause }
  }
}

/** At most `maxBytes` of the answer's text; the rest is left unread. */
async function readText(response: Response, maxBytes: number): Promise<{ text: string; whole: boolean }> {
  if (!response.body) return { text: '', whole: true }
  // Short and of a stated length, as answers to sendings are: read in one go.
  const length = Number(response.headers.get('content-length') ?? Number.NaN)
  if (length <= maxBytes && !response.headers.has('content-encoding')) return { text: await response.text(), whole: true }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBytes) break
  }
  const bytes = Buffer.concat(chunks)
  return { text: new TextDecoder().decode(bytes.subarray(0, maxBytes)), whole: size <= maxBytes }
}

/** Integers that JavaScript cannot hold exactly come as their digits: some platforms number messages beyond 2^53. */
function jsonOrText(text: string): unknown {
  const value = parseJson(text)
  return value === undefined ? text : value
}

function headersOf(response: Response): Record<string, string> {
  const headers: Record<string, string> = {}
  response.headers.forEach((value, name) => {
    headers[name.toLowerCase()] = value
  })
  return headers
}

function explain(error: unknown, environment: PerformEnvironment): string {
  return redact(describeError(error), environment.secrets)
}

interface Tracer {
  sent: string
  sentBytes: number
  received?: string
  end<T extends { kind: 'answered'; status: number } | { kind: 'not_sent' | 'no_answer'; cause: string }>(result: T): T
}

function startTrace(request: HttpRequest, environment: PerformEnvironment): Tracer {
  const started = performance.now()
  const show = (text: string) => redact(text, environment.secrets).slice(0, traceLength)
  return {
    sent: '',
    sentBytes: 0,
    end(result) {
      environment.trace?.({
        method: request.method,
        url: show(request.url),
        sent: show(this.sent),
        sentBytes: this.sentBytes,
        result: result.kind,
        ...(result.kind === 'answered' ? { status: result.status } : { cause: result.cause }),
        ...(this.received === undefined ? {} : { received: show(this.received) }),
        durationMs: Math.round(performance.now() - started),
      })
      return result
    },
  }
}
