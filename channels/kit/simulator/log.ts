/** Lines of a simulator's log of requests and webhooks: short enough for people, without secrets. */

const longestExcerpt = 600

/** A body for the log: text cut short; of bytes only their count. */
export function logExcerpt(body: string | Uint8Array | undefined, contentType = ''): string {
  if (body === undefined || body.length === 0) return ''
  if (typeof body !== 'string') {
    if (/multipart|octet-stream|image|audio|video|pdf|zip/i.test(contentType)) return `${body.length} bytes`
    return logExcerpt(new TextDecoder().decode(body))
  }
  return body.length > longestExcerpt ? `${body.slice(0, longestExcerpt)}…` : body
}

/** The text with each secret shown as `…`. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return secrets.filter(secret => secret !== '').reduce((shown, secret) => shown.replaceAll(secret, '…'), text)
}
