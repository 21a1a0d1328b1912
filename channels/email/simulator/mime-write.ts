/** Writes letters as a mail program does: text and HTML, files in base64. Always holds: lines end with CRLF and are short; headers are pure ASCII. */

export interface LetterToWrite {
  headers: [string, string][]
  text: string
  html?: string
  files: { name: string; mimeType: string; bytes: Uint8Array }[]
}

export function writeMime({ headers, text, html, files }: LetterToWrite, boundary: string): Buffer {
  const head = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')
  const words = html === undefined ? part('text/plain; charset=utf-8', text) : alternative(text, html, `${boundary}-alt`)
  if (files.length === 0) return Buffer.from(`${head}\r\nMIME-Version: 1.0\r\n${words}\r\n`)
  const attached = files.map(({ name, mimeType, bytes }) => {
    const file = `Content-Type: ${mimeType}; name="${encodeWord(name)}"\r\nContent-Disposition: attachment; filename*=utf-8''${encodeURIComponent(name)}\r\nContent-Transfer-Encoding: base64`
    return `${file}\r\n\r\n${base64(Buffer.from(bytes))}`
  })
  return multipart(`${head}\r\nMIME-Version: 1.0\r\n`, 'mixed', [words, ...attached], boundary)
}

/** A multipart body below any headers. */
export function multipart(head: string, kind: string, parts: readonly string[], boundary: string): Buffer {
  const inner = parts.map(one => `--${boundary}\r\n${one}\r\n`).join('')
  return Buffer.from(`${head}Content-Type: multipart/${kind}; boundary="${boundary}"\r\n\r\n${inner}--${boundary}--\r\n`)
}

function alternative(text: string, html: string, boundary: string): string {
  return multipart('', 'alternative', [part('text/plain; charset=utf-8', text), part('text/html; charset=utf-8', html)], boundary).toString(
    'utf8',
  )
}

export function part(type: string, text: string): string {
  return `Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(Buffer.from(text.replace(/\r?\n/g, '\r\n')))}`
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/.{76}/g, '$&\r\n')
}

/** RFC 2047, where it is needed. */
export function encodeWord(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text
  const words: string[] = []
  let piece = ''
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > 42) {
      words.push(piece)
      piece = ''
    }
    piece += character
  }
  return [...words, piece].map(word => `=?utf-8?B?${Buffer.from(word).toString('base64')}?=`).join('\r\n ')
}

export function mailbox(name: string, address: string): string {
  return /^[\w .-]*$/.test(name) ? `"${name}" <${address}>` : `${encodeWord(name)} <${address}>`
}

/** RFC 5322 3.3, in UTC. */
export function mailDate(at: number): string {
  return new Date(at).toUTCString().replace('GMT', '+0000')
}
