/** Short sounds, made by the browser itself: two rising tones for a new conversation, one for a message, three for what is meant for me. */
import type { NoticeKind } from '@dragoman/api'

type Tone = readonly [hertz: number, atSeconds: number]
const tones: Record<'conversation' | 'message' | 'mine', readonly Tone[]> = {
  conversation: [
    [523, 0],
    [784, 0.13],
  ],
  message: [[659, 0]],
  mine: [
    [659, 0],
    [880, 0.11],
    [659, 0.22],
  ],
}
const toneSeconds = 0.22

let context: AudioContext | undefined

/** Plays the sound of a kind. Browsers stay silent until the page has been touched once; then nothing is heard and nothing breaks. `volume` 0–100. */
export async function playSound(kind: NoticeKind, volume: number): Promise<void> {
  if (volume === 0) return
  try {
    context ??= new AudioContext()
    if (context.state === 'suspended') await context.resume()
    const { currentTime } = context
    const chosen = kind === 'conversation' || kind === 'message' ? tones[kind] : tones.mine
    for (const [hertz, at] of chosen) tone(context, hertz, currentTime + at, volume / 100)
  } catch {
    // No audio device.
  }
}

function tone(audio: AudioContext, hertz: number, at: number, volume: number): void {
  const oscillator = audio.createOscillator()
  const gain = audio.createGain()
  oscillator.type = 'sine'
  oscillator.frequency.value = hertz
  gain.gain.setValueAtTime(0, at)
  // Loudness is heard by the square; a ramp keeps it from clicking.
  gain.gain.linearRampToValueAtTime(0.3 * volume ** 2, at + 0.015)
  gain.gain.exponentialRampToValueAtTime(0.0001, at + toneSeconds)
  oscillator.connect(gain).connect(audio.destination)
  oscillator.start(at)
  oscillator.stop(at + toneSeconds)
}
