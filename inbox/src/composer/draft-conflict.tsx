/** Two devices wrote in one draft: both texts side by side, and nothing is lost before one is chosen. */
import type { DraftView } from '@dragoman/api'
import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { type DraftMode, settleConflict } from '../store/drafts.ts'
import { usePreview } from '../text/preview.ts'
import { exactTime } from '../text/time.ts'
import { bodyOf, type Compose } from './compose.ts'
import panels from './panels.module.css'

export function DraftConflict({
  conversationId,
  mode,
  mine,
  theirs,
}: {
  conversationId: string
  mode: DraftMode
  mine: Compose
  theirs: DraftView
}) {
  const { t, i18n } = useTranslation()
  const preview = usePreview()
  const body = bodyOf(mine, false)
  return (
    <Modal
      opened
      onClose={() => settleConflict(conversationId, mode, 'mine')}
      title={t('drafts.conflict')}
      withCloseButton={false}
      size="lg"
    >
      <p className={panels.panelText}>{t('drafts.conflictText')}</p>
      <div className={panels.versions}>
        <div>
          <h3>{t('drafts.here')}</h3>
          <p>{body ? preview(body.content) : ''}</p>
          <Button onClick={() => settleConflict(conversationId, mode, 'mine')}>{t('drafts.keepHere')}</Button>
        </div>
        <div>
          <h3>{t('drafts.elsewhere', { time: exactTime(theirs.updatedAt, i18n.language) })}</h3>
          <p>{theirs.body ? preview(theirs.body.content) : ''}</p>
          <Button variant="default" onClick={() => settleConflict(conversationId, mode, 'theirs')}>
            {t('drafts.keepElsewhere')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
