/**
 * A platform for the benches of the way out, in a process of its own: two messengers' sending methods as lean as they can be, with the rules that the real
 * ones enforce, kept as token buckets on this process's own clock. Always holds: every request is counted once, by what came of it; a repeat of the
 * same reference and a message before its elder in one conversation are counted; statuses go back signed. Settings come as one JSON argument.
 */
import { createHmac } from 'node:crypto'
import { Agent, createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface RateRule {
  perSecond: number
  /** How many more than the rate may come at once. */
  depth: number
}
export interface PlatformSettings {
  /** How long an answer takes, ms. */
  latencyMs: number
  /** By the name in the address: a phone number id, a bot's token. */
  accounts: Record<string, { account?: RateRule; pair?: RateRule; latencyMs?: number }>
}
/** Where statuses go, and how many at once; up to 1,000, as Meta documents. */
export interface StatusSettings {
  url: string
  appSecret: string
  wabaId: string
  phoneNumberId: string
  kinds: string[]
  batch: number
}
/** Whose replies are sent over the API while the load is on: each waits for the request that comes of it. */
export interface ReplySettings {
  origin: string
  cookie: string
  conversationIds: string[]
  perSecond: number
  seconds: number
}
export interface AccountReport {
  accepted: number
  refused: number
  doubled: number
  disordered: number
  firstAt: number
  lastAt: number
  perSecond: number[]
  mostInASecond: number
}
export interface PlatformReport {
  accounts: Record<string, AccountReport>
  replyMs: number[]
  repliesLost: number
  statusesPosted: number
  statusesWaiting: number
  statusesRefused: number
}

interface Bucket {
  tokens: number
  at: number
}
interface Seen {
  accepted: number
  refused: number
  doubled: number
  disordered: number
  times: number[]
  refs: Set<string>
  last: Map<string, number>
}

const settings = JSON.parse(process.argv[2] ?? '{}') as PlatformSettings
const buckets = new Map<string, Bucket>()
const seen = new Map<string, Seen>()
const waitingReplies = new Map<string, (at: number) => void>()
let replyMs: number[] = []
let repliesLost = 0
let replyRun = 0
let statuses: StatusSettings | undefined
let count = 0
const due: { at: number; value: object }[][] = []
let posted = 0
let refusedStatuses = 0
let posting = 0

const now = () => performance.timeOrigin + performance.now()

function allows(key: string, rule: RateRule | undefined): boolean {
  if (!rule) return true
  const at = now()
  const bucket = buckets.get(key) ?? { tokens: rule.depth, at }
  buckets.set(key, bucket)
  bucket.tokens = Math.min(rule.depth, bucket.tokens + ((at - bucket.at) / 1_000) * rule.perSecond)
  bucket.at = at
  if (bucket.tokens < 1) return false
  bucket.tokens--
  return true
}

function noteOf(account: string): Seen {
  const known = seen.get(account) ?? { accepted: 0, refused: 0, doubled: 0, disordered: 0, times: [], refs: new Set(), last: new Map() }
  seen.set(account, known)
  return known
}

/** Text that benches send: `<kind> <number> …`; numbers of one kind rise within a conversation. */
function take(account: string, to: string, ref: string, text: string): 'accepted' | 'account' | 'pair' {
  const note = noteOf(account)
  const [kind = '', number = '0'] = text.split(' ')
  if (kind === 'reply') waitingReplies.get(number)?.(now())
  const rules = settings.accounts[account]
  const over = !allows(account, rules?.account) ? 'account' : !allows(`${account} ${to}`, rules?.pair) ? 'pair' : undefined
  if (over) {
    note.refused++
    return over
  }
  note.accepted++
  note.times.push(now())
  if (note.refs.has(ref)) note.doubled++
  note.refs.add(ref)
  const line = `${to} ${kind}`
  if ((note.last.get(line) ?? -1) >= Number(number)) note.disordered++
  note.last.set(line, Number(number))
  return 'accepted'
}

const graphError = (code: number, title: string) => ({ error: { message: `(#${code}) ${title}`, type: 'OAuthException', code } })

interface Answer {
  account?: string
  status: number
  value: unknown
}

function answer(path: string, body: string): Answer {
  const graph = /^\/v[\d.]+\/(\d+)\/messages$/.exec(path)
  if (graph) {
    const message = JSON.parse(body) as { to: string; text?: { body: string }; biz_opaque_callback_data?: string; status?: string }
    if (message.status) return { status: 200, value: { success: true } }
    const ref = message.biz_opaque_callback_data ?? ''
    const to = message.to.replace('+', '')
    const taken = take(graph[1]!, to, ref, message.text?.body ?? '')
    const account = graph[1]!
    if (taken === 'account') return { account, status: 400, value: graphError(130429, 'Rate limit hit') }
    if (taken === 'pair') return { account, status: 400, value: graphError(131056, 'Pair rate limit hit') }
    const id = `wamid.OUT${++count}`
    queueStatuses(id, to, ref)
    return {
      account,
      status: 200,
      value: { messaging_product: 'whatsapp', contacts: [{ input: message.to, wa_id: to }], messages: [{ id }] },
    }
  }
  const bot = /^\/bot([^/]+)\/sendMessage$/i.exec(path)
  if (bot) {
    const message = JSON.parse(body) as { chat_id: number | string; text: string }
    const taken = take(bot[1]!, String(message.chat_id), `${message.chat_id} ${message.text}`, message.text)
    if (taken !== 'accepted')
      return {
        status: 429,
        value: { ok: false, error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } },
      }
    const chat = { id: Number(message.chat_id), type: 'private' }
    return {
      status: 200,
      value: { ok: true, result: { message_id: ++count, date: Math.floor(Date.now() / 1_000), chat, text: message.text } },
    }
  }
  return { status: 404, value: { ok: false, error: { message: `Nothing at ${path}`, code: 100 } } }
}

