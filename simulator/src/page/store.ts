/**
 * All that the page knows, and how it changes: one snapshot, then frames of the stream. Always holds: a frame replaces whole phones, so that a
 * repeated or late one does no harm; after a broken connection the stream begins again with everything.
 */
import type { ActionResult } from '@dragoman/channel-kit/simulator/types'
import { useEffect, useState } from 'preact/hooks'
import { setLanguage, t } from './i18n.ts'
import { followMember } from './theme.ts'
import {
  type ChannelFrame,
  type ChannelView,
  type FaultState,
  type PageAction,
  Refused,
  type StreamFrame,
  type UploadBody,
  wire,
} from './wire.ts'

export interface PageState {
  state: 'loading' | 'signed_out' | 'not_allowed' | 'switched_off' | 'unreachable' | 'ready'
  /** Whether the stream is open. */
  live: boolean
  channels: readonly ChannelView[]
}

const longestLog = 400
const listeners = new Set<() => void>()
let state: PageState = { state: 'loading', live: false, channels: [] }

function change(next: Partial<PageState>): void {
  state = { ...state, ...next }
  for (const listener of listeners) listener()
}

export function usePage(): PageState {
  const [shown, setShown] = useState(state)
  useEffect(() => {
    const listener = () => setShown(state)
    listeners.add(listener)
    listener()
    return () => {
      listeners.delete(listener)
    }
  }, [])
  return shown
}

/** Reads who is here and what there is, then listens. */
export async function start(): Promise<void> {
  try {
    const { me } = await wire.session()
    setLanguage(me.language)
    followMember(me.theme)
    document.title = `${t('title')} · Dragoman`
    const channels = await wire.channels()
    change({ state: 'ready', channels: state.channels.length > 0 ? state.channels : channels })
    listen(500)
  } catch (error) {
    const status = error instanceof Refused ? error.status : 0
    change({
      state: status === 401 ? 'signed_out' : status === 403 ? 'not_allowed' : status === 404 ? 'switched_off' : 'unreachable',
      live: false,
    })
    if (status === 0 || status >= 500) setTimeout(() => void start(), 2_000)
  }
}

function listen(retryMs: number): void {
  const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/v1/simulator/events`)
  let waitMs = retryMs
  socket.addEventListener('message', event => {
    const frame = JSON.parse(String(event.data)) as StreamFrame
    waitMs = 500
    change({ live: true, ...(frame.frame === 'changed' ? { channels: frame.channels.reduce(withFrame, state.channels) } : {}) })
  })
  socket.addEventListener('close', event => {
    change({ live: false })
    if (event.code === 4401 || event.code === 4403) return change({ state: 'signed_out' })
    setTimeout(() => listen(Math.min(waitMs * 2, 8_000)), waitMs)
  })
}

function withFrame(channels: readonly ChannelView[], frame: ChannelFrame): readonly ChannelView[] {
  return channels.map(channel => {
    if (channel.id !== frame.id) return channel
    const phones = new Map(channel.phones.map(phone => [phone.customerId, phone]))
    for (const phone of frame.phones ?? []) phones.set(phone.customerId, phone)
    const known = new Set(channel.log.map(line => line.id))
    const log = [...channel.log, ...(frame.log ?? []).filter(line => !known.has(line.id))].slice(-longestLog)
    return {
      ...channel,
      phones: [...phones.values()],
      log,
      faults: frame.faults ?? channel.faults,
      accounts: frame.accounts ?? channel.accounts,
    }
  })
}

/** Does something on a phone; the answer says what the phone would. */
export async function act(channel: string, customer: string, action: PageAction, uploads: UploadBody[] = []): Promise<ActionResult> {
  return await wire.act(channel, customer, action, uploads).catch((error: unknown) => ({ ok: false as const, reason: problemText(error) }))
}

export async function setFaults(channel: string, faults: Partial<FaultState>): Promise<void> {
  const { faults: now } = await wire.setFaults(channel, faults)
  change({ channels: state.channels.map(known => (known.id === channel ? { ...known, faults: now } : known)) })
}

/** What to tell a person of a request that failed. */
export function problemText(error: unknown): string {
  return error instanceof Refused && error.message ? error.message : t('unreachable.short')
}
