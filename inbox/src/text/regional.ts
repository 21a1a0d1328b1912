/** English is written as in the reader's own region (clocks and order of dates differ); without one, as in Britain. */
export function regional(language: string): string {
  if (language !== 'en') return language
  const own = typeof navigator === 'undefined' ? undefined : navigator.languages?.find(tag => /^en-/i.test(tag))
  return own ?? 'en-GB'
}
