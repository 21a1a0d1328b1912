/** My second factors: authenticator app, passkeys, recovery codes. Always holds: keys and codes are shown once; an old session is asked for the password first. */
import type { SecondFactorView } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { whenNeeded } from '../pieces/when-needed.ts'
import { regional } from '../text/time.ts'
import { ConfirmPassword } from './confirm-password.tsx'
import { Passkeys } from './passkeys.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'
import classes from './security.module.css'

const TotpSetup = lazy(whenNeeded(() => import('./totp-setup.tsx').then(module => ({ default: module.TotpSetup }))))

/** Something that needs a fresh session; called again with the password where it was too old. */
export type Deed = (password?: string) => Promise<void>

export function SecondFactor() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const factor = useQuery({ queryKey: ['second-factor'], queryFn: () => call('secondFactor') })
  const [totp, setTotp] = useState<{ key: string; uri: string }>()
  const [codes, setCodes] = useState<readonly string[]>()
  const [asked, setAsked] = useState<Deed>()
  const put = (view: SecondFactorView) => {
    queries.setQueryData(['second-factor'], view)
  }
  const perform = (deed: Deed) =>
    void deed().catch(error => {
      if (problemOf(error).code === 'confirm_password') setAsked(() => deed)
      else tellProblem(error)
    })
  const view = factor.data
  if (!view) return null
  const day = (at: number) => new Intl.DateTimeFormat(regional(i18n.language), { dateStyle: 'medium' }).format(at)
  const has = view.totpSince !== null || view.passkeys.length > 0
  return (
    <div className={classes.factors}>
      <p className={classes.state} data-on={has}>
        {t(has ? 'security.on' : 'security.off')} {view.required && t('security.required')}
      </p>
      <section className={classes.factor} aria-label={t('security.app')}>
        <div className={classes.factorHead}>
          <span className={classes.factorText}>
            <strong>{t('security.app')}</strong>
            <span>{view.totpSince === null ? t('security.appText') : t('security.appSince', { day: day(view.totpSince) })}</span>
          </span>
          {view.totpSince !== null ? (
            <Button
              variant="default"
              size="sm"
              onClick={() => perform(async password => put(await call('removeTotp', { body: { password } })))}
            >
              {t('security.appOff')}
            </Button>
          ) : (
            !totp && (
              <Button size="sm" onClick={() => perform(async password => setTotp(await call('beginTotp', { body: { password } })))}>
                {t('security.appSetUp')}
              </Button>
            )
          )}
        </div>
        {totp && view.totpSince === null && (
          <Suspense fallback={null}>
            <TotpSetup
              secret={totp}
              onCancel={() => setTotp(undefined)}
              onDone={answer => {
                setTotp(undefined)
                put(answer.secondFactor)
                if (answer.recoveryCodes) setCodes(answer.recoveryCodes)
              }}
            />
          </Suspense>
        )}
      </section>
      <Passkeys passkeys={view.passkeys} perform={perform} onChange={put} onCodes={setCodes} day={day} />
      {has && (
        <section className={classes.factor} aria-label={t('security.codes')}>
          <div className={classes.factorHead}>
            <span className={classes.factorText}>
              <strong>{t('security.codes')}</strong>
              <span>
                {t('security.codesText')} {t('security.codesLeft', { count: view.recoveryCodesLeft })}.
              </span>
            </span>
            <Button
              variant="default"
              size="sm"
              onClick={() =>
                perform(async password => {
                  const answer = await call('newRecoveryCodes', { body: { password } })
                  put(answer.secondFactor)
                  setCodes(answer.recoveryCodes)
                })
              }
            >
              {t('security.newCodes')}
            </Button>
          </div>
        </section>
      )}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(undefined)} />}
      {asked && <ConfirmPassword deed={asked} onClose={() => setAsked(undefined)} />}
    </div>
  )
}
