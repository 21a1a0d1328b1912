/** Spans of time in words. Pure. */

const minute = 60_000

/** A span, short: `40 s`, `12 min`, `3 h 05 min`, `2 d 4 h`; in the words of the language. */
export function spanText(ms: number, language: string): string {
  const unit = (value: number, name: 'second' | 'minute' | 'hour' | 'day') =>
    new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 }).format(value)
  const rounded = Math.max(0, ms)
  if (rounded < minute) return unit(Math.round(rounded / 1_000), 'second')
  if (rounded < 60 * minute) return unit(Math.floor(rounded / minute), 'minute')
  const hours = Math.floor(rounded / (60 * minute))
  if (hours < 24) return `${unit(hours, 'hour')} ${unit(Math.floor((rounded % (60 * minute)) / minute), 'minute')}`
  return `${unit(Math.floor(hours / 24), 'day')} ${unit(hours % 24, 'hour')}`
}
