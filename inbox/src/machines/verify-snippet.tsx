/** How a receiver verifies that it is us, ready to copy. The libraries are those of Standard Webhooks. */
import { SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyField } from '../pieces/copy-field.tsx'
import classes from './machines.module.css'
import snippets from './snippets.json' with { type: 'json' }

const languages = Object.keys(snippets) as (keyof typeof snippets)[]

export function VerifySnippet() {
  const { t } = useTranslation()
  const [language, setLanguage] = useState<keyof typeof snippets>('JavaScript')
  return (
    <div className={classes.snippet}>
      <SegmentedControl
        size="xs"
        aria-label={t('webhooks.snippetLanguage')}
        value={language}
        onChange={value => setLanguage(value as keyof typeof snippets)}
        data={languages}
      />
      <CopyField key={language} label={t('webhooks.snippet', { language })} value={snippets[language].join('\n')} block />
    </div>
  )
}
