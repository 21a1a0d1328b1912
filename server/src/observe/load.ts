/**
 * How busy this process is: how late its timers come, and how many requests wait for a connection to the database. Always holds: reading it costs
 * nothing; a lag is forgotten a second after the loop runs freely again.
 */
export interface Load {
  /** By how much timers were late lately, ms: the worst of the last second. */
  lagMs(): number
  stop(): void
}

const sampleEveryMs = 50
const keptSamples = 20

/** Begins to measure. */
export function watchLoad(): Load {
  const samples = new Array<number>(keptSamples).fill(0)
  let next = 0
  let expected = performance.now() + sampleEveryMs
  let worst = 0
  const timer = setInterval(() => {
    const now = performance.now()
    samples[next++ % keptSamples] = Math.max(0, now - expected)
    expected = now + sampleEveryMs
    worst = Math.max(...samples)
  }, sampleEveryMs)
  timer.unref()
  return {
    lagMs: () => worst,
    stop: () => clearInterval(timer),
  }
}
