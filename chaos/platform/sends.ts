/**
 * The platform's side of sending: takes messages, keeps books of what it accepted, and fails as platforms do: 429, 500, silence, resets, answers that
 * are slow, late or lost after the message was accepted. Always holds: the books are written before anything is answered; each part's fate depends on
 * the seed, its conversation, number and attempt alone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { fateOf } from '../random.ts'
import { type Customers, chatStep } from './customers.ts'
import type { Delivery } from './delivery.ts'
import type { PlatformRecord } from './messages.ts'
import * as telegram from './telegram.ts'
import * as whatsapp from './whatsapp.ts'
import { type AccountSpec, conversationOf, createCounters, readText } from './words.ts'

export interface Sends {
  port: number
  count(): number
  /** Receipts that are still to be posted. */
  outstanding(): number
  calm(): void
  record: Pick<PlatformRecord, 'accepted' | 'cuts' | 'strays' | 'receipts'>
  /** The highest receipt that was posted of a part: 1 sent, 2 delivered, 3 read. */
  receiptOf(conversation: number, number: number): number
  close(): void
}

export interface SendsOptions {
  seed(): number
  customers(): Customers | undefined
  delivery(): Delivery | undefined
  /** Where the hub's webhooks of an app go; set when it subscribes. */
  subscribed(account: AccountSpec['kind'], token: string, path: string, secret: string): void
  pathOf(): string | undefined
}

type Fate =
  | 'accept'
  | 'too_many'
  | 'unwell'
  | 'html'
  | 'silent'
  | 'silent_accepted'
  | 'reset'
  | 'reset_accepted'
  | 'gateway_accepted'
  | 'dribble'
  | 'late'
const fates: readonly [share: number, fate: Fate][] = [
  [0.01, 'too_many'],
  [0.01, 'unwell'],
  [0.003, 'html'],
  [0.002, 'silent'],
  [0.003, 'silent_accepted'],
  [0.002, 'reset'],
  [0.003, 'reset_accepted'],
  [0.002, 'gateway_accepted'],
  [0.005, 'dribble'],
  [0.01, 'late'],
]
/** After so many attempts a part meets no more faults. */
const mostFaults = 3

interface Send {
  conversation: number
  number: number
  account: AccountSpec['kind']
  to: string
  text: string
  ref: string | undefined
  phoneNumberId: string
}

