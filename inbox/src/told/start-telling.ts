/**
 * What happens is told to whoever is not looking: sound and browser notification by his rules. Always holds: of several tabs one tells; never about the
 * conversation that a tab shows before one's eyes; what was read on any device is taken off this one.
 */
import { type Notice, noticeOf, plainText, type Reader, type StoredEvent, tagOf } from '@dragoman/api'
import type { AnyRouter } from '@tanstack/react-router'
import i18next from 'i18next'
import { placeOf } from '../list/place.ts'
import { knownViews, myTeamIds } from '../store/catalogues.ts'
import { desk, onEvents, useDesk } from '../store/desk.ts'
import { sendFrame } from '../store/start.ts'
import { startBadge } from './badge.ts'
import { registerAgain } from './push.ts'
import { knownNotifications, refreshNotifications } from './rules.ts'
import { closeNotices, showNotices } from './show.ts'
import { playSound } from './sounds.ts'
import { startWorker } from './worker.ts'

const tellerLock = 'dragoman-tells'
const lookingLock = (conversationId: string) => `dragoman-looks:${conversationId}`
/** Of a burst one sound is enough. */
const soundEveryMs = 2_000

let started = false
let isTeller = !('locks' in navigator)
let lastSoundAt = 0

export function startTelling(router: AnyRouter): void {
  if (started) return
  started = true
  const open = (path: string) => router.history.push(path)
  void refreshNotifications()
  void registerAgain()
  void startWorker(open)
  startBadge()
  sayVisible()
  holdLooking(router)
  if ('locks' in navigator)
    void navigator.locks.request(tellerLock, () => {
      isTeller = true
      // Held until the tab is closed: then the next one gets it.
      return new Promise<void>(() => {})
    })
  onEvents(events => void tell(events, open))
}

async function tell(events: readonly StoredEvent[], open: (path: string) => void): Promise<void> {
  for (const event of events) {
    if (event.kind === 'catalogue.changed' && event.catalogue === 'notifications') void refreshNotifications()
    if (event.kind !== 'read.changed') continue
    const conversation = desk().inbox?.conversations[event.read.conversationId]
    if (event.read.readCount >= (conversation?.inboundCount ?? 0)) void closeNotices(tagOf(event.read.conversationId))
  }
  const { inbox } = desk()
  const mine = knownNotifications()
  if (!isTeller || !inbox || !mine) return
  const reader: Reader = {
    memberId: inbox.me.memberId,
    name: inbox.me.name,
    teamIds: myTeamIds(),
    views: knownViews(),
    rules: mine.value,
  }
  const now = Date.now()
  const found = events.flatMap(event => {
    const notice = noticeOf(
      event,
      reader,
      id => inbox.conversations[id],
      message => wordsOf(message.body.content),
      now,
    )
    return notice ? [notice] : []
  })
  const notices = await withoutLookedAt(found)
  const [loud] = notices.filter(notice => notice.sound)
  if (loud && now - lastSoundAt > soundEveryMs) {
    lastSoundAt = now
    void playSound(loud.kind, mine.value.volume)
  }
  const shown = notices.filter(notice => notice.browser)
  if (shown.length > 0) await showNotices(shown, mine.value.shows, open)
}

function wordsOf(content: Parameters<typeof plainText>[0]): string {
  const words = plainText(content).replace(/\s+/g, ' ').trim()
  return content.kind === 'text' ? words : [i18next.t(`kinds.${content.kind}`), words].filter(Boolean).join(': ')
}

/** Without those about a conversation that some tab shows before one's eyes. */
async function withoutLookedAt(notices: readonly Notice[]): Promise<Notice[]> {
  if (notices.length === 0 || !('locks' in navigator)) return [...notices]
  const { held = [] } = await navigator.locks.query()
  const names = new Set(held.map(lock => lock.name))
  return notices.filter(notice => notice.conversationId === null || !names.has(lookingLock(notice.conversationId)))
}

/** While a conversation is open in this tab and the tab has the focus, a shared lock says so to the other tabs; it goes with the tab, whatever happens to it. */
function holdLooking(router: AnyRouter): void {
  let looked: string | undefined
  let release: (() => void) | undefined
  const update = () => {
    const { conversationId } = placeOf(router.state.location)
    const next = !document.hidden && document.hasFocus() ? conversationId : undefined
    if (next === looked || !('locks' in navigator)) return
    release?.()
    release = undefined
    looked = next
    if (next)
      void navigator.locks.request(lookingLock(next), { mode: 'shared' }, () => {
        if (looked !== next) return undefined
        return new Promise<void>(resolve => {
          release = resolve
        })
      })
  }
  update()
  router.subscribe('onResolved', update)
  for (const kind of ['focus', 'blur'] as const) window.addEventListener(kind, update)
  document.addEventListener('visibilitychange', update)
}

/** Whoever has the inbox before his eyes is not pushed to: said on each change, and to each new stream. */
function sayVisible(): void {
  const say = () => sendFrame({ frame: 'visible', visible: !document.hidden })
  say()
  document.addEventListener('visibilitychange', say)
  let before = desk().connection
  useDesk.subscribe(({ connection }) => {
    if (connection !== before && connection === 'live') say()
    before = connection
  })
}
