/**
 * Formatters of dates and figures, each made once: making one costs a hundred times what using it does, and a list uses several in every row.
 * Always holds: the same language and options give the same formatter.
 */
import { regional } from './regional.ts'

const dates = new Map<string, Intl.DateTimeFormat>()
const spans = new Map<string, Intl.RelativeTimeFormat>()
const numbers = new Map<string, Intl.NumberFormat>()

/** A date in the reader's own regional form. Throws a RangeError for a zone that is none. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return remembered(dates, regional(language), options, (tag, given) => new Intl.DateTimeFormat(tag, given))
}

export function spanFormat(language: string, options: Intl.RelativeTimeFormatOptions): Intl.RelativeTimeFormat {
  return remembered(spans, language, options, (tag, given) => new Intl.RelativeTimeFormat(tag, given))
}

/** Throws a RangeError for a currency that is none. */
export function numberFormat(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return remembered(numbers, language, options, (tag, given) => new Intl.NumberFormat(tag, given))
}

function remembered<Options, Format>(
  known: Map<string, Format>,
  language: string,
  options: Options,
  make: (language: string, options: Options) => Format,
): Format {
  const key = `${language} ${JSON.stringify(options)}`
  const found = known.get(key)
  if (found) return found
  const made = make(language, options)
  known.set(key, made)
  return made
}
