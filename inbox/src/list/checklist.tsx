/** First steps. They tick themselves from what really happened; the card can be put away and brought back in the settings. */
import { CloseButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconCircleCheck, IconCircleDashed } from '../icons.ts'
import { changeInbox, useInbox } from '../store/desk.ts'
import classes from './list.module.css'

export function Checklist() {
  const { t } = useTranslation()
  const checklist = useInbox(state => state.workspace.checklist)
  const arranges = useInbox(state => state.me.rights.includes('desk.manage'))
  const simulator = useInbox(state => state.workspace.simulator)
  const steps = [
    { key: 'connected', done: checklist.connected, to: '/accounts/new' },
    { key: 'replied', done: checklist.replied, to: simulator ? '/simulator' : '/inbox/all', outside: simulator },
    { key: 'invited', done: checklist.invited, to: '/members' },
    { key: 'widgetSeen', done: checklist.widgetSeen, to: '/accounts' },
  ]
  if (!arranges || checklist.dismissed || steps.every(step => step.done)) return null
  const dismiss = () => {
    changeInbox(state => ({ ...state, workspace: { ...state.workspace, checklist: { ...state.workspace.checklist, dismissed: true } } }))
    call('updateWorkspace', { body: { checklistDismissed: true } }).catch(() => undefined)
  }
  return (
    <section className={classes.checklist} aria-label={t('checklist.title')}>
      <div className={classes.checklistHead}>
        <h2 className={classes.checklistTitle}>{t('checklist.title')}</h2>
        <span className={classes.viewCount}>
          {t('checklist.done', { done: steps.filter(step => step.done).length, total: steps.length })}
        </span>
        <CloseButton size={28} aria-label={t('checklist.dismiss')} title={t('checklist.dismiss')} onClick={dismiss} />
      </div>
      <ul className={classes.checklistItems}>
        {steps.map(step => (
          <li key={step.key}>
            {step.done ? (
              <span className={classes.checklistItem} data-done="true">
                <IconCircleCheck size={18} /> {t(`checklist.${step.key}`)}{' '}
                <span className="visually-hidden">({t('checklist.isDone')})</span>
              </span>
            ) : step.outside ? (
              <a className={classes.checklistItem} href={step.to} target="_blank" rel="noopener">
                <IconCircleDashed size={18} /> {t('checklist.repliedSimulator')}
              </a>
            ) : (
              <Link className={classes.checklistItem} to={step.to}>
                <IconCircleDashed size={18} /> {t(`checklist.${step.key}`)}
              </Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
