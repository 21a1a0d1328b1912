/**
 * Languages: one catalogue is loaded, the other only when chosen; the words of other pages come with the first of these. Always holds: `lang` of the page follows, and a switch needs no reload.
 */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export type ScreenLanguage = 'en' | 'ru'
const languageKey = 'dragoman-language'

const catalogues: Record<ScreenLanguage, () => Promise<Record<string, unknown>>> = {
  en: () => import('./locales/en.ts').then(module => module.en),
  ru: () => import('./locales/ru.ts').then(module => module.ru),
}

/** Words of pages that are not the inbox. */
const laterCatalogues: Record<ScreenLanguage, () => Promise<Record<string, unknown>>> = {
  en: () => import('./locales/en-later.ts').then(module => module.enLater),
  ru: () => import('./locales/ru-later.ts').then(module => module.ruLater),
}
const later = new Map<ScreenLanguage, Promise<void>>()
let needsLater = false

/** Fetches the words of pages that load when they are opened; once per language, and from then on with every language. Throws when they cannot be had. */
export async function loadLaterWords(language: ScreenLanguage = currentLanguage()): Promise<void> {
  needsLater = true
  const known = later.get(language)
  if (known) return await known
  const loading = laterCatalogues[language]().then(words => {
    i18next.addResourceBundle(language, 'translation', words, true, false)
  })
  later.set(language, loading)
  // A lost connection is no answer for good.
  loading.catch(() => later.delete(language))
  await loading
}

export function guessLanguage(): ScreenLanguage {
  const shown = document.documentElement.lang
  return shown === 'ru' ? 'ru' : 'en'
}

let started: Promise<void> | undefined

/** Starts once; later calls wait for the same. */
export function startLanguages(): Promise<void> {
  started ??= start()
  return started
}

async function start(): Promise<void> {
  const language = guessLanguage()
  const catalogue = await catalogues[language]()
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: catalogue } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
}

export async function changeLanguage(language: ScreenLanguage): Promise<void> {
  try {
    localStorage.setItem(languageKey, language)
  } catch {
    // Nothing is kept; the language still changes now.
  }
  document.documentElement.lang = language
  await startLanguages()
  if (!i18next.hasResourceBundle(language, 'translation')) i18next.addResourceBundle(language, 'translation', await catalogues[language]())
  if (needsLater) await loadLaterWords(language)
  if (i18next.language !== language) await i18next.changeLanguage(language)
}

export function currentLanguage(): ScreenLanguage {
  return i18next.language === 'ru' ? 'ru' : 'en'
}

/** The text of a language map: the screen's language, else English, else whatever there is. */
export function localizedText(text: Readonly<Record<string, string>> | { en: string; ru: string } | undefined): string {
  if (!text) return ''
  const map = text as Readonly<Record<string, string>>
  return map[currentLanguage()] ?? map.en ?? Object.values(map)[0] ?? ''
}