function queueStatuses(id: string, to: string, ref: string): void {
  for (const [index, status] of (statuses?.kinds ?? []).entries()) {
    const at = now() + index * 300
    due[index] ??= []
    due[index].push({
      at,
      value: { id, status, timestamp: String(Math.floor(at / 1_000)), recipient_id: to, biz_opaque_callback_data: ref },
    })
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 16 })
setInterval(() => {
  if (!statuses) return
  const ready: object[] = []
  for (const line of due) {
    let index = 0
    while (index < line.length && line[index]!.at <= now()) index++
    ready.push(...line.splice(0, index).map(entry => entry.value))
  }
  while (ready.length > 0) void post(statuses, ready.splice(0, statuses.batch))
}, 50)

async function post(to: StatusSettings, values: object[]): Promise<void> {
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '4930555010', phone_number_id: to.phoneNumberId },
    statuses: values,
  }
  const body = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: to.wabaId, changes: [{ field: 'messages', value }] }],
  })
  const signature = `sha256=${createHmac('sha256', to.appSecret).update(body).digest('hex')}`
  posting += values.length
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-hub-signature-256': signature }
  for (let attempt = 1; ; attempt++) {
    if (
      await send(to.url, headers, body).then(
        ({ status }) => status === 200,
        () => false,
      )
    )
      break
    refusedStatuses++
    await new Promise(resolve => setTimeout(resolve, Math.min(5_000, 100 * 2 ** attempt)))
  }
  posting -= values.length
  posted += values.length
}

async function send(url: string, headers: Record<string, string | number>, body: string): Promise<{ status: number; text: string }> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, headers }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** People's replies over the API, by the clock; each is timed from the call to its request here. */
async function reply(plan: ReplySettings): Promise<void> {
  replyRun++
  const startedAt = now()
  const under: Promise<void>[] = []
  for (let index = 0; index < plan.perSecond * plan.seconds; index++) {
    const at = startedAt + (index * 1_000) / plan.perSecond
    if (at > now()) await new Promise(resolve => setTimeout(resolve, at - now()))
    under.push(replyOnce(plan, index))
  }
  await Promise.all(under)
}

