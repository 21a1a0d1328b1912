/** Who is to answer, or which team; with a line for the new owner. */
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { assignMany, changeConversations, whom } from '../actions/desk-acts.ts'
import { scoreOf } from '../actions/palette-search.ts'
import { IconUserCheck, IconUserOff, IconUsers } from '../icons.ts'
import { Person } from '../pieces/person.tsx'
import { useTeams } from '../store/catalogues.ts'
import { useDesk, useInbox } from '../store/desk.ts'
import type { AskProps } from './asked-window.tsx'
import { type Option, Options } from './options.tsx'
import classes from './order.module.css'

export function AskAssign({ ids, close }: AskProps) {
  const { t } = useTranslation()
  const [query, setQuery] = useState('')
  const [summary, setSummary] = useState('')
  const members = useInbox(state => state.members)
  const me = useInbox(state => state.me)
  const online = useDesk(state => state.online)
  const teams = useTeams()
  const line = summary.trim() || undefined
  const give = (to: string) => {
    close()
    assignMany(ids, to, line)
  }
  const giveTeam = (teamId: string | null, name: string) => {
    close()
    void changeConversations({
      ids,
      actions: [{ kind: 'team', teamId, summary: line }],
      done: teamId === null ? t('order.teamless', { who: whom(ids) }) : t('order.assigned', { who: whom(ids), name }),
      look: () => ({ teamId }),
    })
  }
  const row = (icon: React.ReactNode, name: string) => (
    <span className={classes.labels}>
      {icon} <bdi>{name}</bdi>
    </span>
  )
  const all: (Option & { words: string[] })[] = [
    {
      id: 'me',
      words: [t('actions.assignToMe.label'), me.name],
      content: row(<IconUserCheck size={20} aria-hidden="true" />, t('actions.assignToMe.label')),
      perform: () => give('me'),
    },
    {
      id: 'nobody',
      words: [t('thread.nobody')],
      content: row(<IconUserOff size={20} aria-hidden="true" />, t('thread.nobody')),
      perform: () => give('nobody'),
    },
    ...Object.values(members)
      .filter(member => member.active && member.id !== me.memberId)
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(member => ({
        id: member.id,
        words: [member.name],
        content: row(<Person name={member.name} size={22} />, member.name),
        aside: online.includes(member.id) ? t('members.online') : undefined,
        perform: () => give(member.id),
      })),
    ...teams.map(team => ({
      id: team.id,
      words: [team.name],
      content: row(<IconUsers size={20} aria-hidden="true" />, team.name),
      aside: t('order.team'),
      perform: () => giveTeam(team.id, team.name),
    })),
    ...(teams.length > 0
      ? [
          {
            id: 'no-team',
            words: [t('order.noTeam')],
            content: row(<IconUsers size={20} aria-hidden="true" />, t('order.noTeam')),
            perform: () => giveTeam(null, ''),
          },
        ]
      : []),
  ]
  return (
    <>
      <TextInput
        label={t('order.summary')}
        description={t('order.summaryHelp')}
        value={summary}
        onChange={event => setSummary(event.currentTarget.value)}
        maxLength={300}
        mb="sm"
      />
      <Options
        label={t('order.findMember')}
        query={query}
        onQuery={setQuery}
        options={all.filter(option => scoreOf(query, option.words) > 0)}
      />
    </>
  )
}
