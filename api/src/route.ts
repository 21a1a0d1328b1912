/** How a route is described: one object from which the server's checks, the OpenAPI page, the rule table and the typed client all come. */
import type { z } from 'zod'
import type { Right } from './rights.ts'

/** Who may call: anyone; anyone signed in; a member with at least this role. A manager may do what an agent may, an owner everything. */
export type RouteRule = 'public' | 'signed_in' | 'agent' | 'manager' | 'owner'

export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  rule: RouteRule
  /** A right that is needed besides: the caller’s role must have it. */
  right?: Right
  summary: string
  tag: string
  params?: Params
  query?: Query
  /** Absent: no body. `multipart` bodies are described in the summary. */
  body?: Body
  multipart?: boolean
  response: Response
  /** Requests per minute and caller, where less than the general limit. */
  perMinute?: number
}

export function route<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Response extends z.ZodType>(
  definition: Route<Params, Query, Body, Response>,
): Route<Params, Query, Body, Response> {
  return definition
}
