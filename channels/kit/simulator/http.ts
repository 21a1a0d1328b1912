/**
 * How simulators read requests and write answers: parameters from query, form, JSON or multipart; JSON answers; matching of routes.
 * Always holds: never throws on what comes in; names of headers are lower-case.
 */
import type { PlatformRequest, PlatformResponse, SimulatorKind } from './types.ts'

export interface UploadedPart {
  name: string
  fileName?: string
  mimeType: string
  bytes: Uint8Array
}

export interface Parameters {
  /** Fields as they came: text from query, form and multipart; any JSON from a JSON body. */
  values: Record<string, unknown>
  files: UploadedPart[]
}

/** All parameters of a request, later ones over earlier ones: query, then body. */
export function readParameters(request: PlatformRequest): Parameters {
  const values: Record<string, unknown> = { ...request.query }
  const files: UploadedPart[] = []
  const type = request.headers['content-type'] ?? ''
  if (/^application\/json\b/i.test(type)) {
    const json = jsonOf(request.body)
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) Object.assign(values, json)
  } else if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    Object.assign(values, Object.fromEntries(new URLSearchParams(text(request.body))))
  } else if (/^multipart\/form-data\b/i.test(type)) {
    for (const part of splitMultipart(request.body, type)) {
      if (part.fileName === undefined) values[part.name] = text(part.bytes)
      else files.push(part)
    }
  }
  return { values, files }
}

/** The JSON of a body, or undefined. */
export function jsonOf(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : text(body))
  } catch {
    return undefined
  }
}

/** The parts of a multipart body; what is malformed is left out. */
export function splitMultipart(body: Uint8Array, contentType: string): UploadedPart[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  if (boundary === undefined) return []
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const mark = Buffer.from(`--${boundary}`)
  const parts: UploadedPart[] = []
  let start = bytes.indexOf(mark)
  while (start >= 0) {
    const next = bytes.indexOf(mark, start + mark.length)
    if (next < 0) break
    const head = bytes.indexOf('\r\n\r\n', start)
    if (head >= 0 && head < next) {
      const headers = bytes.subarray(start, head).toString('utf8')
      const name = /\bname="([^"]*)"/i.exec(headers)?.[1]
      const fileName = /\bfilename="([^"]*)"/i.exec(headers)?.[1]
      const mimeType = /content-type:\s*([^\r\n]+)/i.exec(headers)?.[1]?.trim() ?? 'text/plain'
      // The last two bytes before the boundary are the line break that belongs to it.
      if (name !== undefined)
        parts.push({ name, mimeType, bytes: bytes.subarray(head + 4, next - 2), ...(fileName === undefined ? {} : { fileName }) })
    }
    start = next
  }
  return parts
}

/** A JSON answer. */
export function jsonAnswer(status: number, value: unknown, headers: Record<string, string> = {}): PlatformResponse {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

/** The page that a load balancer in front of a platform gives instead of JSON. */
export function htmlAnswer(status: number, title: string): PlatformResponse {
  return {
    status,
    headers: { 'content-type': 'text/html' },
    body: `<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`,
  }
}

type Route = SimulatorKind['routes'][number]

/** The route that a method and path belong to, with its parameters. A parameter may stand inside a segment: `/bot:token/getMe`. */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; parameters: Record<string, string> } | undefined {
  for (const route of routes) {
    if (route.method !== method && route.method !== '*') continue
    const match = patternOf(route.path).exec(path)
    if (match) return { route, parameters: { ...match.groups } }
  }
  return undefined
}

const patterns = new Map<string, RegExp>()

/** `:name` matches one segment or a piece of it, `:name*` the rest of the path. */
function patternOf(path: string): RegExp {
  const known = patterns.get(path)
  if (known) return known
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:([A-Za-z_]+)(\*?)/g, (_, name: string, rest: string) => (rest ? `(?<${name}>.+)` : `(?<${name}>[^/]+?)`))
    .replace(/(?<![+\])])\*(?!\))/g, '\\*')
  const pattern = new RegExp(`^${source}$`)
  patterns.set(path, pattern)
  return pattern
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
