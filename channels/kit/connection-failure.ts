/**
 * Tells from an error of `fetch` whether any byte of the request can have left [mechanics 14].
 * Always holds: only what certainly happened before the request was written counts as never sent; every doubt counts as sent.
 */

/** Name lookup, connecting, and checking the server's certificate come before the first byte of a request. */
const beforeTheRequest = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_INVALID_URL',
])

/** True where the request was certainly not written. */
export function wasNeverSent(error: unknown): boolean {
  return chain(error).some(link => {
    if (link instanceof AggregateError) return link.errors.length > 0 && link.errors.every(wasNeverSent)
    const code = property(link, 'code')
    if (typeof code === 'string' && beforeTheRequest.has(code)) return true
    const call = property(link, 'syscall')
    return call === 'connect' || call === 'getaddrinfo'
  })
}

/** An error in words: its message and those of its causes, with their codes. */
export function describeError(error: unknown): string {
  const words: string[] = []
  for (const link of chain(error)) {
    const code = property(link, 'code')
    const text = link instanceof Error ? link.message : String(link)
    const line = typeof code === 'string' && !text.includes(code) ? `${code} ${text}`.trim() : text
    if (line !== '' && !words.includes(line)) words.push(line)
  }
  return words.join(': ') || 'unknown error'
}

function chain(error: unknown): unknown[] {
  const links: unknown[] = []
  for (let link = error; link !== undefined && link !== null && links.length < 8; link = property(link, 'cause')) links.push(link)
  return links
}

function property(value: unknown, name: 'code' | 'cause' | 'syscall'): unknown {
  return typeof value === 'object' && value !== null && name in value ? (value as Record<string, unknown>)[name] : undefined
}
