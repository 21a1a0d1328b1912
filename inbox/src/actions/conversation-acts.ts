/** What is done to a conversation. Always holds: the screen changes at once, and goes back with the reason where the hub says no. */
import type { ConversationView } from '@dragoman/api'
import i18next from 'i18next'
import { call, problemOf } from '../client.ts'
import { changeLanguage, currentLanguage } from '../i18n.ts'
import { describeProblem } from '../pieces/problem-text.tsx'
import { showToast } from '../shell/toasts.tsx'
import { ask, useUi } from '../shell/ui.ts'
import { closingFields } from '../store/catalogues.ts'
import { changeInbox, desk, putConversation, refreshCounts } from '../store/desk.ts'
import { signOut } from '../store/start.ts'
import { markUnread } from '../store/threads.ts'
import { changeConversations, whom } from './desk-acts.ts'

export function tellProblem(error: unknown): void {
  const { title, text } = describeProblem(problemOf(error), i18next.t)
  showToast([title, text].filter(Boolean).join('. '), { tone: 'danger', lastsMs: 12_000 })
}

async function change(
  conversation: ConversationView | undefined,
  part: Partial<ConversationView>,
  request: () => Promise<{ conversation: ConversationView }>,
): Promise<boolean> {
  if (!conversation) return false
  putConversation({ ...conversation, ...part })
  try {
    const answer = await request()
    putConversation(answer.conversation)
    refreshCounts()
    return true
  } catch (error) {
    const problem = problemOf(error)
    const present = problem.code === 'taken_meanwhile' && 'conversation' in problem ? (problem.conversation as ConversationView) : undefined
    putConversation(present ?? conversation)
    if (present)
      showToast(i18next.t('queue.takenBy', { name: desk().inbox?.members[present.assigneeId ?? '']?.name ?? '' }), { tone: 'danger' })
    else tellProblem(error)
    return false
  }
}

/** Closes; where fields are asked for, the form comes first. */
export async function closeConversations(ids: readonly string[]): Promise<void> {
  const { inbox } = desk()
  const open = ids.filter(id => inbox?.conversations[id]?.state !== 'closed')
  if (open.length === 0) return
  const fields = await closingFields().catch(() => [])
  const asks = open.some(id => {
    const accountId = inbox?.conversations[id]?.accountId ?? ''
    return fields.some(field => field.required && (field.accounts.length === 0 || field.accounts.includes(accountId)))
  })
  if (asks) return ask('close', open)
  await changeConversations({
    ids: open,
    actions: [{ kind: 'close' }],
    done: i18next.t('acts.closed', { name: whom(open) }),
    look: () => ({ state: 'closed' }),
  })
}

export function closeConversation(conversation: ConversationView | undefined): void {
  if (conversation) void closeConversations([conversation.id])
}

export function reopenConversations(ids: readonly string[]): void {
  void changeConversations({
    ids,
    actions: [{ kind: 'reopen' }],
    done: i18next.t('acts.reopened', { name: whom(ids) }),
    look: () => ({ state: 'open' }),
  })
}

export function reopenConversation(conversation: ConversationView | undefined): void {
  if (conversation?.state === 'closed') reopenConversations([conversation.id])
}

export function assign(conversation: ConversationView | undefined, memberId: string | null): void {
  if (!conversation || conversation.assigneeId === memberId) return
  const before = conversation.assigneeId
  const { inbox } = desk()
  const name = memberId ? (inbox?.members[memberId]?.name ?? '') : ''
  const text =
    memberId === null
      ? i18next.t('acts.unassigned')
      : memberId === inbox?.me.memberId
        ? i18next.t('acts.assignedToMe')
        : i18next.t('acts.assigned', { name })
  showToast(text, {
    action: { label: i18next.t('common.undo'), perform: () => assign(desk().inbox?.conversations[conversation.id], before) },
  })
  void change(conversation, { assigneeId: memberId }, () =>
    call('assign', { params: { conversationId: conversation.id }, body: { memberId, expected: before } }),
  )
}

/** Takes whoever waits longest in my queues, and opens him. */
export async function takeNext(context: { go(path: string): void }): Promise<void> {
  try {
    const { conversation } = await call('takeNext')
    if (!conversation) return void showToast(i18next.t('queue.empty'))
    putConversation(conversation)
    showToast(i18next.t('queue.taken', { name: conversation.contact.name }))
    context.go(`/inbox/mine/${conversation.id}`)
  } catch (error) {
    tellProblem(error)
  }
}

export function unread(context: { conversation: ConversationView | undefined; back(): void }): void {
  if (!context.conversation) return
  markUnread(context.conversation.id)
  showToast(i18next.t('acts.markedUnread'))
  context.back()
}

export function copyLink(): void {
  navigator.clipboard.writeText(location.href).then(() => showToast(i18next.t('acts.linkCopied')), tellProblem)
}

export function search(context: { onInbox: boolean; go(path: string): void }): void {
  if (!context.onInbox) context.go('/inbox/all')
  useUi.setState(state => ({ searchAsked: state.searchAsked + 1 }))
}

export function setLanguage(language: 'en' | 'ru'): void {
  void changeLanguage(language)
  if (!desk().inbox) return
  changeInbox(state => ({ ...state, me: { ...state.me, language } }))
  call('updateMe', { body: { language } }).catch(() => undefined)
}

export function switchLanguage(): void {
  setLanguage(currentLanguage() === 'ru' ? 'en' : 'ru')
}

export function leave(): void {
  void signOut()
}
