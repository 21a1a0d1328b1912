/**
 * The end of the event streams when a process stops. Always holds: every stream is told that this is a restart and within which time to come again (by the close frame: code 1012, `restarting within N ms`),
 * so that a thousand browsers do not come at once; a client that does not answer the close is cut off.
 */
import type { WebSocket, WebSocketServer } from 'ws'

/** Service restart (RFC 6455 registry). */
export const restartCode = 1012
const msPerStream = 10
/** From so many streams on they are spread over five seconds at least. */
const many = 50
const cutOffAfterMs = 1_500

/** Over which time so many streams are to come again, ms. */
export function spreadFor(streams: number): number {
  return streams < many ? streams * msPerStream : Math.min(30_000, Math.max(5_000, streams * msPerStream))
}

/** Tells all streams, and waits until they are closed. */
export async function closeStreams(server: Pick<WebSocketServer, 'clients'>): Promise<void> {
  const sockets = [...server.clients]
  const reason = `restarting within ${spreadFor(sockets.length)} ms`
  await Promise.all(sockets.map(socket => closeOne(socket, reason)))
}

async function closeOne(socket: WebSocket, reason: string): Promise<void> {
  await new Promise<void>(resolve => {
    const timer = setTimeout(() => socket.terminate(), cutOffAfterMs)
    socket.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
    if (socket.readyState === socket.CLOSED) {
      clearTimeout(timer)
      resolve()
    } else socket.close(restartCode, reason)
  })
}
