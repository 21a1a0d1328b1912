/** Fault switches, channel by channel: off, so many times more, or until switched off. */
import type { FaultName } from '@dragoman/channel-kit/simulator/types'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n.ts'
import { Badge } from '../pieces/icons.tsx'
import { problemText, setFaults } from '../store.ts'
import type { ChannelView } from '../wire.ts'

const names: readonly FaultName[] = [
  'rateLimit',
  'serverError',
  'timeoutAfterAccept',
  'expiredToken',
  'duplicateWebhooks',
  'reorderWebhooks',
]

export function FaultsView({ channels }: { channels: readonly ChannelView[] }) {
  const [problem, setProblem] = useState<string>()
  const set = (channel: string, faults: Parameters<typeof setFaults>[1]) => {
    setFaults(channel, faults).then(
      () => setProblem(undefined),
      error => setProblem(problemText(error)),
    )
  }
  return (
    <>
      <p class="hint">{t('faults.text')}</p>
      {problem && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {channels.map(channel => (
        <section class="faults" key={channel.id} aria-label={channel.badge?.name ?? channel.id}>
          <header>
            <Badge badge={channel.badge} />
            <h3>{channel.badge?.name ?? channel.id}</h3>
            {names.some(name => channel.faults[name] !== 0) && (
              <button type="button" class="quiet" onClick={() => set(channel.id, Object.fromEntries(names.map(name => [name, 0])))}>
                {t('faults.all_off')}
              </button>
            )}
          </header>
          {names.map(name => (
            <FaultRow
              key={name}
              channel={channel}
              name={name}
              set={value => set(channel.id, { [name]: value })}
              setDelay={ms => set(channel.id, { rateLimitRetryAfterMs: ms })}
            />
          ))}
        </section>
      ))}
    </>
  )
}

function FaultRow({
  channel,
  name,
  set,
  setDelay,
}: {
  channel: ChannelView
  name: FaultName
  set: (value: number) => void
  setDelay: (ms: number) => void
}) {
  const value = channel.faults[name]
  const [times, setTimes] = useState(1)
  const [delay, setDelaySeconds] = useState(channel.faults.rateLimitRetryAfterMs / 1_000)
  useEffect(() => setDelaySeconds(channel.faults.rateLimitRetryAfterMs / 1_000), [channel.faults.rateLimitRetryAfterMs])
  const label = t(`fault.${name}`)
  return (
    <fieldset class={`fault ${value === 0 ? '' : 'on'}`} aria-label={label}>
      <div class="fault-words">
        <b>{label}</b>
        <small>{t(`fault.${name}.note`)}</small>
        {value !== 0 && (
          <small class="fault-state" role="status">
            {value < 0 ? t('faults.until_off') : t('faults.left', { count: value })}
          </small>
        )}
      </div>
      <div class="fault-controls">
        <div class="segmented">
          <button type="button" aria-pressed={value === 0} onClick={() => set(0)}>
            {t('faults.off')}
          </button>
          <button type="button" aria-pressed={value > 0} onClick={() => set(times)}>
            {t('faults.times', { count: times })}
          </button>
          <button type="button" aria-pressed={value < 0} onClick={() => set(-1)}>
            {t('faults.always')}
          </button>
        </div>
        <label class="small-field">
          <span>{t('faults.how_often')}</span>
          <input
            type="number"
            min={1}
            max={999}
            value={times}
            onInput={event => setTimes(Math.min(999, Math.max(1, Math.round(event.currentTarget.valueAsNumber) || 1)))}
          />
        </label>
        {name === 'rateLimit' && (
          <label class="small-field">
            <span>{t('faults.delay')}</span>
            <input
              type="number"
              min={0}
              max={600}
              step={0.5}
              value={delay}
              onInput={event => setDelaySeconds(event.currentTarget.valueAsNumber || 0)}
              onChange={() => setDelay(Math.min(600_000, Math.max(0, Math.round(delay * 1_000))))}
            />
          </label>
        )}
      </div>
    </fieldset>
  )
}
