/**
 * A setting of the workspace as a form: read, changed whole, kept by a button. Always holds: what was typed is never lost to somebody else's change or to
 * leaving by mistake; of two who edit at once the second sees that the first was there.
 */
import type { SettingName, SettingValue } from '@dragoman/api'
import { Alert, Button, Modal } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useBlocker } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconAlertTriangle } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { showToast } from '../shell/toasts.tsx'
import classes from './answers.module.css'

interface Kept<Name extends SettingName> {
  value: SettingValue<Name>
  version: number
}

export interface SettingForm<Name extends SettingName> {
  /** Undefined while it is being read. */
  value: SettingValue<Name> | undefined
  change(next: (value: SettingValue<Name>) => SettingValue<Name>): void
  changed: boolean
  saving: boolean
  problem: ProblemOf | undefined
  /** Somebody else's version, kept since ours was begun. */
  theirs: Kept<Name> | undefined
  save(): void
  takeTheirs(): void
  drop(): void
}

export function useSettingForm<Name extends SettingName>(name: Name): SettingForm<Name> {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const queryKey = ['catalogue', `setting:${name}`]
  const query = useQuery({ queryKey, queryFn: async () => (await call('setting', { params: { name } })) as unknown as Kept<Name> })
  const [draft, setDraft] = useState<{ value: SettingValue<Name>; from: number }>()
  const [saving, setSaving] = useState(false)
  const [problem, setProblem] = useState<ProblemOf>()
  const kept = query.data
  const value = draft?.value ?? kept?.value
  const changed = draft !== undefined && JSON.stringify(draft.value) !== JSON.stringify(kept?.value)
  const theirs = changed && kept && kept.version > draft.from ? kept : undefined
  const save = async () => {
    if (!draft || !kept || saving) return
    setSaving(true)
    setProblem(undefined)
    try {
      // Whoever presses it has seen the present version: on the screen, or in the notice above the button.
      const saved = (await call('saveSetting', {
        params: { name },
        body: { version: kept.version, value: draft.value },
      })) as unknown as Kept<Name>
      queries.setQueryData(queryKey, saved)
      setDraft(undefined)
      showToast(t('common.saved'))
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version') await queries.invalidateQueries({ queryKey })
      else setProblem(failed)
    }
    setSaving(false)
  }
  return {
    value,
    change: next => {
      if (value !== undefined && kept) setDraft({ value: next(value), from: draft?.from ?? kept.version })
    },
    changed,
    saving,
    problem: problem ?? (query.isError ? problemOf(query.error) : undefined),
    theirs,
    save: () => void save(),
    takeTheirs: () => setDraft(undefined),
    drop: () => {
      setDraft(undefined)
      setProblem(undefined)
    },
  }
}

/** The line at the foot of a form: what is not kept yet, somebody else's change, the button. */
export function SaveBar<Name extends SettingName>({ form }: { form: SettingForm<Name> }) {
  const { t } = useTranslation()
  return (
    <>
      <LeaveGuard changed={form.changed} />
      <ProblemAlert problem={form.problem} />
      {form.theirs && <StaleNotice text={t('answers.staleSetting')} onTheirs={form.takeTheirs} onMine={form.save} saving={form.saving} />}
      {form.changed && (
        <div className={classes.saveBar} role="status">
          <span className={classes.saveHint}>{t('answers.notSaved')}</span>
          <Button variant="default" onClick={form.drop}>
            {t('answers.drop')}
          </Button>
          {!form.theirs && (
            <Button onClick={form.save} loading={form.saving}>
              {t('common.save')}
            </Button>
          )}
        </div>
      )}
    </>
  )
}

/** Someone was faster: take over theirs, or keep one's own. */
export function StaleNotice({ text, onTheirs, onMine, saving }: { text: string; onTheirs(): void; onMine(): void; saving?: boolean }) {
  const { t } = useTranslation()
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={20} />} title={t('answers.staleTitle')} role="alert" my="md">
      <p className={classes.alertText}>{text}</p>
      <div className={classes.alertActions}>
        <Button size="xs" variant="default" onClick={onTheirs}>
          {t('answers.takeTheirs')}
        </Button>
        <Button size="xs" variant="default" onClick={onMine} loading={saving}>
          {t('answers.keepMine')}
        </Button>
      </div>
    </Alert>
  )
}

/** Asks before what was typed is left behind, in this page or by closing it. */
export function LeaveGuard({ changed }: { changed: boolean }) {
  const { t } = useTranslation()
  const blocker = useBlocker({ shouldBlockFn: () => changed, enableBeforeUnload: () => changed, withResolver: true })
  if (blocker.status !== 'blocked') return null
  return (
    <Modal opened onClose={blocker.reset} title={t('answers.leaveTitle')} centered size="sm">
      <p className={classes.alertText}>{t('answers.leaveText')}</p>
      <div className={classes.alertActions}>
        <Button variant="default" onClick={blocker.reset} data-autofocus>
          {t('answers.stay')}
        </Button>
        <Button color="red" variant="light" onClick={blocker.proceed}>
          {t('answers.leave')}
        </Button>
      </div>
    </Modal>
  )
}
