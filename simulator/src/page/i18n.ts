/** The page's words in two languages, after the member's own. Always holds: both catalogues have the same keys (a test); a missing key shows itself. */
import en from './locales/en.json' with { type: 'json' }
import ru from './locales/ru.json' with { type: 'json' }

export type Language = 'en' | 'ru'
type Key = keyof typeof en

const catalogues: Record<Language, Readonly<Record<string, string>>> = { en, ru }
let language: Language = typeof navigator !== 'undefined' && /^ru/i.test(navigator.language) ? 'ru' : 'en'

export function setLanguage(next: Language): void {
  language = next
  document.documentElement.lang = next
}

export function currentLanguage(): Language {
  return language
}

/** The words of a key, `{name}` filled. With `count`, the form of the language's plural. */
export function t(key: Key | PluralKey, values: Readonly<Record<string, string | number>> = {}): string {
  const catalogue = catalogues[language]
  const form = typeof values.count === 'number' ? catalogue[`${key}_${new Intl.PluralRules(language).select(values.count)}`] : undefined
  return (form ?? catalogue[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
type PluralKey = Key extends infer K ? (K extends `${infer Stem}_other` ? Stem : never) : never

/** A text that data bring in both languages. */
export function pick(text: { en: string; ru: string }): string {
  return text[language]
}

export function clock(at: number): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }).format(at)
}

export function exactClock(at: number): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 }).format(at)
}

export function dayName(at: number): string {
  const today = new Date()
  const day = new Date(at)
  const daysAgo = Math.round((new Date(today.toDateString()).getTime() - new Date(day.toDateString()).getTime()) / 86_400_000)
  if (daysAgo === 0 || daysAgo === 1) {
    const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(-daysAgo, 'day')
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1)
  }
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'long',
    ...(day.getFullYear() === today.getFullYear() ? {} : { year: 'numeric' }),
  }).format(at)
}

export function money(amount: { amountMinor: number; currency: string }): string {
  return new Intl.NumberFormat(language, { style: 'currency', currency: amount.currency }).format(amount.amountMinor / 100)
}

export function fileSize(bytes: number): string {
  const [value, unit] = bytes < 1024 ** 2 ? [bytes / 1024, 'kilobyte'] : [bytes / 1024 ** 2, 'megabyte']
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
}
