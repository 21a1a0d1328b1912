/** Signing in: password, a second step where there is one, or a passkey alone. Pasting and password managers work; nothing to puzzle out. */
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconKey } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { whenNeeded } from '../pieces/when-needed.ts'
import { passkeyState } from '../security/can-use-passkeys.ts'
import classes from './front.module.css'
import { FrontPage } from './front-page.tsx'

const SecondStep = lazy(whenNeeded(() => import('./second-step.tsx').then(module => ({ default: module.SecondStep }))))

export function SignInPage() {
  const { t } = useTranslation()
  const router = useRouter()
  const { next } = useSearch({ from: '/sign-in' })
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const [second, setSecond] = useState<{ ticket: string; ways: ('totp' | 'passkey' | 'recovery')[] }>()
  useEffect(() => {
    document.title = `${t('setup.signIn')} · Dragoman`
  }, [t])
  // Only an address of our own: a link may not send a person elsewhere after signing in.
  const enter = () => router.history.push(next?.startsWith('/') && !next.startsWith('//') ? next : '/inbox/all')
  const trying = async (work: () => Promise<void>) => {
    setBusy(true)
    setProblem(undefined)
    setNote('')
    await work().catch(error => setProblem(problemOf(error)))
    setBusy(false)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void trying(async () => {
      const answer = await call('signIn', { body: { email: email.trim(), password } })
      if ('needs' in answer) setSecond({ ticket: answer.ticket, ways: answer.ways })
      else enter()
    })
  }
  const byPasskey = () =>
    trying(async () => {
      const { signWithPasskey } = await import('../security/passkey.ts')
      const { options } = await call('passkeyOptions', {})
      const passkey = await signWithPasskey(options)
      if (!passkey) return setNote(t('signIn.passkeyNotUsed'))
      await call('signInWithPasskey', { body: { passkey } })
      enter()
    })
  if (second) {
    return (
      <FrontPage title={t('signIn.second')} intro={t('signIn.secondText')}>
        <Suspense fallback={null}>
          <SecondStep ticket={second.ticket} ways={second.ways} onDone={enter} onBack={() => setSecond(undefined)} />
        </Suspense>
      </FrontPage>
    )
  }
  return (
    <FrontPage title={t('setup.signIn')}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('setup.email')}
          name="email"
          type="email"
          autoComplete="username webauthn"
          required
          value={email}
          onChange={event => setEmail(event.currentTarget.value)}
          autoFocus
        />
        <PasswordInput
          label={t('setup.password')}
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
        />
        <ProblemAlert problem={problem} />
        <Button type="submit" size="md" loading={busy}>
          {t('setup.enter')}
        </Button>
        {passkeyState() === 'yes' && (
          <>
            <p className={classes.or} aria-hidden="true">
              <span>{t('signIn.or')}</span>
            </p>
            <Button variant="default" size="md" leftSection={<IconKey size={18} />} onClick={() => void byPasskey()} disabled={busy}>
              {t('signIn.withPasskey')}
            </Button>
          </>
        )}
        {note && (
          <p className={classes.note} role="status">
            {note}
          </p>
        )}
      </form>
    </FrontPage>
  )
}
