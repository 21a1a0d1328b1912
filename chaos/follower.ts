/**
 * A client that follows the event log over its WebSocket through every kill, and watches that nothing goes backwards. Always holds: it resumes from its
 * last cursor, at whichever web process answers; what it keeps is a few bytes for each message, so that a million fit.
 */
import { compareMessages, type MessageView, type ServerFrame, type StoredEvent } from '@dragoman/api'
import { WebSocket } from 'ws'
import { createCounters, readText, type Told } from './platform/words.ts'

export interface FollowerReport {
  events: number
  reconnects: number
  /** Positions that were skipped or came again: the log is gapless and in order. */
  gaps: number
  resyncs: number
  /** Messages that were shown as new twice: under two ids. */
  shownTwice: string[]
  /** States, edits or counters that went down. */
  regressions: string[]
  /** Parts that were shown as uncertain at some time. */
  everUncertain: number
}

export interface Follower {
  report: FollowerReport
  position(): number
  /** Whether this message was shown. */
  sawIn(conversation: number, number: number): boolean
  sawOut(conversation: number, number: number): number
  /** How many different messages were shown. */
  shown(): { ins: number; outs: number }
  /** Where what the events made of a conversation differs from these messages; undefined: nowhere, or it is not among those that are kept whole. */
  differs(conversationId: string, messages: readonly MessageView[]): string | undefined
  close(): void
}

/** So many conversations are kept whole, as an inbox keeps them. */
const keptWhole = 150

/** How far a state is, for what may not go down again. `uncertain` may turn out as sent. */
const rank: Record<string, number> = {
  pending: 1,
  sending: 1,
  uncertain: 2,
  unknown: 2,
  cancelled: 2,
  failed: 2,
  sent: 3,
  delivered: 4,
  read: 5,
}

export function startFollower(
  ports: readonly number[],
  cookie: string,
  cursor: string,
  onCreated: (message: MessageView, told: Told) => void,
): Follower {
  const report: FollowerReport = { events: 0, reconnects: 0, gaps: 0, resyncs: 0, shownTwice: [], regressions: [], everUncertain: 0 }
  const ins = createCounters()
  const inEdits = createCounters()
  const outs = createCounters()
  const outRanks = createCounters()
  const uncertain = new Set<string>()
  /** Of each message of ours which one it is: events of its state name only its id. */
  const onTheirWay = new Map<string, Told>()
  /** By conversation id of the hub: how many inbound messages it was said to have. */
  const inboundCounts = new Map<string, number>()
  const kept = new Map<string, Map<string, MessageView>>()
  const shown = { ins: 0, outs: 0 }
  let [epoch, at] = cursor.split(':') as [string, string]
  let position = Number(at)
  let closed = false
  let socket: WebSocket | undefined
  let turn = 0

  const regressed = (line: string) => {
    if (report.regressions.length < 1_000) report.regressions.push(line)
  }

  function see(event: StoredEvent): void {
    if (event.kind === 'conversation.changed') {
      const { id, inboundCount } = event.conversation
      if (inboundCount < (inboundCounts.get(id) ?? 0))
        regressed(`conversation ${id}: inboundCount ${inboundCount} after ${inboundCounts.get(id)}`)
      inboundCounts.set(id, inboundCount)
      return
    }
    if (event.kind === 'state.changed') {
      const { conversationId, messageId, state, parts } = event
      const message = kept.get(conversationId)?.get(messageId)
      if (message) keep({ ...message, state, parts }, false)
      const told = onTheirWay.get(messageId)
      if (told) seeState(messageId, told, state)
      return
    }
    if (event.kind !== 'message.created' && event.kind !== 'message.changed') return
    keep(event.message, event.kind === 'message.created')
    const { content } = event.message.body
    const told = content.kind === 'text' ? readText(content.text.text) : undefined
    if (!told) return
    const { conversation, number } = told
    if (told.direction === 'in') {
      if (event.kind === 'message.created') {
        if (ins.add(conversation, number) > 1) report.shownTwice.push(`in ${conversation} ${number}`)
        else shown.ins++
      }
      if (told.edit < inEdits.get(conversation, number))
        regressed(`in ${conversation} ${number}: edit ${told.edit} after ${inEdits.get(conversation, number)}`)
      inEdits.set(conversation, number, told.edit)
    } else {
      if (event.kind === 'message.created') {
        if (outs.add(conversation, number) > 1) report.shownTwice.push(`out ${conversation} ${number}`)
        else shown.outs++
      }
      onTheirWay.set(event.message.id, told)
      seeState(event.message.id, told, event.message.state)
    }
    if (event.kind === 'message.created') onCreated(event.message, told)
  }

  function seeState(id: string, { conversation, number }: Told, state: string): void {
    const now = rank[state] ?? 0
    const before = outRanks.get(conversation, number)
    // Not yet sent: it may be tried, held and tried again. Once sent, it only rises.
    if (before >= 3 && now < before) regressed(`out ${conversation} ${number}: ${state} after rank ${before}`)
    outRanks.set(conversation, number, now)
    if (state !== 'uncertain') return
    if (!uncertain.has(id)) report.everUncertain++
    uncertain.add(id)
  }

  function keep(message: MessageView, isNew: boolean): void {
    if (isNew && kept.size < keptWhole && !kept.has(message.conversationId)) kept.set(message.conversationId, new Map())
    kept.get(message.conversationId)?.set(message.id, message)
  }

  function connect(): void {
    if (closed) return
    const next = new WebSocket(
      `ws://127.0.0.1:${ports[turn++ % ports.length]}/v1/events?cursor=${encodeURIComponent(`${epoch}:${position}`)}`,
      {
        headers: { cookie },
        handshakeTimeout: 5_000,
      },
    )
    socket = next
    // A connection on which nothing comes for so long is dead: the hub says at least that it is alive.
    let patience = setTimeout(() => next.terminate(), 45_000)
    next.on('message', data => {
      clearTimeout(patience)
      patience = setTimeout(() => next.terminate(), 45_000)
      const frame = JSON.parse(String(data)) as ServerFrame
      if (frame.frame === 'resync') report.resyncs++
      if (frame.frame !== 'events') return
      const [frameEpoch, framePosition] = frame.cursor.split(':') as [string, string]
      if (frameEpoch !== epoch) report.resyncs++
      if (Number(framePosition) !== position + frame.events.length) report.gaps++
      epoch = frameEpoch
      position = Number(framePosition)
      report.events += frame.events.length
      for (const event of frame.events) see(event)
    })
    next.on('error', () => {})
    next.on('close', () => {
      clearTimeout(patience)
      if (closed) return
      report.reconnects++
      setTimeout(connect, 100)
    })
  }
  connect()

  return {
    report,
    position: () => position,
    sawIn: (conversation, number) => ins.get(conversation, number) > 0,
    sawOut: outs.get,
    shown: () => shown,
    differs(conversationId, messages) {
      const own = kept.get(conversationId)
      if (!own) return undefined
      const sorted = [...own.values()].toSorted(compareMessages)
      if (sorted.length !== messages.length) return `${sorted.length} messages by events, ${messages.length} by asking`
      const index = sorted.findIndex((message, place) => JSON.stringify(message) !== JSON.stringify(messages[place]))
      return index < 0 ? undefined : `${JSON.stringify(sorted[index])} by events, ${JSON.stringify(messages[index])} by asking`
    },
    close() {
      closed = true
      socket?.terminate()
    },
  }
}
