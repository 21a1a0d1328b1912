/**
 * `npm run bench -- sockets [--agents=200] [--visitors=4800] [--seconds=6] [--rate=100] [--json]`: so many streams of agents and of visitors on one hub:
 * memory of each idle socket, handshakes a second, deliveries a second, time to an agent while all are connected, and how a restart's return is spread.
 * Floor of the same run: a bare `ws` server with as many sockets. Figures are of this machine; only the ratios travel.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createClient, type ServerFrame } from '@dragoman/api'
import { WebSocket } from 'ws'
import { type GeneratorBase, generateWebhooks, percentile, round } from './bench-hub.ts'
import { type HubProcess, memoryOf, startHubProcess } from './hub-process.ts'

const perVisitor = 10
const atOnce = 64

export async function sockets(options: Map<string, string>): Promise<void> {
  const agents = Number(options.get('agents') ?? 200)
  const visitors = Number(options.get('visitors') ?? 4_800)
  const seconds = Number(options.get('seconds') ?? 6)
  const rate = Number(options.get('rate') ?? 100)
  const json = options.has('json')
  const say = (line: string) => {
    if (!json) process.stdout.write(`${line}\n`)
  }
  const home = await mkdtemp(join(tmpdir(), 'dragoman-bench-'))
  // Root's database server runs as another user, who must be able to reach the folder.
  await chmod(home, 0o755)
  const environment = { PORT: '0', DRAGOMAN_SIMULATOR: '1', TRUST_PROXY: '1' }
  let hub: HubProcess | undefined
  try {
    const floor = await measureFloor(agents + visitors, agents, seconds)
    say(
      `floor      bare ws: ${floor.handshakes} handshakes/s, ${floor.perSocketKiB} KiB a socket, ${floor.deliveries} deliveries/s to ${agents} sockets (frames of 1,500 B)`,
    )
    hub = await startHubProcess(home, environment, true)
    const { port } = new URL(hub.url)
    const desk = await prepare(hub)
    const lines = await addresses(hub.url, desk, agents, visitors)
    // The first sockets make readers and caches: they are no part of a socket's price.
    const warm = await connectAll(lines.slice(0, 10).concat(lines.slice(-10)))
    await closeAll(warm.sockets)
    await pause(1_500)
    const before = await memoryOf(hub.pid, home)
    const connected = await connectAll(lines)
    await pause(3_000)
    const after = await memoryOf(hub.pid, home)
    const perSocketKiB = round(((after.nodeMiB - before.nodeMiB) * 1024) / lines.length, 1)
    const handshakes = round(lines.length / (connected.ms / 1_000))
    say(
      `idle       ${lines.length} sockets: ${perSocketKiB} KiB each (${round(perSocketKiB - floor.perSocketKiB, 1)} above the floor), ${handshakes} handshakes/s (${round(handshakes / floor.handshakes, 2)} of the floor); node ${round(after.nodeMiB)} MiB, PostgreSQL ${round(after.postgresMiB)} MiB`,
    )
    const steady = await measureSteady(connected.sockets.slice(0, agents), desk.base, rate, seconds)
    say(
      `steady     ${rate} messages/s to ${agents} agents: webhook to event p50 ${steady.p50Ms} / p99 ${steady.p99Ms} ms, missing ${steady.missing}; ${steady.deliveries} deliveries/s`,
    )
    const full = await measureSteady(connected.sockets.slice(0, agents), desk.base, 0, seconds)
    say(
      `full       as many messages as go in: ${full.deliveries} deliveries/s (${round(full.deliveries / floor.deliveries, 2)} of the floor), ${round(full.messages / seconds)} messages/s`,
    )
    const busy = await memoryOf(hub.pid, home)
    await hub.stop()
    const storm = await measureReturn(lines, agents, async () => {
      hub = await startHubProcess(home, { ...environment, PORT: port }, true)
      return hub
    })
    say(
      `return     all ${lines.length} back: first after ${storm.firstMs} ms, half ${storm.p50Ms} ms, last ${storm.lastMs} ms after the hub was up; asking the hub meanwhile p99 ${storm.askP99Ms} ms; refused ${storm.refused}`,
    )
    if (json)
      process.stdout.write(
        `${JSON.stringify({ agents, visitors, floor, perSocketKiB, handshakes, idle: after, busy, steady, full, storm })}\n`,
      )
  } finally {
    await hub?.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** How one socket is opened, and when it counts as connected. */
interface Line {
  url: string
  headers?: Record<string, string>
  hello?: string
  /** Where it would go on: as far as it has heard. */
  cursor?: string
}
interface Connected {
  sockets: Socket[]
  ms: number
}
interface Socket {
  socket: WebSocket
  /** Events that came. */
  events: number
  hear?(data: Buffer): void
}
interface Desk {
  cookie: string
  cursor(): Promise<string>
  endpointId: string
  base: GeneratorBase
}

