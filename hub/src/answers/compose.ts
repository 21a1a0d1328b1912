/** The words of an automatic answer for one customer. Always holds: a sentence that would claim what is not known is left out. */
import { type AutomaticAnswers, type AutomaticKind, fillText, placeholdersIn, withoutEmptySentences } from '@dragoman/api'
import type { Transaction } from '../database/transaction.ts'
import { hoursFor } from '../hours/hours.ts'
import { settingIn } from '../settings/settings.ts'
import { type Place, textFor } from './texts.ts'
import { type PlaceholderFacts, placeholderValues } from './values.ts'

export interface Composed {
  text: string
  language: string
  /** By when it promises an answer, ms. */
  promisedAt: number | null
}

/** Undefined where there is no text, or nothing is left of it. */
export async function composeAnswer(
  tx: Transaction,
  setting: AutomaticAnswers,
  kind: AutomaticKind,
  place: Place,
  facts: PlaceholderFacts,
  nowMs: number,
  hoursSetting?: Parameters<typeof hoursFor>[0],
): Promise<Composed | undefined> {
  const chosen = textFor(setting, kind, place, facts.language, facts.languages)
  if (!chosen) return undefined
  const hours = hoursFor(hoursSetting ?? (await settingIn(tx, 'hours')).value, place)
  const { values, promise } = await placeholderValues(
    tx,
    facts,
    { accountId: place.accountId, hours, agentName: '' },
    nowMs,
    chosen.language,
  )
  const text = withoutEmptySentences(fillText({ text: chosen.text }, values).rich.text)
  const promises = promise !== undefined && placeholdersIn(chosen.text).some(found => found.name === 'reply_time')
  return text === '' ? undefined : { text, language: chosen.language, promisedAt: promises ? promise.until : null }
}
