/** Starting the page: snapshot, channels, event stream. Always holds: one stream at a time; after `resync` everything is taken anew. */
import { type ClientFrame, type EventStream, type InboxView, openStream, type Snapshot } from '@dragoman/api'
import { call, problemOf } from '../client.ts'
import { changeLanguage } from '../i18n.ts'
import { desk, receiveEphemeral, receiveEvents, setConnection, takeSnapshot, useDesk } from './desk.ts'
import { edgeOf, listKey, listOf } from './lists.ts'
import { startOutbox } from './outbox.ts'

let stream: EventStream | undefined
let starting: Promise<StartResult> | undefined

export type StartResult = 'ready' | 'signed_out' | 'setup' | 'second_factor' | 'unreachable'

/** Starts once; later calls answer at once. */
export function ensureStarted(view: InboxView = 'all'): Promise<StartResult> {
  if (desk().inbox) return Promise.resolve('ready')
  starting ??= start(view).finally(() => {
    starting = undefined
  })
  return starting
}

async function start(view: InboxView): Promise<StartResult> {
  try {
    const [snapshot, { channels }] = await Promise.all([call('snapshot', { query: { view } }), call('channels')])
    takeSnapshot(snapshot, channels, firstList(snapshot, view))
    connect(snapshot.cursor)
    void changeLanguage(snapshot.me.language)
    void startOutbox(snapshot.me.memberId)
    return 'ready'
  } catch (error) {
    const problem = problemOf(error)
    if (problem.code === 'second_factor_required') return 'second_factor'
    if (problem.status !== 401) {
      if (!navigator.onLine) setConnection('offline')
      return 'unreachable'
    }
    const setup = await call('setupState').catch(() => undefined)
    return setup?.needed ? 'setup' : 'signed_out'
  }
}

function firstList(snapshot: Snapshot, view: InboxView) {
  const list = listOf(view, {}, [])
  return { key: listKey(list), edge: edgeOf(snapshot, list.sort) }
}

function connect(cursor: string): void {
  stream?.close()
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws'
  stream = openStream(`${scheme}://${location.host}/v1/events`, cursor, {
    onEvents: receiveEvents,
    onEphemeral: receiveEphemeral,
    onResync: () => void restart(),
    onState: state => setConnection(navigator.onLine ? state : 'offline'),
  })
}

/** A new snapshot in place of the old one; open threads load again. Drafts and the outbox stay. */
export async function restart(): Promise<void> {
  setConnection('reconnecting')
  for (let attempt = 0; ; attempt++) {
    try {
      const [snapshot, { channels }] = await Promise.all([call('snapshot', { query: { view: 'all' } }), call('channels')])
      takeSnapshot(snapshot, channels, firstList(snapshot, 'all'))
      connect(snapshot.cursor)
      return
    } catch (error) {
      const problem = problemOf(error)
      if (problem.status === 401 || problem.code === 'second_factor_required') {
        location.assign(problem.status === 401 ? '/sign-in' : '/second-factor')
        return
      }
      await new Promise(resolve => setTimeout(resolve, Math.min(10_000, 500 * 2 ** attempt)))
    }
  }
}

/** A frame for the hub, when the stream is open. */
export function sendFrame(frame: ClientFrame): void {
  stream?.send(frame)
}

let typingSentAt = 0
/** Tells the hub that I am typing to the customer, at most every 3 s. */
export function tellTyping(conversationId: string): void {
  if (Date.now() - typingSentAt < 3_000) return
  typingSentAt = Date.now()
  stream?.send({ frame: 'typing', conversationId })
}

export async function signOut(): Promise<void> {
  // What is pushed here from now on would be read by whoever signs in next.
  await import('../told/push.ts').then(({ forgetThisDevice }) => forgetThisDevice()).catch(() => undefined)
  await call('signOut').catch(() => undefined)
  stream?.close()
  useDesk.setState({ inbox: null })
  location.assign('/sign-in')
}

window.addEventListener('offline', () => setConnection('offline'))
window.addEventListener('online', () => setConnection('reconnecting'))
