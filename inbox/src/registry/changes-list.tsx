/** What changed between two days, the newest first: before and after, with note and source. */
import type { RegistryChangeView, RegistryFactView } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { IconArrowRight } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { StateMark } from '../pieces/state-mark.tsx'
import { useDesk } from '../store/desk.ts'
import { dayText } from '../text/day.ts'
import { SourceLink } from './fact-card.tsx'
import classes from './registry.module.css'
import { businessName, rowName, shortValue, stateWord } from './words.ts'

export function ChangesList({ changes }: { changes: readonly RegistryChangeView[] }) {
  const { t, i18n } = useTranslation()
  const channels = useDesk(state => state.channels)
  const days = Map.groupBy(changes, change => change.day)
  return (
    <ol className={classes.days}>
      {[...days].map(([day, some]) => (
        <li key={day} className={classes.day}>
          <h2 className={classes.dayName}>
            <time dateTime={day}>{dayText(day, i18n.language, 'long')}</time>
          </h2>
          <ul className={classes.changes}>
            {some.map(change => {
              const fact = change.after ?? change.before
              return (
                <li key={`${change.channel} ${change.key}`} className={classes.change}>
                  <div className={classes.changeHead}>
                    <ChannelBadge channel={channels[change.channel]} size={15} label="shown" />
                    <strong>{nameOf(change)}</strong>
                  </div>
                  <div className={classes.changeStates}>
                    <State fact={change.before} kind={change.key} />
                    <IconArrowRight size={15} aria-hidden="true" />
                    <span className="visually-hidden">→</span>
                    {change.after ? <State fact={change.after} kind={change.key} /> : <span>{t(`registry.kinds.${change.kind}`)}</span>}
                  </div>
                  {fact?.note && <p className={classes.changeNote}>{localizedText(fact.note)}</p>}
                  {fact && (
                    <p className={classes.changeSource}>
                      <SourceLink source={fact.source} />
                      {fact.confidence && ` · ${t(`registry.confidences.${fact.confidence}`)}`}
                    </p>
                  )}
                </li>
              )
            })}
          </ul>
        </li>
      ))}
    </ol>
  )

  function nameOf(change: RegistryChangeView): string {
    const { business } = change.after ?? change.before ?? {}
    const name = rowName(change, t, i18n.language)
    const group = change.key.split('.')[0]
    if (group === 'reach') return `${t('registry.groups.reach')}: ${name}`
    return group === 'law' && business !== undefined && business !== '*'
      ? `${name} (${businessName(business, t).toLocaleLowerCase(i18n.language)})`
      : name
  }
}

function State({ fact, kind }: { fact: RegistryFactView | null; kind: string }) {
  const { t, i18n } = useTranslation()
  if (!fact) {
    // Of reach and law nothing was written down; a capability was not there.
    const silent = /^(reach|law)\./.test(kind)
    return <StateMark state={silent ? 'unknown' : 'not_yet'}>{t(silent ? 'registry.wasUnknown' : 'registry.states.not_yet')}</StateMark>
  }
  const words = [stateWord(fact.state ?? 'holds', kind.split('.')[0] ?? '', t), shortValue(fact, t, i18n.language)]
    .filter(Boolean)
    .join(' ')
  return <StateMark state={fact.state ?? 'holds'}>{words || t('registry.states.holds')}</StateMark>
}
