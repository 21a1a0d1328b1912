/**
 * The conversation as this browser knows it, and everything that can be done in it. Always holds: a message is known by its id, so an event that
 * comes twice changes nothing; what the visitor does shows at once and is told to the hub until the hub has it.
 */
import type { VisitorMessage, VisitorSession } from '@dragoman/api'
import { type Chat, type ChatState, emptyState, type Upload } from './chat-state.ts'
import { type Connection, connect } from './connection.ts'
import { applyLocally } from './local-message.ts'
import { createQueue, type Queue, type Queued } from './queue.ts'
import { remember, remembered } from './storage.ts'
import type { Host } from './types.ts'
import { postFile } from './uploads.ts'
import { speak } from './words.ts'

export function createChat(host: Host): Chat {
  const listeners = new Set<() => void>()
  let state = emptyState
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
      for (const item of items) applyLocally(visitor, known, item)
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
      applyLocally(visitor, shown, item)
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

  function receive(messages: readonly VisitorMessage[]): void {
    for (const message of messages) known.set(message.id, message)
    const newest = Math.max(0, ...messages.filter(message => message.from === 'business').map(message => message.at))
    if (newest > state.readUntil) {
      clearTimeout(typingTimer)
      set({ typing: false })
      queue.receipt('delivered', newest)
    }
    render()
    looked()
  }

  let renewing: Promise<void> | undefined
  let noticeTimer: ReturnType<typeof setTimeout> | undefined
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
      // Somebody else, or so much came meanwhile that the new page does not reach what is here: begun anew, without a hole.
      if (visitor !== given.visitor || !given.messages.some(message => known.has(message.id))) known.clear()
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
      // What the head says of hours holds for so long.
      clearTimeout(noticeTimer)
      if (given.settings.notice) noticeTimer = setTimeout(() => void session().catch(() => {}), given.settings.notice.forMs)
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
    const answer = await postFile(`${host.base}/files`, token ?? '', one.file, {
      begun: stop => change({ failed: undefined, progress: 0, stop }),
      progress: progress => change({ progress }),
    })
    // Given up meanwhile.
    if (!state.uploads.some(other => other.id === one.id)) return
    if ('failed' in answer) {
      const { name } = one.file
      set({ problem: answer.failed ? { word: 'notTaken', name, reason: answer.failed } : { word: 'notUploaded', name } })
      return change({ failed: answer.failed || '-' })
    }
    // What is shown from now on are the bytes that are here already.
    blobs.set(answer.id, Promise.resolve(one.file))
    set({ uploads: state.uploads.filter(other => other.id !== one.id), problem: undefined })
    add({ type: 'file', file: answer })
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
      const response = await fetch(`${host.base}/history?before=${encodeURIComponent(first.order.join(' '))}`, {
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
