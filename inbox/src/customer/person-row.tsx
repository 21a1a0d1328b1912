/** A person in a list: face, name, what is known, and on which messengers. What may be done stands beside it. */
import type { SuggestedMerge } from '@dragoman/api'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { Person } from '../pieces/person.tsx'
import { useDesk } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { listTime } from '../text/time.ts'
import classes from './person.module.css'

export function PersonRow({ row, children }: { row: Omit<SuggestedMerge, 'grounds'>; children?: ReactNode }) {
  const { i18n } = useTranslation()
  const now = useNow()
  const channels = useDesk(state => state.channels)
  return (
    <>
      <Person name={row.contact.name} fileId={row.contact.avatarFileId} size={32} />
      <span className={classes.personText}>
        <Link to="/contacts/$contactId" params={{ contactId: row.contact.id }} className={classes.link}>
          <bdi>{row.contact.name}</bdi>
        </Link>
        <small>{[row.contact.phone, row.contact.email, row.customerId].filter(Boolean).join(' · ')}</small>
        <small className={classes.badges}>
          {row.channels.map(channel => (
            <ChannelBadge key={channel} channel={channels[channel]} size={13} />
          ))}
          {row.lastActivityAt !== null && listTime(row.lastActivityAt, now, i18n.language)}
        </small>
        {children}
      </span>
    </>
  )
}
