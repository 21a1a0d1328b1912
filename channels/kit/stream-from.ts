/** A web stream of an iterable of bytes. Node's `ReadableStream.from`, which the browsers' types do not know. */
import { ReadableStream as NodeReadableStream } from 'node:stream/web'

export function streamFrom(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return NodeReadableStream.from(bytes) as ReadableStream<Uint8Array>
}
