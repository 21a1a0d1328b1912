/**
 * The bytes of a request: JSON, form, multipart with files, or one file.
 * Always holds: the length is known before the first byte leaves, so that a platform never sees a chunked upload; files are streamed through.
 */
import { randomBytes } from 'node:crypto'
import type { RequestBody } from '@dragoman/core'
import { streamFrom } from './stream-from.ts'

/** A file of ours, opened for sending. */
export type OpenedFile = { sizeBytes: number } & ({ bytes: Uint8Array } | { stream: ReadableStream<Uint8Array> })
export type OpenFile = (fileId: string) => Promise<OpenedFile>

export interface EncodedBody {
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | undefined
  contentType: string | undefined
  sizeBytes: number
  /** For the trace: what was sent, without file bytes. */
  preview: string
}

type Piece = Uint8Array | { stream: ReadableStream<Uint8Array>; sizeBytes: number }

/** Opens what has to be opened and lays out the bytes. Throws where a file can't be opened: nothing has been sent then. */
export async function encodeBody(body: RequestBody, openFile: OpenFile): Promise<EncodedBody> {
  switch (body.type) {
    case 'none':
      return { body: undefined, contentType: undefined, sizeBytes: 0, preview: '' }
    case 'json':
      return wholeText(JSON.stringify(body.value) ?? 'null', 'application/json')
    case 'form':
      return wholeText(new URLSearchParams(body.fields).toString(), 'application/x-www-form-urlencoded')
    case 'file':
      return { ...join([pieceOf(await openFile(body.fileId))]), contentType: body.mimeType, preview: `file ${body.fileId}` }
    case 'multipart':
      return multipart(body.fields, openFile)
  }
}

async function multipart(fields: Extract<RequestBody, { type: 'multipart' }>['fields'], openFile: OpenFile): Promise<EncodedBody> {
  const boundary = `dragoman-${randomBytes(18).toString('hex')}`
  const pieces: Piece[] = []
  const opened: Piece[] = []
  try {
    for (const field of fields) {
      if ('fileId' in field) {
        const type = headerSafe(field.mimeType) || 'application/octet-stream'
        pieces.push(
          utf8(
            `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field.name)}"; filename="${quoted(field.fileName)}"\r\nContent-Type: ${type}\r\n\r\n`,
          ),
        )
        const piece = pieceOf(await openFile(field.fileId))
        opened.push(piece)
        pieces.push(piece, utf8('\r\n'))
      } else {
        pieces.push(utf8(`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(field.name)}"\r\n\r\n${field.value}\r\n`))
      }
    }
  } catch (error) {
    for (const piece of opened) if ('stream' in piece) void piece.stream.cancel().catch(() => {})
    throw error
  }
  pieces.push(utf8(`--${boundary}--\r\n`))
  const preview = fields
    .map(field => ('fileId' in field ? `${field.name}=<file ${field.fileId}>` : `${field.name}=${field.value}`))
    .join('&')
  return { ...join(pieces), contentType: `multipart/form-data; boundary=${boundary}`, preview }
}

function wholeText(text: string, contentType: string): EncodedBody {
  const bytes = utf8(text)
  return { body: bytes, contentType, sizeBytes: bytes.length, preview: text }
}

function pieceOf(file: OpenedFile): Piece {
  return 'bytes' in file ? file.bytes : { stream: file.stream, sizeBytes: file.sizeBytes }
}

function join(pieces: readonly Piece[]): { body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>; sizeBytes: number } {
  const sizeBytes = pieces.reduce((sum, piece) => sum + ('stream' in piece ? piece.sizeBytes : piece.length), 0)
  if (pieces.every(piece => piece instanceof Uint8Array)) return { body: Buffer.concat(pieces), sizeBytes }
  return { body: streamFrom(inTurn(pieces)), sizeBytes }
}

async function* inTurn(pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece
    else yield* piece.stream
  }
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** As browsers write names in multipart headers. */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function headerSafe(value: string): string {
  return value.replace(/[^\x20-\x7e]/g, '')
}
