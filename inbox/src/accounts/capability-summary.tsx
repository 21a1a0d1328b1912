/** What a messenger can do, how far it reaches in the firm's countries, and what the law says: with source and date. Unknown is shown as unknown. */
import { type Capabilities, type ChannelView, type Level, lawMessages, lawOn, type Provenance, reachOn } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { Section } from '../pieces/page.tsx'
import { StateMark } from '../pieces/state-mark.tsx'
import { capabilitiesOf } from '../store/channels.ts'
import { useInbox } from '../store/desk.ts'
import { dayText, todayKey } from '../text/day.ts'
import { fileSize } from '../text/time.ts'
import classes from './accounts.module.css'

export function ReachAndLaw({ channel }: { channel: ChannelView }) {
  const { t, i18n } = useTranslation()
  const workspace = useInbox(state => state.workspace)
  const capabilities = capabilitiesOf(channel)
  const names = new Intl.DisplayNames(i18n.language, { type: 'region' })
  const today = todayKey()
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
              const reach = reachOn(capabilities.reach ?? [], country, today)
              const law = lawMessages.map(message => ({
                message,
                ...lawOn(capabilities.law ?? [], { country, business: workspace.businessKind, message }, today),
              }))
              return (
                <tr key={country}>
                  <th scope="row">{names.of(country)}</th>
                  <td>
                    <Fact state={reach.state} words={t(`reach.states.${reach.state}`)} fact={reach.fact} />
                  </td>
                  <td>
                    {law.every(one => !one.fact) ? (
                      <Fact state="unknown" words={t('reach.laws.unknown')} />
                    ) : (
                      law.map(({ message, state, fact }) => (
                        <Fact
                          key={message}
                          state={state}
                          words={`${t(`reach.messages.${message}`)}: ${t(`reach.laws.${state}`).toLocaleLowerCase(i18n.language)}`}
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
      <strong>
        <StateMark state={state}>{words}</StateMark>
      </strong>
      {fact?.note && <span>{localizedText(fact.note)}</span>}
      {fact && <Source of={fact} />}
      {!fact && <small>{t('reach.nothingKnown')}</small>}
    </div>
  )
}

function Source({ of }: { of: Provenance }) {
  const { t, i18n } = useTranslation()
  const link = /^https?:\/\//.test(of.source)
  return (
    <small>
      {of.since && `${t('reach.note.since', { day: dayText(of.since, i18n.language) })} · `}
      {link ? (
        <a href={of.source.split(' ')[0]} target="_blank" rel="noopener noreferrer">
          {t('reach.source')}
        </a>
      ) : (
        of.source
      )}{' '}
      · {t('reach.checked', { day: dayText(of.checkedOn, i18n.language) })}
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
