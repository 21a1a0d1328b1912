/** “/” at the beginning of a word asks for a saved reply. Pure. */
import type { MessageBody } from '@dragoman/api'
import { type Compose, composeOf } from './compose.ts'

export interface Slash {
  /** Where the “/” stands, and where the word ends. */
  from: number
  to: number
  query: string
}

/** The word with a “/” that is being typed at the caret; undefined where there is none. A Russian layout has the same key for a full stop. */
export function slashAt(text: string, caret: number): Slash | undefined {
  const match = /(^|\s)\/([\p{L}\p{N}-]{0,32})$/u.exec(text.slice(0, caret))
  if (!match || /^[\p{L}\p{N}/-]/u.test(text.slice(caret))) return undefined
  const query = match[2]!
  return { from: caret - query.length - 1, to: caret, query }
}

/** A saved reply in place of a stretch of text; files and buttons come along. */
export function withReply(compose: Compose, from: number, to: number, picked: { replyId: string; body: MessageBody }): Compose {
  const put = composeOf(picked.body, null)
  const grown = put.text.length - (to - from)
  return {
    ...compose,
    text: compose.text.slice(0, from) + put.text + compose.text.slice(to),
    entities: [
      ...compose.entities.filter(entity => entity.offset + entity.length <= from),
      ...put.entities.map(entity => ({ ...entity, offset: entity.offset + from })),
      ...compose.entities.filter(entity => entity.offset >= to).map(entity => ({ ...entity, offset: entity.offset + grown })),
    ],
    attachments: [...compose.attachments, ...put.attachments.map(one => ({ ...one, localId: `${one.localId}-${picked.replyId}` }))],
    keyboard: compose.keyboard ?? put.keyboard,
    special: compose.special ?? put.special,
    savedReplyId: picked.replyId,
  }
}
