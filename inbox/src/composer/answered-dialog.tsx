/** Shows what a colleague has answered since I began, and asks whether mine goes out too. */
import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { usePreview } from '../text/preview.ts'
import { exactTime } from '../text/time.ts'
import { useAnswered } from './answered.ts'
import panels from './panels.module.css'

export function AnsweredDialog() {
  const { t, i18n } = useTranslation()
  const asked = useAnswered(state => state.asked)
  const preview = usePreview()
  if (!asked) return null
  const { message } = asked
  const done = (then: () => void) => {
    useAnswered.setState({ asked: null })
    then()
  }
  const name = message?.author.name || t('answered.elsewhere')
  return (
    <Modal opened onClose={() => done(asked.edit)} title={t('answered.title', { name })} size="md">
      {message && (
        <blockquote className={panels.answeredQuote}>
          <p dir="auto">{preview(message.body.content)}</p>
          <footer>
            {name} · <time dateTime={new Date(message.at).toISOString()}>{exactTime(message.at, i18n.language)}</time>
          </footer>
        </blockquote>
      )}
      <p className={panels.panelText}>{t('answered.text')}</p>
      <div className={panels.answeredActions}>
        <Button data-autofocus onClick={() => done(asked.edit)}>
          {t('answered.edit')}
        </Button>
        <Button variant="default" onClick={() => done(asked.proceed)}>
          {t('answered.proceed')}
        </Button>
      </div>
    </Modal>
  )
}
