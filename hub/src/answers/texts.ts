/**
 * Which text of an automatic answer holds where: a team's exception before an account's, before the firm's own. Pure. Always holds: an exception that
 * does not name a language leaves that language as it is above.
 */
import { type AutomaticAnswers, type AutomaticException, type AutomaticKind, automaticKinds, chooseLanguage } from '@dragoman/api'

export interface Place {
  accountId: string
  teamId: string | null
}

/** The exceptions of a kind that hold at a place, the nearest first. */
export function exceptionsAt(setting: AutomaticAnswers, kind: AutomaticKind, place: Place): AutomaticException[] {
  const ofKind = setting.exceptions.filter(one => one.kind === kind)
  return [
    ...ofKind.filter(one => one.teamId !== null && one.teamId === place.teamId),
    ...ofKind.filter(one => one.accountId !== null && one.accountId === place.accountId),
  ]
}

/** Whether an answer of this kind is given at a place: as the nearest exception says, else as the firm's own does. */
export function isOn(setting: AutomaticAnswers, kind: AutomaticKind, place: Place): boolean {
  const nearest = exceptionsAt(setting, kind, place)[0]
  return nearest ? !nearest.off : setting[kind].on
}

/** Whether anything is ever said by itself. */
export function isAnyOn(setting: AutomaticAnswers): boolean {
  return automaticKinds.some(kind => setting[kind].on) || setting.exceptions.some(one => !one.off)
}

/** All texts that hold at a place, by language. */
export function textsAt(setting: AutomaticAnswers, kind: AutomaticKind, place: Place): Record<string, string> {
  const layers = [
    setting[kind].texts,
    ...exceptionsAt(setting, kind, place)
      .toReversed()
      .map(one => one.texts),
  ]
  return Object.fromEntries(layers.flatMap(texts => Object.entries(texts).filter(([, text]) => text.trim() !== '')))
}

/** The text for a customer's language, with the language that it is there in; undefined where there is none at all. */
export function textFor(
  setting: AutomaticAnswers,
  kind: AutomaticKind,
  place: Place,
  wish: string | null,
  firmLanguages: readonly string[],
): { language: string; text: string } | undefined {
  const texts = textsAt(setting, kind, place)
  const language = chooseLanguage(wish, Object.keys(texts), firmLanguages)
  return language === undefined ? undefined : { language, text: texts[language]!.trim() }
}
