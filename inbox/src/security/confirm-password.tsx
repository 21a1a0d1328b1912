/** Asks for the password before something that needs a fresh session, and then does it. */
import { Button, Modal, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import type { Deed } from './second-factor.tsx'
import classes from './security.module.css'

export function ConfirmPassword({ deed, onClose }: { deed: Deed; onClose(): void }) {
  const { t } = useTranslation()
  const [password, setPassword] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    deed(password).then(onClose, error => {
      setProblem(problemOf(error))
      setBusy(false)
    })
  }
  return (
    <Modal opened onClose={onClose} title={t('security.confirm')} size="sm" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form className={classes.stack} onSubmit={submit}>
        <p className={classes.words}>{t('security.confirmText')}</p>
        <PasswordInput
          label={t('setup.password')}
          autoComplete="current-password"
          required
          value={password}
          onChange={event => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
          data-autofocus
        />
        <ProblemAlert problem={problem} />
        <Button type="submit" loading={busy} disabled={password === ''}>
          {t('security.goOn')}
        </Button>
      </form>
    </Modal>
  )
}
