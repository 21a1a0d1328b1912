import type { Capabilities } from './capabilities.ts'
import type { MessageBody } from './content.ts'
import type { Fit } from './fit-types.ts'
import type { FormattedText, RichText } from './rich-text.ts'
export function fit(_message: MessageBody, _capabilities: Capabilities, _formatText: (text: RichText) => FormattedText): Fit {
  return { kind: 'parts', parts: [], notes: [] }
}
