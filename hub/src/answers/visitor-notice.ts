/** What stands in the head of our own chat: when somebody is back, or how soon one may expect an answer. Always holds: the same hours and figures as everywhere, and nothing where nothing is known. */
import type { VisitorSettings } from '@dragoman/api'
import { inWorkspace } from '../database/transaction.ts'
import { closesAt, hoursFor, isOpen, nextOpen } from '../hours/hours.ts'
import { momentWords } from '../hours/words.ts'
import type { Hub } from '../hub.ts'
import { settingIn } from '../settings/settings.ts'
import type { VisitorPlace } from '../visitors/place.ts'
import { expectedReply } from './reply-time.ts'

/** “tomorrow” becomes “today” at some hour: it is asked for again. */
const freshMs = 3_600_000
const shortestMs = 30_000

const closedWords = { en: 'We are closed now', ru: 'Сейчас нас нет на месте' }

/** The line for one visitor's language; undefined where the account shows none, or there is nothing honest to say. */
export async function visitorNotice(
  hub: Hub,
  place: Pick<VisitorPlace, 'workspaceId' | 'accountId' | 'config'>,
  language: VisitorSettings['language'],
): Promise<VisitorSettings['notice']> {
  const shows = place.config.availability ?? 'hours_and_time'
  if (shows === 'nothing') return undefined
  return await inWorkspace(
    hub,
    place.workspaceId,
    async tx => {
      const now = hub.now()
      const hours = hoursFor((await settingIn(tx, 'hours')).value, { accountId: place.accountId })
      if (!isOpen(hours, now)) {
        const opens = nextOpen(hours, now)
        const text =
          opens === undefined
            ? closedWords[language]
            : `${language === 'ru' ? 'Ответим, когда откроемся:' : 'We are back'} ${momentWords(opens, now, hours, language)}`
        return { text, forMs: lasts(now, opens) }
      }
      const promise = shows === 'hours_and_time' ? await expectedReply(tx, place.accountId, hours, now, language) : undefined
      const closes = closesAt(hours, now)
      // An empty line still says until when it holds: then it may be another one.
      return { text: promise ? capitalized(promise.words) : '', forMs: lasts(now, closes) }
    },
    { snapshot: true },
  )
}

function lasts(now: number, until: number | undefined): number {
  return Math.max(shortestMs, Math.min(freshMs, (until ?? Number.POSITIVE_INFINITY) - now))
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
