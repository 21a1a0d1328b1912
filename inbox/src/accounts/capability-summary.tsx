/** What a messenger can do, how far it reaches in the firm's countries, and what the law says: with source and date. Unknown is shown as unknown. */
import type { Capabilities, ChannelView, LawFact, Level, Provenance, ReachFact } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { Section } from '../pieces/page.tsx'
import { capabilitiesOf } from '../store/channels.ts'
import { useInbox } from '../store/desk.ts'
import { fileSize } from '../text/time.ts'
import classes from './accounts.module.css'

/** Facts that hold today for a country; core's own rule, for data that came as JSON. */
function holding<F extends Provenance & { country: string }>(facts: readonly F[] | undefined, country: string, today: string): F[] {
  return (facts ?? [])
    .filter(
      fact =>
        (fact.country === country || fact.country === '*') &&
        (fact.since === undefined || fact.since <= today) &&
        (fact.until === undefined || fact.until > today),
    )
    .toSorted((a, b) => (b.since ?? '').localeCompare(a.since ?? ''))
}

export function ReachAndLaw({ channel }: { channel: ChannelView }) {
  const { t, i18n } = useTranslation()
  const workspace = useInbox(state => state.workspace)
  const capabilities = capabilitiesOf(channel)
  const names = new Intl.DisplayNames(i18n.language, { type: 'region' })
  const today = new Date().toISOString().slice(0, 10)
  if (workspace.countries.length === 0)
    return (
      <Section title={t('reach.title')}>
        <p className={classes.quiet}>{t('reach.noCountries')}</p>
      </Section>
    )
  return (
    <Section title={t('reach.title')} text={t('reach.text')}>
      <div className={classes.tableFrame}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>{t('reach.country')}</th>
              <th>{t('reach.reach')}</th>
              <th>{t('reach.law')}</th>
            </tr>
          </thead>
          <tbody>
            {workspace.countries.map(country => {
              const reach: ReachFact | undefined = holding(capabilities.reach, country, today).sort(
                (a, b) => Number(a.country === '*') - Number(b.country === '*'),
              )[0]
              const law: LawFact[] = holding(capabilities.law, country, today).filter(
                fact => fact.business === '*' || fact.business === workspace.businessKind,
              )
              return (
                <tr key={country}>
                  <th scope="row">{names.of(country)}</th>
                  <td>
                    <Fact state={reach?.state ?? 'unknown'} words={t(`reach.states.${reach?.state ?? 'unknown'}`)} fact={reach} />
                  </td>
                  <td>
                    {law.length === 0 ? (
                      <Fact state="unknown" words={t('reach.laws.unknown')} />
                    ) : (
                      law.map(fact => (
                        <Fact
                          key={fact.message + fact.state}
                          state={fact.state}
                          words={`${t(`reach.laws.${fact.state}`)}${fact.message === '*' ? '' : ` (${t(`reach.messages.${fact.message}`, { defaultValue: fact.message })})`}`}
                          fact={fact}
                        />
                      ))
                    )}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </Section>
  )
}

function Fact({ state, words, fact }: { state: string; words: string; fact?: Provenance & { note?: { en: string; ru: string } } }) {
  const { t } = useTranslation()
  return (
    <div className={classes.fact}>
      <span className={classes.factState} data-state={state}>
        {words}
      </span>
      {fact?.note && <span>{localizedText(fact.note)}</span>}
      {fact && <Source of={fact} />}
      {!fact && <small>{t('reach.nothingKnown')}</small>}
    </div>
  )
}

function Source({ of }: { of: Provenance }) {
  const { t } = useTranslation()
  const link = /^https?:\/\//.test(of.source)
  return (
    <small>
      {link ? (
        <a href={of.source} target="_blank" rel="noopener noreferrer">
          {t('reach.source')}
        </a>
      ) : (
        of.source
      )}{' '}
      · {t('reach.checked', { day: of.checkedOn })}
    </small>
  )
}

export function CapabilitySummary({ channel }: { channel: ChannelView }) {
  const { t, i18n } = useTranslation()
  const capabilities: Capabilities = capabilitiesOf(channel)
  const rows: { name: string; level: Level; detail: string; note?: { en: string; ru: string } }[] = [
    { name: t('kinds.text'), level: 'native', detail: `${capabilities.text.max} ${t(`units.${capabilities.text.unit}`)}` },
    ...Object.entries(capabilities.media).map(([kind, limit]) => ({
      name: t(`kinds.${kind}`),
      level: limit.level,
      detail: limit.level === 'none' ? '' : t('summary.upTo', { size: fileSize(limit.maxBytes, i18n.language) }),
      note: limit.note,
    })),
    {
      name: t('keyboards.buttons'),
      level: capabilities.buttons.level,
      detail: capabilities.buttons.level === 'none' ? '' : t('summary.atMost', { max: capabilities.buttons.max }),
      note: capabilities.buttons.note,
    },
    {
      name: t('keyboards.list'),
      level: capabilities.list.level,
      detail: capabilities.list.level === 'none' ? '' : t('summary.atMost', { max: capabilities.list.maxRows }),
      note: capabilities.list.note,
    },
    ...Object.entries(capabilities.structured).map(([kind, feature]) => ({
      name: t(`kinds.${kind}`),
      level: feature.level,
      detail: '',
      note: feature.note,
    })),
    ...(['reply_to', 'edit', 'delete', 'react', 'templates', 'typing_out', 'business_starts'] as const).map(name => ({
      name: t(`features.${name}`),
      level: capabilities.features[name].level,
      detail: '',
      note: capabilities.features[name].note,
    })),
    {
      name: t('features.delivered'),
      level: capabilities.receipts.delivered === 'never' ? 'none' : 'native',
      detail: t(`receipts.${capabilities.receipts.delivered}`),
    },
    {
      name: t('features.read'),
      level: capabilities.receipts.read === 'never' ? 'none' : 'native',
      detail: t(`receipts.${capabilities.receipts.read}`),
    },
  ]
  return (
    <Section title={t('summary.title', { name: channel.badge.name })}>
      <details className={classes.details}>
        <summary>{t('summary.show')}</summary>
        <div className={classes.tableFrame}>
          <table className={classes.table}>
            <tbody>
              {rows.map(row => (
                <tr key={row.name}>
                  <th scope="row">{row.name}</th>
                  <td>
                    <span className={classes.level} data-level={row.level}>
                      {t(`levels.${row.level}`)}
                    </span>
                  </td>
                  <td>{[row.detail, row.note ? localizedText(row.note) : ''].filter(Boolean).join('. ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </Section>
  )
}
