/** Notifications of the browser: shown through the service worker where there is one (a phone knows no other way), closed by their tag. */
import type { Notice } from '@dragoman/api'
import i18next from 'i18next'

/** So many side by side; more are told in one. */
const mostAtOnce = 3
const manyTag = 'many'

/** Those of this page, where there is no service worker. */
const own = new Map<string, Notification>()

const registrationOf = async () => ('serviceWorker' in navigator ? await navigator.serviceWorker.getRegistration() : undefined)

export async function showNotices(notices: readonly Notice[], shows: 'all' | 'little', open: (path: string) => void): Promise<void> {
  if (!('Notification' in window) || Notification.permission !== 'granted') return
  const byTag = [...new Map(notices.map(notice => [notice.tag, notice])).values()]
  const registration = await registrationOf()
  const before = (await registration?.getNotifications()) ?? []
  if (byTag.length > mostAtOnce || (before.length >= mostAtOnce && byTag.some(notice => !before.some(one => one.tag === notice.tag)))) {
    const told = (before.find(one => one.tag === manyTag)?.data as { count?: number } | undefined)?.count ?? before.length
    const count = told + notices.length
    for (const one of before) one.close()
    return await show(manyTag, i18next.t('told.many', { count }), '', '/inbox/unread', count)
  }
  for (const notice of byTag) {
    const title = shows === 'all' ? i18next.t(`told.title.${notice.kind}`, { who: notice.who }) : i18next.t(`told.little.${notice.kind}`)
    await show(notice.tag, title, shows === 'all' ? notice.text.slice(0, 160) : '', pathOf(notice), 1)
  }

  async function show(tag: string, title: string, body: string, path: string, count: number): Promise<void> {
    const options = { tag, body, icon: '/icon-192.png', data: { path, count } }
    if (registration?.active) return await registration.showNotification(title, options).catch(() => undefined)
    const notification = new Notification(title, options)
    own.set(tag, notification)
    notification.onclick = () => {
      window.focus()
      notification.close()
      open(path)
    }
  }
}

export function pathOf({ conversationId, messageId }: Pick<Notice, 'conversationId' | 'messageId'>): string {
  if (conversationId === null) return '/settings'
  return `/inbox/all/${conversationId}${messageId ? `?message=${messageId}` : ''}`
}

export async function closeNotices(tag: string): Promise<void> {
  own.get(tag)?.close()
  own.delete(tag)
  for (const shown of (await (await registrationOf())?.getNotifications({ tag })) ?? []) shown.close()
}
