/** What actions need to know and may do: read when a key is pressed, not on every render. */
import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { filtersFrom, placeOf, stepFrom } from '../list/place.ts'
import { desk } from '../store/desk.ts'
import { chooseNone, useSelection } from '../store/selection.ts'
import type { ActionContext } from './registry.ts'

export function useActionContext(): () => ActionContext {
  const router = useRouter()
  return useCallback(() => {
    const place = placeOf(router.state.location)
    const { inbox } = desk()
    const chosen = place.onInbox ? useSelection.getState().ids : []
    const search = router.state.location.search
    const openConversation = (conversationId: string | undefined) =>
      conversationId
        ? router.navigate({
            to: '/inbox/$view/$conversationId',
            params: { view: place.view, conversationId },
            search: { ...search, message: undefined, pane: undefined },
          })
        : router.navigate({ to: '/inbox/$view', params: { view: place.view }, search: { ...search, message: undefined, pane: undefined } })
    return {
      ids: chosen.length > 0 ? chosen : place.conversationId ? [place.conversationId] : [],
      chosen: chosen.length > 0,
      conversation: place.conversationId ? inbox?.conversations[place.conversationId] : undefined,
      onInbox: place.onInbox,
      rights: inbox?.me.rights ?? [],
      simulator: inbox?.workspace.simulator ?? false,
      memberId: inbox?.me.memberId ?? '',
      go: path => void router.navigate({ to: path }),
      step: by => void openConversation(stepFrom(filtersFrom(router.state.location), place.conversationId, by)),
      back: () => (chosen.length > 0 ? chooseNone() : void openConversation(undefined)),
    }
  }, [router])
}
