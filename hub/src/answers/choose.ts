/** Which automatic answers somebody who writes would get. Pure. Always holds: outside hours it is the away message, which says more than a greeting. */
import type { AutomaticAnswers, AutomaticKind } from '@dragoman/api'
import { isOn, type Place } from './texts.ts'

export interface Writer {
  place: Place
  /** Business hours, at that place. */
  open: boolean
  /** An agent is there who could answer. */
  somebody: boolean
  /** The case was opened by this message. */
  newCase: boolean
  /** When the person had a case before this one, last; null: never. ms. */
  lastCaseAt: number | null
}

export interface Chosen {
  kind: AutomaticKind
  afterSeconds: number
}

/** What to say, and how long after the message. */
export function chooseAnswers(setting: AutomaticAnswers, writer: Writer, nowMs: number): Chosen[] {
  const { place } = writer
  if (isAway(setting, writer) && isOn(setting, 'away', place)) return [{ kind: 'away', afterSeconds: 0 }]
  if (!writer.newCase) return []
  const chosen: Chosen[] = []
  if (isOn(setting, 'greeting', place) && isFirst(setting, writer.lastCaseAt, nowMs)) chosen.push({ kind: 'greeting', afterSeconds: 0 })
  if (writer.open && isOn(setting, 'instant', place)) chosen.push({ kind: 'instant', afterSeconds: setting.instant.afterSeconds })
  return chosen
}

/** Whether nobody is there for this person. */
export function isAway(setting: AutomaticAnswers, writer: Pick<Writer, 'open' | 'somebody'>): boolean {
  return !writer.open || (setting.away.whenNobody && !writer.somebody)
}

function isFirst(setting: AutomaticAnswers, lastCaseAt: number | null, nowMs: number): boolean {
  if (lastCaseAt === null) return true
  const { afterDays } = setting.greeting
  return afterDays !== null && nowMs - lastCaseAt >= afterDays * 86_400_000
}
