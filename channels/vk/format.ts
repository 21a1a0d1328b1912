/** Text to VK's: plain characters. Addresses, mentions and hashtags in it are found by VK itself; styles have no place in a community's message. */
import type { EntityKind, FormattedText, RichText } from '@dragoman/core'

export const shownEntities: EntityKind[] = ['url', 'email', 'phone', 'mention', 'hashtag']

export function formatText(text: RichText): FormattedText {
  return { body: text.text, length: text.text.length }
}
