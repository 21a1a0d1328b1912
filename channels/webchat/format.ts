/** Text to the widget's: the canonical text itself, entities beside it. Always holds: no markup is made, so none can be injected. */
import { type EntityKind, type FormattedText, measure, type RichText } from '@dragoman/core'

/** What the widget draws. Links and addresses that are not marked it finds by itself. */
export const shownEntities: EntityKind[] = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
  'quote',
  'link',
  'url',
  'email',
  'phone',
]

export function formatText(text: RichText): FormattedText {
  const length = measure(text.text, 'codepoint')
  return text.entities?.length ? { body: text.text, entities: text.entities, length } : { body: text.text, length }
}
