/** The runner of effects as the hub sees it: a value that the server hands in (`channels/kit/perform`), so that use cases never touch the network themselves. */
import type { NetworkRequest, Transmission } from '@dragoman/core'

export interface OpenedFile {
  stream: ReadableStream<Uint8Array>
  sizeBytes: number
}

export interface TransportContext {
  /** Secret settings by name; they fill `{token}` and the like. */
  secrets: Readonly<Record<string, string>>
  /** The only origins that get credentials. */
  origins: readonly string[]
  /** The account's proxy: its address, which may hold a password. */
  proxy?: string
  openFile(fileId: string): Promise<OpenedFile>
}

export type DownloadResult =
  | { kind: 'answered'; status: number; headers: Record<string, string>; stream: ReadableStream<Uint8Array> }
  | { kind: 'not_sent'; cause: string }
  | { kind: 'no_answer'; cause: string }

export interface Transport {
  perform(request: NetworkRequest, context: TransportContext): Promise<Transmission>
  /** Why an outside address that a person types in would be refused; undefined: it may be reached. */
  refusalOf(url: string): Promise<string | undefined>
  download(request: NetworkRequest, context: TransportContext & { maxBytes: number }): Promise<DownloadResult>
}
