/** What a letter has beside its words: the subject above, quotes and signature folded below, a mark where a machine wrote it. Nothing is cut. */
import type { MessageView } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import classes from './letter.module.css'

export function LetterHead({ body }: { body: MessageView['body'] }) {
  const { t } = useTranslation()
  if (!body.subject && !body.automatic) return null
  return (
    <div className={classes.letterHead}>
      {body.subject && <strong>{body.subject}</strong>}
      {body.automatic && <small>{t('letter.automatic')}</small>}
    </div>
  )
}

export function LetterFolds({ body }: { body: MessageView['body'] }) {
  const { t } = useTranslation()
  return (body.folded ?? []).map((fold, index) => (
    <details key={`${fold.kind} ${index}`} className={classes.folded}>
      <summary>{t(`letter.${fold.kind}`)}</summary>
      <p dir="auto">{fold.text}</p>
    </details>
  ))
}
