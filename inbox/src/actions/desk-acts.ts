/** What is done to one or many conversations at once. Always holds: the screen changes at once; what the hub refuses goes back with its reason; all of it can be undone. */
import type { ActionResult, ConversationActionInput, ConversationView } from '@dragoman/api'
import i18next from 'i18next'
import { call, problemOf } from '../client.ts'
import { showToast } from '../shell/toasts.tsx'
import { ask } from '../shell/ui.ts'
import { announce, desk, putConversation, refreshCounts } from '../store/desk.ts'
import { tellProblem } from './conversation-acts.ts'

export const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone

export interface Change {
  ids: readonly string[]
  actions: readonly ConversationActionInput[]
  /** What it says when it is done. */
  done: string
  /** How a conversation looks at once. */
  look?: (conversation: ConversationView) => Partial<ConversationView>
}

/** Does it. True when at least one conversation was changed. */
export async function changeConversations({ ids, actions, done, look }: Change): Promise<boolean> {
  const before = ids.flatMap(id => desk().inbox?.conversations[id] ?? [])
  if (look) for (const one of before) putConversation({ ...one, ...look(one) })
  announce(done)
  try {
    const answer = await call('changeConversations', {
      body: { conversationIds: [...ids], actions: [...actions], zone: ownZone(), undoSeconds: desk().inbox?.me.undoSeconds ?? 0 },
    })
    settle(answer.conversations, answer.results, done, answer.undoId)
    return answer.results.some(result => result.ok)
  } catch (error) {
    for (const one of before) putConversation(one)
    tellProblem(error)
    return false
  }
}

/** Runs a macro: all of it on all of them, or nothing. */
export async function runMacro(macroId: string, name: string, ids: readonly string[]): Promise<{ ok: boolean; results?: ActionResult[] }> {
  try {
    const answer = await call('runMacro', {
      params: { macroId },
      body: { conversationIds: [...ids], zone: ownZone(), undoSeconds: desk().inbox?.me.undoSeconds ?? 0 },
    })
    settle(answer.conversations, answer.results, i18next.t('order.macroDone', { name, count: ids.length }), answer.undoId)
    return { ok: true }
  } catch (error) {
    const problem = problemOf(error)
    if (problem.code !== 'macro_not_possible') tellProblem(error)
    return { ok: false, results: (problem as unknown as { results?: ActionResult[] }).results }
  }
}

function settle(conversations: readonly ConversationView[], results: readonly ActionResult[], done: string, undoId: string | null): void {
  for (const conversation of conversations) putConversation(conversation)
  refreshCounts()
  const refused = results.filter(result => !result.ok)
  const incomplete = refused.filter(result => result.code === 'closing_fields_missing').map(result => result.conversationId)
  if (undoId) showToast(done, { action: { label: i18next.t('common.undo'), perform: () => void takeBack(undoId) } })
  if (incomplete.length > 0) ask('close', incomplete)
  const others = refused.filter(result => result.code !== 'closing_fields_missing')
  if (others.length > 0)
    showToast(`${i18next.t('order.notDone', { count: others.length })} ${reasonsOf(others)}`, { tone: 'danger', lastsMs: 12_000 })
}

/** Why conversations were left out, each reason once. */
export function reasonsOf(results: readonly ActionResult[]): string {
  const reasons = results.map(result =>
    i18next.t(`order.why.${result.code ?? ''}`, {
      defaultValue: i18next.t(`problems.${result.code ?? ''}.title`, { defaultValue: result.detail ?? '' }),
    }),
  )
  return [...new Set(reasons)].join(' ')
}

/** Takes a change back, and says what was left alone. */
export async function takeBack(undoId: string): Promise<void> {
  try {
    const { conversations, leftAlone } = await call('undo', { params: { undoId } })
    for (const conversation of conversations) putConversation(conversation)
    refreshCounts()
    if (leftAlone.length === 0) return void showToast(i18next.t('order.undone'))
    const named = [...new Set(leftAlone.map(one => i18next.t(`order.leftAlone.${one.what}`)))].join(', ')
    showToast(i18next.t('order.undoneBut', { named }), { lastsMs: 12_000 })
  } catch (error) {
    tellProblem(error)
  }
}

/** The customer's name for one, a count for many. */
export function whom(ids: readonly string[]): string {
  const only = ids.length === 1 ? desk().inbox?.conversations[ids[0]!]?.contact.name : undefined
  return only ?? i18next.t('order.conversations', { count: ids.length })
}

export function assignMany(ids: readonly string[], to: string, summary?: string): void {
  const { inbox } = desk()
  const memberId = to === 'me' ? (inbox?.me.memberId ?? '') : to === 'nobody' ? null : to
  const name = memberId === null ? '' : (inbox?.members[memberId]?.name ?? '')
  const done =
    memberId === null
      ? i18next.t('order.unassigned', { who: whom(ids) })
      : memberId === inbox?.me.memberId
        ? i18next.t('order.assignedToMe', { who: whom(ids) })
        : i18next.t('order.assigned', { who: whom(ids), name })
  void changeConversations({
    ids,
    actions: [{ kind: 'assign', to, summary: summary?.trim() || undefined }],
    done,
    look: () => ({ assigneeId: memberId }),
  })
}
