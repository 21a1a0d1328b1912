/** The log of requests to the platforms and webhooks from them: filter, expand, copy. Always holds: secrets were hidden before a line came here. */
import { useMemo, useState } from 'preact/hooks'
import { exactClock, t } from '../i18n.ts'
import { Badge, Icon } from '../pieces/icons.tsx'
import type { ChannelView, LogLine } from '../wire.ts'

type Line = LogLine & { channel: ChannelView }
const mostShown = 150

export function LogView({ channels }: { channels: readonly ChannelView[] }) {
  const [words, setWords] = useState('')
  const [channelId, setChannelId] = useState('')
  const [direction, setDirection] = useState<'' | LogLine['direction']>('')
  const [onlyProblems, setOnlyProblems] = useState(false)
  const [clearedTo, setClearedTo] = useState(0)
  const lines = useMemo(
    () => channels.flatMap(channel => channel.log.map(line => ({ ...line, channel }))).sort((a, b) => b.id - a.id),
    [channels],
  )
  const wanted = words.trim().toLowerCase()
  const found = lines.filter(
    line =>
      line.id > clearedTo &&
      (channelId === '' || line.channel.id === channelId) &&
      (direction === '' || line.direction === direction) &&
      (!onlyProblems || isProblem(line.status)) &&
      (wanted === '' || `${line.what}\n${line.sent}\n${line.received}`.toLowerCase().includes(wanted)),
  )
  return (
    <>
      <div class="log-filter">
        <input
          type="search"
          value={words}
          placeholder={t('log.search')}
          aria-label={t('log.search')}
          onInput={event => setWords(event.currentTarget.value)}
        />
        <select value={channelId} aria-label={t('log.channel')} onChange={event => setChannelId(event.currentTarget.value)}>
          <option value="">{t('log.all_channels')}</option>
          {channels.map(channel => (
            <option key={channel.id} value={channel.id}>
              {channel.badge?.name ?? channel.id}
            </option>
          ))}
        </select>
        <select
          value={direction}
          aria-label={t('log.direction')}
          onChange={event => setDirection(event.currentTarget.value as '' | LogLine['direction'])}
        >
          <option value="">{t('log.both')}</option>
          <option value="request">{t('log.requests')}</option>
          <option value="webhook">{t('log.webhooks')}</option>
        </select>
        <label class="check">
          <input type="checkbox" checked={onlyProblems} onChange={event => setOnlyProblems(event.currentTarget.checked)} />
          <span>{t('log.problems')}</span>
        </label>
        <button type="button" class="quiet" disabled={lines.length === 0} onClick={() => setClearedTo(lines[0]?.id ?? 0)}>
          {t('log.clear')}
        </button>
      </div>
      {found.length === 0 && <p class="hint">{lines.length > 0 && lines[0]!.id > clearedTo ? t('log.nothing_found') : t('log.empty')}</p>}
      <ol class="log">
        {found.slice(0, mostShown).map(line => (
          <LogRow key={line.id} line={line} />
        ))}
      </ol>
    </>
  )
}

function LogRow({ line }: { line: Line }) {
  const [open, setOpen] = useState(false)
  return (
    <li class={`log-line ${isProblem(line.status) ? 'bad' : ''}`}>
      <button type="button" class="log-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Badge badge={line.channel.badge} size={16} />
        <Icon name={line.direction === 'request' ? 'out' : 'in'} size={14} />
        <span class="hidden-words">{line.direction === 'request' ? t('log.request') : t('log.webhook')}</span>
        <span class="log-what">{shortOf(line.what)}</span>
        <span class="log-status">{line.status === 0 ? t('log.no_answer') : line.status}</span>
        <time dateTime={new Date(line.at).toISOString()}>{exactClock(line.at)}</time>
      </button>
      {open && (
        <div class="log-more">
          <p class="log-address">{line.what}</p>
          <Body title={line.direction === 'request' ? t('log.from_hub') : t('log.from_platform')} text={line.sent} />
          <Body title={line.direction === 'request' ? t('log.answer_platform') : t('log.answer_hub')} text={line.received} />
        </div>
      )}
    </li>
  )
}

function Body({ title, text }: { title: string; text: string }) {
  const [copied, setCopied] = useState(false)
  if (text === '') return null
  const pretty = prettyOf(text)
  const copy = () => {
    void navigator.clipboard?.writeText(pretty).then(() => {
      setCopied(true)
      setTimeout(() => setCopied(false), 2_000)
    })
  }
  return (
    <div class="log-body">
      <div class="log-body-head">
        <h4>{title}</h4>
        <button type="button" class="quiet" onClick={copy}>
          <Icon name={copied ? 'check' : 'copy'} size={14} />
          {copied ? t('copied') : t('copy')}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>{pretty}</pre>
    </div>
  )
}

function isProblem(status: number): boolean {
  return status === 0 || status >= 400
}

/** Without the part of an address that is the same for all. */
function shortOf(what: string): string {
  return what.replace(/^https?:\/\/[^/]+/, '')
}

function prettyOf(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
