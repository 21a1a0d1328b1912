/** Signing in. Pasting and password managers work; nothing to puzzle out. */
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useRouter, useSearch } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import classes from './front.module.css'
import { FrontPage } from './front-page.tsx'

export function SignInPage() {
  const { t } = useTranslation()
  const router = useRouter()
  const { next } = useSearch({ from: '/sign-in' })
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = `${t('setup.signIn')} · Dragoman`
  }, [t])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      await call('signIn', { body: { email: email.trim(), password } })
      // Only an address of our own: a link may not send a person elsewhere after signing in.
      router.history.push(next?.startsWith('/') && !next.startsWith('//') ? next : '/inbox/all')
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }
  return (
    <FrontPage title={t('setup.signIn')}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('setup.email')}
          name="email"
          type="email"
          autoComplete="username"
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
      </form>
    </FrontPage>
  )
}
