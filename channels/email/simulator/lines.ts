/**
 * A TCP server that speaks in lines, for protocols from before the web. Always holds: only this machine may connect; a line ends with CRLF (or a bare LF);
 * bytes can be taken out between two lines; errors of a peer end its own connection and nothing else.
 */
import { createServer, type Server, type Socket } from 'node:net'

export interface LineConnection {
  socket: Socket
  /** The next line without its end; undefined when the peer has gone. */
  line(): Promise<string | undefined>
  bytes(count: number): Promise<Buffer | undefined>
  say(text: string | Buffer): void
}

export interface LineServer {
  port(): number
  listen(wanted: number | undefined): Promise<void>
  close(): Promise<void>
}

const longestLine = 64 * 1024

/** `serve` talks with one peer until it returns. */
export function lineServer(serve: (connection: LineConnection) => Promise<void>): LineServer {
  const sockets = new Set<Socket>()
  const server: Server = createServer(socket => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('close', () => sockets.delete(socket))
    void serve(connectionOf(socket))
      .catch(() => {})
      .finally(() => socket.end())
  })
  const tryListen = (port: number) =>
    new Promise<boolean>(resolve => {
      const failed = () => resolve(false)
      server.once('error', failed)
      server.listen(port, '127.0.0.1', () => {
        server.removeListener('error', failed)
        resolve(true)
      })
    })
  return {
    port() {
      const address = server.address()
      return typeof address === 'object' && address ? address.port : 0
    },
    async listen(wanted) {
      // The port of the last run where it is free: accounts that were connected to it find it again.
      if (wanted === undefined || !(await tryListen(wanted))) await tryListen(0)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise(done => server.close(done))
    },
  }
}

function connectionOf(socket: Socket): LineConnection {
  let chunks: Buffer[] = []
  let size = 0
  let isOver = false
  let wake: (() => void) | undefined
  socket.on('data', chunk => {
    chunks.push(chunk)
    size += chunk.length
    wake?.()
  })
  for (const event of ['close', 'error', 'end'])
    socket.on(event, () => {
      isOver = true
      wake?.()
    })
  const more = () =>
    new Promise<void>(resolve => {
      wake = () => {
        wake = undefined
        resolve()
      }
      if (isOver) wake()
    })
  const take = (count: number): Buffer => {
    const all = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
    const rest = all.subarray(count)
    chunks = rest.length > 0 ? [rest] : []
    size = rest.length
    return all.subarray(0, count)
  }
  return {
    socket,
    async line() {
      for (;;) {
        if (chunks.length > 1) chunks = [Buffer.concat(chunks)]
        const end = chunks[0]?.indexOf(0x0a) ?? -1
        if (end >= 0)
          return take(end + 1)
            .toString('utf8')
            .replace(/\r?\n$/, '')
        if (isOver || size > longestLine) return undefined
        await more()
      }
    },
    async bytes(count) {
      while (size < count) {
        if (isOver) return undefined
        await more()
      }
      return take(count)
    },
    say(text) {
      if (!socket.destroyed) socket.write(text)
    },
  }
}
