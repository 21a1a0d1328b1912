/** Files in the composer: what each is, how far it has come, why it cannot go; each can be taken away or stopped. */
import { ActionIcon, Progress } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { fileUrl } from '../client.ts'
import { IconFile, IconMusic, IconPhoto, IconVideo, IconX } from '../icons.ts'
import { fileSize } from '../text/time.ts'
import type { Attachment } from './compose.ts'
import classes from './composer.module.css'

const icons = { image: IconPhoto, video: IconVideo, audio: IconMusic, voice: IconMusic, file: IconFile, sticker: IconPhoto } as const

export function AttachmentList({ attachments, onRemove }: { attachments: readonly Attachment[]; onRemove(localId: string): void }) {
  const { t, i18n } = useTranslation()
  if (attachments.length === 0) return null
  return (
    <ul className={classes.attachments} aria-label={t('composer.files')}>
      {attachments.map(attachment => {
        const Icon = icons[attachment.kind]
        const broken = attachment.state === 'refused' || attachment.state === 'failed'
        return (
          <li key={attachment.localId} className={classes.attachment} data-state={attachment.state}>
            <span className={classes.attachmentIcon}>
              {attachment.kind === 'image' && attachment.fileId ? (
                <img
                  src={fileUrl(attachment.fileId)}
                  alt=""
                  onError={event => {
                    event.currentTarget.hidden = true
                  }}
                />
              ) : (
                <Icon size={20} stroke={1.5} />
              )}
            </span>
            <span className={classes.attachmentText}>
              <bdi>{attachment.name}</bdi>
              {broken ? <small role="alert">{attachment.reason}</small> : <small>{fileSize(attachment.sizeBytes, i18n.language)}</small>}
              {attachment.state === 'uploading' && (
                <Progress
                  value={attachment.progress * 100}
                  size={4}
                  aria-label={t('composer.uploading', { name: attachment.name })}
                  transitionDuration={100}
                />
              )}
            </span>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label={t(attachment.state === 'uploading' ? 'composer.stopUpload' : 'composer.removeFile', { name: attachment.name })}
              onClick={() => onRemove(attachment.localId)}
            >
              <IconX size={16} />
            </ActionIcon>
          </li>
        )
      })}
    </ul>
  )
}