async function replyOnce(plan: ReplySettings, index: number): Promise<void> {
  const number = String(replyRun * 1_000_000 + index + 1)
  const conversationId = plan.conversationIds[index % plan.conversationIds.length]!
  const calledAt = now()
  const arrived = new Promise<number | undefined>(resolve => {
    waitingReplies.set(number, resolve)
    setTimeout(() => resolve(undefined), 20_000).unref()
  })
  const body = JSON.stringify({
    // A repeat of a client's id would give the first answer again and send nothing.
    clientId: `reply-${replyRun}-${number}`,
    body: { content: { kind: 'text', text: { text: `reply ${number} of a person` } } },
  })
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'x-dragoman': '1', cookie: plan.cookie }
  const answered = await send(`${plan.origin}/v1/conversations/${conversationId}/messages`, headers, body).catch(() => undefined)
  if (!answered || answered.status >= 300)
    process.stderr.write(`A reply was refused: ${answered?.status} ${answered?.text.slice(0, 300)}\n`)
  const at = answered && answered.status < 300 ? await arrived : undefined
  waitingReplies.delete(number)
  if (at === undefined) repliesLost++
  else replyMs.push(at - calledAt)
}

function report(): PlatformReport {
  return {
    accounts: Object.fromEntries([...seen].map(([account, note]) => [account, reportOf(note)])),
    replyMs,
    repliesLost,
    statusesPosted: posted,
    statusesWaiting: posting + due.reduce((sum, line) => sum + line.length, 0),
    statusesRefused: refusedStatuses,
  }
}

function reportOf(note: Seen): AccountReport {
  const { times } = note
  const first = times[0] ?? 0
  const perSecond: number[] = []
  let mostInASecond = 0
  let from = 0
  for (const [index, at] of times.entries()) {
    perSecond[Math.floor((at - first) / 1_000)] = (perSecond[Math.floor((at - first) / 1_000)] ?? 0) + 1
    while (times[from]! <= at - 1_000) from++
    mostInASecond = Math.max(mostInASecond, index - from + 1)
  }
  return {
    accepted: note.accepted,
    refused: note.refused,
    doubled: note.doubled,
    disordered: note.disordered,
    firstAt: first,
    lastAt: times.at(-1) ?? 0,
    perSecond: Array.from(perSecond, value => value ?? 0),
    mostInASecond,
  }
}

const server = createServer({ keepAliveTimeout: 10_000 }, (incoming, outgoing) => {
  let body = ''
  incoming.setEncoding('utf8').on('data', chunk => (body += chunk))
  incoming.on('end', () => {
    const { account = '', status, value } = answer(incoming.url ?? '', body)
    const text = JSON.stringify(value)
    const finish = () =>
      outgoing.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(text)
    const latencyMs = settings.accounts[account]?.latencyMs ?? settings.latencyMs
    if (latencyMs > 0) setTimeout(finish, latencyMs)
    else finish()
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

type Order =
  | { ask: 'report' }
  | { ask: 'reset' }
  | { ask: 'rules'; accounts: PlatformSettings['accounts'] }
  | { ask: 'statuses'; settings: StatusSettings }
  | { ask: 'replies'; settings: ReplySettings }
process.on('message', (order: Order) => {
  if (order.ask === 'report') process.send?.({ report: report() })
  else if (order.ask === 'rules') Object.assign(settings.accounts, order.accounts)
  else if (order.ask === 'statuses') statuses = order.settings
  else if (order.ask === 'replies') void reply(order.settings).then(() => process.send?.({ replied: true }))
  else {
    seen.clear()
    buckets.clear()
    replyMs = []
    repliesLost = posted = refusedStatuses = 0
  }
})
process.on('disconnect', () => process.exit(0))
