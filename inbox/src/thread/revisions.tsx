/** «Edited», and behind it every earlier text with its time: nothing is swapped silently. */
import type { MessageView } from '@dragoman/api'
import { Popover } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { usePreview } from '../text/preview.ts'
import { RichTextView } from '../text/rich-text-view.tsx'
import { exactTime } from '../text/time.ts'
import details from './delivery.module.css'
import classes from './message.module.css'

export function Revisions({ message }: { message: MessageView }) {
  const { t, i18n } = useTranslation()
  const preview = usePreview()
  return (
    <Popover width={340} position="top" withinPortal>
      <Popover.Target>
        <button type="button" className={classes.metaButton}>
          {t('thread.edited')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <h3 className={details.popTitle}>{t('thread.history')}</h3>
        {message.revisions.length === 0 && <p className={details.popText}>{t('thread.noHistory')}</p>}
        <ol className={details.history}>
          {message.revisions.map(revision => (
            <li key={revision.at}>
              <time>{exactTime(revision.at, i18n.language)}</time>
              <div>
                {revision.body.content.kind === 'text' ? (
                  <RichTextView text={revision.body.content.text} />
                ) : (
                  preview(revision.body.content)
                )}
              </div>
            </li>
          ))}
        </ol>
      </Popover.Dropdown>
    </Popover>
  )
}
