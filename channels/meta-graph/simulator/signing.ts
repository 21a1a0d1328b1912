/**
 * Meta's side of webhook signing: JSON as Meta writes it, and the header over those very bytes.
 * Always holds: everything beyond ASCII travels as `\uXXXX` in lower case and `/` as `\/`, as Meta does.
 */
import { createHmac } from 'node:crypto'

/** The bytes of a webhook body as Meta writes them. */
export function metaJson(value: unknown): Uint8Array {
  const json = JSON.stringify(value)
  let escaped = ''
  for (let index = 0; index < json.length; index++) {
    const unit = json.charCodeAt(index)
    if (unit > 126) escaped += `\\u${unit.toString(16).padStart(4, '0')}`
    else escaped += json[index] === '/' ? '\\/' : json[index]
  }
  return new TextEncoder().encode(escaped)
}

/** The value of `X-Hub-Signature-256` for a body. */
export function signatureHeader(appSecret: string, body: Uint8Array): string {
  const digest = createHmac('sha256', appSecret).update(body).digest('hex')
  return `sha256=${digest}`
}
