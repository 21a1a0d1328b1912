/** A component's view of the conversation: drawn again whenever it changes. */
import { useEffect, useState } from 'preact/hooks'
import type { Chat, ChatState } from '../chat-state.ts'

export function useChat(chat: Chat): ChatState {
  const [state, setState] = useState(chat.state)
  useEffect(() => {
    setState(chat.state)
    return chat.subscribe(() => setState(chat.state))
  }, [chat])
  return state
}
