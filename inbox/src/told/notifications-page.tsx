/** What I am told of, and how: rules per view, quiet hours, this browser, my devices, and a button that truly sends. */
import { type NotificationRule, type NotificationRules, toldViews } from '@dragoman/api'
import { Button, Checkbox, Chip, SegmentedControl, Select, Slider, Switch, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LeaveGuard } from '../answers/setting-form.tsx'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { Later } from '../pieces/later.tsx'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useSavedViews } from '../store/catalogues.ts'
import { useInbox } from '../store/desk.ts'
import { regional } from '../text/time.ts'
import { type MyNotifications, notificationsQuery } from './rules.ts'
import { ThisBrowser } from './this-browser.tsx'
import classes from './told.module.css'

const ways = ['sound', 'browser', 'push'] as const

export function NotificationsPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const query = useQuery(notificationsQuery)
  const [draft, setDraft] = useState<{ value: NotificationRules; from: number }>()
  const [saving, setSaving] = useState(false)
  const [problem, setProblem] = useState<ProblemOf>()
  const kept = query.data
  const value = draft?.value ?? kept?.value
  const changed = draft !== undefined && JSON.stringify(draft.value) !== JSON.stringify(kept?.value)
  const isStale = changed && kept !== undefined && kept.version > draft.from
  const change = (part: Partial<NotificationRules>) => {
    if (value && kept) setDraft({ value: { ...value, ...part }, from: draft?.from ?? kept.version })
  }
  const save = async () => {
    if (!draft || !kept) return
    setSaving(true)
    setProblem(undefined)
    try {
      const saved = await call('saveNotifications', { body: { version: kept.version, value: draft.value } })
      queries.setQueryData<MyNotifications>(notificationsQuery.queryKey, before => before && { ...before, ...saved })
      setDraft(undefined)
      showToast(t('common.saved'))
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version') await query.refetch()
      else setProblem(failed)
    }
    setSaving(false)
  }
  return (
    <SettingsFrame section="notifications" title={t('told.page.title')} intro={t('told.page.intro')}>
      <LeaveGuard changed={changed} />
      {query.isError && <ProblemAlert problem={problemOf(query.error)} />}
      {query.isPending && <Later>{t('told.page.loading')}</Later>}
      {value && kept && (
        <>
          <ThisBrowser mine={kept} volume={value.volume} />
          <Section title={t('told.page.rules')} text={t('told.page.rulesText')}>
            <Rules rules={value.rules} onChange={rules => change({ rules })} />
          </Section>
          <Section title={t('told.page.how')}>
            <div className={classes.field}>
              <span className={classes.label} id="told-volume">
                {t('told.page.volume')}
              </span>
              <Slider
                aria-labelledby="told-volume"
                thumbLabel={t('told.page.volume')}
                value={value.volume}
                onChange={volume => change({ volume })}
                step={5}
                maw={320}
                label={volume => `${volume}%`}
              />
            </div>
            <div className={classes.field}>
              <span className={classes.label}>{t('told.page.shows')}</span>
              <SegmentedControl
                aria-label={t('told.page.shows')}
                value={value.shows}
                onChange={shows => change({ shows: shows === 'little' ? 'little' : 'all' })}
                data={[
                  { value: 'all', label: t('told.page.showsAll') },
                  { value: 'little', label: t('told.page.showsLittle') },
                ]}
              />
            </div>
          </Section>
          <Section title={t('told.page.quiet')} text={t('told.page.quietText')}>
            <Quiet value={value} onChange={change} />
          </Section>
          <ProblemAlert problem={problem} />
          {isStale && <StaleAlert onTheirs={() => setDraft(undefined)} onMine={() => void save()} />}
          {changed && !isStale && (
            <div className={classes.saveBar} role="status">
              <span>{t('answers.notSaved')}</span>
              <Button variant="default" onClick={() => setDraft(undefined)}>
                {t('answers.drop')}
              </Button>
              <Button onClick={() => void save()} loading={saving}>
                {t('common.save')}
              </Button>
            </div>
          )}
        </>
      )}
    </SettingsFrame>
  )
}

function Rules({ rules, onChange }: { rules: readonly NotificationRule[]; onChange(rules: NotificationRule[]): void }) {
  const { t } = useTranslation()
  const saved = useSavedViews()
  const seesTrouble = useInbox(state => state.me.rights.includes('machines.manage'))
  const rows = [
    ...toldViews.filter(view => view !== 'trouble' || seesTrouble).map(view => ({ view: view as string, name: t(`told.views.${view}`) })),
    ...saved.map(view => ({ view: view.id, name: view.name })),
  ]
  const of = (view: string) => rules.find(rule => rule.view === view) ?? { view, sound: false, browser: false, push: false }
  return (
    <div className={classes.scroll}>
      <table className={classes.rules}>
        <thead>
          <tr>
            <th scope="col">{t('told.page.view')}</th>
            {ways.map(way => (
              <th key={way} scope="col">
                {t(`told.ways.${way}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ view, name }) => (
            <tr key={view}>
              <th scope="row">{name}</th>
              {ways.map(way => (
                <td key={way}>
                  <Checkbox
                    aria-label={t('told.page.cell', { view: name, way: t(`told.ways.${way}`) })}
                    checked={of(view)[way]}
                    onChange={event =>
                      onChange([...rules.filter(rule => rule.view !== view), { ...of(view), [way]: event.currentTarget.checked }])
                    }
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Quiet({ value, onChange }: { value: NotificationRules; onChange(part: Partial<NotificationRules>): void }) {
  const { t, i18n } = useTranslation()
  const { quiet } = value
  const set = (part: Partial<NotificationRules['quiet']>) => onChange({ quiet: { ...quiet, ...part } })
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  // 2024-01-01 was a Monday.
  const dayName = (day: number) =>
    new Intl.DateTimeFormat(regional(i18n.language), { weekday: 'short', timeZone: 'UTC' }).format(Date.UTC(2024, 0, day))
  return (
    <>
      <Switch
        label={t('told.page.quietOn')}
        checked={quiet.on}
        onChange={event => set({ on: event.currentTarget.checked, ...(quiet.zone === 'UTC' ? { zone: own } : {}) })}
      />
      {quiet.on && (
        <div className={classes.quiet}>
          <TextInput
            type="time"
            label={t('told.page.from')}
            value={quiet.from}
            onChange={event => event.currentTarget.value && set({ from: event.currentTarget.value })}
          />
          <TextInput
            type="time"
            label={t('told.page.until')}
            value={quiet.until}
            onChange={event => event.currentTarget.value && set({ until: event.currentTarget.value })}
          />
          <Select
            label={t('told.page.zone')}
            value={quiet.zone}
            data={[...new Set([own, quiet.zone, 'UTC', ...Intl.supportedValuesOf('timeZone')])]}
            onChange={zone => zone && set({ zone })}
            searchable
            allowDeselect={false}
          />
          <Chip.Group multiple value={quiet.days.map(String)} onChange={days => set({ days: days.map(Number).sort() })}>
            <fieldset className={classes.days}>
              <legend>{t('told.page.days')}</legend>
              {[1, 2, 3, 4, 5, 6, 7].map(day => (
                <Chip key={day} value={String(day)} size="sm">
                  {dayName(day)}
                </Chip>
              ))}
            </fieldset>
          </Chip.Group>
        </div>
      )}
    </>
  )
}
