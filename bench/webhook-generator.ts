/**
 * Posts signed webhooks to a hub, in a process of its own, over bare sockets so that it costs the machine as little as can be. Closed loop: each
 * connection sends the next when the last was answered. Open loop: by the clock, whatever the answers; latency counts from the moment a request was due.
 * Settings come as one JSON argument, the result goes out as one JSON line.
 */
import { createHmac } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface GeneratorSettings {
  url: string
  appSecret: string
  wabaId: string
  phoneNumberId: string
  customers: number
  connections: number
  seconds: number
  /** Webhooks per second; 0: closed loop. */
  rate: number
  tag: string
}
export interface GeneratorResult {
  sent: number
  accepted: number
  seconds: number
  latenciesMs: number[]
  /** Of those that were accepted only, from the sending. */
  acceptedMs: number[]
  /** Refused with 503 and a word when to come again. */
  refusedWithRetryAfter: number
}

/** One text message of one customer, as the platform posts it: some 700 bytes. */
export function webhookBody(settings: GeneratorSettings, index: number, sentAt: number): string {
  const customer = `49157${String(1_000_000 + (index % settings.customers))}`
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: settings.wabaId,
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '4930555010', phone_number_id: settings.phoneNumberId },
              contacts: [{ profile: { name: `Customer ${index % settings.customers}` }, wa_id: customer }],
              messages: [
                {
                  from: customer,
                  id: `wamid.BENCH.${settings.tag}.${index}`,
                  timestamp: String(Math.floor(sentAt / 1_000)),
                  type: 'text',
                  text: { body: `bench ${settings.tag} ${index} ${sentAt} Where is my order, please? It should have been here yesterday.` },
                },
              ],
            },
          },
        ],
      },
    ],
  })
}

/** One connection: one request at a time. */
interface Line {
  /** Sends the request; calls back when it is answered, with the head of the answer; empty: none came. */
  post(body: string, done: (head: string) => void): void
  close(): void
}

async function openLine(settings: GeneratorSettings): Promise<Line> {
  const { hostname, port, pathname } = new URL(settings.url)
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\nx-hub-signature-256: sha256=`
  let waiting: ((head: string) => void) | undefined
  let received = ''
  const answered = (answerHead: string) => {
    const done = waiting
    waiting = undefined
    received = ''
    done?.(answerHead)
  }
  let socket: Socket
  const open = () =>
    new Promise<void>((resolve, reject) => {
      socket = connect({ host: hostname, port: Number(port), noDelay: true }, resolve)
      socket.setEncoding('latin1')
      socket.on('error', reject)
      socket.on('data', (text: string) => {
        received += text
        const end = received.indexOf('\r\n\r\n')
        if (end < 0) return
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0)
        if (received.length >= end + 4 + length) answered(received.slice(0, end))
      })
      socket.on('close', () => answered(''))
    })
  await open()
  return {
    post(body, done) {
      waiting = done
      const request = `${head}${createHmac('sha256', settings.appSecret).update(body).digest('hex')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
      if (!socket.destroyed) socket.write(request)
      else
        open().then(
          () => socket.write(request),
          () => answered(''),
        )
    },
    close: () => socket.destroy(),
  }
}

async function generate(settings: GeneratorSettings): Promise<GeneratorResult> {
  const lines = await Promise.all(Array.from({ length: settings.connections }, () => openLine(settings)))
  const latenciesMs: number[] = []
  const acceptedMs: number[] = []
  let refusedWithRetryAfter = 0
  let index = 0
  let accepted = 0
  const startedAt = performance.now()
  const until = startedAt + settings.seconds * 1_000
  const send = (line: Line, dueAt: number) =>
    new Promise<void>(resolve => {
      const sentAt = performance.now()
      line.post(webhookBody(settings, index++, Date.now()), answerHead => {
        const ms = performance.now() - dueAt
        latenciesMs.push(ms)
        if (answerHead.startsWith('HTTP/1.1 200')) {
          accepted++
          acceptedMs.push(performance.now() - sentAt)
        } else if (answerHead.startsWith('HTTP/1.1 503') && /\r\nretry-after: \d/i.test(answerHead)) refusedWithRetryAfter++
        resolve()
      })
    })
  if (settings.rate === 0) {
    await Promise.all(
      lines.map(async line => {
        while (performance.now() < until) await send(line, performance.now())
      }),
    )
  } else {
    const free = [...lines]
    // By number instead of in a list: behind an overloaded hub hundreds of thousands are due.
    let planned = 0
    let begun = 0
    const dueAt = (number: number) => startedAt + (number / settings.rate) * 1_000
    let underWay = 0
    const next = () => {
      while (begun < planned && free.length > 0) {
        const line = free.pop()!
        underWay++
        void send(line, dueAt(++begun)).then(() => {
          free.push(line)
          underWay--
          next()
        })
      }
    }
    while (performance.now() < until) {
      planned = Math.floor(((performance.now() - startedAt) / 1_000) * settings.rate)
      next()
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    while (begun < planned || underWay > 0) await new Promise(resolve => setTimeout(resolve, 1))
  }
  const seconds = (performance.now() - startedAt) / 1_000
  for (const line of lines) line.close()
  return { sent: index, accepted, seconds, latenciesMs, acceptedMs, refusedWithRetryAfter }
}

if (process.argv[1]?.endsWith('webhook-generator.ts'))
  process.stdout.write(`${JSON.stringify(await generate(JSON.parse(process.argv[2] ?? '{}')))}\n`)
