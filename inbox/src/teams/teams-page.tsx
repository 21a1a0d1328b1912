/** Teams, how their queues are worked, and which conversation goes to which. */
import type { TeamView } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconChevronRight, IconPlus, IconUsers } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Section } from '../pieces/page.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { RoutingRules } from './routing-rules.tsx'
import { TeamForm } from './team-form.tsx'
import classes from './teams.module.css'

export function TeamsPage() {
  const { t } = useTranslation()
  const teams = useQuery({ queryKey: ['catalogue', 'teams'], queryFn: () => call('teams') })
  const [open, setOpen] = useState<string>()
  const list = teams.data?.teams ?? []
  return (
    <SettingsFrame
      section="teams"
      title={t('teams.title')}
      intro={t('teams.intro')}
      actions={
        <Button leftSection={<IconPlus size={17} />} onClick={() => setOpen('new')} disabled={open === 'new'}>
          {t('teams.add')}
        </Button>
      }
    >
      {open === 'new' && <TeamForm team={undefined} teams={list} onDone={() => setOpen(undefined)} />}
      {teams.isSuccess && list.length === 0 && open !== 'new' && (
        <EmptyState icon={<IconUsers size={36} stroke={1.3} />} title={t('teams.none')} text={t('teams.noneText')} />
      )}
      <ul className={classes.teams}>
        {list.map(team => (
          <li key={team.id}>
            <TeamRow team={team} open={open === team.id} onToggle={() => setOpen(open === team.id ? undefined : team.id)} />
            {open === team.id && <TeamForm team={team} teams={list} onDone={() => setOpen(undefined)} />}
          </li>
        ))}
      </ul>
      {teams.isSuccess && (
        <Section title={t('routing.title')} text={t('routing.text')}>
          {list.length === 0 ? <p className={classes.faint}>{t('routing.needsTeam')}</p> : <RoutingRules teams={list} />}
        </Section>
      )}
    </SettingsFrame>
  )
}

function TeamRow({ team, open, onToggle }: { team: TeamView; open: boolean; onToggle(): void }) {
  const { t } = useTranslation()
  return (
    <button type="button" className={classes.team} aria-expanded={open} onClick={onToggle}>
      <span className={classes.teamName}>
        <bdi>{team.name}</bdi>
      </span>
      <span className={classes.faint}>
        {t('teams.count', { count: team.memberIds.length })} · {t(`teams.strategies.${team.settings.strategy}`)}
      </span>
      <IconChevronRight size={18} aria-hidden="true" className={classes.chevron} data-open={open} />
    </button>
  )
}
