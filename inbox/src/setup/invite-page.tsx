/** Accepting an invitation: who invites, as what, and an account of one's own. */
import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { currentLanguage, localizedText } from '../i18n.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import classes from './front.module.css'
import { FrontPage } from './front-page.tsx'

export function InvitePage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { token } = useParams({ from: '/invite/$token' })
  const invitation = useQuery({ queryKey: ['invitation', token], queryFn: () => call('invitation', { params: { token } }), retry: false })
  const [typedName, setName] = useState<string>()
  const [email, setEmail] = useState<string>()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const address = email ?? invitation.data?.email ?? ''
  const name = typedName ?? invitation.data?.name ?? ''
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      await call('acceptInvitation', {
        params: { token },
        body: { name: name.trim(), email: address.trim(), password, language: currentLanguage() },
      })
      await navigate({ to: '/inbox/$view', params: { view: 'all' } })
    } catch (error) {
      setProblem(problemOf(error))
      setBusy(false)
    }
  }
  if (invitation.isError) {
    return (
      <FrontPage title={t('setup.inviteGone')} intro={`${t('invitePage.expired')} ${t('invitePage.expiredText')}`}>
        <Button component={Link} to="/sign-in" variant="default" mt="lg">
          {t('setup.signIn')}
        </Button>
      </FrontPage>
    )
  }
  if (!invitation.data) return null
  const { role, roleName } = invitation.data
  const invitedAs = roleName ? localizedText(roleName) : t(`roles.${role}`)
  return (
    <FrontPage
      title={t('setup.invite', { name: invitation.data.workspaceName })}
      intro={t('invitePage.by', { name: invitation.data.invitedBy, role: invitedAs })}
    >
      <form className={classes.form} onSubmit={submit}>
        <TextInput
          label={t('setup.name')}
          name="name"
          autoComplete="name"
          required
          value={name}
          onChange={event => setName(event.currentTarget.value)}
          autoFocus
        />
        <TextInput
          label={t('setup.email')}
          name="email"
          type="email"
          autoComplete="username"
          required
          value={address}
          onChange={event => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={t('setup.password')}
          name="password"
          autoComplete="new-password"
          required
          minLength={10}
          description={t('setup.passwordHelp')}
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
        />
        <ProblemAlert problem={problem} />
        <Button type="submit" size="md" loading={busy}>
          {t('setup.join')}
        </Button>
      </form>
    </FrontPage>
  )
}
