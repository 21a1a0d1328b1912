/** The second step of signing in: a code or a passkey. Loaded when somebody has one. */
import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconKey } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { passkeyState } from '../security/can-use-passkeys.ts'
import classes from './front.module.css'

export function SecondStep({
  ticket,
  ways,
  onDone,
  onBack,
}: {
  ticket: string
  ways: readonly ('totp' | 'passkey' | 'recovery')[]
  onDone(): void
  onBack(): void
}) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const [note, setNote] = useState('')
  const [busy, setBusy] = useState(false)
  const trying = async (work: () => Promise<boolean>) => {
    setBusy(true)
    setProblem(undefined)
    setNote('')
    try {
      if (await work()) return onDone()
    } catch (error) {
      const failed = problemOf(error)
      setProblem(failed)
      setCode('')
    }
    setBusy(false)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void trying(async () => {
      await call('signInSecond', { body: { ticket, code: code.trim() } })
      return true
    })
  }
  const byPasskey = () =>
    trying(async () => {
      const { signWithPasskey } = await import('../security/passkey.ts')
      const { options } = await call('secondPasskeyOptions', { body: { ticket } })
      const passkey = await signWithPasskey(options)
      if (!passkey) {
        setNote(t('signIn.passkeyNotUsed'))
        return false
      }
      await call('signInSecond', { body: { ticket, passkey } })
      return true
    })
  return (
    <form className={classes.form} onSubmit={submit}>
      {ways.includes('passkey') && passkeyState() === 'yes' && (
        <Button variant="default" size="md" leftSection={<IconKey size={18} />} onClick={() => void byPasskey()} disabled={busy}>
          {t('signIn.usePasskey')}
        </Button>
      )}
      <TextInput
        label={t('signIn.code')}
        name="code"
        autoComplete="one-time-code"
        inputMode="text"
        required
        value={code}
        onChange={event => setCode(event.currentTarget.value)}
        autoFocus
      />
      <ProblemAlert problem={problem} />
      {note && (
        <p className={classes.note} role="status">
          {note}
        </p>
      )}
      <Button type="submit" size="md" loading={busy} disabled={code.trim().length < 6}>
        {t('setup.enter')}
      </Button>
      <Button variant="subtle" color="gray" onClick={onBack}>
        {t('signIn.back')}
      </Button>
      <p className={classes.note}>{t('signIn.lost')}</p>
    </form>
  )
}