async function prepare(hub: HubProcess): Promise<Desk> {
  const { url } = hub
  const setup = await fetch(`${url}/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dragoman': '1' },
    body: JSON.stringify({
      name: 'Bench',
      email: 'bench@example.com',
      password: 'bench bench bench',
      workspaceName: 'Bench',
      language: 'en',
      demo: false,
    }),
  })
  if (!setup.ok) throw new Error(await setup.text())
  const cookie = setup.headers.get('set-cookie')!.split(';')[0]!
  const client = createClient({ origin: url, headers: { cookie } })
  const chat = await client.call('connectSimulated', { body: { channel: 'webchat' } })
  const { endpointId } = (await client.call('account', { params: { accountId: chat.id } })).account
  const account = await client.call('connectSimulated', { body: { channel: 'whatsapp' } })
  const { appSecret = '', wabaId = '', phoneNumberId = '' } = await hub.keysOf('whatsapp')
  return {
    cookie,
    endpointId,
    cursor: async () => (await client.call('snapshot', { query: { limit: 1 } })).cursor,
    base: { url: account.webhookUrl!, appSecret, wabaId, phoneNumberId, customers: 500 },
  }
}

/** A visitor's session serves several windows. Each comes from an address of its own, as visitors do. */
async function addresses(url: string, desk: Desk, agents: number, visitors: number): Promise<Line[]> {
  const origin = url.replace('http', 'ws')
  const cursor = await desk.cursor()
  const lines: Line[] = Array.from({ length: agents }, () => ({
    url: `${origin}/v1/events`,
    headers: { cookie: desk.cookie },
    cursor,
  }))
  const sessions = Math.ceil(visitors / perVisitor)
  const begin = async (index: number) => {
    const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
    const response = await fetch(`${url}/visitor/${desk.endpointId}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: '{}',
    })
    if (!response.ok) throw new Error(await response.text())
    const { token, cursor: own } = (await response.json()) as { token: string; cursor: string }
    return { hello: JSON.stringify({ frame: 'hello', token, cursor: own }), address }
  }
  for (let index = 0; index < sessions; index += atOnce) {
    const some = await Promise.all(Array.from({ length: Math.min(atOnce, sessions - index) }, (_, one) => begin(index + one)))
    for (const { hello, address } of some)
      for (let window = 0; window < perVisitor && lines.length < agents + visitors; window++)
        lines.push({ url: `${origin}/visitor/${desk.endpointId}/stream`, headers: { 'x-forwarded-for': address }, hello })
  }
  return lines
}

/** Opens one; who is refused because too many come at once comes again, as browsers do. */
async function connect(line: Line): Promise<Socket> {
  for (let tries = 1; ; tries++) {
    try {
      return await connectOnce(line)
    } catch (error) {
      if (tries === 20 || !/\b503\b/.test((error as Error).message)) throw error
      await new Promise(resolve => setTimeout(resolve, 500 + Math.random() * 1_000))
    }
  }
}

/** Connected is whoever was let in, a visitor when he is told that he has everything. */
async function connectOnce(line: Line): Promise<Socket> {
  const { url, headers, hello, cursor } = line
  const socket = new WebSocket(cursor ? `${url}?cursor=${encodeURIComponent(cursor)}` : url, { headers, perMessageDeflate: false })
  const one: Socket = { socket, events: 0 }
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', code => reject(new Error(`A socket was closed: ${code}`)))
    socket.on('open', () => {
      if (hello) socket.send(hello)
      else resolve()
    })
    socket.on('message', (data: Buffer) => {
      if (hello && data.includes('"ready"')) resolve()
      if (!hello) line.cursor = cursorOf(data) ?? line.cursor
      one.hear?.(data)
    })
  })
  socket.removeAllListeners('close')
  return one
}

async function connectAll(lines: readonly Line[]): Promise<Connected> {
  const startedAt = performance.now()
  const sockets: Socket[] = []
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (next < lines.length) {
        const index = next++
        sockets[index] = await connect(lines[index]!)
      }
    }),
  )
  return { sockets, ms: performance.now() - startedAt }
}

async function closeAll(sockets: readonly Socket[]): Promise<void> {
  for (const { socket } of sockets) socket.terminate()
  await pause(300)
}

