/** Messenger shows no markup: plain characters, and the address after a link's words. Lengths count UTF-16 units, never less than the vendor. */
import { plainFormat } from '@dragoman/channel-meta-graph'
import type { FormattedText, RichText } from '@dragoman/core'

export function formatText(text: RichText): FormattedText {
  return plainFormat(text, 'utf16')
}
