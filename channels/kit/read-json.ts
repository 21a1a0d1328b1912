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

/** The JSON in a body, or undefined. */
export function readJson(bytes: Uint8Array): unknown {
  return parseJson(new TextDecoder().decode(bytes))
}

/** The JSON in a body with every text in it cleaned. */
export function readCleanJson(bytes: Uint8Array): CleanJson {
  return cleanJson(readJson(bytes))
}

/** JSON of a text, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text)
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
