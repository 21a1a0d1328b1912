/** Setting an authenticator app up: the key as a picture and as text, then a code to show that it works. Loaded when somebody does it. */
import type { OperationResponse } from '@dragoman/api'
import { Button, TextInput } from '@mantine/core'
import qrcode from 'qrcode-generator'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { CopyField } from '../pieces/copy-field.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import classes from './security.module.css'

export function TotpSetup({
  secret,
  onDone,
  onCancel,
}: {
  secret: { key: string; uri: string }
  onDone(answer: OperationResponse<'confirmTotp'>): void
  onCancel(): void
}) {
  const { t } = useTranslation()
  const [code, setCode] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    call('confirmTotp', { body: { code: code.replace(/\s/g, '') } }).then(onDone, error => {
      setProblem(problemOf(error))
      setBusy(false)
    })
  }
  return (
    <form className={classes.setup} onSubmit={submit}>
      <figure className={classes.qr}>
        <QrCode text={secret.uri} label={t('security.qr')} />
        <figcaption>{t('security.scan')}</figcaption>
      </figure>
      <div className={classes.stack}>
        <div>
          <p className={classes.words}>
            {t('security.byHand')}. {t('security.shownOnce')}
          </p>
          <CopyField label={t('security.byHand')} value={secret.key.replace(/(.{4})(?=.)/g, '$1 ')} />
        </div>
        <TextInput
          label={t('security.code')}
          description={t('security.codeHelp')}
          name="code"
          autoComplete="one-time-code"
          inputMode="numeric"
          maxLength={8}
          required
          value={code}
          onChange={event => setCode(event.currentTarget.value)}
          autoFocus
        />
        <ProblemAlert problem={problem} />
        <div className={classes.row}>
          <Button type="submit" loading={busy} disabled={code.replace(/\s/g, '').length !== 6}>
            {t('security.switchOn')}
          </Button>
          <Button variant="default" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
        </div>
      </div>
    </form>
  )
}

/** Always dark on light with a quiet edge: cameras want it so, in a dark theme too. */
function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => {
    const code = qrcode(0, 'M')
    code.addData(text)
    code.make()
    const count = code.getModuleCount()
    let drawn = ''
    for (let row = 0; row < count; row++)
      for (let column = 0; column < count; column++) if (code.isDark(row, column)) drawn += `M${column + 4} ${row + 4}h1v1h-1z`
    return { size: count + 8, path: drawn }
  }, [text])
  return (
    <svg viewBox={`0 0 ${size} ${size}`} width={188} height={188} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#111" />
    </svg>
  )
}
