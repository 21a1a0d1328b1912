/** Says of a public thread that everyone reads it, under which post, with a way there. */
import type { ConversationView } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconWorld } from '../icons.ts'
import classes from './thread.module.css'

export function PlaceMark({ place }: { place: NonNullable<ConversationView['place']> }) {
  const { t } = useTranslation()
  const words = t(place.kind === 'mention' ? 'comments.mention' : place.title ? 'comments.under' : 'comments.public', {
    title: place.title,
  })
  return (
    <p className={classes.place}>
      <IconWorld size={16} aria-hidden="true" />
      <span>{words}</span>
      {place.url && (
        <a href={place.url} target="_blank" rel="noreferrer noopener">
          {t('comments.openPost')}
        </a>
      )}
    </p>
  )
}
