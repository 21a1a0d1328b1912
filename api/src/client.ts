/**
 * The typed client of our own API: `client.call('sendMessage', { params, body })`. Used by the inbox and by whoever builds on the hub.
 * Errors: `ApiProblem` with the problem+json of the server, or with code `unreachable` when no answer came.
 */
import type { Problem } from './problems.ts'
import { type Operation, type OperationInput, type OperationResponse, routes } from './routes/index.ts'

export class ApiProblem extends Error {
  readonly problem: Problem | { code: 'unreachable'; status: 0; title: string; detail: string; advice: string }
  constructor(problem: ApiProblem['problem']) {
    super(problem.detail)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

export interface ClientOptions {
  /** Origin of the hub; empty in a page that the hub serves. */
  origin?: string
  fetch?: typeof fetch
  headers?: Record<string, string>
}

export interface ApiClient {
  call<O extends Operation>(operation: O, input?: OperationInput<O>, options?: { signal?: AbortSignal }): Promise<OperationResponse<O>>
}

/** Makes a client. Requests carry `X-Dragoman: 1`, which no foreign page can send without our consent (CSRF). */
export function createClient(options: ClientOptions = {}): ApiClient {
  const send = options.fetch ?? globalThis.fetch.bind(globalThis)
  return {
    async call(operation, input, { signal } = {}) {
      const definition = routes[operation]
      const given = (input ?? {}) as { params?: Record<string, string>; query?: Record<string, unknown>; body?: unknown }
      let path: string = definition.path
      for (const [name, value] of Object.entries(given.params ?? {})) path = path.replace(`:${name}`, encodeURIComponent(String(value)))
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(given.query ?? {}))
        if (value !== undefined && value !== null) query.set(name, String(value))
      const url = `${options.origin ?? ''}${path}${query.size ? `?${query}` : ''}`
      const isForm = typeof FormData !== 'undefined' && given.body instanceof FormData
      let response: Response
      try {
        response = await send(url, {
          method: definition.method,
          credentials: 'same-origin',
          headers: {
            accept: 'application/json',
            'x-dragoman': '1',
            ...(given.body !== undefined && !isForm ? { 'content-type': 'application/json' } : {}),
            ...options.headers,
          },
          body: given.body === undefined ? undefined : isForm ? (given.body as FormData) : JSON.stringify(given.body),
          signal,
        })
      } catch (cause) {
        if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
        throw new ApiProblem({
          code: 'unreachable',
          status: 0,
          title: 'No answer',
          detail: 'The hub could not be reached',
          advice: 'Check the connection.',
        })
      }
      const text = await response.text()
      const body: unknown = text ? readJson(text) : {}
      if (!response.ok)
        throw new ApiProblem(
          isProblem(body)
            ? body
            : { code: 'unreachable', status: 0, title: 'No answer', detail: `The hub answered ${response.status}`, advice: 'Try again.' },
        )
      return body as OperationResponse<typeof operation>
    },
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body
}
