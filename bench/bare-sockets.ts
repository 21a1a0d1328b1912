/**
 * The floor of sockets: a bare `ws` server in a process of its own. It accepts, and on `{"send":n,"bytes":b}` from its parent it sends n frames of b
 * bytes to every socket. `node bench/bare-sockets.ts` prints its port first, then a line per order.
 */
import { createInterface } from 'node:readline'
import { WebSocketServer } from 'ws'

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
server.on('listening', () => {
  const address = server.address()
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`)
})
createInterface({ input: process.stdin }).on('line', line => {
  const order = JSON.parse(line) as { send: number; bytes: number }
  const frame = Buffer.alloc(order.bytes, 'x')
  let left = order.send
  // In turns, as events come, so that the lines have time to take them.
  const turn = () => {
    for (const socket of server.clients) socket.send(frame, { binary: false })
    if (--left > 0) setImmediate(turn)
    else process.stdout.write(`${JSON.stringify({ sent: order.send })}\n`)
  }
  turn()
})
