/** Which conversation goes to which team: rules in their order, by buttons (no drag is needed). Always holds: saved whole, with the version that I saw. */
import type { OperationResponse, Routing, RoutingRule, TeamView } from '@dragoman/api'
import { ActionIcon, Button, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './teams.module.css'

type Stored = Omit<OperationResponse<'setting'>, 'value'> & { value: Routing }

export function RoutingRules({ teams }: { teams: readonly TeamView[] }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const stored = useQuery({
    queryKey: ['catalogue', 'setting:routing'],
    queryFn: async () => (await call('setting', { params: { name: 'routing' } })) as Stored,
  })
  const [routing, setRouting] = useState<Routing>()
  const [version, setVersion] = useState(0)
  const [theirs, setTheirs] = useState<Stored>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [dirty, setDirty] = useState(false)
  const present = stored.data
  useEffect(() => {
    if (!present || dirty) return
    setRouting(present.value)
    setVersion(present.version)
  }, [present, dirty])
  if (!routing) return null
  const change = (next: Routing) => {
    setRouting(next)
    setDirty(true)
  }
  const changeRule = (index: number, part: Partial<RoutingRule>) =>
    change({ ...routing, rules: routing.rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule)) })
  const move = (index: number, by: number) => {
    const rules = [...routing.rules]
    const [rule] = rules.splice(index, 1)
    if (rule) rules.splice(index + by, 0, rule)
    change({ ...routing, rules })
  }
  const save = async (over = version) => {
    setProblem(undefined)
    try {
      const saved = await call('saveSetting', { params: { name: 'routing' }, body: { version: over, value: routing } })
      setVersion(saved.version)
      setDirty(false)
      await queries.invalidateQueries({ queryKey: ['catalogue', 'setting:routing'] })
      showToast(t('common.saved'))
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version' && 'current' in failed) setTheirs(failed.current as Stored)
      else setProblem(failed)
    }
  }
  const choices = teams.map(team => ({ value: team.id, label: team.name }))
  return (
    <div className={classes.rules}>
      <ol className={classes.ruleList}>
        {routing.rules.map((rule, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a rule is its place
          <li key={index} className={classes.rule}>
            <RuleForm rule={rule} number={index + 1} choices={choices} onChange={part => changeRule(index, part)} />
            <span className={classes.ruleTools}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={32}
                aria-label={t('routing.up')}
                disabled={index === 0}
                onClick={() => move(index, -1)}
              >
                <IconArrowUp size={17} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={32}
                aria-label={t('routing.down')}
                disabled={index === routing.rules.length - 1}
                onClick={() => move(index, 1)}
              >
                <IconArrowDown size={17} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={32}
                aria-label={t('routing.remove')}
                onClick={() => change({ ...routing, rules: routing.rules.filter((_, at) => at !== index) })}
              >
                <IconX size={17} />
              </ActionIcon>
            </span>
          </li>
        ))}
      </ol>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconPlus size={16} />}
        onClick={() =>
          change({
            ...routing,
            rules: [...routing.rules, { accountIds: [], languages: [], labelIds: [], skill: null, teamId: teams[0]!.id }],
          })
        }
      >
        {t('routing.add')}
      </Button>
      <Select
        mt="md"
        maw={360}
        label={t('routing.default')}
        placeholder={t('routing.nobody')}
        clearable
        value={routing.defaultTeamId}
        onChange={defaultTeamId => change({ ...routing, defaultTeamId })}
        data={choices}
      />
      {theirs && (
        <StaleAlert
          onTheirs={() => {
            setRouting(theirs.value)
            setVersion(theirs.version)
            setDirty(false)
            setTheirs(undefined)
          }}
          onMine={() => {
            setTheirs(undefined)
            void save(theirs.version)
          }}
        />
      )}
      <ProblemAlert problem={problem} />
      <div className={classes.actions}>
        <Button disabled={!dirty} onClick={() => void save()}>
          {t('common.save')}
        </Button>
      </div>
    </div>
  )
}

function RuleForm({
  rule,
  number,
  choices,
  onChange,
}: {
  rule: RoutingRule
  number: number
  choices: { value: string; label: string }[]
  onChange(part: Partial<RoutingRule>): void
}) {
  const { t } = useTranslation()
  const accounts = useInbox(state => state.accounts)
  const labels = useQuery({ queryKey: ['catalogue', 'labels'], queryFn: () => call('labels') })
  const any = t('routing.any')
  return (
    <fieldset className={classes.ruleFields}>
      <legend>{t('routing.rule', { number })}</legend>
      <MultiSelect
        label={t('routing.accounts')}
        placeholder={rule.accountIds.length === 0 ? any : undefined}
        value={rule.accountIds}
        onChange={accountIds => onChange({ accountIds })}
        data={Object.values(accounts).map(account => ({ value: account.id, label: account.name }))}
      />
      <TagsInput
        label={t('routing.languages')}
        placeholder={rule.languages.length === 0 ? any : undefined}
        value={rule.languages}
        onChange={languages => onChange({ languages: languages.map(language => language.toLowerCase().slice(0, 16)) })}
        data={['ru', 'en', 'kk', 'uk', 'tr', 'de', 'es', 'fr']}
      />
      <MultiSelect
        label={t('routing.labels')}
        placeholder={rule.labelIds.length === 0 ? any : undefined}
        value={rule.labelIds}
        onChange={labelIds => onChange({ labelIds })}
        data={(labels.data?.labels ?? []).map(label => ({ value: label.id, label: label.name }))}
      />
      <TextInput
        label={t('routing.skill')}
        placeholder={any}
        value={rule.skill ?? ''}
        maxLength={60}
        onChange={event => onChange({ skill: event.currentTarget.value.trim() === '' ? null : event.currentTarget.value })}
      />
      <Select
        label={t('routing.to')}
        value={rule.teamId}
        allowDeselect={false}
        onChange={teamId => teamId && onChange({ teamId })}
        data={choices}
      />
    </fieldset>
  )
}
