/** Automatic answers: what is said by itself, where it is said otherwise, what somebody who writes now would get, and a report of what differs. */
import type { AutomaticAnswers, AutomaticException, AutomaticKind } from '@dragoman/api'
import { Button, NumberInput, Select, Switch } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconPlus, IconTrash } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './answers.module.css'
import { AutomaticPreview } from './automatic-preview.tsx'
import { AnswersReport } from './report-table.tsx'
import { SaveBar, type SettingForm, useSettingForm } from './setting-form.tsx'
import { TextsEditor } from './texts-editor.tsx'

const kinds = ['greeting', 'instant', 'away'] as const satisfies readonly AutomaticKind[]

export function AutomaticPage() {
  const { t } = useTranslation()
  const form = useSettingForm('automatic_answers')
  return (
    <SettingsFrame section="automatic-answers" title={t('automatic.title')} intro={t('automatic.intro')} wide>
      {form.value && (
        <>
          <Section title={t('automatic.now')} text={t('automatic.nowText')}>
            <AutomaticPreview value={form.value} />
          </Section>
          <Section title={t('automatic.texts')} text={t('automatic.textsText')}>
            {kinds.map(kind => (
              <KindEditor key={kind} kind={kind} form={form} value={form.value!} />
            ))}
          </Section>
          <Section title={t('automatic.report')} text={t('automatic.reportText')}>
            <AnswersReport />
          </Section>
        </>
      )}
      <SaveBar form={form} />
    </SettingsFrame>
  )
}

function KindEditor({ kind, form, value }: { kind: AutomaticKind; form: SettingForm<'automatic_answers'>; value: AutomaticAnswers }) {
  const { t } = useTranslation()
  const change = (part: object) => form.change(now => ({ ...now, [kind]: { ...now[kind], ...part } }))
  const setException = (of: AutomaticException, part: Partial<AutomaticException> | null) =>
    form.change(now => ({
      ...now,
      exceptions: now.exceptions.flatMap(one => (one === of ? (part ? [{ ...one, ...part }] : []) : [one])),
    }))
  const names = useNames()
  const exceptions = value.exceptions.filter(one => one.kind === kind)
  const { on, texts } = value[kind]
  return (
    <div className={classes.kind} id={`automatic-${kind}`}>
      <div className={classes.kindHead}>
        <h3>{t(`automatic.kinds.${kind}`)}</h3>
        <Switch label={t('automatic.on')} checked={on} onChange={event => change({ on: event.currentTarget.checked })} />
      </div>
      <p className={classes.faint}>{t(`automatic.kindText.${kind}`)}</p>
      {kind === 'greeting' && (
        <NumberInput
          label={t('automatic.afterDays')}
          description={t('automatic.afterDaysHelp')}
          value={value.greeting.afterDays ?? ''}
          min={1}
          max={3650}
          allowDecimal={false}
          onChange={days => change({ afterDays: typeof days === 'number' ? days : null })}
          w={320}
          mb="sm"
        />
      )}
      {kind === 'instant' && (
        <NumberInput
          label={t('automatic.afterSeconds')}
          value={value.instant.afterSeconds}
          min={0}
          max={3600}
          clampBehavior="strict"
          allowDecimal={false}
          onChange={seconds => typeof seconds === 'number' && change({ afterSeconds: seconds })}
          w={320}
          mb="sm"
        />
      )}
      {kind === 'away' && (
        <Switch
          mb="sm"
          label={t('automatic.whenNobody')}
          checked={value.away.whenNobody}
          onChange={event => change({ whenNobody: event.currentTarget.checked })}
        />
      )}
      <TextsEditor label={t(`automatic.kinds.${kind}`)} texts={texts} needed={on} onChange={next => change({ texts: next })} />
      {exceptions.map(one => {
        const name = one.accountId ? names.account(one.accountId) : names.team(one.teamId!)
        return (
          <div key={`${one.accountId}|${one.teamId}`} className={classes.exception}>
            <div className={classes.kindHead}>
              <strong>{t(one.accountId ? 'automatic.otherOnAccount' : 'automatic.otherInTeam', { name })}</strong>
              <Switch
                label={t('automatic.offHere')}
                checked={one.off}
                onChange={event => setException(one, { off: event.currentTarget.checked })}
              />
              <Button
                size="compact-sm"
                variant="subtle"
                color="red"
                leftSection={<IconTrash size={15} />}
                onClick={() => setException(one, null)}
              >
                {t('automatic.removeException')}
              </Button>
            </div>
            {!one.off && (
              <TextsEditor
                label={t('automatic.textFor', { kind: t(`automatic.kinds.${kind}`), name })}
                texts={one.texts}
                inherited={texts}
                onChange={next => setException(one, { texts: next })}
              />
            )}
          </div>
        )
      })}
      <AddException
        taken={exceptions}
        onAdd={place =>
          form.change(now => ({
            ...now,
            exceptions: [...now.exceptions, { kind, off: false, texts: {}, accountId: null, teamId: null, ...place }],
          }))
        }
      />
    </div>
  )
}

function AddException({
  taken,
  onAdd,
}: {
  taken: readonly AutomaticException[]
  onAdd(place: { accountId: string } | { teamId: string }): void
}) {
  const { t } = useTranslation()
  const names = useNames()
  const [open, setOpen] = useState(false)
  const accounts = names.accounts.filter(one => !taken.some(exception => exception.accountId === one.id))
  const teams = names.teams.filter(one => !taken.some(exception => exception.teamId === one.id))
  if (accounts.length + teams.length === 0) return null
  if (!open)
    return (
      <Button mt="sm" size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} />} onClick={() => setOpen(true)}>
        {t('automatic.addException')}
      </Button>
    )
  return (
    <Select
      mt="sm"
      maw={360}
      label={t('automatic.exceptionFor')}
      autoFocus
      searchable
      data={[
        { group: t('automatic.accounts'), items: accounts.map(one => ({ value: `a${one.id}`, label: one.name })) },
        { group: t('automatic.teams'), items: teams.map(one => ({ value: `t${one.id}`, label: one.name })) },
      ].filter(group => group.items.length > 0)}
      onChange={chosen => {
        if (!chosen) return
        onAdd(chosen.startsWith('a') ? { accountId: chosen.slice(1) } : { teamId: chosen.slice(1) })
        setOpen(false)
      }}
      onBlur={() => setOpen(false)}
    />
  )
}

/** Accounts and teams by name. */
export function useNames() {
  const { t } = useTranslation()
  const accounts = useInbox(state => state.accounts)
  const { data } = useQuery({ queryKey: ['catalogue', 'teams'], queryFn: () => call('teams') })
  const teams = data?.teams ?? []
  return {
    accounts: Object.values(accounts).filter(one => one.status !== 'disconnected'),
    teams,
    account: (id: string) => accounts[id]?.name ?? t('answers.gone'),
    team: (id: string) => teams.find(one => one.id === id)?.name ?? t('answers.gone'),
  }
}
