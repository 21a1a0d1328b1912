/** The same keys pressed in the other layout, Russian and English: «кщгеу» is “route”. Pure. */

const latin = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
const cyrillic = 'ёйцукенгшщзхъфывапролджэячсмитьбю'

const toCyrillic = new Map([...latin].map((letter, index) => [letter, cyrillic[index] ?? letter]))
const toLatin = new Map([...cyrillic].map((letter, index) => [letter, latin[index] ?? letter]))

/** In lower case. */
export function otherLayout(text: string): string {
  const lower = text.toLowerCase()
  const map = /[а-яё]/.test(lower) ? toLatin : toCyrillic
  return [...lower].map(letter => map.get(letter) ?? letter).join('')
}
