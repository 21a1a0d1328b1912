/** A secret that is shown this once: said plainly, with a button that copies it. */
import { useTranslation } from 'react-i18next'
import { CopyField } from '../pieces/copy-field.tsx'
import classes from './machines.module.css'

export function SecretOnce({ label, text, secret }: { label: string; text?: string; secret: string }) {
  const { t } = useTranslation()
  return (
    <div className={classes.secret} role="status">
      <strong>{t('machines.onceTitle')}</strong>
      {text && <p>{text}</p>}
      <CopyField label={label} value={secret} />
    </div>
  )
}
