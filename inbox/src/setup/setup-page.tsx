/** First run: language, owner, firm. One page, one press; a live demo conversation waits behind it. */
import type { BusinessKind } from '@dragoman/api'
import { Button, PasswordInput, Switch, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { currentLanguage } from '../i18n.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { BusinessField, CountriesField } from './fields.tsx'
import classes from './front.module.css'
import { FrontPage } from './front-page.tsx'

export function SetupPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [form, setForm] = useState({
    name: '',
    email: '',
    password: '',
    workspaceName: '',
    countries: [] as string[],
    businessKind: 'other' as BusinessKind,
    demo: true,
  })
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const set = (part: Partial<typeof form>) => setForm(now => ({ ...now, ...part }))
  const short = form.password !== '' && form.password.length < 10
  useEffect(() => {
    document.title = `${t('setup.title')} · Dragoman`
    call('setupState').then(
      state => {
        if (!state.needed) void navigate({ to: '/sign-in' })
      },
      () => undefined,
    )
  }, [navigate, t])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (form.password.length < 10) return document.getElementById('setup-password')?.focus()
    setBusy(true)
    setProblem(undefined)
    try {
      await call('setUp', {
        body: {
          ...form,
          name: form.name.trim(),
          email: form.email.trim(),
          workspaceName: form.workspaceName.trim(),
          language: currentLanguage(),
        },
      })
      await navigate({ to: '/inbox/$view', params: { view: 'all' } })
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }
  return (
    <FrontPage title={t('setup.title')} intro={t('setup.intro')}>
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('setup.name')}
          name="name"
          autoComplete="name"
          required
          value={form.name}
          onChange={event => set({ name: event.currentTarget.value })}
          autoFocus
        />
        <TextInput
          label={t('setup.workspace')}
          name="organization"
          autoComplete="organization"
          required
          value={form.workspaceName}
          onChange={event => set({ workspaceName: event.currentTarget.value })}
        />
        <TextInput
          label={t('setup.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          value={form.email}
          onChange={event => set({ email: event.currentTarget.value })}
        />
        <PasswordInput
          id="setup-password"
          label={t('setup.password')}
          name="password"
          autoComplete="new-password"
          required
          minLength={10}
          value={form.password}
          onChange={event => set({ password: event.currentTarget.value })}
          description={t('setup.passwordHelp')}
          error={short ? t('setup.passwordShort', { count: 10 - form.password.length }) : undefined}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
        />
        <div className={classes.pair}>
          <CountriesField label={t('setup.countries')} value={form.countries} onChange={countries => set({ countries })} />
          <BusinessField label={t('setup.business')} value={form.businessKind} onChange={businessKind => set({ businessKind })} />
        </div>
        <Switch
          className={classes.demo}
          checked={form.demo}
          onChange={event => set({ demo: event.currentTarget.checked })}
          label={t('setup.demo')}
          description={t('setup.demoHelp')}
        />
        <ProblemAlert problem={problem} />
        <Button type="submit" size="md" loading={busy}>
          {t('setup.start')}
        </Button>
      </form>
    </FrontPage>
  )
}
