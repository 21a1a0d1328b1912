/** Where I was mentioned counts as seen once the conversation is open before my eyes. */
import { useEffect } from 'react'
import { call } from '../client.ts'
import { useInbox } from '../store/desk.ts'

export function useReadMentions(conversationId: string): void {
  const unread = useInbox(state => state.mentions[conversationId]?.unread ?? 0)
  useEffect(() => {
    if (unread === 0) return
    const read = () => {
      if (!document.hidden && document.hasFocus()) call('readMentions', { params: { conversationId } }).catch(() => undefined)
    }
    const timer = setTimeout(read, 1_200)
    window.addEventListener('focus', read)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('focus', read)
    }
  }, [conversationId, unread])
}
