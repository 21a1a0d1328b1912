/** How I sign in: my second factors, and where I am signed in. */
import type { SessionView } from '@dragoman/api'
import { Badge, Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconDeviceDesktop, IconDeviceMobile } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { showToast } from '../shell/toasts.tsx'
import { regional } from '../text/time.ts'
import { SecondFactor } from './second-factor.tsx'
import classes from './security.module.css'

export function SecurityPage() {
  const { t } = useTranslation()
  return (
    <SettingsFrame section="security" title={t('security.title')} intro={t('security.intro')}>
      <Section title={t('security.factor')}>
        <SecondFactor />
      </Section>
      <Sessions />
    </SettingsFrame>
  )
}

function Sessions() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const query = useQuery({ queryKey: ['sessions'], queryFn: () => call('sessions'), staleTime: 0 })
  const sessions = query.data?.sessions ?? []
  const again = () => queries.invalidateQueries({ queryKey: ['sessions'] })
  const end = (session: SessionView) =>
    call('endSession', { params: { sessionId: session.id } }).then(() => {
      showToast(t('security.sessionEnded'))
      void again()
    }, tellProblem)
  const endOthers = () =>
    call('endOtherSessions').then(({ ended }) => {
      showToast(t('security.othersEnded', { count: ended }))
      void again()
    }, tellProblem)
  const time = (at: number) => new Intl.DateTimeFormat(regional(i18n.language), { dateStyle: 'medium', timeStyle: 'short' }).format(at)
  const deviceOf = (session: SessionView) =>
    [session.browser, session.system].filter(part => part !== '').join(', ') || t('security.unknownDevice')
  return (
    <Section title={t('security.sessions')}>
      <ul className={classes.list}>
        {sessions.map(session => (
          <li key={session.id} className={classes.item}>
            {/iPhone|iPad|Android/.test(session.system) ? (
              <IconDeviceMobile size={22} stroke={1.5} aria-hidden="true" />
            ) : (
              <IconDeviceDesktop size={22} stroke={1.5} aria-hidden="true" />
            )}
            <span className={classes.factorText}>
              <span className={classes.itemName}>
                {deviceOf(session)}{' '}
                {session.current && (
                  <Badge size="sm" variant="light" tt="none">
                    {t('security.thisOne')}
                  </Badge>
                )}
              </span>
              <small>{t('security.sinceSeen', { since: time(session.since), seen: time(session.lastSeenAt) })}</small>
            </span>
            {!session.current && (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={t('security.endOf', { device: deviceOf(session) })}
                onClick={() => void end(session)}
              >
                {t('security.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button mt="md" variant="default" onClick={() => void endOthers()}>
          {t('security.endOthers')}
        </Button>
      )}
    </Section>
  )
}
