/** Tells the hub which conversation is open here and whether I write in it, again every 4 s. Always holds: a hidden page looks at nothing. */
import { useEffect } from 'react'
import { sendFrame } from './start.ts'

const everyMs = 4_000
/** Writing counts so long after the last key. */
const writingForMs = 6_000

let open: string | null = null
let wrote: { conversationId: string; note: boolean; at: number } | undefined
let said = ''

function say(again: boolean): void {
  const conversationId = document.hidden ? null : open
  const isWriting = wrote !== undefined && wrote.conversationId === conversationId && Date.now() - wrote.at < writingForMs
  const doing = isWriting ? (wrote?.note ? 'noting' : 'replying') : 'viewing'
  const now = `${conversationId} ${doing}`
  if (now === said && (!again || conversationId === null)) return
  said = now
  sendFrame({ frame: 'looking', conversationId, doing })
}

/** I have just written in the composer of a conversation. */
export function noteWriting(conversationId: string, note: boolean): void {
  wrote = { conversationId, note, at: Date.now() }
  say(false)
}

/** What I wrote has gone: I only look again. */
export function endWriting(): void {
  wrote = undefined
  say(false)
}

/** While a component with this is on the screen, its conversation is looked at. */
export function useTellLooking(conversationId: string): void {
  useEffect(() => {
    open = conversationId
    say(false)
    const timer = setInterval(() => say(true), everyMs)
    const changed = () => say(false)
    document.addEventListener('visibilitychange', changed)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', changed)
      if (open === conversationId) open = null
      say(false)
    }
  }, [conversationId])
}
