/** A fact of the registry in full: what it says, from when until when, who says so, when that was last checked and how sure it is; and what else is recorded. */
import type { AccountViewModel, RegistryCellView, RegistryFactView } from '@dragoman/api'
import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { IconAlertTriangle, IconClock, IconExternalLink } from '../icons.ts'
import { StateMark } from '../pieces/state-mark.tsx'
import { dayText } from '../text/day.ts'
import classes from './registry.module.css'
import { businessName, detailLines, messageName, place, stateWord, validity } from './words.ts'

export function FactCard({
  cell,
  group,
  staleAfterDays,
  refusedOn,
}: {
  cell: RegistryCellView
  group: string
  staleAfterDays: number
  /** Our accounts on which the platform refused it. */
  refusedOn: readonly AccountViewModel[]
}) {
  const { t, i18n } = useTranslation()
  const { fact, others, state } = cell
  const meaning = t(`registry.meaning.${state}`, { defaultValue: '' })
  const word = stateWord(state, group, t)
  return (
    <div className={classes.cardBody}>
      {word !== '' && (
        <p className={classes.cardState}>
          <StateMark state={state}>{word}</StateMark>
        </p>
      )}
      {meaning !== '' && group !== 'reach' && group !== 'law' && <p className={classes.cardText}>{meaning}</p>}
      {!fact && (group === 'reach' || group === 'law') && <p className={classes.cardText}>{t('reach.nothingKnown')}</p>}
      {refusedOn.length > 0 && (
        <p className={classes.cardStale}>
          <IconAlertTriangle size={15} aria-hidden="true" /> {t('registry.refused')}{' '}
          {refusedOn.map((account, index) => (
            <Fragment key={account.id}>
              {index > 0 && ', '}
              <Link to="/accounts/$accountId" params={{ accountId: account.id }}>
                {account.name}
              </Link>
            </Fragment>
          ))}
        </p>
      )}
      {fact && (
        <>
          {fact.note && <p className={classes.cardNote}>{localizedText(fact.note)}</p>}
          {cell.stale && (
            <p className={classes.cardStale}>
              <IconClock size={15} aria-hidden="true" /> {t('registry.stale', { days: staleAfterDays })}
            </p>
          )}
          <dl className={classes.cardFacts}>
            {fact.business !== undefined && <Line name={t('registry.business')} value={businessName(fact.business, t)} />}
            {detailLines(fact, t, i18n.language).map(line => (
              <Line key={line.name} {...line} />
            ))}
            {validity(fact, t, i18n.language) !== '' && <Line name={t('registry.validity')} value={validity(fact, t, i18n.language)} />}
            <dt>{t('registry.source')}</dt>
            <dd>
              <SourceLink source={fact.source} />
            </dd>
            <Line name={t('registry.checkedOn')} value={dayText(fact.checkedOn, i18n.language)} />
            {fact.confidence && <Line name={t('registry.confidence')} value={t(`registry.confidences.${fact.confidence}`)} />}
          </dl>
        </>
      )}
      {others.length > 0 && (
        <>
          <h3 className={classes.cardHead}>{t('registry.others')}</h3>
          <ul className={classes.cardOthers}>
            {others.map(other => (
              <Other key={`${other.key} ${other.since} ${other.until}`} fact={other} group={group} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

function Other({ fact, group }: { fact: RegistryFactView; group: string }) {
  const { t, i18n } = useTranslation()
  const about = [
    fact.country !== undefined && place(fact.country, t, i18n.language),
    fact.message !== undefined && messageName(fact.message, t),
    validity(fact, t, i18n.language),
  ].filter(Boolean)
  return (
    <li>
      <StateMark state={fact.state ?? 'holds'}>
        <strong>{stateWord(fact.state ?? 'holds', group, t)}</strong>
        {about.length > 0 && <span className={classes.quiet}> {about.join(', ')}</span>}
        {fact.note && <span className={classes.otherNote}>{localizedText(fact.note)}</span>}
        <span className={classes.otherNote}>
          <SourceLink source={fact.source} />
        </span>
      </StateMark>
    </li>
  )
}

export function SourceLink({ source }: { source: string }) {
  const { t } = useTranslation()
  if (!/^https?:\/\//.test(source)) return <>{source}</>
  // What is said beside an address stands behind it.
  const [address = '', ...rest] = source.split(' ')
  const { hostname, pathname } = new URL(address)
  return (
    <>
      <a
        className={classes.sourceLink}
        href={address}
        target="_blank"
        rel="noopener noreferrer"
        title={`${hostname}${pathname}`}
        aria-label={t('registry.openSource', { host: hostname })}
      >
        {hostname}
        <IconExternalLink size={13} aria-hidden="true" />
      </a>
      {rest.length > 0 && ` ${rest.join(' ')}`}
    </>
  )
}
