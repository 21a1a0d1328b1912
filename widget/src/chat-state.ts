/** What there is to know of the conversation, and to do in it: what the views are drawn from. */
import type { VisitorMessage, VisitorSettings } from '@dragoman/api'
import type { Host } from './types.ts'

export interface Upload {
  id: string
  file: File
  /** 0 to 1; undefined before it has begun. */
  progress: number
  failed?: string
  stop?(): void
}

export interface Chat {
  readonly state: ChatState
  subscribe(listener: () => void): () => void
  host: Host
  start(): Promise<void>
  setOpen(open: boolean): void
  write(text: string): void
  choose(of: string, title: string, payload: string | undefined): void
  react(message: VisitorMessage, emoji: string): void
  remove(message: VisitorMessage): void
  attach(files: Iterable<File>): void
  dropUpload(id: string): void
  retryUpload(id: string): void
  retry(id: string): void
  typing(): void
  older(): Promise<void>
  looked(): void
  introduce(person: { name?: string; email?: string } | undefined): void
  focusOn(change: Partial<Pick<ChatState, 'answering' | 'editing'>>): void
  /** The bytes of a file of this conversation. */
  bytes(fileId: string, thumbnail?: boolean): Promise<Blob>
}

export interface ChatState {
  phase: 'loading' | 'ready' | 'failed' | 'refused'
  settings: VisitorSettings | undefined
  open: boolean
  line: 'live' | 'connecting' | 'offline'
  messages: readonly VisitorMessage[]
  /** Of the visitor's own messages: not at the hub yet. */
  waiting: ReadonlySet<string>
  refused: ReadonlySet<string>
  uploads: readonly Upload[]
  more: boolean
  typing: boolean
  /** Own messages up to here were read at the desk, ms. */
  seenUntil: number
  readUntil: number
  unread: number
  answering: VisitorMessage | undefined
  editing: VisitorMessage | undefined
  asks: boolean
  /** Said of an upload, or of a text. */
  problem: { word: 'tooLarge' | 'notUploaded' | 'notTaken'; name: string; reason?: string } | undefined
}

export const emptyState: ChatState = {
  phase: 'loading',
  settings: undefined,
  open: false,
  line: 'connecting',
  messages: [],
  waiting: new Set(),
  refused: new Set(),
  uploads: [],
  more: false,
  typing: false,
  seenUntil: 0,
  readUntil: 0,
  unread: 0,
  answering: undefined,
  editing: undefined,
  asks: false,
  problem: undefined,
}
