/**
 * Bytes to JSON, totally: whatever comes in, something comes out.
 * Always holds: never throws; integers that JavaScript cannot hold exactly come as strings of their digits; text holds neither NUL nor
 * lone surrogates (PostgreSQL refuses them), and what had to go is noted [mechanics 3].
 */
import { cleanText } from '@dragoman/core'

export interface CleanJson {
  /** Undefined where the bytes are no JSON. */
  value: unknown
  /** What had to be cleaned, in English, or undefined. */
  note?: string
}

/** Deeper than any platform nests; what lies below is cut, so that no later walk can overflow the stack. */
const deepest = 64

const decoder = new TextDecoder()

/** The JSON in a body, or undefined. */
export function readJson(bytes: Uint8Array): unknown {
  return parseJson(decoder.decode(bytes))
}

/** The JSON in a body with every text in it cleaned. */
export function readCleanJson(bytes: Uint8Array): CleanJson {
  const text = decoder.decode(bytes)
  const value = parseJson(text)
  return mayBeUnclean.test(text) || mayBeDeep(text) ? cleanJson(value) : { value }
}

/** NUL and lone surrogates come into JSON as escapes only: raw they are no JSON, or were replaced when the bytes were decoded. */
const mayBeUnclean = /\\u(?:0000|[dD][89a-fA-F])/

/** Whether brackets outside of texts nest as deep as that. */
function mayBeDeep(text: string): boolean {
  let level = 0
  let inText = false
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (inText) {
      if (code === backslash) index++
      else if (code === quote) inText = false
    } else if (code === quote) inText = true
    else if (code === openBrace || code === openBracket) {
      if (++level >= deepest) return true
    } else if (code === closeBrace || code === closeBracket) level--
  }
  return false
}
const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [34, 92, 123, 125, 91, 93]

/** Sixteen digits where a number may stand: at the beginning, after a colon, a comma or a bracket. */
const mayBeLarge = /(?:^|[:,[])\s*-?\d{16}/

/** JSON of a text, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return mayBeLarge.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Removes from all texts and keys what may not be stored. */
export function cleanJson(value: unknown): CleanJson {
  let texts = false
  let depth = false
  const cleaned = walk(value, 0)
  const note = [texts ? 'removed NUL or lone surrogates' : '', depth ? `cut below level ${deepest}` : ''].filter(Boolean).join('; ')
  return note ? { value: cleaned, note } : { value: cleaned }

  function walk(item: unknown, level: number): unknown {
    if (typeof item === 'string') return text(item)
    if (typeof item !== 'object' || item === null) return item
    if (level >= deepest) {
      depth = true
      return null
    }
    if (Array.isArray(item)) return item.map(entry => walk(entry, level + 1))
    return Object.fromEntries(Object.entries(item).map(([key, entry]) => [text(key), walk(entry, level + 1)]))
  }

  function text(raw: string): string {
    const clean = cleanText(raw)
    if (clean.changed) texts = true
    return clean.text
  }
}

function exactIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')) return context!.source
  return value
}
