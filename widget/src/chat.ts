/**
 * The conversation as this browser knows it, and everything that can be done in it. Always holds: a message is known by its id, so an event that
 * comes twice changes nothing; what the visitor does shows at once and is told to the hub until the hub has it.
 */
import type { VisitorMessage, VisitorSession, VisitorSettings } from '@dragoman/api'
import { type Connection, connect } from './connection.ts'
import { createQueue, type Queue, type Queued } from './queue.ts'
import { remember, remembered } from './storage.ts'
import type { Host } from './types.ts'
import { speak } from './words.ts'

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

export function createChat(host: Host): Chat {
  const listeners = new Set<() => void>()
  let state: ChatState = {
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
  const known = new Map<string, VisitorMessage>()
  const blobs = new Map<string, Promise<Blob>>()
  let token: string | undefined
  let visitor = ''
  let cursor = ''
  let connection: Connection | undefined
  let typingTimer: ReturnType<typeof setTimeout> | undefined
  let lastTyping = 0

  const queue: Queue = createQueue({
    host,
    token: () => token,
    visitor: () => visitor,
    renew: session,
    taken: items => {
      // Kept on the screen until the stream brings it back as the hub has it.
      for (const item of items) applyLocally(known, item)
    },
    changed: render,
  })

  function set(change: Partial<ChatState>): void {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }

  /** Puts together what the hub has and what still waits here. */
  function render(): void {
    const shown = new Map(known)
    const waiting = new Set<string>()
    const refused = new Set<string>()
    for (const item of queue.items()) {
      applyLocally(shown, item)
      const id = `${visitor}:${item.id}`
      if (shown.has(id)) (item.refused ? refused : waiting).add(id)
    }
    const messages = [...shown.values()].sort(
      (a, b) => a.order[0] - b.order[0] || a.order[1] - b.order[1] || (a.order[2] < b.order[2] ? -1 : 1),
    )
    const seenUntil = Math.max(state.seenUntil, ...messages.map(message => (message.seen ? message.order[0] : 0)))
    const unread = messages.filter(message => message.from === 'business' && !message.deleted && message.at > state.readUntil).length
    host.badge(state.open ? 0 : unread)
    const asks =
      (state.settings?.ask ?? 'nothing') !== 'nothing' &&
      !remembered(host.key).asked &&
      !remembered(host.key).person?.name &&
      messages.some(message => message.from === 'visitor')
    set({ messages, waiting, refused, seenUntil, unread, asks })
  }

  function localMessage({ id, at, n, event }: Queued): VisitorMessage | undefined {
    const content =
      event.type === 'message'
        ? { kind: 'text' as const, text: { text: String(event.text) } }
        : event.type === 'choice'
          ? { kind: 'choice' as const, title: String(event.title) }
          : event.type === 'file'
            ? fileContent(event.file as WireFile)
            : undefined
    if (!content) return undefined
    const key = `${visitor}:${id}`
    const quoted = known.get(String(event.replyTo ?? event.of ?? ''))
    return {
      id: key,
      from: 'visitor',
      at,
      order: [at, n, key],
      body: { content },
      reactions: [],
      files: filesOf(event.file as WireFile | undefined),
      ...(quoted ? { replyTo: { id: quoted.id, preview: textOf(quoted), from: quoted.from } } : {}),
    }
  }

  function applyLocally(shown: Map<string, VisitorMessage>, item: Queued): void {
    const { event } = item
    const local = localMessage(item)
    if (local) {
      if (!shown.has(local.id)) shown.set(local.id, local)
      return
    }
    const target = shown.get(String(event.of))
    if (!target || item.refused) return
    if (event.type === 'edit')
      shown.set(target.id, { ...target, editedAt: item.at, body: { content: { kind: 'text', text: { text: String(event.text) } } } })
    if (event.type === 'delete') shown.set(target.id, { ...target, deleted: true })
    if (event.type === 'reaction') {
      const mine = (event.emojis as string[]).map(emoji => ({ by: 'visitor' as const, emoji }))
      shown.set(target.id, { ...target, reactions: [...target.reactions.filter(one => one.by !== 'visitor'), ...mine] })
    }
  }

  function receive(messages: readonly VisitorMessage[]): void {
    for (const message of messages) known.set(message.id, message)
    const newest = Math.max(0, ...messages.filter(message => message.from === 'business').map(message => message.at))
    if (newest > 0) {
      clearTimeout(typingTimer)
      set({ typing: false })
      queue.receipt('delivered', newest)
    }
    render()
    looked()
  }

  let renewing: Promise<void> | undefined
  /** Asks for the session: who we are, how we look, what was said. */
  function session(): Promise<void> {
    renewing ??= ask().finally(() => {
      renewing = undefined
    })
    return renewing

    async function ask(): Promise<void> {
      const kept = remembered(host.key)
      const response = await fetch(`${host.base}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(kept.token ? { authorization: `Bearer ${kept.token}` } : {}) },
        body: JSON.stringify({ user: host.data.user, language: host.data.language ?? navigator.language }),
      })
      if (!response.ok) throw Object.assign(new Error(`${response.status}`), { status: response.status })
      const given = (await response.json()) as VisitorSession
      if (visitor !== '' && visitor !== given.visitor) known.clear()
      token = given.token
      visitor = given.visitor
      cursor = given.cursor
      speak(given.settings.language)
      const named = { name: host.data.name, email: host.data.email, ...kept.person, ...given.person }
      remember(host.key, {
        token,
        visitor,
        ...(kept.visitor === visitor || Object.values(named).some(Boolean) ? { person: named } : { person: {}, asked: false }),
      })
      set({
        phase: 'ready',
        settings: given.settings,
        more: known.size > 0 ? state.more : given.more,
        readUntil: Math.max(state.readUntil, given.readUntil),
      })
      receive(given.messages)
      queue.flush()
    }
  }

  function looked(): void {
    if (!state.open || document.visibilityState !== 'visible') return
    const newest = Math.max(0, ...state.messages.filter(message => message.from === 'business').map(message => message.at))
    if (newest <= state.readUntil) return
    set({ readUntil: newest })
    queue.receipt('read', newest)
    render()
  }

  async function upload(one: Upload): Promise<void> {
    const change = (values: Partial<Upload>) =>
      set({ uploads: state.uploads.map(other => (other.id === one.id ? { ...other, ...values } : other)) })
    const form = new FormData()
    form.append('file', one.file, one.file.name)
    const request = new XMLHttpRequest()
    request.open('POST', `${host.base}/files`)
    request.setRequestHeader('authorization', `Bearer ${token}`)
    request.upload.onprogress = event => change({ progress: event.loaded / Math.max(1, event.total) })
    change({ failed: undefined, progress: 0, stop: () => request.abort() })
    const answer = await new Promise<
      { fileId?: string; kind?: WireFile['kind']; mimeType?: string; sizeBytes?: number; detail?: string } | undefined
    >(done => {
      request.onloadend = () => {
        try {
          done(JSON.parse(request.responseText))
        } catch {
          done(undefined)
        }
      }
      request.send(form)
    })
    if (!state.uploads.some(other => other.id === one.id)) return
    if (request.status !== 200 || !answer?.fileId) {
      set({
        problem: answer?.detail
          ? { word: 'notTaken', name: one.file.name, reason: answer.detail }
          : { word: 'notUploaded', name: one.file.name },
      })
      return change({ failed: answer?.detail ?? '-' })
    }
    // What is shown from now on are the bytes that are here already.
    blobs.set(`${answer.fileId}`, Promise.resolve(one.file))
    set({ uploads: state.uploads.filter(other => other.id !== one.id), problem: undefined })
    add({
      type: 'file',
      file: { id: answer.fileId, kind: answer.kind ?? 'file', name: one.file.name, mimeType: answer.mimeType, sizeBytes: answer.sizeBytes },
    })
  }

  function add(event: Queued['event']): void {
    const replyTo = state.answering && event.type !== 'choice' && event.type !== 'reaction' ? { replyTo: state.answering.id } : {}
    if (replyTo.replyTo) set({ answering: undefined })
    queue.add({ ...event, ...replyTo })
    render()
  }

  const chat: Chat = {
    host,
    get state() {
      return state
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async start() {
      try {
        await session()
        connection ??= connect({
          host,
          token: () => token,
          cursor: () => cursor,
          renew: session,
          state: line => {
            set({ line })
            if (line === 'live') queue.flush()
          },
          frame(frame) {
            if ('cursor' in frame) cursor = frame.cursor
            if (frame.frame === 'messages') receive(frame.messages)
            else if (frame.frame === 'seen') set({ seenUntil: Math.max(state.seenUntil, frame.until) })
            else if (frame.frame === 'typing') {
              clearTimeout(typingTimer)
              set({ typing: true })
              typingTimer = setTimeout(() => set({ typing: false }), frame.forMs)
            }
          },
        })
      } catch (error) {
        const refused = (error as { status?: number }).status
        set({ phase: refused === 403 || refused === 401 ? 'refused' : 'failed' })
        if (state.phase === 'failed') setTimeout(() => void chat.start(), 5_000)
      }
    },
    setOpen(open) {
      set({ open })
      render()
      looked()
    },
    write(text) {
      const { editing } = state
      if (editing) {
        set({ editing: undefined })
        queue.add({ type: 'edit', of: editing.id, text })
        render()
      } else add({ type: 'message', text })
    },
    choose: (of, title, payload) => add({ type: 'choice', of, title, payload }),
    react(message, emoji) {
      const has = message.reactions.some(one => one.by === 'visitor' && one.emoji === emoji)
      add({ type: 'reaction', of: message.id, emojis: has ? [] : [emoji] })
    },
    remove(message) {
      queue.add({ type: 'delete', of: message.id })
      render()
    },
    attach(files) {
      const most = state.settings?.largestFile ?? 0
      for (const file of files) {
        if (file.size > most) {
          set({ problem: { word: 'tooLarge', name: file.name } })
          continue
        }
        const one: Upload = { id: `${Math.random()}`, file, progress: 0 }
        set({ uploads: [...state.uploads, one], problem: undefined })
        void upload(one)
      }
    },
    dropUpload(id) {
      const one = state.uploads.find(other => other.id === id)
      set({ uploads: state.uploads.filter(other => other.id !== id), problem: undefined })
      one?.stop?.()
    },
    retryUpload(id) {
      const one = state.uploads.find(other => other.id === id)
      if (one) void upload(one)
    },
    retry(id) {
      const item = queue.items().find(one => `${visitor}:${one.id}` === id)
      if (!item) return
      item.refused = false
      queue.flush()
      render()
    },
    typing() {
      if (Date.now() - lastTyping < 3_000) return
      lastTyping = Date.now()
      connection?.typing()
    },
    async older() {
      const first = state.messages[0]
      if (!first || !state.more) return
      const response = await fetch(`${host.base}/history?before=${first.order[0]}`, {
        headers: { authorization: `Bearer ${token}` },
      }).catch(() => undefined)
      if (!response?.ok) return
      const page = (await response.json()) as Pick<VisitorSession, 'messages' | 'more'>
      for (const message of page.messages) if (!known.has(message.id)) known.set(message.id, message)
      set({ more: page.more })
      render()
    },
    looked,
    introduce(person) {
      remember(host.key, { asked: true, ...(person ? { person } : {}) })
      if (person) queue.add({ type: 'person' })
      render()
    },
    focusOn: change => set(change),
    bytes(fileId, thumbnail = false) {
      const key = thumbnail ? `${fileId}/thumbnail` : fileId
      const loaded = blobs.get(key) ?? load(key)
      blobs.set(key, loaded)
      return loaded
    },
  }
  return chat

  async function load(path: string): Promise<Blob> {
    try {
      const response = await fetch(`${host.base}/files/${path}`, { headers: { authorization: `Bearer ${token}` } })
      if (!response.ok) throw new Error(`${response.status}`)
      return await response.blob()
    } catch (error) {
      blobs.delete(path)
      throw error
    }
  }
}

interface WireFile {
  id: string
  kind: 'image' | 'video' | 'audio' | 'voice' | 'file'
  name?: string
  mimeType?: string
  sizeBytes?: number
}

function fileContent(file: WireFile) {
  return {
    kind: file.kind,
    media: { ref: { from: 'file' as const, fileId: file.id }, name: file.name, mimeType: file.mimeType, sizeBytes: file.sizeBytes },
  }
}

function filesOf(file: WireFile | undefined): VisitorMessage['files'] {
  if (!file) return {}
  const { name = null, mimeType = null, sizeBytes = null } = file
  return {
    [file.id]: {
      state: 'stored',
      reason: null,
      mimeType,
      name,
      sizeBytes,
      width: null,
      height: null,
      durationMs: null,
      hasThumbnail: false,
    },
  }
}

/** The words of a message, for quotes and for what is read aloud. */
export function textOf(message: VisitorMessage): string {
  const { content } = message.body
  switch (content.kind) {
    case 'text':
      return content.text.text
    case 'choice':
      return content.title
    case 'card':
      return content.card.title
    case 'carousel':
      return content.text?.text ?? content.cards.map(card => card.title).join(', ')
    case 'location':
      return content.name ?? ''
    case 'contact_card':
      return content.contacts.map(contact => contact.name).join(', ')
    case 'image':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
      return content.caption?.text ?? ''
    default:
      return ''
  }
}
