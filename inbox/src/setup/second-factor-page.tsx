/** Where the firm asks for a second factor: whoever has none sets one up here, after the password and before anything else. */
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { SecondFactor } from '../security/second-factor.tsx'
import { signOut } from '../store/start.ts'
import classes from './front.module.css'
import { FrontPage } from './front-page.tsx'

export function SecondFactorPage() {
  const { t } = useTranslation()
  const router = useRouter()
  const session = useQuery({ queryKey: ['session'], queryFn: () => call('session'), retry: false })
  const factor = useQuery({ queryKey: ['second-factor'], queryFn: () => call('secondFactor'), retry: false })
  const has = factor.data && (factor.data.totpSince !== null || factor.data.passkeys.length > 0)
  return (
    <FrontPage title={t('signIn.mustSetUp')} intro={t('signIn.mustSetUpText')}>
      <div className={classes.form}>
        {session.data && <SecondFactor />}
        {has ? (
          <Button size="md" onClick={() => router.history.push('/inbox/all')}>
            {t('signIn.toInbox')}
          </Button>
        ) : (
          <Button variant="subtle" color="gray" onClick={() => void signOut()}>
            {t('actions.signOut.label')}
          </Button>
        )}
      </div>
    </FrontPage>
  )
}