/** Messages at a rate (0: as many as go in) while every agent hears of all of them. */
async function measureSteady(agents: readonly Socket[], base: GeneratorBase, rate: number, seconds: number) {
  const ms: number[] = []
  let deliveries = 0
  let lastAt = performance.now()
  const [first] = agents
  for (const one of agents)
    one.hear = data => {
      deliveries += count(data, eventMark)
      lastAt = performance.now()
    }
  const counting = first!.hear!
  first!.hear = data => {
    counting(data)
    const now = Date.now()
    const frame = JSON.parse(String(data)) as ServerFrame
    for (const event of frame.frame === 'events' ? frame.events : []) {
      if (event.kind !== 'message.created' || event.message.body.content.kind !== 'text') continue
      const sentAt = Number(event.message.body.content.text.text.split(' ')[3])
      if (sentAt) ms.push(now - sentAt)
    }
  }
  const startedAt = performance.now()
  const { accepted } = await generateWebhooks({ ...base, connections: 64, seconds, rate, tag: `r${rate}x${Date.now()}` })
  // Until nothing came for a second.
  const end = performance.now() + 30_000
  while (performance.now() - lastAt < 1_000 && performance.now() < end) await pause(100)
  const took = Math.max(1, (lastAt - startedAt) / 1_000)
  for (const one of agents) one.hear = undefined
  return {
    messages: accepted,
    deliveries: round(deliveries / took),
    p50Ms: round(percentile(ms, 0.5), 1),
    p99Ms: round(percentile(ms, 0.99), 1),
    missing: accepted - ms.length,
  }
}

/** Where a frame leads to, without reading all of it. */
function cursorOf(frame: Buffer): string | undefined {
  return /"cursor":"([^"]+)"/.exec(frame.toString('latin1', 0, 100))?.[1]
}

const eventMark = Buffer.from('{"kind":"message.created"')

/** How often a mark stands in a frame, without reading it. */
function count(data: Buffer, mark: Buffer): number {
  let found = 0
  for (let at = data.indexOf(mark); at >= 0; at = data.indexOf(mark, at + mark.length)) found++
  return found
}

/** Everybody was cut off; the hub comes back. When is who there again, and does it answer meanwhile? Pauses are those of our own clients. */
async function measureReturn(lines: readonly Line[], agents: number, start: () => Promise<HubProcess>) {
  const cutAt = performance.now()
  let upAt = 0
  let refused = 0
  const back: number[] = []
  const sockets: Socket[] = []
  const returning = Promise.all(
    lines.map(async (line, index) => {
      const isAgent = index < agents
      await pause(isAgent ? 200 + Math.random() * 1_800 : Math.random() * 5_000 + 400 * (0.7 + Math.random() * 0.6))
      for (let attempt = 1; ; attempt++) {
        const one = await connect(line).catch(() => undefined)
        if (one) {
          back.push(performance.now())
          sockets.push(one)
          return
        }
        if (upAt > 0) refused++
        await pause(Math.min(isAgent ? 5_000 : 15_000, 400 * 2 ** attempt) * (0.7 + Math.random() * 0.6))
      }
    }),
  )
  const hub = await start()
  upAt = performance.now()
  const asks: number[] = []
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const askedAt = performance.now()
      await fetch(`${hub.url}/health`).then(response => response.arrayBuffer())
      asks.push(performance.now() - askedAt)
      await pause(20)
    }
  })()
  await returning
  isOver = true
  await asking
  await closeAll(sockets)
  const times = back.map(at => at - upAt)
  return {
    downMs: round(upAt - cutAt),
    firstMs: round(Math.min(...times)),
    p50Ms: round(percentile(times, 0.5)),
    lastMs: round(Math.max(...times)),
    askP99Ms: round(percentile(asks, 0.99), 1),
    refused,
  }
}

/** The same number of sockets on a server that does nothing else. */
async function measureFloor(total: number, receivers: number, seconds: number) {
  const child = spawn(process.execPath, [fileURLToPath(new URL('bare-sockets.ts', import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const { port } = JSON.parse(await lineOf(child)) as { port: number }
    const lines = Array.from({ length: total }, () => ({ url: `ws://127.0.0.1:${port}` }))
    await closeAll((await connectAll(lines.slice(0, 20))).sockets)
    await pause(500)
    const before = (await memoryOf(child.pid!, '')).nodeMiB
    const { sockets, ms } = await connectAll(lines)
    await pause(2_000)
    const after = (await memoryOf(child.pid!, '')).nodeMiB
    await closeAll(sockets.slice(receivers))
    let came = 0
    for (const one of sockets.slice(0, receivers)) one.hear = () => came++
    const startedAt = performance.now()
    let orders = 0
    while (performance.now() - startedAt < Math.min(seconds, 4) * 1_000) {
      orders += 200
      child.stdin!.write(`${JSON.stringify({ send: 200, bytes: 1_500 })}\n`)
      await lineOf(child)
      while (came < orders * receivers) await pause(1)
    }
    const deliveries = came / ((performance.now() - startedAt) / 1_000)
    await closeAll(sockets.slice(0, receivers))
    return {
      handshakes: round(total / (ms / 1_000)),
      perSocketKiB: round(((after - before) * 1024) / total, 1),
      deliveries: round(deliveries),
    }
  } finally {
    child.kill('SIGTERM')
  }
}

async function lineOf(child: ChildProcess): Promise<string> {
  return await new Promise((resolve, reject) => {
    child.stdout!.once('data', chunk => resolve(String(chunk).trim()))
    child.once('close', code => reject(new Error(`The bare server ended with ${code}`)))
  })
}

async function pause(ms: number): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, ms))
}
