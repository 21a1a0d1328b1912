/**
 * Who is connected, over all processes [mechanics 9]. Always holds: kept in memory only; every web process says again and again whom it serves, and one
 * that falls silent is forgotten with its members after `forgottenAfterMs`.
 */
import type { Bell } from '../database/bell.ts'

const sayEveryMs = 4_000
const forgottenAfterMs = 12_000
/** So many ids fit into one notice of the bell. */
const idsPerNotice = 150

export interface Presence {
  /** Members of a workspace who have a stream open in some process. */
  connected(workspaceId: string): ReadonlySet<string>
  /** Members seen within so long; undefined while this process has not listened that long itself, and so cannot know. */
  seenWithin(workspaceId: string, ms: number): ReadonlySet<string> | undefined
  /** Whom this process serves now; said at once and then again and again. */
  announce(workspaceId: string, memberIds: Iterable<string>): void
  /** Calls back when the members of a workspace have changed; returns the way to stop. */
  onChange(listener: (workspaceId: string) => void): () => void
  close(): void
}

interface Said {
  /** Node, and which piece of its list. */
  key: string
  memberIds: readonly string[]
  at: number
}

/** `topic` on the bell keeps several kinds of being there apart: connected, or with the page before one's eyes. */
export function createPresence(bell: Bell, nodeId: string, now: () => number, topic = 'presence'): Presence {
  const said = new Map<string, Map<string, Said>>()
  const own = new Map<string, string[]>()
  const sets = new Map<string, ReadonlySet<string>>()
  const listeners = new Set<(workspaceId: string) => void>()
  /** By workspace and member: when he was last there. */
  const seen = new Map<string, Map<string, number>>()
  const startedAt = now()

  function note(workspaceId: string, entry: Said): void {
    const entries = said.get(workspaceId) ?? new Map<string, Said>()
    said.set(workspaceId, entries)
    if (entry.memberIds.length === 0) entries.delete(entry.key)
    else entries.set(entry.key, entry)
    refresh(workspaceId)
  }

  function refresh(workspaceId: string): void {
    const entries = said.get(workspaceId)
    for (const entry of entries?.values() ?? []) if (now() - entry.at > forgottenAfterMs) entries!.delete(entry.key)
    const next = new Set([...(entries?.values() ?? [])].flatMap(entry => entry.memberIds))
    const last = seen.get(workspaceId) ?? new Map<string, number>()
    seen.set(workspaceId, last)
    for (const id of next) last.set(id, now())
    const before = sets.get(workspaceId)
    if (before?.size === next.size && [...next].every(id => before.has(id))) return
    sets.set(workspaceId, next)
    for (const listener of listeners) listener(workspaceId)
  }

  function say(workspaceId: string): void {
    const memberIds = own.get(workspaceId) ?? []
    const pieces = Math.max(1, Math.ceil(memberIds.length / idsPerNotice))
    for (let piece = 0; piece < pieces; piece++) {
      const some = memberIds.slice(piece * idsPerNotice, (piece + 1) * idsPerNotice)
      bell.ring(topic, JSON.stringify({ workspaceId, key: `${nodeId}/${piece}`, memberIds: some }))
    }
  }

  const stopListening = bell.listen(topic, (_topic, detail) => {
    const { workspaceId, key, memberIds } = JSON.parse(detail) as { workspaceId: string; key: string; memberIds: string[] }
    note(workspaceId, { key, memberIds, at: now() })
  })
  const timer = setInterval(() => {
    for (const [workspaceId, memberIds] of own) if (memberIds.length > 0) say(workspaceId)
    for (const workspaceId of said.keys()) refresh(workspaceId)
  }, sayEveryMs)
  timer.unref()

  return {
    connected: workspaceId => sets.get(workspaceId) ?? new Set(),
    seenWithin(workspaceId, ms) {
      if (now() - startedAt < ms) return undefined
      return new Set([...(seen.get(workspaceId) ?? [])].filter(([, at]) => now() - at <= ms).map(([id]) => id))
    },
    announce(workspaceId, memberIds) {
      own.set(workspaceId, [...new Set(memberIds)].sort())
      say(workspaceId)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      stopListening()
      clearInterval(timer)
    },
  }
}
