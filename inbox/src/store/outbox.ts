/**
 * What was said and has not been taken by the hub yet: kept in IndexedDB, sent in order within a conversation, once.
 * Always holds: an entry keeps its `clientId` through retries and reloads, so the customer gets one copy whatever happens on the way.
 */
import type { MessageBody } from '@dragoman/api'
import { get, set } from 'idb-keyval'
import { create } from 'zustand'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { desk, putMessage, useDesk } from './desk.ts'

export interface OutboxEntry {
  clientId: string
  conversationId: string
  body: MessageBody
  note: boolean
  replyTo?: { id: string; preview: string; authorName: string }
  createdAt: number
  undoSeconds: number
  /** Our latest message that I had seen when I began. */
  lastOutId?: string | null
  /** Members named in a note. */
  mentions?: string[]
  savedReplyId?: string
  state: 'queued' | 'sending' | 'failed'
  attempts: number
  problem?: ProblemOf
}

export const useOutbox = create<{ entries: readonly OutboxEntry[] }>(() => ({ entries: [] }))

let storageKey = ''
const sendingIn = new Set<string>()
let retryTimer: ReturnType<typeof setTimeout> | undefined

function keep(): void {
  if (storageKey) void set(storageKey, useOutbox.getState().entries).catch(() => undefined)
}

function change(clientId: string, part: Partial<OutboxEntry>): void {
  useOutbox.setState(state => ({ entries: state.entries.map(entry => (entry.clientId === clientId ? { ...entry, ...part } : entry)) }))
  keep()
}

export function dropEntry(clientId: string): void {
  useOutbox.setState(state => ({ entries: state.entries.filter(entry => entry.clientId !== clientId) }))
  keep()
}

export async function startOutbox(memberId: string): Promise<void> {
  storageKey = `outbox:${memberId}`
  const kept = ((await get(storageKey).catch(() => undefined)) ?? []) as OutboxEntry[]
  const present = new Set(useOutbox.getState().entries.map(entry => entry.clientId))
  const revived = kept
    .filter(entry => !present.has(entry.clientId))
    .map(entry => ({ ...entry, state: entry.state === 'failed' ? entry.state : ('queued' as const), attempts: 0 }))
  useOutbox.setState(state => ({ entries: [...revived, ...state.entries] }))
  void flushOutbox()
}

const answeredListeners = new Set<(entry: OutboxEntry) => void>()
/** Hears when the hub holds a message back, because a colleague has answered since it was begun. */
export function onAnsweredMeanwhile(listener: (entry: OutboxEntry) => void): void {
  answeredListeners.add(listener)
}

/** Puts a message on its way. It is on the screen when this returns. */
export function enqueue(entry: Omit<OutboxEntry, 'state' | 'attempts'>): void {
  useOutbox.setState(state => ({ entries: [...state.entries, { ...entry, state: 'queued', attempts: 0 }] }))
  keep()
  void flushOutbox()
}

/** Tries again; with `anyway`, whatever colleagues have answered meanwhile. */
export function retryEntry(clientId: string, anyway = false): void {
  change(clientId, { state: 'queued', attempts: 0, problem: undefined, ...(anyway ? { lastOutId: undefined } : {}) })
  void flushOutbox()
}

/** Takes an entry back before the hub has it; undefined when it is too late. */
export function takeBack(clientId: string): OutboxEntry | undefined {
  const entry = useOutbox.getState().entries.find(one => one.clientId === clientId)
  if (!entry || entry.state === 'sending') return undefined
  dropEntry(clientId)
  return entry
}

export async function flushOutbox(): Promise<void> {
  const conversations = new Set(useOutbox.getState().entries.map(entry => entry.conversationId))
  await Promise.all([...conversations].map(flushConversation))
}

async function flushConversation(conversationId: string): Promise<void> {
  if (sendingIn.has(conversationId)) return
  sendingIn.add(conversationId)
  try {
    for (;;) {
      if (!navigator.onLine) return
      const entry = useOutbox.getState().entries.find(one => one.conversationId === conversationId && one.state === 'queued')
      if (!entry || !(await sendEntry(entry))) return
    }
  } finally {
    sendingIn.delete(conversationId)
  }
}

/** True when the next one of the conversation may go. */
async function sendEntry(entry: OutboxEntry): Promise<boolean> {
  change(entry.clientId, { state: 'sending', attempts: entry.attempts + 1 })
  try {
    const { message } = await call('sendMessage', {
      params: { conversationId: entry.conversationId },
      body: {
        clientId: entry.clientId,
        body: entry.body,
        note: entry.note,
        replyToId: entry.replyTo?.id,
        undoSeconds: entry.undoSeconds,
        lastOutId: entry.lastOutId,
        mentions: entry.mentions,
        savedReplyId: entry.savedReplyId,
      },
    })
    // What events have brought of it meanwhile is newer than this answer.
    const isKnown = desk().inbox?.messages[message.conversationId]?.some(one => one.id === message.id)
    if (!isKnown && !desk().ranges[entry.conversationId]?.hasNewer) putMessage(message)
    dropEntry(entry.clientId)
    return true
  } catch (error) {
    const problem = problemOf(error)
    const worthWaiting = problem.status === 0 || problem.status === 429
    const away = !navigator.onLine || desk().connection !== 'live'
    if (worthWaiting && (away || entry.attempts < 2)) {
      change(entry.clientId, { state: 'queued', problem })
      clearTimeout(retryTimer)
      retryTimer = setTimeout(() => void flushOutbox(), away ? 4_000 : 1_200)
      return false
    }
    change(entry.clientId, { state: 'failed', problem })
    if (problem.code === 'answered_meanwhile') for (const listener of answeredListeners) listener({ ...entry, problem })
    return !worthWaiting && problem.status < 500
  }
}

window.addEventListener('online', () => void flushOutbox())
useDesk.subscribe((now, before) => {
  if (now.connection === 'live' && before.connection !== 'live') void flushOutbox()
})
