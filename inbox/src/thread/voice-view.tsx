/** A voice note: its shape to press on, and the speed. Only one sounds at a time. */
import type { Media } from '@dragoman/api'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconMicrophone, IconPlayerPause, IconPlayerPlay } from '../icons.ts'
import { duration } from '../text/time.ts'
import classes from './content.module.css'
import type { Files } from './content-view.tsx'
import { Placeholder, sourceOf } from './media-views.tsx'
import { barsOf } from './waveform.ts'

const speeds = [1, 1.5, 2]
let sounding: HTMLAudioElement | undefined

export function VoiceView({ media, files }: { media: Media; files: Files }) {
  const { t } = useTranslation()
  const source = sourceOf(media, files)
  const audio = useRef<HTMLAudioElement>(null)
  const [playing, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState((source.durationMs ?? 0) / 1000)
  const [speed, setSpeed] = useState(1)
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed
  }, [speed])
  if (source.problem) return <Placeholder source={source} icon={<IconMicrophone size={22} stroke={1.4} />} small />
  const bars = barsOf(media.waveform, source.fileId ?? '')
  const done = length > 0 ? at / length : 0
  const toggle = () => {
    const element = audio.current
    if (!element) return
    if (!element.paused) return element.pause()
    sounding?.pause()
    sounding = element
    element.playbackRate = speed
    void element.play().catch(() => setPlaying(false))
  }
  return (
    <div className={classes.voice} data-voice>
      {/* biome-ignore lint/a11y/useMediaCaption: a spoken message has no captions */}
      <audio
        ref={audio}
        src={source.url}
        preload="none"
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={event => setAt(event.currentTarget.currentTime)}
        onLoadedMetadata={event => Number.isFinite(event.currentTarget.duration) && setLength(event.currentTarget.duration)}
        onEnded={() => setAt(0)}
      />
      <button type="button" className={classes.voicePlay} onClick={toggle} aria-label={t(playing ? 'files.pause' : 'files.play')}>
        {playing ? <IconPlayerPause size={20} /> : <IconPlayerPlay size={20} />}
      </button>
      <div className={classes.voiceShape}>
        <svg viewBox={`0 0 ${bars.length * 4} 28`} preserveAspectRatio="none" aria-hidden="true">
          {bars.map((height, index) => (
            <rect
              key={index}
              x={index * 4}
              y={14 - height * 13}
              width={2.4}
              height={Math.max(2, height * 26)}
              rx={1.2}
              fill={index / bars.length < done ? 'var(--accent)' : 'var(--line-strong)'}
            />
          ))}
        </svg>
        <input
          type="range"
          min={0}
          max={Math.max(1, length)}
          step={0.1}
          value={at}
          aria-label={t('files.position')}
          aria-valuetext={`${duration(at * 1000)} / ${duration(length * 1000)}`}
          onChange={event => {
            const value = Number(event.currentTarget.value)
            setAt(value)
            if (audio.current) audio.current.currentTime = value
          }}
        />
      </div>
      <time className={classes.voiceTime}>{duration((playing || at > 0 ? at : length) * 1000)}</time>
      <button
        type="button"
        className={classes.voiceSpeed}
        onClick={() => setSpeed(now => speeds[(speeds.indexOf(now) + 1) % speeds.length] ?? 1)}
        aria-label={t('files.speed', { speed })}
      >
        {speed}×
      </button>
    </div>
  )
}
