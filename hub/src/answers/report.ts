/**
 * What differs between accounts and teams: automatic answers, hours, saved replies, and texts that a channel keeps itself. Always holds: from the same
 * functions that decide what is sent, so what the report says is what customers get.
 */
import { type AutomaticAnswers, automaticKinds, type HoursSetting, type MessageBody, plainText, type ReportRow } from '@dragoman/api'
import { inWorkspace } from '../database/transaction.ts'
import { hoursFor } from '../hours/hours.ts'
import type { Hub } from '../hub.ts'
import type { Actor } from '../people/actor.ts'
import { savedReplyViews } from '../saved-replies/views.ts'
import { settingIn } from '../settings/settings.ts'
import { exceptionsAt, isOn, textsAt } from './texts.ts'

interface Target {
  accountId: string | null
  teamId: string | null
  name: string
}

/** All rows, equal ones too: accounts first, then teams. */
export async function answersReport(hub: Hub, actor: Actor): Promise<{ rows: ReportRow[] }> {
  return await inWorkspace(
    hub,
    actor.workspaceId,
    async tx => {
      const { languages } = await tx.db.selectFrom('workspace').select('languages').executeTakeFirstOrThrow()
      const accounts = await tx.db
        .selectFrom('account')
        .select(['id', 'name', 'config'])
        .where('status', '<>', 'disconnected')
        .orderBy('created_at')
        .execute()
      const teams = await tx.db.selectFrom('team').select(['id', 'name']).where('archived_at', 'is', null).orderBy('name').execute()
      const seen = accounts.filter(one => actor.accountIds === null || actor.accountIds.includes(one.id))
      const targets: Target[] = [
        ...seen.map(one => ({ accountId: one.id, teamId: null, name: one.name })),
        ...teams.map(one => ({ accountId: null, teamId: one.id, name: one.name })),
      ]
      const setting = (await settingIn(tx, 'automatic_answers')).value
      const hours = (await settingIn(tx, 'hours')).value
      const replies = (await savedReplyViews(tx, actor, { archived: false })).filter(reply => !reply.mine)
      return {
        rows: [
          ...targets.flatMap(target => automaticRows(setting, target, languages)),
          ...targets.map(target => hoursRow(hours, target)),
          ...seen.flatMap(account => channelRows(account, setting)),
          ...replies.flatMap(reply =>
            Object.entries(reply.exceptions).flatMap(([accountId, bodies]) => {
              const account = seen.find(one => one.id === accountId)
              return account ? savedReplyRows(reply, account, bodies) : []
            }),
          ),
        ],
      }
    },
    { snapshot: true },
  )
}

function automaticRows(setting: AutomaticAnswers, target: Target, languages: readonly string[]): ReportRow[] {
  const place = { accountId: target.accountId ?? '', teamId: target.teamId }
  return automaticKinds.flatMap(kind => {
    const exceptions = exceptionsAt(setting, kind, place)
    // A team is only spoken of where it departs; an account always.
    if (target.teamId !== null && exceptions.length === 0) return []
    const on = isOn(setting, kind, place)
    if (!on && !setting[kind].on && exceptions.length === 0) return []
    const texts = textsAt(setting, kind, place)
    return [...new Set([...languages, ...Object.keys(texts)])].map((language): ReportRow => {
      const text = texts[language] ?? ''
      const sourceText = setting[kind].texts[language] ?? ''
      const state = !on ? 'off' : text === '' ? 'missing' : text === sourceText && setting[kind].on ? 'same' : 'differs'
      return { subject: kind, ...target, replyId: null, language, state, text, sourceText }
    })
  })
}

function hoursRow(setting: HoursSetting, target: Target): ReportRow {
  const hours = hoursFor(setting, target)
  const variant =
    setting.variants.find(one => target.teamId !== null && one.teamIds.includes(target.teamId)) ??
    setting.variants.find(one => target.accountId !== null && one.accountIds.includes(target.accountId))
  const facts = (one: typeof hours) => JSON.stringify([one.zone, one.week, one.holidays])
  const same = facts(hours) === facts(hoursFor(setting, {}))
  return {
    subject: 'hours',
    ...target,
    replyId: null,
    language: '',
    state: same ? 'same' : 'differs',
    text: variant?.name ?? '',
    sourceText: '',
  }
}

/** A greeting that stands in the account's own settings, as some channels have one: a second source beside ours. */
function channelRows(account: { id: string; name: string; config: unknown }, setting: AutomaticAnswers): ReportRow[] {
  const own = (account.config as Record<string, unknown>).greeting
  if (typeof own !== 'string' || own.trim() === '') return []
  const texts = textsAt(setting, 'greeting', { accountId: account.id, teamId: null })
  return Object.entries(ownTexts(own)).map(([language, text]) => ({
    subject: 'channel_greeting',
    accountId: account.id,
    teamId: null,
    replyId: null,
    name: account.name,
    language,
    state: text === texts[language] ? 'same' : 'own',
    text,
    sourceText: texts[language] ?? '',
  }))
}

function ownTexts(stored: string): Record<string, string> {
  try {
    const map = JSON.parse(stored) as unknown
    if (typeof map === 'object' && map !== null)
      return Object.fromEntries(
        Object.entries(map).flatMap(([tag, text]) => (typeof text === 'string' && text.trim() ? [[tag, text.trim()]] : [])),
      )
  } catch {
    // Plain words, for every language.
  }
  return { '': stored.trim() }
}

function savedReplyRows(
  reply: { id: string; name: string; bodies: Record<string, MessageBody> },
  account: { id: string },
  bodies: Record<string, MessageBody>,
): ReportRow[] {
  return Object.entries(bodies).map(([language, body]) => {
    const source = reply.bodies[language]
    return {
      subject: 'saved_reply',
      accountId: account.id,
      teamId: null,
      replyId: reply.id,
      name: reply.name,
      language,
      state: source && JSON.stringify(source) === JSON.stringify(body) ? 'same' : 'differs',
      text: plainText(body.content),
      sourceText: source ? plainText(source.content) : '',
    }
  })
}
