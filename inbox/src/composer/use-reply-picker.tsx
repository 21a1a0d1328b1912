/** Saved replies from within the field: “/” at the beginning of a word, the button, the palette. Always holds: Esc closes and leaves what was typed. */
import { type ConversationView, placeholdersIn } from '@dragoman/api'
import { lazy, type ReactNode, type RefObject, Suspense, useEffect, useRef, useState } from 'react'
import { whenNeeded } from '../pieces/when-needed.ts'
import { useUi } from '../shell/ui.ts'
import type { Compose } from './compose.ts'
import type { PickedReply, PickerKeys } from './reply-picker.tsx'
import { slashAt, withReply } from './slash.ts'

const ReplyPicker = lazy(whenNeeded(() => import('./reply-picker.tsx').then(module => ({ default: module.ReplyPicker }))))

export interface ReplyPicking {
  element: ReactNode
  open: boolean
  /** Keys of the field while it is open; true: it was for the picker. */
  press(event: React.KeyboardEvent): boolean
  onCaret(caret: number): void
  /** Opens it as if “/” had been typed. */
  ask(): void
}

export function useReplyPicker(
  conversation: ConversationView,
  compose: Compose,
  change: (next: (compose: Compose) => Compose) => void,
  field: RefObject<HTMLTextAreaElement | null>,
  disabled: boolean,
): ReplyPicking {
  const [caret, setCaret] = useState<number>()
  const [dismissed, setDismissed] = useState<number>()
  const keys = useRef<PickerKeys>(null)
  const asked = useUi(state => state.repliesAsked)
  const slash = disabled || caret === undefined ? undefined : slashAt(compose.text, caret)
  const open = slash !== undefined && slash.from !== dismissed
  const isThere = slash !== undefined
  useEffect(() => {
    if (!isThere) setDismissed(undefined)
  }, [isThere])
  const moveTo = (from: number, to = from) => {
    setCaret(to)
    setTimeout(() => {
      field.current?.focus()
      field.current?.setSelectionRange(from, to)
    }, 0)
  }
  const ask = () => {
    if (open || disabled) return
    const at = field.current?.selectionStart ?? compose.text.length
    const word = at > 0 && !/\s/.test(compose.text[at - 1] ?? '') ? ' /' : '/'
    setDismissed(undefined)
    change(now => ({
      ...withReply(now, at, at, { replyId: '', body: { content: { kind: 'text', text: { text: word } } } }),
      savedReplyId: now.savedReplyId,
    }))
    moveTo(at + word.length)
  }
  const askedBefore = useRef(asked)
  useEffect(() => {
    if (asked === askedBefore.current) return
    askedBefore.current = asked
    ask()
  })
  const pick = (picked: PickedReply) => {
    if (!slash) return
    let after = compose
    change(now => {
      after = withReply(now, slash.from, slash.to, picked)
      return after
    })
    // What has no value is chosen, so that the next key writes over it.
    const missing = placeholdersIn(after.text).find(found => found.offset >= slash.from)
    const end = slash.from + after.text.length - compose.text.length + (slash.to - slash.from)
    if (missing) moveTo(missing.offset, missing.offset + missing.length)
    else moveTo(end)
  }
  return {
    open,
    ask,
    onCaret: setCaret,
    press: event => open && (keys.current?.press(event) ?? false),
    element: open && (
      <Suspense fallback={null}>
        <ReplyPicker
          conversationId={conversation.id}
          accountId={conversation.accountId}
          query={slash.query}
          keys={keys}
          onPick={pick}
          onClose={() => setDismissed(slash.from)}
        />
      </Suspense>
    ),
  }
}
