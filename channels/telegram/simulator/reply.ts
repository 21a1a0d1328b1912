/** The envelope of the Bot API, and readers for parameters that come as JSON or as form fields with JSON in them. */
import { jsonAnswer, type PlatformResponse, type UploadedPart } from '@dragoman/channel-kit/simulator'

export type Reply =
  | { ok: true; result: unknown; description?: string }
  | { ok: false; code: number; description: string; parameters?: Record<string, number> }

export function ok(result: unknown, description?: string): Reply {
  return { ok: true, result, ...(description ? { description } : {}) }
}

/** A refusal in Telegram's words; the status is the code. */
export function no(code: number, description: string, parameters?: Record<string, number>): Reply {
  return { ok: false, code, description, ...(parameters ? { parameters } : {}) }
}

export function badRequest(description: string): Reply {
  return no(400, `Bad Request: ${description}`)
}

export function tooMany(seconds: number): Reply {
  return no(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds })
}

export function envelope(reply: Reply): PlatformResponse {
  if (reply.ok) return jsonAnswer(200, { ok: true, result: reply.result, ...(reply.description ? { description: reply.description } : {}) })
  const { code, description, parameters } = reply
  const headers: Record<string, string> = parameters?.retry_after === undefined ? {} : { 'retry-after': String(parameters.retry_after) }
  return jsonAnswer(code, { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) }, headers)
}

/** The parameters of one call. */
export interface Call {
  values: Record<string, unknown>
  files: UploadedPart[]
}

export function textOf(call: Call, name: string): string | undefined {
  const value = call.values[name]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined
}

export function numberOf(call: Call, name: string): number | undefined {
  const value = call.values[name]
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

export function flagOf(call: Call, name: string): boolean {
  const value = call.values[name]
  return value === true || value === 'true' || value === 'True' || value === '1' || value === 1
}

/** An object or array, given as such or as JSON text. Undefined where it is absent; `broken` where it cannot be read. */
export function jsonOf(call: Call, name: string): unknown {
  const value = call.values[name]
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return broken
  }
}
export const broken = Symbol('broken')
