/** Answers of the simulated API: the status is the error's, the body names it. */
import type { PlatformResponse } from '@dragoman/channel-kit/simulator'
import { toJson } from './state.ts'

export type Reply = { ok: true; value: unknown } | { ok: false; status: number; code: string; message: string }

export function ok(value: unknown): Reply {
  return { ok: true, value }
}

export function no(status: number, code: string, message: string): Reply {
  return { ok: false, status, code, message }
}

export const badPayload = (message: string) => no(400, 'proto.payload', message)
export const notFound = (what: string) => no(404, 'not.found', `${what} not found`)

export function respond(reply: Reply): PlatformResponse {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return reply.ok
    ? { status: 200, headers, body: toJson(reply.value) }
    : { status: reply.status, headers, body: JSON.stringify({ code: reply.code, message: reply.message }) }
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
