/**
 * Languages: one catalogue is loaded, the other only when chosen. Always holds: `lang` of the page follows, and a switch needs no reload.
 */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'

export type ScreenLanguage = 'en' | 'ru'
const languageKey = 'dragoman-language'

const catalogues: Record<ScreenLanguage, () => Promise<Record<string, unknown>>> = {
  en: () => import('./locales/en.ts').then(module => module.en),
  ru: () => import('./locales/ru.ts').then(module => module.ru),
}

export function guessLanguage(): ScreenLanguage {
  const shown = document.documentElement.lang
  return shown === 'ru' ? 'ru' : 'en'
}

export async function startLanguages(): Promise<void> {
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
  if (!i18next.hasResourceBundle(language, 'translation')) i18next.addResourceBundle(language, 'translation', await catalogues[language]())
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
