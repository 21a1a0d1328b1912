/**
 * From the composer on its way, and back: sending, taking back, editing, trying again.
 * Always holds: what is sent leaves the composer in the same step, so a double click finds nothing to send; a note never becomes a reply.
 */
import type { MessageView } from '@dragoman/api'
import { plainText } from '@dragoman/api'
import i18next from 'i18next'
import { create } from 'zustand'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { makeId } from '../ids.ts'
import { queryClient } from '../query-client.ts'
import { showToast } from '../shell/toasts.tsx'
import { focusComposer } from '../shell/ui.ts'
import { desk, putMessage } from '../store/desk.ts'
import { changeDraft, clearDraft, type DraftMode, draftOf } from '../store/drafts.ts'
import { enqueue, type OutboxEntry, onAnsweredMeanwhile, retryEntry, takeBack } from '../store/outbox.ts'
import { endWriting } from '../store/tell-looking.ts'
import { answeredSince, useAnswered } from './answered.ts'
import { bodyOf, type Compose, composeOf, isEmpty } from './compose.ts'
import { mentionsIn } from './mention-text.ts'

/** The message that the composer of a conversation is correcting. */
export const useEditing = create<{ message: MessageView | null }>(() => ({ message: null }))

/** Members whom a note names and who may see it. */
function mentionsOf(conversationId: string, text: string): string[] {
  const { members = {}, me } = desk().inbox ?? {}
  const may = queryClient.getQueryData<{ members: { id: string; maySee: boolean }[] }>(['mentionable', conversationId])?.members ?? []
  const known = may.flatMap(one =>
    one.maySee && one.id !== me?.memberId && members[one.id] ? [{ id: one.id, name: members[one.id]!.name }] : [],
  )
  return mentionsIn(text, known)
}

/** Sends what stands in the composer. False when nothing went: empty, files under way, or a colleague has answered meanwhile and it is asked. */
export function sendDraft(conversationId: string, mode: DraftMode, anyway = false): boolean {
  const { compose, seenOutId } = draftOf(conversationId, mode)
  if (isEmpty(compose) || compose.attachments.some(attachment => attachment.state === 'uploading' || attachment.state === 'waiting'))
    return false
  const body = bodyOf(compose)
  const { inbox } = desk()
  if (!body || !inbox) return false
  const lastOutId = seenOutId === undefined ? (inbox.conversations[conversationId]?.lastOutId ?? null) : seenOutId
  const answered = mode === 'reply' && !anyway ? answeredSince(conversationId, lastOutId) : undefined
  if (answered) {
    useAnswered.setState({
      asked: {
        conversationId,
        message: answered.message,
        proceed: () => sendDraft(conversationId, mode, true),
        edit: () => focusComposer(mode),
      },
    })
    return false
  }
  const quoted = compose.replyToId ? inbox.messages[conversationId]?.find(message => message.id === compose.replyToId) : undefined
  enqueue({
    clientId: makeId(),
    conversationId,
    body,
    note: mode === 'note',
    createdAt: Date.now(),
    undoSeconds: mode === 'note' ? 0 : inbox.me.undoSeconds,
    mentions: mode === 'note' ? mentionsOf(conversationId, plainText(body.content)) : undefined,
    lastOutId: mode === 'note' || anyway ? undefined : lastOutId,
    savedReplyId: compose.savedReplyId,
    replyTo: compose.replyToId
      ? {
          id: compose.replyToId,
          preview: quoted ? plainText(quoted.body.content).slice(0, 140) : '',
          authorName: quoted?.author.name ?? '',
        }
      : undefined,
  })
  clearDraft(conversationId, mode)
  endWriting()
  return true
}

// The hub saw it first: two pressed at once, or the colleague's message had not come here yet.
onAnsweredMeanwhile(entry => {
  const problem = entry.problem
  useAnswered.setState({
    asked: {
      conversationId: entry.conversationId,
      message: problem && 'message' in problem ? (problem.message as MessageView) : undefined,
      proceed: () => retryEntry(entry.clientId, true),
      edit: () => editEntry(entry),
    },
  })
})

/** Puts what was taken back before whatever stands in the composer now. */
function giveBack(conversationId: string, mode: DraftMode, compose: Compose): void {
  changeDraft(conversationId, mode, now =>
    isEmpty(now)
      ? compose
      : {
          ...now,
          text: compose.text ? `${compose.text}\n${now.text}` : now.text,
          entities: [...compose.entities, ...now.entities.map(entity => ({ ...entity, offset: entity.offset + compose.text.length + 1 }))],
          attachments: [...compose.attachments, ...now.attachments],
        },
  )
  focusComposer(mode)
}

export function editEntry(entry: OutboxEntry): void {
  if (!takeBack(entry.clientId)) return
  giveBack(entry.conversationId, entry.note ? 'note' : 'reply', composeOf(entry.body, entry.replyTo?.id ?? null))
}

export async function undoSend(message: MessageView): Promise<void> {
  try {
    const answer = await call('cancelMessage', { params: { messageId: message.id } })
    putMessage(answer.message)
    if (answer.message.parts.every(part => part.state === 'cancelled'))
      giveBack(message.conversationId, 'reply', composeOf(message.body, message.replyTo?.id ?? null))
    else showToast(i18next.t('thread.leftAlready'))
  } catch (error) {
    tellProblem(error)
  }
}

/** The newest message that still waits to leave. */
export function heldMessage(conversationId: string): MessageView | undefined {
  const me = desk().inbox
  return me?.messages[conversationId]?.findLast(
    message =>
      message.direction === 'out' &&
      message.parts.length > 0 &&
      message.parts.every(part => part.state === 'pending' && part.attempt === 0 && part.notBefore > Date.now()),
  )
}

export async function sendNow(message: MessageView): Promise<void> {
  await call('sendNow', { params: { messageId: message.id } }).then(answer => putMessage(answer.message), tellProblem)
}

export async function retryMessage(message: MessageView, evenIfUncertain = false): Promise<void> {
  await call('retryMessage', { params: { messageId: message.id }, body: { evenIfUncertain } }).then(
    answer => putMessage(answer.message),
    tellProblem,
  )
}

export async function settleMessage(message: MessageView, arrived: boolean): Promise<void> {
  await call('settleMessage', { params: { messageId: message.id }, body: { arrived } }).then(
    answer => putMessage(answer.message),
    tellProblem,
  )
}

/** A failed message comes back into the composer, to be said differently. */
export function editAgain(message: MessageView): void {
  giveBack(message.conversationId, 'reply', composeOf(message.body, message.replyTo?.id ?? null))
}

export function quote(message: MessageView): void {
  changeDraft(message.conversationId, 'reply', compose => ({ ...compose, replyToId: message.id }))
  focusComposer('reply')
}

export function beginEdit(message: MessageView): void {
  useEditing.setState({ message })
  focusComposer('reply')
}

export function isOwn(message: MessageView): boolean {
  const me = desk().inbox?.me
  return message.author.kind === 'member' && me !== undefined && (message.author.id === me.memberId || message.author.id === me.userId)
}

/** My last message here that its messenger lets me edit. */
export function lastEditable(conversationId: string, withinMs: number | undefined): MessageView | undefined {
  return desk().inbox?.messages[conversationId]?.findLast(
    message =>
      message.direction === 'out' &&
      isOwn(message) &&
      message.deletedAt === null &&
      ['sent', 'delivered', 'read'].includes(message.state) &&
      (withinMs === undefined || Date.now() - message.at < withinMs) &&
      ['text', 'image', 'video', 'file', 'audio', 'voice'].includes(message.body.content.kind),
  )
}
