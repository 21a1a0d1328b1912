/** The tab's title: how many conversations are unread, and where I am. */
import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { placeOf } from '../list/place.ts'
import { useDesk } from '../store/desk.ts'

export function useTabTitle(): void {
  const { t, i18n } = useTranslation()
  const location = useLocation()
  const place = placeOf(location)
  const unread = useDesk(state => state.counts.unread ?? 0)
  const name = useDesk(state => (place.conversationId ? state.inbox?.conversations[place.conversationId]?.contact.name : undefined))
  const screen = location.pathname.split('/')[1] ?? 'inbox'
  useEffect(() => {
    const screens: Record<string, string> = {
      inbox: t('rail.inbox'),
      accounts: t('rail.accounts'),
      members: t('rail.members'),
      'set-aside': t('rail.setAside'),
      settings: t('rail.settings'),
    }
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${name ?? screens[screen] ?? t('rail.inbox')} · Dragoman`
  }, [unread, name, screen, t, i18n.language])
}
