/** Sound on a phone: a round button, the shape of the sound, its length. */
import type { Media } from '@dragoman/core'
import { useRef, useState } from 'preact/hooks'
import { t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import { linkOf } from './media-link.ts'

export function Player({ media, seed, title }: { media: Media; seed: string; title?: string | undefined }) {
  const sound = useRef<HTMLAudioElement>(null)
  const [playing, setPlaying] = useState(false)
  const [place, setPlace] = useState(0)
  const [length, setLength] = useState((media.durationMs ?? 0) / 1_000)
  const shape = media.waveform?.length ? spread(media.waveform, 30) : invent(seed)
  const toggle = () => {
    const element = sound.current
    if (!element) return
    if (element.paused) void element.play().catch(() => setPlaying(false))
    else element.pause()
  }
  const time = playing || place > 0 ? place : length
  return (
    <div class="player">
      <button type="button" class="player-button" onClick={toggle} aria-label={playing ? t('player.pause') : t('player.play')}>
        <Icon name={playing ? 'pause' : 'play'} size={18} filled={!playing} />
      </button>
      <div class="player-body">
        {title && <div class="player-title">{title}</div>}
        <div class="wave" aria-hidden="true">
          {shape.map((height, index) => (
            <span
              key={index}
              class={length > 0 && place / length > index / shape.length ? 'passed' : ''}
              style={{ height: `${Math.max(12, height)}%` }}
            />
          ))}
        </div>
        <div class="player-time">{`${Math.floor(time / 60)}:${String(Math.floor(time % 60)).padStart(2, '0')}`}</div>
      </div>
      {/* biome-ignore lint/a11y/useMediaCaption: what people send each other has no captions */}
      <audio
        ref={sound}
        src={linkOf(media)}
        preload="metadata"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => setPlace(0)}
        onTimeUpdate={event => setPlace(event.currentTarget.currentTime)}
        onLoadedMetadata={event => Number.isFinite(event.currentTarget.duration) && setLength(event.currentTarget.duration)}
      />
    </div>
  )
}

function spread(waveform: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, index) => ((waveform[Math.floor((index / count) * waveform.length)] ?? 0) / 255) * 100)
}

/** A steady, voice-like shape for a sound that brings none. */
function invent(seed: string): number[] {
  let state = [...seed].reduce((sum, character) => (sum * 33 + (character.codePointAt(0) ?? 0)) >>> 0, 5381)
  return Array.from({ length: 30 }, (_, index) => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0
    return 20 + 60 * Math.abs(Math.sin(index / 2.6 + (state % 7))) * (0.5 + (state % 100) / 200)
  })
}
