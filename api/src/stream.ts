/**
 * The client's end of the event stream: connects, resumes from the last cursor, says how the connection stands.
 * Always holds: `onEvents` gets every stored event once and in order; after `resync` the caller takes a new snapshot and calls `start` again.
 */
import ReconnectingWebSocket from 'partysocket/ws'
import type { ClientFrame, EphemeralEvent, ServerFrame, StoredEvent } from './stream-events.ts'

export interface StreamHandlers {
  onEvents(events: StoredEvent[], cursor: string): void
  onEphemeral(events: EphemeralEvent[]): void
  onResync(): void
  onState(state: 'live' | 'reconnecting' | 'offline'): void
}

export interface EventStream {
  send(frame: ClientFrame): void
  close(): void
}

/** The close code of a hub that restarts: it says within which time to come again. */
const restartCode = 1012

/** Over which time the reconnections of a restart are spread, as the close frame says it. Undefined: no restart. */
export function spreadOfClose({ code, reason }: { code?: number; reason?: string }): number | undefined {
  const said = code === restartCode ? /within (\d{1,6}) ms/.exec(reason ?? '')?.[1] : undefined
  return said === undefined ? undefined : Number(said)
}

/** The close code of a session that has ended. */
const signedOutCode = 4401
/** Those who lost the line together do not come again together. */
const soonestBackMs = 200
const spreadMs = 1_800

export interface StreamOptions {
  /** Where there is none of the platform's own. */
  WebSocket?: unknown
  /** Coming back after a cut: not before, spread over so long, and with pauses that grow up to the last; in ms. */
  soonestBackMs?: number
  spreadMs?: number
  longestPauseMs?: number
}

/** Opens the stream at `url` (ws: or wss:, without query) after `cursor`. */
export function openStream(url: string, cursor: string, handlers: StreamHandlers, options: StreamOptions = {}): EventStream {
  let at = cursor
  let closed = false
  /** Within this time the next connection is made; the first one at once. */
  let withinMs = 0
  const nextUrl = async () => {
    if (withinMs > 0) await new Promise(resolve => setTimeout(resolve, Math.random() * withinMs))
    return `${url}?cursor=${encodeURIComponent(at)}`
  }
  const socket = new ReconnectingWebSocket(nextUrl, [], {
    // Spread, so that after a restart not all come back in the same moment.
    minReconnectionDelay: (options.soonestBackMs ?? soonestBackMs) + Math.random() * (options.spreadMs ?? spreadMs),
    maxReconnectionDelay: options.longestPauseMs ?? 5_000,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 5_000,
    ...(options.WebSocket ? { WebSocket: options.WebSocket } : {}),
  })
  socket.addEventListener('open', () => {
    withinMs = 0
    handlers.onState('live')
  })
  socket.addEventListener('close', event => {
    if (closed) return
    withinMs = spreadOfClose(event as { code?: number; reason?: string }) ?? 0
    handlers.onState('reconnecting')
    // The session has ended: coming again would not help.
    if ((event as { code?: number }).code === signedOutCode) {
      closed = true
      socket.close()
      handlers.onResync()
    }
  })
  socket.addEventListener('message', event => {
    const frame = JSON.parse(String((event as MessageEvent).data)) as ServerFrame
    if (frame.frame === 'events') {
      at = frame.cursor
      handlers.onEvents(frame.events, frame.cursor)
    } else if (frame.frame === 'ephemeral') handlers.onEphemeral(frame.events)
    else if (frame.frame === 'resync') {
      closed = true
      socket.close()
      handlers.onResync()
    }
  })
  return {
    send: frame => {
      if (socket.readyState === 1) socket.send(JSON.stringify(frame))
    },
    close: () => {
      closed = true
      socket.close()
    },
  }
}
