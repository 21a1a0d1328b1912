/**
 * Looks into mailboxes [RFC 3501, 2177]. A session is kept between two looks, so that a server sees one sign-in and not one each half minute.
 * Always holds: mailboxes are opened read-only: nothing is marked, moved or taken away; letters come in the order of their numbers; a letter that is
 * too large comes with its beginning and says so; a session that is in doubt is closed and opened anew.
 */
import { createHash } from 'node:crypto'
import type { ImapRequest, Transmission } from '@dragoman/core'
import type { ImapFlow } from 'imapflow'
import { describeError } from '../connection-failure.ts'
import { admit, type OpenableServer, type ServerEnvironment } from '../server-login.ts'
import { readLetter } from './letter-json.ts'

/** So many letters, or so many bytes, and the look is over: the next one brings the rest. */
const mostLetters = 25
const mostBytes = 24 * 1024 * 1024
/** Beyond what mail servers usually carry. */
const largestLetter = 60 * 1024 * 1024
const beginningBytes = 256 * 1024
/** Read again when a mailbox was made anew and its numbers mean nothing any more; repeats are recognised by their Message-ID. */
const readAgain = 100
const lingerMs = 90_000
const graceMs = 30_000

interface Session {
  client: ImapFlow
  isOver: boolean
  /** Told of new letters. */
  wake: Set<() => void>
  arrived: number
  linger: NodeJS.Timeout | undefined
  /** One look at a time. */
  turn: Promise<unknown>
}

export interface Mailboxes {
  perform(request: ImapRequest, environment: ServerEnvironment): Promise<Transmission>
  /** The bytes of one file of a letter. */
  file(request: ImapRequest, environment: ServerEnvironment): Promise<Transmission & { bytes?: Uint8Array }>
  close(): Promise<void>
}

/** The mailboxes of a process, with their open sessions. */
export function createMailboxes(): Mailboxes {
  const sessions = new Map<string, Promise<Session>>()
  /** The files of the letter that was looked at last: most letters with one file have another. */
  let lastFiles: { key: string; files: Uint8Array[]; forget: NodeJS.Timeout } | undefined

  async function within<Value>(
    request: ImapRequest,
    environment: ServerEnvironment,
    purpose: string,
    timeoutMs: number,
    work: (session: Session) => Promise<Value>,
  ): Promise<Transmission & { value?: Value }> {
    try {
      const admission = await admit(request, environment)
      if (!admission.ok) return { kind: 'not_sent', cause: admission.cause }
      const { server } = admission
      const secret = createHash('sha256').update(server.password).digest('hex')
      const key = [purpose, request.server, server.user, request.mailbox, secret].join('\n')
      let opening = sessions.get(key)
      if (!opening) {
        opening = open(server, request, environment.timeoutMs)
        sessions.set(key, opening)
        opening.then(
          session => session.client.on('close', () => sessions.get(key) === opening && sessions.delete(key)),
          () => sessions.delete(key),
        )
      }
      const session = await opening
      clearTimeout(session.linger)
      const before = session.turn
      const run = before.catch(() => {}).then(() => limited(session, timeoutMs, () => work(session)))
      session.turn = run
      try {
        const value = await run
        session.linger = setTimeout(() => session.client.close(), lingerMs)
        session.linger.unref()
        return { kind: 'answered', status: 200, headers: {}, body: value, value }
      } catch (error) {
        session.client.close()
        sessions.delete(key)
        throw error
      }
    } catch (error) {
      return failureOf(error)
    }
  }

  return {
    perform(request, environment) {
      const { command } = request
      if (command.kind === 'fetch') {
        const timeoutMs = command.waitMs + graceMs
        return within(request, environment, 'fetch', timeoutMs, session =>
          fetchNew(session, request.mailbox, command.cursor, command.waitMs),
        )
      }
      return within(request, environment, 'check', request.timeoutMs ?? graceMs, async ({ client }) => {
        const { mailbox } = client
        return { exists: mailbox ? mailbox.exists : 0 }
      })
    },
    async file(request, environment) {
      const { command } = request
      if (command.kind !== 'attachment') return { kind: 'not_sent', cause: 'No file was asked for' }
      const key = [request.server, request.user, request.mailbox, command.uidValidity, command.uid].join('\n')
      if (lastFiles?.key !== key) {
        const answer = await within(request, environment, 'files', request.timeoutMs ?? 120_000, async ({ client }) => {
          if (!client.mailbox || String(client.mailbox.uidValidity) !== command.uidValidity) return undefined
          const found = await client.fetchOne(String(command.uid), { uid: true, size: true, source: true }, { uid: true })
          const source = found ? found.source : undefined
          if (!source) return undefined
          const place = { mailbox: request.mailbox, uidValidity: command.uidValidity, uid: command.uid, receivedAt: 0, sizeBytes: 0 }
          return (await readLetter(source, place)).files
        })
        if (answer.kind !== 'answered' || answer.status !== 200) return answer
        if (!answer.value) return { kind: 'answered', status: 404, headers: {}, body: { text: 'The letter is no longer in the mailbox' } }
        clearTimeout(lastFiles?.forget)
        const forget = setTimeout(() => {
          lastFiles = undefined
        }, 20_000)
        forget.unref()
        lastFiles = { key, files: answer.value, forget }
      }
      const bytes = lastFiles?.files[command.index]
      if (!bytes) return { kind: 'answered', status: 404, headers: {}, body: { text: 'The letter has no such file' } }
      return { kind: 'answered', status: 200, headers: {}, body: {}, bytes }
    },
    async close() {
      clearTimeout(lastFiles?.forget)
      const all = [...sessions.values()]
      sessions.clear()
      for (const opening of all) {
        const session = await opening.catch(() => undefined)
        clearTimeout(session?.linger)
        session?.client.close()
      }
    },
  }
}

