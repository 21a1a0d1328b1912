/**
 * The stream of what is new. Always holds: the token goes in the first frame, never in the address; after a break it resumes from the last cursor, so
 * nothing is missed and nothing comes twice; `resync` asks for the session anew.
 */
import type { VisitorServerFrame } from '@dragoman/api'
import type { Host } from './types.ts'

export interface Connection {
  typing(): void
  close(): void
}

export interface ConnectionEnvironment {
  host: Host
  token(): string | undefined
  cursor(): string
  frame(frame: VisitorServerFrame): void
  state(state: 'live' | 'connecting' | 'offline'): void
  /** The token or the cursor is no longer good. */
  renew(): Promise<void>
}

/** A frame comes every 20 s at the latest; silence of this length is a dead line. */
const deadAfterMs = 45_000
/** Over this time come all back whom a restart has cut off. */
const spreadMs = 5_000

export function connect(environment: ConnectionEnvironment): Connection {
  let socket: WebSocket | undefined
  let closed = false
  let failures = 0
  let wasLive = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let watch: ReturnType<typeof setTimeout> | undefined

  const again = (withinMs?: number) => {
    clearTimeout(timer)
    clearTimeout(watch)
    if (closed) return
    environment.state(navigator.onLine ? 'connecting' : 'offline')
    // Spread, so that all pages of all sites do not come back in the same moment; a hub that restarts says over which time.
    const spread = wasLive && !withinMs ? Math.random() * spreadMs : 0
    wasLive = false
    timer = setTimeout(
      open,
      withinMs ? withinMs * Math.random() : spread + Math.min(15_000, 400 * 2 ** failures++) * (0.7 + Math.random() * 0.6),
    )
  }
  const alive = () => {
    clearTimeout(watch)
    watch = setTimeout(() => socket?.close(), deadAfterMs)
  }

  function open(): void {
    clearTimeout(timer)
    const mine = new WebSocket(`${environment.host.base.replace(/^http/, 'ws')}/stream`)
    socket = mine
    mine.onopen = () => {
      alive()
      mine.send(JSON.stringify({ frame: 'hello', token: environment.token(), cursor: environment.cursor() }))
    }
    mine.onmessage = event => {
      alive()
      const frame = JSON.parse(String(event.data)) as VisitorServerFrame
      if (frame.frame === 'ready') {
        failures = 0
        wasLive = true
        environment.state('live')
      }
      if (frame.frame === 'resync') return renew(mine)
      environment.frame(frame)
    }
    mine.onclose = event => {
      if (socket !== mine) return
      if (event.code === 4401) renew(mine)
      // A hub that restarts says within which time to come again.
      else again(Number(/within (\d+) ms/.exec(event.reason)?.[1] ?? 0))
    }
  }

  function renew(mine: WebSocket): void {
    socket = undefined
    mine.close()
    environment.renew().then(
      () => again(),
      () => again(),
    )
  }

  const back = () => {
    if (closed || socket?.readyState === WebSocket.OPEN) return
    failures = 0
    wasLive = false
    const old = socket
    socket = undefined
    old?.close()
    open()
  }
  const gone = () => {
    environment.state('offline')
    const old = socket
    socket = undefined
    old?.close()
    again()
  }
  addEventListener('online', back)
  addEventListener('offline', gone)
  open()

  return {
    typing: () => {
      if (socket?.readyState === WebSocket.OPEN) socket.send('{"frame":"typing"}')
    },
    close() {
      closed = true
      clearTimeout(timer)
      clearTimeout(watch)
      removeEventListener('online', back)
      removeEventListener('offline', gone)
      socket?.close()
    },
  }
}
