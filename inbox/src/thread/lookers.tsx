/** Colleagues who look at a conversation or write in it at this moment: small pictures, with words for whoever cannot see them. */
import { Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { IconPencil } from '../icons.ts'
import { Person } from '../pieces/person.tsx'
import { useInbox } from '../store/desk.ts'
import { type Looker, useLookersOf } from '../store/looking.ts'
import classes from './lookers.module.css'

const mostShown = 3

/** In a row of the list. */
export function RowLookers({ conversationId }: { conversationId: string }) {
  return <Lookers lookers={useLookersOf(conversationId)} size={18} />
}

/** In the head of a thread, with words: whoever writes a reply is named. */
export function HeadLookers({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation()
  const lookers = useLookersOf(conversationId)
  const members = useInbox(state => state.members)
  const replying = lookers.filter(one => one.doing === 'replying').flatMap(one => members[one.memberId]?.name ?? [])
  return (
    <span className={classes.head}>
      <Lookers lookers={lookers} size={26} />
      <span className={classes.words} role="status">
        {replying.length > 0 && t('lookers.replying', { name: replying.join(', '), count: replying.length })}
      </span>
    </span>
  )
}

function Lookers({ lookers, size }: { lookers: readonly Looker[]; size: number }) {
  const { t } = useTranslation()
  const members = useInbox(state => state.members)
  const known = lookers.filter(one => members[one.memberId])
  if (known.length === 0) return null
  return (
    <span className={classes.lookers}>
      {known.slice(0, mostShown).map(one => {
        const name = members[one.memberId]?.name ?? ''
        const words = t(`lookers.${one.doing}One`, { name })
        return (
          <Tooltip key={one.memberId} label={words}>
            <span className={classes.looker} data-doing={one.doing} role="img" aria-label={words}>
              <Person name={name} size={size} />
              {one.doing !== 'viewing' && (
                <span className={classes.pencil}>
                  <IconPencil size={Math.round(size * 0.42)} aria-hidden="true" />
                </span>
              )}
            </span>
          </Tooltip>
        )
      })}
      {known.length > mostShown && <span className={classes.more}>+{known.length - mostShown}</span>}
    </span>
  )
}
