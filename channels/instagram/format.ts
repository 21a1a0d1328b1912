/** Instagram shows no markup: plain characters, and the address after a link's words. Its limit counts bytes of UTF-8. */
import { plainFormat } from '@dragoman/channel-meta-graph'
import type { FormattedText, RichText } from '@dragoman/core'

export function formatText(text: RichText): FormattedText {
  return plainFormat(text, 'byte')
}
