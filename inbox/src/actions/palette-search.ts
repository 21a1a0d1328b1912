/**
 * Search in the command palette: words of both languages, in any order, by beginnings or letters in sequence, and typed in the wrong layout.
 * Pure. «кщгеу» finds what «route» finds.
 */
import { otherLayout } from '@dragoman/api'

/** 0 is no match; more is better. */
export function scoreOf(query: string, texts: readonly string[]): number {
  const typed = query.trim().toLowerCase()
  if (typed === '') return 1
  return Math.max(score(typed, texts), score(otherLayout(typed), texts) * 0.9)
}

function score(query: string, texts: readonly string[]): number {
  let best = 0
  for (const [index, text] of texts.entries()) {
    const weight = index === 0 ? 1 : 0.85
    best = Math.max(best, scoreText(query, text.toLowerCase()) * weight)
  }
  if (best > 0) return best
  const words = query.split(/\s+/)
  if (words.length < 2) return 0
  const each = words.map(word => Math.max(...texts.map(text => scoreText(word, text.toLowerCase()))))
  return each.every(value => value >= 30) ? Math.min(...each) * 0.8 : 0
}

function scoreText(query: string, text: string): number {
  if (text === query) return 100
  if (text.startsWith(query)) return 90
  const at = text.indexOf(query)
  if (at > 0) return /[\s«"(-]/.test(text[at - 1] ?? '') ? 75 : 45
  let position = 0
  let gaps = 0
  for (const letter of query) {
    const found = text.indexOf(letter, position)
    if (found < 0) return 0
    gaps += found - position
    position = found + 1
  }
  return query.length < 3 || gaps > query.length * 2 ? 0 : Math.max(5, 30 - gaps)
}
