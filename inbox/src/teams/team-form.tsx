/** One team: name, people, and how its queue is worked. Always holds: what was typed stays when somebody else has saved meanwhile. */
import { type TeamSettings, type TeamView, teamSettings } from '@dragoman/api'
import { Button, Checkbox, MultiSelect, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './teams.module.css'

export function TeamForm({ team, teams, onDone }: { team: TeamView | undefined; teams: readonly TeamView[]; onDone(): void }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const members = useInbox(state => state.members)
  const languages = useInbox(state => state.workspace.languages)
  const waitingHere = useInbox(
    state => Object.values(state.conversations).filter(one => one.teamId === team?.id && one.state === 'open').length,
  )
  const [name, setName] = useState(team?.name ?? '')
  const [memberIds, setMemberIds] = useState(team?.memberIds ?? [])
  const [settings, setSettings] = useState<TeamSettings>(team?.settings ?? { ...teamSettings.parse({}), strategy: 'round_robin' })
  const [version, setVersion] = useState(team?.version ?? 0)
  const [theirs, setTheirs] = useState<TeamView>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const set = (part: Partial<TeamSettings>) => setSettings(now => ({ ...now, ...part }))
  const names = new Intl.DisplayNames(i18n.language, { type: 'language' })

  const save = async (over = version) => {
    setBusy(true)
    setProblem(undefined)
    try {
      const body = { name: name.trim(), settings, memberIds }
      if (team) await call('updateTeam', { params: { teamId: team.id }, body: { ...body, version: over } })
      else await call('createTeam', { body })
      await queries.invalidateQueries({ queryKey: ['catalogue', 'teams'] })
      showToast(t('teams.saved', { name: name.trim() }))
      onDone()
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version' && 'current' in failed) setTheirs(failed.current as TeamView)
      else setProblem(failed)
    } finally {
      setBusy(false)
    }
  }
  const takeTheirs = () => {
    if (!theirs) return
    setName(theirs.name)
    setMemberIds(theirs.memberIds)
    setSettings(theirs.settings)
    setVersion(theirs.version)
    setTheirs(undefined)
  }
  const archive = async () => {
    if (!team) return
    try {
      await call('archiveTeam', { params: { teamId: team.id } })
      await queries.invalidateQueries({ queryKey: ['catalogue', 'teams'] })
      showToast(t('teams.archived', { name: team.name }))
      onDone()
    } catch (error) {
      tellProblem(error)
    }
  }
  const others = teams.filter(one => one.id !== team?.id)
  const routed = settings.strategy !== 'manual'
  return (
    <form
      className={classes.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextInput
        label={t('teams.name')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        required
        maxLength={80}
        data-autofocus
      />
      <MultiSelect
        label={t('teams.members')}
        value={memberIds}
        onChange={setMemberIds}
        searchable
        data={Object.values(members)
          .filter(member => member.active || memberIds.includes(member.id))
          .sort((a, b) => a.name.localeCompare(b.name))
          .map(member => ({ value: member.id, label: member.name }))}
      />
      <Select
        label={t('teams.strategy')}
        value={settings.strategy}
        allowDeselect={false}
        onChange={value => value && set({ strategy: value as TeamSettings['strategy'] })}
        data={(['manual', 'round_robin', 'least_loaded'] as const).map(value => ({ value, label: t(`teams.strategies.${value}`) }))}
      />
      {routed && (
        <>
          <NumberInput
            label={t('teams.capacity')}
            description={t('teams.capacityHelp')}
            value={settings.capacity}
            min={1}
            max={100}
            onChange={value => typeof value === 'number' && set({ capacity: Math.round(value) })}
          />
          <Checkbox
            label={t('teams.pastAgent')}
            checked={settings.pastAgent}
            onChange={event => set({ pastAgent: event.currentTarget.checked })}
          />
          <NumberInput
            label={t('teams.wrapUp')}
            value={settings.wrapUpSeconds}
            min={0}
            max={3_600}
            onChange={value => typeof value === 'number' && set({ wrapUpSeconds: Math.round(value) })}
          />
        </>
      )}
      <NumberInput
        label={t('teams.silent')}
        description={t('teams.silentHelp')}
        value={settings.silentAfterSeconds ?? ''}
        min={30}
        max={86_400}
        onChange={value => set({ silentAfterSeconds: typeof value === 'number' ? Math.round(value) : null })}
      />
      {others.length > 0 && (
        <div className={classes.pair}>
          <Select
            label={t('teams.overflow')}
            placeholder={t('teams.overflowNone')}
            value={settings.overflow?.teamId ?? null}
            clearable
            onChange={teamId => set({ overflow: teamId ? { teamId, afterSeconds: settings.overflow?.afterSeconds ?? 300 } : null })}
            data={others.map(one => ({ value: one.id, label: one.name }))}
          />
          {settings.overflow && (
            <NumberInput
              label={t('teams.overflowAfter')}
              value={settings.overflow.afterSeconds}
              min={5}
              max={86_400}
              onChange={value =>
                typeof value === 'number' &&
                settings.overflow &&
                set({ overflow: { ...settings.overflow, afterSeconds: Math.round(value) } })
              }
            />
          )}
        </div>
      )}
      <Switch
        label={t('teams.tellPlace')}
        checked={settings.tellPlace !== null}
        onChange={event =>
          set({
            tellPlace: event.currentTarget.checked
              ? {
                  afterSeconds: 60,
                  text: Object.fromEntries(languages.map(language => [language, t('teams.tellSample', { lng: language })])),
                }
              : null,
          })
        }
      />
      {settings.tellPlace && (
        <div className={classes.nested}>
          <NumberInput
            label={t('teams.tellAfter')}
            value={settings.tellPlace.afterSeconds}
            min={0}
            max={3_600}
            onChange={value =>
              typeof value === 'number' &&
              settings.tellPlace &&
              set({ tellPlace: { ...settings.tellPlace, afterSeconds: Math.round(value) } })
            }
          />
          {languages.map(language => (
            <Textarea
              key={language}
              label={t('teams.tellText', { language: names.of(language) ?? language })}
              description={t('teams.tellHelp')}
              value={settings.tellPlace?.text[language] ?? ''}
              autosize
              lang={language}
              onChange={event => {
                const text = event.currentTarget.value
                if (settings.tellPlace)
                  set({ tellPlace: { ...settings.tellPlace, text: { ...settings.tellPlace.text, [language]: text } } })
              }}
            />
          ))}
        </div>
      )}
      {theirs && (
        <StaleAlert
          onTheirs={takeTheirs}
          onMine={() => {
            setTheirs(undefined)
            setVersion(theirs.version)
            void save(theirs.version)
          }}
        />
      )}
      <ProblemAlert problem={problem} />
      <div className={classes.actions}>
        <Button type="submit" loading={busy} disabled={name.trim() === ''}>
          {t('common.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
        {team && (
          <Button
            variant="subtle"
            color="red"
            ml="auto"
            onClick={() => void archive()}
            title={t('teams.archiveText', { count: waitingHere })}
          >
            {t('teams.archive')}
          </Button>
        )}
      </div>
    </form>
  )
}
