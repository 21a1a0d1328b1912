/** A value to take along (an address, a link, code), with a button that copies it and says so. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconCheck, IconCopy } from '../icons.ts'
import classes from './pieces.module.css'

export function CopyField({ label, value, block }: { label: string; value: string; block?: boolean }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value)
    } catch {
      const area = document.createElement('textarea')
      area.value = value
      document.body.append(area)
      area.select()
      document.execCommand('copy')
      area.remove()
    }
    setCopied(true)
    setTimeout(() => setCopied(false), 2_500)
  }
  return (
    <div className={classes.copy} data-block={block}>
      {block ? (
        <textarea className={classes.copyValue} value={value} readOnly rows={4} aria-label={label} />
      ) : (
        <input className={classes.copyValue} value={value} readOnly aria-label={label} onFocus={event => event.currentTarget.select()} />
      )}
      <Button
        variant="default"
        size="sm"
        onClick={copy}
        leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        aria-live="polite"
      >
        {copied ? t('common.copied') : t('common.copy')}
      </Button>
    </div>
  )
}
