/** The bars of a voice note, 0 to 1 each: from its waveform, or a quiet shape that is the same for the same note. Pure. */
const count = 44

export function barsOf(waveform: readonly number[] | undefined, seed: string): number[] {
  if (waveform && waveform.length > 0) {
    const loudest = Math.max(1, ...waveform)
    return Array.from({ length: count }, (_, index) => {
      const from = Math.floor((index * waveform.length) / count)
      const to = Math.max(from + 1, Math.floor(((index + 1) * waveform.length) / count))
      return Math.max(...waveform.slice(from, to)) / loudest
    })
  }
  let state = [...seed].reduce((sum, letter) => (sum * 33 + (letter.codePointAt(0) ?? 0)) % 2_147_483_647, 5381)
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647
    return 0.2 + 0.5 * (state / 2_147_483_647)
  })
}
