/**
 * What a customer meets before the first word: greeting, first questions, the menu; set through the messenger profile.
 * Always holds: every text is there for `default`, in the main language; setting replaces each property that it names, and `clear` takes away
 * those that it may not name.
 */
import type { ChannelExtras, Entrance, EntranceLimits } from '@dragoman/core'
import { deleteRequest, nodeUrl, postRequest, resultOf } from './calls.ts'
import { type MessagingDialect, withPlatform } from './dialect.ts'
import { startPayload } from './item.ts'

export interface EntranceShape {
  /** Greeting and the Get Started button, where the messenger has them. */
  greeting: boolean
  /** Properties that `clear` takes away. */
  cleared: readonly string[]
  /** What every row of the menu carries beside its own. */
  menu: Readonly<Record<string, unknown>>
}

/** The extra for a messenger of this shape. */
export function entranceExtra(
  dialect: MessagingDialect,
  max: EntranceLimits,
  shape: EntranceShape,
): NonNullable<ChannelExtras['entrance']> {
  return {
    max,
    apply: {
      request: (entrance, account) =>
        postRequest(withPlatform(dialect, account, nodeUrl(dialect, account, 'messenger_profile')), profileOf(entrance, shape)),
      outcome: transmission => resultOf(dialect, transmission, () => undefined),
    },
    clear: {
      request: (_input, account) => {
        const fields = JSON.stringify(shape.cleared)
        return deleteRequest(withPlatform(dialect, account, nodeUrl(dialect, account, 'messenger_profile'), { fields }))
      },
      outcome: transmission => resultOf(dialect, transmission, () => undefined),
    },
  }
}

function profileOf(entrance: Entrance, shape: EntranceShape): Record<string, unknown> {
  const locales = languagesOf(entrance)
  const actionsFor = (language: string | undefined) =>
    entrance.menu.map(row => ({
      title: textIn(row.title, language),
      ...(row.url ? { type: 'web_url', url: row.url } : { type: 'postback', payload: row.payload ?? textIn(row.title, undefined) }),
    }))
  return {
    // The menu is shown only where there is a Get Started button.
    ...(shape.greeting ? { get_started: { payload: startPayload } } : {}),
    ...(shape.greeting && entrance.greeting
      ? {
          greeting: localesOf(Object.keys(entrance.greeting)).map(({ locale, language }) => ({
            locale,
            text: textIn(entrance.greeting ?? {}, language),
          })),
        }
      : {}),
    ...(entrance.starters.length
      ? {
          ice_breakers: locales.map(({ locale, language }) => ({
            locale,
            call_to_actions: entrance.starters.map(starter => ({ question: textIn(starter.title, language), payload: starter.payload })),
          })),
        }
      : {}),
    ...(entrance.menu.length
      ? { persistent_menu: locales.map(({ locale, language }) => ({ locale, ...shape.menu, call_to_actions: actionsFor(language) })) }
      : {}),
  }
}

interface LocaleOf {
  locale: string
  /** Undefined for `default`: the main language. */
  language: string | undefined
}

function languagesOf(entrance: Entrance): LocaleOf[] {
  const titles = [...entrance.starters, ...entrance.menu].map(({ title }) => Object.keys(title))
  return localesOf([...new Set(titles.flat())])
}

function localesOf(languages: readonly string[]): LocaleOf[] {
  const locales = new Map<string, string>()
  for (const language of languages) {
    const locale = localeOf(language)
    if (locale) locales.set(locale, language)
  }
  return [{ locale: 'default', language: undefined }, ...[...locales].map(([locale, language]) => ({ locale, language }))]
}

function textIn(texts: Readonly<Record<string, string>>, language: string | undefined): string {
  return (language === undefined ? undefined : texts[language]) ?? Object.values(texts)[0] ?? ''
}

/** Where a language alone does not say the country. */
const usualCountries: Readonly<Record<string, string>> = {
  en: 'US',
  uk: 'UA',
  cs: 'CZ',
  da: 'DK',
  el: 'GR',
  et: 'EE',
  he: 'IL',
  hi: 'IN',
  ja: 'JP',
  ko: 'KR',
  sl: 'SI',
  sr: 'RS',
  sv: 'SE',
  vi: 'VN',
  zh: 'CN',
  ar: 'AR',
  be: 'BY',
  ka: 'GE',
  kk: 'KZ',
  hy: 'AM',
}

/** Meta's name of a language: `ru` → `ru_RU`, `pt-BR` → `pt_BR`; undefined where it is no language tag. */
export function localeOf(language: string): string | undefined {
  const match = /^([a-z]{2})(?:[-_]([A-Za-z]{2}))?$/.exec(language)
  if (!match?.[1]) return undefined
  return `${match[1]}_${(match[2] ?? usualCountries[match[1]] ?? match[1]).toUpperCase()}`
}
