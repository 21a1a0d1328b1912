/**
 * Drafts: on the screen at once, in this browser at once, on the server within a second.
 * Always holds: a draft of another device never overwrites what is being typed here; a stale version asks which text to keep.
 */
import { type DraftView, draftKey } from '@dragoman/api'
import { del, get, set } from 'idb-keyval'
import { create } from 'zustand'
import { call, problemOf } from '../client.ts'
import { bodyOf, type Compose, composeOf, emptyCompose, isEmpty } from '../composer/compose.ts'
import { changeInbox, desk, onEvents } from './desk.ts'

export type DraftMode = 'reply' | 'note'

export interface LocalDraft {
  compose: Compose
  /** The version of the server that this text goes on from. */
  version: number
  /** Changed here and not yet kept there. */
  dirty: boolean
  /** Our latest message in the conversation when I began: what has come since is shown before mine is sent. */
  seenOutId?: string | null
  /** The other text, when somebody (me, elsewhere) saved meanwhile. */
  conflict?: DraftView
}

export const useDrafts = create<{ byKey: Readonly<Record<string, LocalDraft>> }>(() => ({ byKey: {} }))

const saveAfterMs = 600
const timers = new Map<string, ReturnType<typeof setTimeout>>()
const saving = new Map<string, Promise<void>>()

function put(key: string, draft: LocalDraft): void {
  useDrafts.setState(state => ({ byKey: { ...state.byKey, [key]: draft } }))
}

/** The draft of a conversation and mode: what is typed here, else what the server has. */
export function draftOf(conversationId: string, mode: DraftMode): LocalDraft {
  const key = draftKey({ conversationId, mode })
  const local = useDrafts.getState().byKey[key]
  if (local) return local
  return fromServer(desk().inbox?.drafts[key])
}

export function fromServer(draft: DraftView | undefined): LocalDraft {
  return draft
    ? { compose: composeOf(draft.body, draft.replyToId), version: draft.version, dirty: false }
    : { compose: emptyCompose, version: 0, dirty: false }
}

export function changeDraft(conversationId: string, mode: DraftMode, change: (compose: Compose) => Compose): void {
  const key = draftKey({ conversationId, mode })
  const draft = draftOf(conversationId, mode)
  const compose = change(draft.compose)
  if (compose === draft.compose) return
  const began = isEmpty(draft.compose) || draft.seenOutId === undefined
  const seenOutId = began ? (desk().inbox?.conversations[conversationId]?.lastOutId ?? null) : draft.seenOutId
  put(key, { ...draft, compose, seenOutId, dirty: true })
  void set(`draft:${key}`, { text: compose.text, entities: compose.entities, replyToId: compose.replyToId, at: Date.now() }).catch(
    () => undefined,
  )
  clearTimeout(timers.get(key))
  timers.set(
    key,
    setTimeout(() => void saveDraft(conversationId, mode), saveAfterMs),
  )
}

/** Empties the composer after a send, on the server too. */
export function clearDraft(conversationId: string, mode: DraftMode): void {
  const key = draftKey({ conversationId, mode })
  const { version } = draftOf(conversationId, mode)
  put(key, { compose: emptyCompose, version, dirty: true })
  clearTimeout(timers.get(key))
  void del(`draft:${key}`).catch(() => undefined)
  changeInbox(state => {
    const { [key]: _gone, ...drafts } = state.drafts
    return { ...state, drafts }
  })
  void saveDraft(conversationId, mode)
}

/** Keeps the draft on the server; one save of a draft at a time, the last text wins. */
export async function saveDraft(conversationId: string, mode: DraftMode): Promise<void> {
  const key = draftKey({ conversationId, mode })
  clearTimeout(timers.get(key))
  await saving.get(key)
  const draft = useDrafts.getState().byKey[key]
  if (!draft?.dirty || draft.conflict) return
  const body = bodyOf(draft.compose, false)
  const known = desk().inbox?.drafts[key]
  if (body === null && draft.version === 0 && !known) return put(key, { ...draft, dirty: false })
  const work = call('saveDraft', {
    params: { conversationId, mode },
    body: { version: draft.version, body, replyToId: draft.compose.replyToId },
  }).then(
    answer => {
      const now = useDrafts.getState().byKey[key]
      if (now) put(key, { ...now, version: answer.draft.version, dirty: now.compose !== draft.compose })
      changeInbox(state => ({ ...state, drafts: { ...state.drafts, [key]: answer.draft } }))
      void del(`draft:${key}`).catch(() => undefined)
    },
    error => {
      const problem = problemOf(error)
      const now = useDrafts.getState().byKey[key]
      if (problem.code === 'stale_version' && now) {
        const current = 'current' in problem ? (problem.current as DraftView | null | undefined) : undefined
        const theirs = composeOf(current?.body ?? null, current?.replyToId ?? null)
        const same = theirs.text === now.compose.text || theirs.text.trim() === ''
        if (current && !same && body !== null) put(key, { ...now, conflict: current })
        else {
          put(key, { ...now, version: current?.version ?? 0 })
          timers.set(
            key,
            setTimeout(() => void saveDraft(conversationId, mode), 50),
          )
        }
      } else if (problem.status === 0 || problem.status >= 500)
        timers.set(
          key,
          setTimeout(() => void saveDraft(conversationId, mode), 3_000),
        )
    },
  )
  saving.set(key, work)
  await work
  saving.delete(key)
}

export function settleConflict(conversationId: string, mode: DraftMode, keep: 'mine' | 'theirs'): void {
  const key = draftKey({ conversationId, mode })
  const draft = useDrafts.getState().byKey[key]
  if (!draft?.conflict) return
  if (keep === 'theirs') put(key, fromServer(draft.conflict))
  else {
    put(key, { ...draft, version: draft.conflict.version, conflict: undefined, dirty: true })
    void saveDraft(conversationId, mode)
  }
}

/** What a crash left in this browser and the server never got. */
export async function reviveDraft(conversationId: string, mode: DraftMode): Promise<void> {
  const key = draftKey({ conversationId, mode })
  if (useDrafts.getState().byKey[key]) return
  const kept = (await get(`draft:${key}`).catch(() => undefined)) as
    | { text: string; entities: Compose['entities']; replyToId: string | null; at: number }
    | undefined
  if (!kept || useDrafts.getState().byKey[key]) return
  const server = desk().inbox?.drafts[key]
  if (server && server.updatedAt > kept.at) return void del(`draft:${key}`).catch(() => undefined)
  const base = fromServer(server)
  if (kept.text === base.compose.text) return
  changeDraft(conversationId, mode, compose => ({ ...compose, text: kept.text, entities: kept.entities, replyToId: kept.replyToId }))
}

/** A draft saved on another device shows here at once, unless something newer is being typed here. */
onEvents(events => {
  for (const event of events) {
    if (event.kind !== 'draft.changed') continue
    const key = draftKey(event.draft)
    const local = useDrafts.getState().byKey[key]
    if (local && !local.dirty && !saving.has(key) && event.draft.version > local.version) put(key, fromServer(event.draft))
  }
})

function saveAll(): void {
  for (const [key, draft] of Object.entries(useDrafts.getState().byKey)) {
    const [conversationId, mode] = key.split(':') as [string, DraftMode]
    if (draft.dirty) void saveDraft(conversationId, mode)
  }
}
document.addEventListener('visibilitychange', () => {
  if (document.hidden) saveAll()
})
window.addEventListener('online', saveAll)
