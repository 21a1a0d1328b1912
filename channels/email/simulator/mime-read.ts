/**
 * Reads letters as a mail program does: headers, text, files. Written from RFC 2045, 2047, 2231 and 5322; it shares nothing with the adapter.
 * Always holds: never throws; what is malformed is read as plain text.
 */

export interface ReadLetter {
  headers: Map<string, string>
  text?: string
  html?: string
  files: { name: string; mimeType: string; bytes: Uint8Array }[]
}

interface Entity {
  headers: Map<string, string>
  body: Buffer
}

export function readMime(raw: Buffer): ReadLetter {
  const top = entityOf(raw)
  const letter: ReadLetter = { headers: top.headers, files: [] }
  walk(top, letter, 0)
  return letter
}

function walk(entity: Entity, letter: ReadLetter, depth: number): void {
  const { value: type, parameters } = headerValue(entity.headers.get('content-type') ?? 'text/plain')
  const disposition = headerValue(entity.headers.get('content-disposition') ?? '')
  const { boundary } = parameters
  if (type.startsWith('multipart/') && boundary !== undefined && depth < 20) {
    for (const part of partsOf(entity.body, boundary)) walk(entityOf(part), letter, depth + 1)
    return
  }
  const bytes = decodeBody(entity.body, entity.headers.get('content-transfer-encoding') ?? '')
  const name = disposition.parameters.filename ?? parameters.name
  const isAttached = disposition.value === 'attachment' || name !== undefined
  if (!isAttached && type === 'text/plain' && letter.text === undefined) letter.text = textOf(bytes, parameters.charset)
  else if (!isAttached && type === 'text/html' && letter.html === undefined) letter.html = textOf(bytes, parameters.charset)
  else letter.files.push({ name: name ?? 'file', mimeType: type, bytes: new Uint8Array(bytes) })
}

function entityOf(raw: Buffer): Entity {
  const crlf = raw.indexOf('\r\n\r\n')
  const head = (crlf < 0 ? raw : raw.subarray(0, crlf)).toString('utf8')
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':')
    if (colon > 0 && !headers.has(line.slice(0, colon).toLowerCase()))
      headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: crlf < 0 ? Buffer.alloc(0) : raw.subarray(crlf + 4) }
}

function partsOf(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`\r\n--${boundary}`)
  const whole = Buffer.concat([Buffer.from('\r\n'), body])
  const parts: Buffer[] = []
  let start = whole.indexOf(mark)
  while (start >= 0) {
    const next = whole.indexOf(mark, start + mark.length)
    if (next < 0) break
    const line = whole.indexOf('\r\n', start + mark.length)
    if (line >= 0 && line <= next) parts.push(whole.subarray(line + 2, next))
    start = next
  }
  return parts
}

function decodeBody(body: Buffer, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return quotedPrintable(
        body
          .toString('latin1')
          .replace(/[ \t]+\r\n/g, '\r\n')
          .replace(/=\r\n/g, ''),
      )
    default:
      return body
  }
}

function quotedPrintable(text: string): Buffer {
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}

function textOf(bytes: Buffer, charset = 'utf-8'): string {
  try {
    return new TextDecoder(charset).decode(bytes).replaceAll('\r\n', '\n')
  } catch {
    return bytes.toString('utf8').replaceAll('\r\n', '\n')
  }
}

/** `text/plain; charset=utf-8; name*0*=utf-8''…` */
export function headerValue(header: string): { value: string; parameters: Record<string, string> } {
  const [value = '', ...rest] = header.split(/;(?=(?:[^"]*"[^"]*")*[^"]*$)/)
  const plain: Record<string, string> = {}
  const pieces: Record<string, { place: number; text: string; isEncoded: boolean }[]> = {}
  for (const piece of rest) {
    const match = /^\s*([\w-]+)(?:\*(\d+))?(\*)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|(\S*))/.exec(piece)
    if (!match) continue
    const [, key, place, star, quoted, bare] = match
    const text = quoted === undefined ? (bare ?? '') : quoted.replace(/\\(.)/g, '$1')
    const name = key!.toLowerCase()
    if (place === undefined && star === undefined) plain[name] = decodeWords(text)
    else {
      pieces[name] ??= []
      pieces[name].push({ place: Number(place ?? 0), text, isEncoded: star !== undefined })
    }
  }
  for (const [name, list] of Object.entries(pieces)) {
    const joined = list
      .toSorted((a, b) => a.place - b.place)
      .map(({ text, isEncoded, place }) => (isEncoded ? percent(place === 0 ? text.replace(/^[^']*'[^']*'/, '') : text) : text))
      .join('')
    plain[name] = joined
  }
  return { value: value.trim().toLowerCase(), parameters: plain }
}

function percent(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** RFC 2047: `=?utf-8?B?…?=`. White space between two of them is none. */
export function decodeWords(text: string): string {
  return text
    .replace(/(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)\s+(?==\?)/gi, '$1')
    .replace(/=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=/gi, (_, charset: string, kind: string, data: string) => {
      const bytes = kind.toLowerCase() === 'b' ? Buffer.from(data, 'base64') : quotedPrintable(data.replaceAll('_', ' '))
      return textOf(bytes, charset)
    })
}
