/** What comes to me alone while I work: reminders, mentions, what I had put off. Always holds: told where I am not looking at it already. */
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { placeOf } from '../list/place.ts'
import { desk, onEvents } from '../store/desk.ts'
import { showToast } from './toasts.tsx'

export function useNotices(): void {
  const { t } = useTranslation()
  const router = useRouter()
  useEffect(
    () =>
      onEvents(events => {
        for (const event of events) {
          if (event.kind !== 'reminder.due' && event.kind !== 'mention.created' && event.kind !== 'snooze.woke') continue
          const { conversationId } = event
          const isOpen = placeOf(router.state.location).conversationId === conversationId && !document.hidden
          if (isOpen && event.kind !== 'reminder.due') continue
          const name = desk().inbox?.conversations[conversationId]?.contact.name ?? ''
          const text =
            event.kind === 'reminder.due'
              ? t('order.notice.reminder', { name, text: event.text, context: event.text ? 'text' : undefined })
              : event.kind === 'mention.created'
                ? t('order.notice.mention', { by: event.by, text: event.preview })
                : t(event.early ? 'order.notice.wokeEarly' : 'order.notice.woke', { name })
          const message = event.kind === 'mention.created' ? event.messageId : undefined
          showToast(text, {
            lastsMs: 20_000,
            action: {
              label: t('order.notice.open'),
              perform: () =>
                void router.navigate({
                  to: '/inbox/$view/$conversationId',
                  params: { view: 'all', conversationId },
                  search: { message } as never,
                }),
            },
          })
        }
      }),
    [router, t],
  )
}
