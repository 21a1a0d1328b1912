/** What was filled in when a case was closed. */
import type { ClosingAnswers, ClosingField } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { useClosing } from '../store/catalogues.ts'
import classes from './order.module.css'

export function CaseAnswers({ answers }: { answers: ClosingAnswers }) {
  const { t } = useTranslation()
  const { data } = useClosing()
  const fields = (data?.value as { fields: ClosingField[] } | undefined)?.fields ?? []
  const entries = Object.entries(answers)
  if (entries.length === 0) return null
  const shown = entries.map(([id, value]) => {
    const field = fields.find(one => one.id === id)
    const choice = field?.choices.find(one => one.id === value)
    const said = choice ? localizedText(choice.label) : typeof value === 'boolean' ? t(value ? 'order.yes' : 'order.no') : String(value)
    return field ? `${localizedText(field.label)}: ${said}` : said
  })
  return <p className={classes.answers}>{shown.join(' · ')}</p>
}
