/** VK's envelope: HTTP 200, and inside `response` or `error`. */
import { jsonAnswer, type PlatformResponse } from '@dragoman/channel-kit/simulator'

export type Reply = { response: unknown } | { code: number; message: string }

export function ok(response: unknown): Reply {
  return { response }
}

export function no(code: number, message: string): Reply {
  return { code, message }
}

export function envelope(reply: Reply, parameters: Readonly<Record<string, unknown>>): PlatformResponse {
  if ('response' in reply) return jsonAnswer(200, { response: reply.response })
  const shown = Object.entries(parameters)
    .filter(([key]) => key !== 'access_token')
    .map(([key, value]) => ({ key, value: String(value) }))
  return jsonAnswer(200, { error: { error_code: reply.code, error_msg: reply.message, request_params: shown } })
}
