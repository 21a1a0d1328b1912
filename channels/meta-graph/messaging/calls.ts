/** Requests that all parts of the shared messaging make, and what their answers come to. Always holds: the token stands only in the header. */
import { textAt } from '@dragoman/channel-kit'
import type { AccountView, Failure, HttpRequest, Recipient, Result, Transmission } from '@dragoman/core'
import { graphFailure } from '../graph-error.ts'
import type { MessagingDialect } from './dialect.ts'
import { personIdOf } from './identity.ts'

export const authorization = { authorization: 'Bearer {token}' } as const

export function getRequest(url: string): HttpRequest {
  return { via: 'http', method: 'GET', url, headers: authorization, body: { type: 'none' } }
}

export function deleteRequest(url: string): HttpRequest {
  return { via: 'http', method: 'DELETE', url, headers: authorization, body: { type: 'none' } }
}

export function postRequest(url: string, value: unknown): HttpRequest {
  return { via: 'http', method: 'POST', url, headers: authorization, body: { type: 'json', value } }
}

/** A path below the account's sending node. */
export function nodeUrl(dialect: MessagingDialect, account: AccountView, path: string): string {
  return dialect.url(account, `${encodeURIComponent(dialect.node(account))}/${path}`)
}

/** A POST to `messages`, which also takes reactions, typing and read marks. */
export function messagesRequest(dialect: MessagingDialect, account: AccountView, value: unknown): HttpRequest {
  return postRequest(nodeUrl(dialect, account, 'messages'), value)
}

/** `recipient` of a person; an empty id is refused by the platform in its own words. */
export function recipientOf(to: Recipient): { id: string } {
  return { id: personIdOf(to) ?? '' }
}

/** A failure of an exchange that may be repeated without harm, or what `read` makes of its answer. */
export function resultOf<Value>(dialect: MessagingDialect, transmission: Transmission, read: (body: unknown) => Value): Result<Value> {
  const failure = graphFailure(transmission, { commits: false, serverErrorsAreRefusals: true }, dialect.failures)
  if (failure) return { ok: false, failure }
  return { ok: true, value: read(transmission.kind === 'answered' ? transmission.body : undefined) }
}

/** The failure of what may not be repeated blindly: a message. */
export function commitFailure(dialect: MessagingDialect, transmission: Transmission): Failure | undefined {
  return graphFailure(transmission, { commits: true, rateScope: 'account' }, dialect.failures)
}

/** The id in an answer by its name; empty where there is none. */
export function idIn(transmission: Transmission, name: string): string {
  return transmission.kind === 'answered' ? (textAt(transmission.body, name) ?? '') : ''
}