async function open(server: OpenableServer, request: ImapRequest, timeoutMs: number | undefined): Promise<Session> {
  // Loaded when somebody's mailbox is opened: a hub without one is back sooner after it was killed.
  const { ImapFlow } = await import('imapflow')
  const client = new ImapFlow({
    host: server.address,
    port: server.port,
    secure: server.isEncrypted,
    doSTARTTLS: request.security === 'starttls',
    ...(server.servername === undefined ? {} : { servername: server.servername }),
    auth: { user: server.user, pass: server.password },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: Math.min(10_000, timeoutMs ?? 10_000),
    greetingTimeout: 10_000,
    socketTimeout: 10 * 60_000,
    maxLiteralSize: largestLetter + 1024 * 1024,
    clientInfo: { name: 'Dragoman' },
  } as ConstructorParameters<typeof ImapFlow>[0])
  const session: Session = { client, isOver: false, wake: new Set(), arrived: 0, linger: undefined, turn: Promise.resolve() }
  const wake = () => {
    for (const one of session.wake) one()
  }
  client.on('error', () => client.close())
  client.on('close', () => {
    session.isOver = true
    wake()
  })
  client.on('exists', () => {
    session.arrived++
    wake()
  })
  await client.connect()
  try {
    await client.mailboxOpen(request.mailbox, { readOnly: true })
  } catch (error) {
    client.close()
    throw error
  }
  return session
}

async function fetchNew(
  session: Session,
  mailbox: string,
  cursor: string,
  waitMs: number,
): Promise<{ letters: unknown[]; cursor: string }> {
  const { client } = session
  const known = /^(\d{1,20}):(\d{1,10})$/.exec(cursor)
  const until = Date.now() + waitMs
  if (!known) {
    const opened = await client.mailboxOpen(mailbox, { readOnly: true })
    return { letters: [], cursor: `${opened.uidValidity}:${Math.max(0, Number(opened.uidNext ?? 1) - 1)}` }
  }
  for (;;) {
    const validity = client.mailbox ? String(client.mailbox.uidValidity) : ''
    const arrived = session.arrived
    const isSame = validity === known[1]
    const last = isSame ? Number(known[2]) : 0
    const found = (await client.search({ uid: `${last + 1}:*` }, { uid: true })) || []
    // A range that ends in `*` always names the last letter, even where it is older.
    const fresh = found.filter(uid => uid > last).toSorted((a, b) => a - b)
    const wanted = isSame ? fresh : fresh.slice(-readAgain)
    if (wanted.length > 0 || !isSame) {
      const { letters, lastUid } = await fetchLetters(client, mailbox, validity, wanted)
      return { letters, cursor: `${validity}:${lastUid ?? last}` }
    }
    const left = until - Date.now()
    if (left <= 0) return { letters: [], cursor }
    if (session.arrived === arrived) await news(session, left)
    if (session.isOver) throw new Error('The mail server closed the connection')
  }
}

async function fetchLetters(client: ImapFlow, mailbox: string, uidValidity: string, uids: readonly number[]) {
  const letters: unknown[] = []
  let total = 0
  let lastUid: number | undefined
  for (const uid of uids) {
    if (letters.length >= mostLetters || total >= mostBytes) break
    const facts = await client.fetchOne(String(uid), { uid: true, size: true, internalDate: true }, { uid: true })
    lastUid = uid
    // Somebody was faster and took it away.
    if (!facts) continue
    const isBeginning = (facts.size ?? 0) > largestLetter
    const source = isBeginning ? { start: 0, maxLength: beginningBytes } : true
    const found = await client.fetchOne(String(uid), { uid: true, source }, { uid: true })
    const bytes = found ? found.source : undefined
    if (!bytes) continue
    total += bytes.length
    const receivedAt = facts.internalDate ? new Date(facts.internalDate).getTime() : Date.now()
    const place = {
      mailbox,
      uidValidity,
      uid,
      receivedAt,
      sizeBytes: facts.size ?? bytes.length,
      ...(isBeginning ? { isBeginning } : {}),
    }
    letters.push((await readLetter(bytes, place)).json)
  }
  return { letters, lastUid }
}

/** Waits in IDLE until something comes, the time is over or the connection ends. The next command ends the IDLE. */
async function news(session: Session, ms: number): Promise<void> {
  let stop = () => {}
  const waited = new Promise<void>(resolve => {
    const timer = setTimeout(resolve, ms)
    stop = () => {
      clearTimeout(timer)
      resolve()
    }
    session.wake.add(stop)
  })
  void session.client.idle().catch(() => {})
  await waited
  session.wake.delete(stop)
}

async function limited<Value>(session: Session, ms: number, work: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The mail server gave no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([late, work()])
  } finally {
    clearTimeout(timer)
    if (session.isOver) session.client.close()
  }
}

interface ImapError {
  authenticationFailed?: boolean
  serverResponseCode?: string
  responseStatus?: string
  responseText?: string
  mailboxMissing?: boolean
}

/** What the server said in words is an answer; all else never arrived: looking can be done again. */
function failureOf(error: unknown): Transmission {
  const { authenticationFailed, serverResponseCode, responseStatus, responseText, mailboxMissing } = error as ImapError
  const text = responseText ?? describeError(error)
  const body = { code: serverResponseCode ?? '', text }
  if (authenticationFailed) return { kind: 'answered', status: 401, headers: {}, body }
  if (mailboxMissing) return { kind: 'answered', status: 404, headers: {}, body }
  if (responseStatus === 'NO' || responseStatus === 'BAD') return { kind: 'answered', status: 500, headers: {}, body }
  return { kind: 'not_sent', cause: describeError(error) }
}