export async function startSends(options: SendsOptions): Promise<Sends> {
  const attempts = createCounters()
  const copies = createCounters()
  const receipts = createCounters()
  const accepted = new Map<number, number[]>()
  const record: Sends['record'] = { accepted: [], cuts: [], strays: [], receipts: 0 }
  const due: whatsapp.Status[][] = []
  let tick = 0
  let waiting = 0
  let isCalm = false
  let count = 0

  const server = createServer((request, response) => void take(request, response))
  server.keepAliveTimeout = 30_000
  server.requestTimeout = 0

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {})
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      // Cut before it had arrived whole: it was never asked for.
      return
    }
    const path = request.url ?? '/'
    let value: Record<string, unknown> = {}
    try {
      value = JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>
    } catch {
      return answer(response, 400, '{}')
    }
    const send = sendOf(path, value)
    if (send === 'stray') {
      record.strays.push(`${path.replace(/bot[^/]+/, 'bot')} ${JSON.stringify(value).slice(0, 200)}`)
      return answer(response, 400, '{"ok":false,"error_code":400,"description":"Bad Request: stray"}')
    }
    if (send) return await receive(send, response)
    const call = telegram.readCall(path)
    if (call) {
      if (call.method === 'setWebhook')
        options.subscribed('telegram', call.token, new URL(String(value.url)).pathname, String(value.secret_token ?? ''))
      return answer(response, 200, telegram.answerOther(call.method, call.token))
    }
    if (value.override_callback_uri !== undefined)
      options.subscribed('whatsapp', '', new URL(String(value.override_callback_uri)).pathname, '')
    const body = whatsapp.answerOther(request.method ?? 'GET', path)
    return answer(response, body ? 200 : 404, body ?? '{}')
  }

  function sendOf(path: string, value: Record<string, unknown>): Send | 'stray' | undefined {
    const call = telegram.readCall(path)
    if (call && call.method !== 'sendMessage') return undefined
    const wire = call
      ? { to: String(value.chat_id), text: String(value.text ?? ''), ref: undefined, phoneNumberId: '' }
      : whatsapp.readSend(path, value)
    if (!wire) return undefined
    // A read mark or a typing sign.
    if (wire.text === '') return undefined
    const told = readText(wire.text)
    if (told?.direction !== 'out' || conversationOf(wire.to) !== told.conversation) return 'stray'
    return { conversation: told.conversation, number: told.number, account: call ? 'telegram' : 'whatsapp', ...wire }
  }

  async function receive(send: Send, response: ServerResponse): Promise<void> {
    count++
    const attempt = attempts.add(send.conversation, send.number)
    const fate = isCalm || attempt > mostFaults ? 'accept' : fateOfSend(send, attempt)
    const wire = send.account === 'whatsapp' ? whatsapp : telegram
    const body = ['accept', 'dribble', 'late', 'silent_accepted', 'reset_accepted', 'gateway_accepted'].includes(fate) ? accept(send) : ''
    if (['html', 'silent', 'silent_accepted', 'reset', 'reset_accepted', 'gateway_accepted'].includes(fate))
      record.cuts.push([send.conversation, send.number, fate, body !== ''])
    switch (fate) {
      case 'too_many':
      case 'unwell': {
        const { status, body: said, headers } = fate === 'unwell' ? wire.unwell : wire.tooMany
        return answer(response, status, said, headers)
      }
      case 'html':
        return answer(response, 500, '<html><body>Oops</body></html>', { 'content-type': 'text/html' })
      case 'gateway_accepted':
        return answer(response, 504, '<html><body>Gateway timeout</body></html>', { 'content-type': 'text/html' })
      case 'silent':
      case 'silent_accepted':
        return
      case 'reset':
      case 'reset_accepted':
        response.socket?.resetAndDestroy()
        return
      case 'dribble': {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
        for (let index = 0; index < body.length; index += 40) {
          response.write(body.slice(index, index + 40))
          await new Promise(resolve => setTimeout(resolve, 150))
        }
        response.end()
        return
      }
      case 'late':
        setTimeout(() => answer(response, 200, body), 300 + fateOf(options.seed(), 'late', send.conversation, send.number) * 3_000)
        return
      default:
        return answer(response, 200, body)
    }
  }

  function fateOfSend({ conversation, number }: Send, attempt: number): Fate {
    let left = fateOf(options.seed(), 'send', conversation, number, attempt)
    for (const [share, fate] of fates) {
      left -= share
      if (left < 0) return fate
    }
    return 'accept'
  }

  /** Enters it into the books and gives the platform's answer. */
  function accept({ conversation, number, account, to, text, ref, phoneNumberId }: Send): string {
    const copy = copies.add(conversation, number)
    const list = accepted.get(conversation)
    if (list) list.push(number)
    else accepted.set(conversation, [number])
    const at = Math.floor(Date.now() / 1_000)
    if (account === 'telegram') {
      const customers = options.customers()
      const written = customers?.written[conversation] ?? 0
      return telegram.accepted(to, written * chatStep + ((list?.length ?? 0) % (chatStep - 1)) + 1, at, text)
    }
    const id = whatsapp.sentId(conversation, number, copy)
    const chance = (name: string) => fateOf(options.seed(), name, conversation, number)
    const base = { id, conversation, at, phoneNumberId, ref }
    // Each in its own time: a later one may well come first.
    later({ ...base, status: 'sent' }, chance('sent') * 1_500)
    later({ ...base, status: 'delivered' }, chance('delivered') * 2_500)
    const isRead = chance('reads') < 0.7
    if (isRead) later({ ...base, status: 'read' }, chance('read') * 4_000)
    receipts.set(conversation, number, isRead ? 3 : 2)
    return whatsapp.accepted(to, id)
  }

  function later(status: whatsapp.Status, ms: number): void {
    const slot = tick + 1 + Math.floor(ms / tickMs)
    due[slot] ??= []
    due[slot].push(status)
    waiting++
  }

  const tickMs = 100
  const timer = setInterval(() => {
    tick++
    const now = due[tick]
    const delivery = options.delivery()
    const path = options.pathOf()
    if (!now || !delivery || !path) return
    delete due[tick]
    for (let index = 0; index < now.length; index += 50) {
      const list = now.slice(index, index + 50)
      const body = whatsapp.statusesBody(list)
      const headers = whatsapp.signatureOf(body)
      record.receipts += list.length
      void delivery.post(path, body, headers).then(() => (waiting -= list.length))
      if (fateOf(options.seed(), 'repeat', tick, index) < 0.08) delivery.repeat(path, body, headers)
    }
  }, tickMs)

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    count: () => count,
    outstanding: () => waiting,
    calm: () => (isCalm = true),
    get record() {
      return { ...record, accepted: [...accepted] }
    },
    receiptOf: receipts.get,
    close() {
      clearInterval(timer)
      server.closeAllConnections()
      server.close()
    },
  }
}

function answer(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  if (response.destroyed) return
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers })
  response.end(body)
}
