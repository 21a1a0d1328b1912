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

/** The close code of a session that has ended. */
const signedOutCode = 4401

/** Opens the stream at `url` (ws: or wss:, without query) after `cursor`. */
export function openStream(url: string, cursor: string, handlers: StreamHandlers, options: { WebSocket?: unknown } = {}): EventStream {
  let at = cursor
  let closed = false
  const socket = new ReconnectingWebSocket(() => `${url}?cursor=${encodeURIComponent(at)}`, [], {
    minReconnectionDelay: 200,
    maxReconnectionDelay: 5_000,
    reconnectionDelayGrowFactor: 1.6,
    connectionTimeout: 5_000,
    ...(options.WebSocket ? { WebSocket: options.WebSocket } : {}),
  })
  socket.addEventListener('open', () => handlers.onState('live'))
  socket.addEventListener('close', event => {
    if (closed) return
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
