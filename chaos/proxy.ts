/**
 * A TCP proxy that does to connections what networks do: delays, cuts, resets, half-open silence, a narrow pipe. Stands between the hub and PostgreSQL.
 * Always holds: bytes that pass are neither changed nor reordered; closing it closes every connection.
 */
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface FaultProxy {
  port: number
  /** Connections that stand now. */
  count(): number
  /** Ends connections at once with RST: all, or each with this probability. */
  cut(share?: number, chance?: () => number): number
  /** Nothing passes any more, on new connections neither, and both ends think that they live: a cable that was pulled. Silent ones are cut when it ends. */
  setSilent(silent: boolean): number
  /** Every chunk waits this long, ms; 0: at once. */
  setLatency(ms: number): void
  /** At most so many bytes a second pass each way on each connection; 0: no limit. */
  setBandwidth(bytesPerSecond: number): void
  /** New connections are refused while closed. */
  setOpen(open: boolean): void
  close(): Promise<void>
}

interface Pair {
  client: Socket
  upstream: Socket
  stalled: boolean
}

/** Starts a proxy on a free (or the given) port of loopback to `target`, which is asked at each connection. */
export async function startProxy(target: () => number, port = 0): Promise<FaultProxy> {
  const pairs = new Set<Pair>()
  let latencyMs = 0
  let bandwidth = 0
  let isOpen = true
  let isSilent = false

  const server: Server = createServer({ allowHalfOpen: false, noDelay: true }, client => {
    if (!isOpen) return client.resetAndDestroy()
    const upstream = connect({ port: target(), host: '127.0.0.1', noDelay: true })
    const pair: Pair = { client, upstream, stalled: isSilent }
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      client.destroy()
      upstream.destroy()
    }
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('error', end)
      // A stalled pair says nothing, not even that it is over.
      from.on('close', () => (pair.stalled && from === upstream ? undefined : end()))
      pass(pair, from, to)
    }
  })

  function reset(pair: Pair): void {
    pairs.delete(pair)
    pair.client.resetAndDestroy()
    pair.upstream.resetAndDestroy()
  }

  function pass(pair: Pair, from: Socket, to: Socket): void {
    /** When the last chunk that was taken will have passed: a later one never overtakes it. */
    let lastAt = 0
    from.on('data', chunk => {
      if (pair.stalled) return
      const now = performance.now()
      if (latencyMs === 0 && bandwidth === 0 && lastAt <= now) {
        if (!to.write(chunk)) {
          from.pause()
          to.once('drain', () => from.resume())
        }
        return
      }
      const isNarrow = bandwidth > 0
      lastAt = Math.max(lastAt, now + latencyMs) + (isNarrow ? (chunk.length / bandwidth) * 1_000 : 0)
      // A narrow pipe holds the sender back; a long one does not.
      if (isNarrow) from.pause()
      setTimeout(() => {
        if (!pair.stalled && !to.destroyed) to.write(chunk)
        if (isNarrow) from.resume()
      }, lastAt - now)
    })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    count: () => pairs.size,
    cut(share = 1, chance = () => 0) {
      let count = 0
      for (const pair of [...pairs]) {
        if (share < 1 && chance() >= share) continue
        reset(pair)
        count++
      }
      return count
    },
    setSilent(silent) {
      isSilent = silent
      const count = pairs.size
      for (const pair of [...pairs]) {
        if (silent) pair.stalled = true
        else if (pair.stalled) reset(pair)
      }
      return count
    },
    setLatency: ms => (latencyMs = ms),
    setBandwidth: bytesPerSecond => (bandwidth = bytesPerSecond),
    setOpen: open => (isOpen = open),
    async close() {
      for (const { client, upstream } of pairs) {
        client.destroy()
        upstream.destroy()
      }
      await new Promise(resolve => server.close(resolve))
    },
  }
}
