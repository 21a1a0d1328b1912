/**
 * What speaks against a messenger in the firm's countries, said wherever a messenger is chosen. Always holds: blocked, works badly, forbidden, restricted
 * and not known are told in words; nothing is shown only where reach is recorded as good and law says nothing against it, or the firm has named no country.
 */
import type { ChannelView, LawMessage } from '@dragoman/api'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { capabilitiesOf } from '../store/channels.ts'
import { useInbox } from '../store/desk.ts'
import { dayText, todayKey } from '../text/day.ts'
import classes from './reach-note.module.css'
import { type ReachTrouble, reachTroubles } from './reach-troubles.ts'
import { StateMark } from './state-mark.tsx'

export function ReachNote({
  channel,
  message,
  compact,
}: {
  channel: ChannelView | undefined
  /** What is about to be written: law on other kinds of message is left out. */
  message?: LawMessage
  /** Without sources and links: for rows and buttons that are links themselves. */
  compact?: boolean
}) {
  const { t, i18n } = useTranslation()
  const workspace = useInbox(state => state.workspace)
  if (!channel || workspace.countries.length === 0) return null
  const troubles = reachTroubles(
    capabilitiesOf(channel),
    { countries: workspace.countries, business: workspace.businessKind },
    todayKey(),
    message && [message],
    compact,
  )
  if (troubles.length === 0) return null
  return (
    <span className={classes.note} data-compact={compact}>
      {troubles.map(trouble => (
        <span key={keyOf(trouble)} className={classes.line}>
          <StateMark state={trouble.kind === 'nothing' ? 'unknown' : trouble.state}>
            {sentenceOf(trouble, t, i18n.language)}
            {!compact && trouble.kind !== 'nothing' && <Source source={trouble.fact.source} />}
          </StateMark>
        </span>
      ))}
    </span>
  )
}

function Source({ source }: { source: string }) {
  const { t } = useTranslation()
  const link = /^https?:\/\//.test(source)
  return (
    <span className={classes.source}>
      {' '}
      (
      {link ? (
        <a href={source.split(' ')[0]} target="_blank" rel="noopener noreferrer">
          {t('reach.source')}
        </a>
      ) : (
        source
      )}
      )
    </span>
  )
}

function keyOf(trouble: ReachTrouble): string {
  return trouble.kind === 'nothing'
    ? `nothing ${trouble.of}`
    : `${trouble.kind} ${trouble.country} ${trouble.state} ${trouble.fact.since} ${trouble.fact.note.en}`
}

/** A line of the note in words, without its source. */
export function sentenceOf(trouble: ReachTrouble, t: TFunction, language: string): string {
  const names = new Intl.DisplayNames(language, { type: 'region' })
  if (trouble.kind === 'nothing') {
    const countries = new Intl.ListFormat(language, { type: 'conjunction' }).format(trouble.countries.map(code => names.of(code) ?? code))
    if (trouble.of === 'both') return t('reach.note.nothingAtAll', { countries })
    return trouble.of === 'law' ? t('reach.note.nothingOfLaw', { countries }) : t('reach.note.nothing', { countries })
  }
  const country = names.of(trouble.country) ?? trouble.country
  const { checkedOn } = trouble.fact
  // Since when it is not known tells nothing.
  const since = trouble.kind === 'law' ? trouble.since : trouble.state === 'unknown' ? undefined : trouble.fact.since
  const words =
    trouble.kind === 'reach'
      ? trouble.state === 'closed' && trouble.fact.country === '*'
        ? t('reach.note.closedEverywhere')
        : t(`reach.note.${trouble.state}`, { country })
      : t(`reach.note.${trouble.state}${trouble.fact.business === '*' ? '' : 'For'}`, {
          country,
          business: t(`business.${trouble.fact.business}`, { defaultValue: trouble.fact.business }).toLocaleLowerCase(language),
          messages: new Intl.ListFormat(language, { type: 'conjunction' }).format(
            trouble.messages.map(message => t(`reach.messages.${message}`, { defaultValue: message })),
          ),
        })
  const from = since === undefined ? '' : ` ${t('reach.note.since', { day: dayText(since, language) })}`
  const stale = trouble.stale ? `, ${t('reach.note.stale', { day: dayText(checkedOn, language) })}` : ''
  return `${words}${trouble.kind === 'law' && from !== '' ? ',' : ''}${from}${stale}`
}
