/** Answers looked at before anybody gets them: what a customer would be told, what placeholders stand for, whether it is open. Stores nothing. */
import type { AutomaticAnswers, Hours, HoursSetting, HoursState, OperationResponse } from '@dragoman/api'
import { accountContext } from '../accounts/context.ts'
import { inWorkspace, type Transaction } from '../database/transaction.ts'
import { maySee } from '../event-log/may-see.ts'
import { closesAt, hoursFor, isOpen, nextOpen } from '../hours/hours.ts'
import { momentWords, replyPromise } from '../hours/words.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { found } from '../problem.ts'
import { settingIn } from '../settings/settings.ts'
import { chooseAnswers } from './choose.ts'
import { composeAnswer } from './compose.ts'
import { replyTimeOf } from './reply-time.ts'
import { isSomebodyThere } from './somebody.ts'
import { placeholderFacts, placeholderValues } from './values.ts'

/** What placeholders stand for in a conversation, in each language of the firm and the customer's. Problem: not_found. */
export async function conversationPlaceholders(hub: Hub, actor: Actor, conversationId: string): Promise<OperationResponse<'placeholders'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const row = await tx.db
        .selectFrom('conversation')
        .select(['account_id', 'team_id'])
        .where('id', '=', conversationId)
        .executeTakeFirst()
      const place = found(row && maySee(actor, { accountId: row.account_id, conversationId }) ? row : undefined, 'conversation')
      const facts = found(await placeholderFacts(tx, conversationId), 'conversation')
      const hours = hoursFor((await settingIn(tx, 'hours')).value, { accountId: place.account_id, teamId: place.team_id })
      const language = facts.language?.toLowerCase() ?? null
      const values: Record<string, Record<string, string>> = {}
      for (const tag of new Set([...facts.languages, ...(language ? [language] : [])])) {
        const at = { accountId: place.account_id, hours, agentName: actor.name }
        values[tag] = (await placeholderValues(tx, facts, at, hub.now(), tag)).values
      }
      return { language, values }
    },
    { snapshot: true },
  )
}

/** Open or closed, of the hours given or set. */
export async function previewHours(
  hub: Hub,
  actor: Actor,
  input: { value?: HoursSetting; variantId?: string; accountId?: string; teamId?: string; at?: number },
): Promise<HoursState> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const setting = input.value ?? (await settingIn(tx, 'hours')).value
      const variant = setting.variants.find(one => one.id === input.variantId)
      const hours: Hours = variant
        ? { zone: variant.zone, week: variant.week, holidays: variant.holidays ?? setting.holidays }
        : hoursFor(setting, { accountId: input.accountId, teamId: input.teamId })
      return hoursState(hours, input.at ?? hub.now(), await languagesOf(tx))
    },
    { snapshot: true },
  )
}

/** How hours stand at a moment. */
export function hoursState(hours: Hours, nowMs: number, languages: readonly string[]): HoursState {
  const open = isOpen(hours, nowMs)
  const closes = open ? (closesAt(hours, nowMs) ?? null) : null
  const opens = open ? null : (nextOpen(hours, nowMs) ?? null)
  const told = closes ?? opens
  const words = told === null ? {} : Object.fromEntries(languages.map(tag => [tag, momentWords(told, nowMs, hours, tag)]))
  return { open, closesAt: closes, opensAt: opens, words }
}

/** The languages of the firm, and both of the screens. */
async function languagesOf(tx: Transaction): Promise<string[]> {
  const row = await tx.db.selectFrom('workspace').select('languages').executeTakeFirstOrThrow()
  return [...new Set([...row.languages, 'en', 'ru'])]
}

const sampleNames: Record<string, string> = { en: 'Olivia Smith', ru: 'Ольга Смирнова' }

/** What somebody who writes to an account would get by itself. Problem: not_found. */
export async function previewAutomaticAnswer(
  hub: Hub,
  actor: Actor,
  input: { accountId: string; teamId: string | null; language: string; firstTime: boolean; at?: number; value?: AutomaticAnswers },
): Promise<OperationResponse<'previewAutomaticAnswer'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      found(await accountContext(hub, tx, input.accountId), 'account')
      const now = input.at ?? hub.now()
      const setting = input.value ?? (await settingIn(tx, 'automatic_answers')).value
      const place = { accountId: input.accountId, teamId: input.teamId }
      const open = isOpen(hoursFor((await settingIn(tx, 'hours')).value, place), now)
      const somebody = !setting.away.whenNobody || (await isSomebodyThere(hub, tx))(place)
      const workspace = await tx.db.selectFrom('workspace').select(['name', 'languages', 'next_case_number']).executeTakeFirstOrThrow()
      const facts = {
        customerName: sampleNames[input.language.split('-')[0]!] ?? sampleNames.en!,
        attributes: {},
        caseNumber: workspace.next_case_number,
        companyName: workspace.name,
        languages: workspace.languages,
        language: input.language,
      }
      const chosen = chooseAnswers(setting, { place, open, somebody, newCase: true, lastCaseAt: input.firstTime ? null : now }, now)
      const answers = []
      for (const { kind, afterSeconds } of chosen) {
        const composed = await composeAnswer(tx, setting, kind, place, facts, now)
        if (composed) answers.push({ kind, afterSeconds, ...composed })
      }
      // Of two in ten minutes only the first is sent.
      return { open, answers: answers.filter((answer, index) => index === 0 || answer.afterSeconds >= 600) }
    },
    { snapshot: true },
  )
}

/** How long a first answer takes now, account by account; those without enough cases are left out. */
export async function readReplyTimes(hub: Hub, actor: Actor): Promise<OperationResponse<'replyTimes'>> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const setting = (await settingIn(tx, 'hours')).value
      const languages = await languagesOf(tx)
      const accounts = await tx.db.selectFrom('account').select('id').where('status', '<>', 'disconnected').orderBy('created_at').execute()
      const times = []
      for (const { id } of accounts.filter(one => maySee(actor, { accountId: one.id }))) {
        const hours = hoursFor(setting, { accountId: id })
        const time = await replyTimeOf(tx, id, hours, hub.now())
        if (!time) continue
        const words = languages.map(tag => [tag, replyPromise(time.p90Ms, hub.now(), hours, tag)?.words ?? ''])
        times.push({ accountId: id, ...time, words: Object.fromEntries(words) as Record<string, string> })
      }
      return { times }
    },
    { snapshot: true },
  )
}
