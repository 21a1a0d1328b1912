/** How the widget looks and speaks, from an account's settings, in the visitor's language. Always holds: whatever the settings hold, the widget can be drawn. */
import type { VisitorSettings } from '@dragoman/api'
import type { VisitorPlace } from './place.ts'

const titles = { en: 'Chat with us', ru: 'Напишите нам' }
const greetings = { en: 'Hello. How can we help?', ru: 'Здравствуйте! Чем помочь?' }

/** Settings for one language wish, such as `ru-RU`. */
export function visitorSettings(place: Pick<VisitorPlace, 'channel' | 'config' | 'language'>, wish: string | undefined): VisitorSettings {
  const { config, channel } = place
  const capabilities = channel.capabilities(config)
  const language = languageOf(wish) ?? languageOf(place.language) ?? 'en'
  return {
    title: localized(config.title, language) || titles[language],
    greeting: localized(config.greeting, language) || greetings[language],
    accent: /^#[0-9a-f]{6}$/i.test(config.accent ?? '') ? config.accent! : channel.badge.color,
    position: config.position === 'left' ? 'left' : 'right',
    ask: config.ask === 'name' || config.ask === 'name_and_email' ? config.ask : 'nothing',
    language,
    largestFile: capabilities.media.file.maxBytes,
    longestText: capabilities.text.max,
    reactions: capabilities.reactionEmojis ?? [],
  }
}

function languageOf(wish: string | undefined): 'en' | 'ru' | undefined {
  const primary = (wish ?? '').slice(0, 2).toLowerCase()
  // Neighbours who read Russian rather than English.
  return primary === 'en' ? 'en' : ['ru', 'be', 'kk', 'uk', 'ky', 'uz'].includes(primary) ? 'ru' : undefined
}

/** A text of the settings: a map from language to text, or plain words. */
function localized(text: string | undefined, language: string): string {
  if (!text) return ''
  try {
    const map = JSON.parse(text) as Record<string, unknown>
    if (typeof map !== 'object' || map === null) return text
    const words = map[language] ?? map.en ?? Object.values(map).find(Boolean)
    return typeof words === 'string' ? words.trim() : ''
  } catch {
    return text
  }
}
