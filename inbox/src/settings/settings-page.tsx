/** My settings and the workspace's. What is mine is kept at once; the workspace is saved by a button. */

import type { BusinessKind, Me } from '@dragoman/api'
import { Button, NumberInput, PasswordInput, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { setLanguage, tellProblem } from '../actions/conversation-acts.ts'
import { setTheme } from '../actions/theme-act.ts'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { BusinessField, CountriesField, isBusinessKind } from '../setup/fields.tsx'
import { showToast } from '../shell/toasts.tsx'
import { changeInbox, useInbox } from '../store/desk.ts'
import { signOut } from '../store/start.ts'
import classes from './settings.module.css'
import { SettingsFrame } from './settings-frame.tsx'

type MyChange = Partial<Pick<Me, 'name' | 'density' | 'sendKey' | 'undoSeconds'>>

export function SettingsPage() {
  const { t } = useTranslation()
  const me = useInbox(state => state.me)
  const [name, setName] = useState(me.name)
  const change = (part: MyChange) => {
    const before = me
    changeInbox(state => ({ ...state, me: { ...state.me, ...part } }))
    call('updateMe', { body: part }).catch(error => {
      changeInbox(state => ({ ...state, me: before }))
      tellProblem(error)
    })
  }
  return (
    <SettingsFrame section="mine" title={t('settings.title')}>
      <Section title={t('settings.mine')}>
        <div className={classes.grid}>
          <TextInput
            label={t('setup.name')}
            value={name}
            onChange={event => setName(event.currentTarget.value)}
            onBlur={() => name.trim() !== '' && name.trim() !== me.name && change({ name: name.trim() })}
          />
          <Row label={t('settings.language')}>
            <SegmentedControl
              aria-label={t('settings.language')}
              value={me.language}
              onChange={value => setLanguage(value === 'ru' ? 'ru' : 'en')}
              data={[
                { value: 'en', label: <span lang="en">English</span> },
                { value: 'ru', label: <span lang="ru">Русский</span> },
              ]}
            />
          </Row>
          <Row label={t('settings.theme')}>
            <SegmentedControl
              aria-label={t('settings.theme')}
              value={me.theme}
              onChange={value => setTheme(value as Me['theme'])}
              data={(['light', 'dark', 'auto'] as const).map(theme => ({ value: theme, label: t(`settings.themes.${theme}`) }))}
            />
          </Row>
          <Row label={t('settings.density')}>
            <SegmentedControl
              aria-label={t('settings.density')}
              value={me.density}
              onChange={value => change({ density: value as Me['density'] })}
              data={(['comfortable', 'compact'] as const).map(density => ({ value: density, label: t(`settings.densities.${density}`) }))}
            />
          </Row>
          <Row label={t('settings.sendKey')} help={t('settings.sendKeyHelp')}>
            <SegmentedControl
              aria-label={t('settings.sendKey')}
              value={me.sendKey}
              onChange={value => change({ sendKey: value as Me['sendKey'] })}
              data={[
                { value: 'enter', label: 'Enter' },
                { value: 'ctrl_enter', label: 'Ctrl+Enter' },
              ]}
            />
          </Row>
          <NumberInput
            label={t('settings.undo')}
            description={t('settings.undoHelp')}
            value={me.undoSeconds}
            min={0}
            max={30}
            clampBehavior="strict"
            onChange={value => typeof value === 'number' && change({ undoSeconds: Math.round(value) })}
            suffix={` ${t('settings.seconds')}`}
            w={220}
          />
        </div>
      </Section>
      <Password />
      {me.rights.includes('desk.manage') && <Workspace />}
      <Section title={t('settings.session')}>
        <Button variant="default" onClick={() => void signOut()}>
          {t('actions.signOut.label')}
        </Button>
      </Section>
    </SettingsFrame>
  )
}

function Row({ label, help, children }: { label: string; help?: string; children: React.ReactNode }) {
  return (
    <div className={classes.row}>
      <span className={classes.label} aria-hidden="true">
        {label}
      </span>
      {help && <span className={classes.help}>{help}</span>}
      <div>{children}</div>
    </div>
  )
}

function Password() {
  const { t } = useTranslation()
  const email = useInbox(state => state.me.email)
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [problem, setProblem] = useState<ProblemOf>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setProblem(undefined)
    try {
      await call('changePassword', { body: { current, next } })
      setCurrent('')
      setNext('')
      showToast(t('settings.passwordChanged'))
    } catch (error) {
      setProblem(problemOf(error))
    }
  }
  return (
    <Section title={t('settings.password')} text={t('settings.passwordText')}>
      <form className={classes.grid} onSubmit={submit}>
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput
          label={t('settings.current')}
          autoComplete="current-password"
          required
          value={current}
          onChange={event => setCurrent(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
        />
        <PasswordInput
          label={t('settings.next')}
          description={t('setup.passwordHelp')}
          autoComplete="new-password"
          required
          minLength={10}
          value={next}
          onChange={event => setNext(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('setup.showPassword') }}
        />
        <ProblemAlert problem={problem} />
        <div>
          <Button type="submit" variant="default" disabled={current === '' || next.length < 10}>
            {t('settings.changePassword')}
          </Button>
        </div>
      </form>
    </Section>
  )
}

function Workspace() {
  const { t, i18n } = useTranslation()
  const workspace = useInbox(state => state.workspace)
  const [form, setForm] = useState<{ name: string; countries: string[]; businessKind: BusinessKind; languages: string[] }>({
    name: workspace.name,
    countries: workspace.countries,
    businessKind: isBusinessKind(workspace.businessKind) ? workspace.businessKind : 'other',
    languages: workspace.languages,
  })
  const [busy, setBusy] = useState(false)
  const set = (part: Partial<typeof form>) => setForm(now => ({ ...now, ...part }))
  const names = new Intl.DisplayNames(i18n.language, { type: 'language' })
  const save = async (body: Parameters<typeof call<'updateWorkspace'>>[1]) => {
    setBusy(true)
    await call('updateWorkspace', body).then(changed => {
      changeInbox(state => ({ ...state, workspace: changed }))
      showToast(t('common.saved'))
    }, tellProblem)
    setBusy(false)
  }
  return (
    <Section title={t('settings.workspace')} text={t('settings.workspaceText')}>
      <form
        className={classes.grid}
        onSubmit={event => {
          event.preventDefault()
          void save({ body: { ...form, name: form.name.trim() } })
        }}
      >
        <TextInput label={t('setup.workspace')} required value={form.name} onChange={event => set({ name: event.currentTarget.value })} />
        <CountriesField
          label={t('setup.countries')}
          description={t('settings.countriesHelp')}
          value={form.countries}
          onChange={countries => set({ countries })}
        />
        <BusinessField
          label={t('setup.business')}
          description={t('settings.businessHelp')}
          value={form.businessKind}
          onChange={businessKind => set({ businessKind })}
        />
        <TagsInput
          label={t('settings.languages')}
          description={t('settings.languagesHelp', { languages: form.languages.map(tag => safeName(names, tag)).join(', ') })}
          value={form.languages}
          onChange={languages =>
            languages.length > 0 &&
            set({ languages: languages.map(tag => tag.trim().toLowerCase()).filter(tag => /^[a-z]{2,3}(-[a-z0-9]+)*$/.test(tag)) })
          }
          data={['en', 'ru', 'be', 'kk', 'uz', 'hy', 'ka', 'de', 'fr', 'es', 'tr', 'zh']}
        />
        <div>
          <Button type="submit" loading={busy} disabled={form.languages.length === 0}>
            {t('common.save')}
          </Button>
        </div>
      </form>
      {workspace.checklist.dismissed && (
        <Button mt="md" variant="subtle" onClick={() => void save({ body: { checklistDismissed: false } })}>
          {t('settings.showChecklist')}
        </Button>
      )}
      <Select
        label={t('settings.address')}
        description={t('settings.addressHelp')}
        value={workspace.publicUrl ?? ''}
        data={[{ value: workspace.publicUrl ?? '', label: workspace.publicUrl ?? t('settings.noAddress') }]}
        readOnly
        disabled
        mt="md"
        maw={480}
      />
    </Section>
  )
}

function safeName(names: Intl.DisplayNames, tag: string): string {
  try {
    return names.of(tag) ?? tag
  } catch {
    return tag
  }
}
