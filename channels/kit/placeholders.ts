/**
 * Fills `{token}`, `{appSecret}` … in the address, the headers and the named secret fields of a form, and nowhere else.
 * Always holds: a secret goes only to an address below one of the listed origins; a placeholder without a value is an error, never sent as it is.
 */
import type { HttpRequest, RequestBody } from '@dragoman/core'
import type { Secrets } from './redact.ts'

const placeholder = /\{([A-Za-z][A-Za-z0-9_]*)\}/g

export type Filled = { ok: true; url: string; headers: Record<string, string>; body: RequestBody } | { ok: false; cause: string }

/** Names of all placeholders in a text. */
export function placeholdersIn(text: string): string[] {
  return [...text.matchAll(placeholder)].map(match => match[1]!)
}

/** The request's address, headers and body with secrets in their places, or why that may not be. */
export function fillPlaceholders(
  request: Pick<HttpRequest, 'url' | 'headers' | 'body'>,
  secrets: Secrets,
  origins: readonly string[],
): Filled {
  const bare = parseUrl(request.url)
  if (!bare) return { ok: false, cause: 'The address is not a valid URL' }
  const headers = request.headers ?? {}
  const inForm = request.body.type === 'form' ? (request.body.secrets ?? []) : []
  const wanted = new Set([...[request.url, ...Object.values(headers)].flatMap(placeholdersIn), ...inForm.map(([, name]) => name)])
  if (wanted.size > 0 && !isBelow(bare, origins)) return { ok: false, cause: `Credentials may not go to ${bare.origin}` }
  for (const name of wanted) {
    if (!Object.hasOwn(secrets, name) || secrets[name] === '') return { ok: false, cause: `No value for {${name}}` }
  }
  const url = parseUrl(request.url.replace(placeholder, (_, name: string) => inUrl(secrets[name]!)))
  // A secret in the place of the host would choose where all the others go.
  if (!url || url.origin !== bare.origin) return { ok: false, cause: 'The address is not a valid URL' }
  return {
    ok: true,
    url: url.href,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace(placeholder, (_, key: string) => secrets[key]!)]),
    ),
    body:
      request.body.type === 'form' && inForm.length > 0
        ? { type: 'form', fields: [...request.body.fields, ...inForm.map(([field, name]): [string, string] => [field, secrets[name]!])] }
        : request.body,
  }
}

/** Whether an address is the same as or below one of the origins (which may have a path, as a simulator's has). */
export function isBelow(url: URL, origins: readonly string[]): boolean {
  return origins.some(text => {
    const origin = parseUrl(text)
    if (!origin || origin.origin !== url.origin) return false
    const folder = origin.pathname.replace(/\/+$/, '')
    return url.pathname === folder || url.pathname.startsWith(`${folder}/`)
  })
}

function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return undefined
  return url
}

/** Percent-encoded, but with colons left alone: a bot token holds one and platforms compare it literally. */
function inUrl(secret: string): string {
  return encodeURIComponent(secret.toWellFormed()).replaceAll('%3A', ':')
}
