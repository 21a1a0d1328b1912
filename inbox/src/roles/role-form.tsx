/** One role of the firm: its name in both languages, what it counts as, its rights with a sentence each. Always holds: what was typed stays when somebody else was faster. */
import { rights as allRights, type FirmRoleView, type Right } from '@dragoman/api'
import { Button, Checkbox, Modal, SegmentedControl, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { LeaveGuard } from '../answers/setting-form.tsx'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import { nameOf, rightWords } from './role-words.ts'
import classes from './roles.module.css'

interface Draft {
  name: Record<string, string>
  rank: 'agent' | 'manager'
  rights: readonly Right[]
}

export function RoleForm({ edited: role, onDone }: { edited: FirmRoleView | undefined; onDone(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const me = useInbox(state => state.me)
  const start: Draft = role ? { name: role.name, rank: role.rank, rights: role.rights } : { name: {}, rank: 'agent', rights: [] }
  const [draft, setDraft] = useState<Draft>(start)
  const [version, setVersion] = useState(role?.version ?? 0)
  const [theirs, setTheirs] = useState<FirmRoleView>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const [deleting, setDeleting] = useState(false)
  const set = (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part }))
  const named = Object.values(draft.name).some(text => text.trim() !== '')
  const changed = JSON.stringify(draft) !== JSON.stringify(start)
  const save = async (over = version) => {
    setBusy(true)
    setProblem(undefined)
    const body = {
      name: Object.fromEntries(Object.entries(draft.name).filter(([, text]) => text.trim() !== '')),
      rank: draft.rank,
      rights: [...draft.rights],
    }
    try {
      if (role) await call('updateRole', { params: { roleId: role.id }, body: { version: over, ...body } })
      else await call('createRole', { body })
      await queries.invalidateQueries({ queryKey: ['catalogue', 'roles'] })
      showToast(t('common.saved'))
      onDone()
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version' && 'current' in failed) setTheirs(failed.current as FirmRoleView)
      else setProblem(failed)
      setBusy(false)
    }
  }
  const remove = () => {
    if (!role) return
    call('deleteRole', { params: { roleId: role.id } }).then(() => {
      void queries.invalidateQueries({ queryKey: ['catalogue', 'roles'] })
      showToast(t('rolesPage.deleted'))
      onDone()
    }, tellProblem)
    setDeleting(false)
  }
  return (
    <form
      className={classes.form}
      aria-label={role ? nameOf(role.name) : t('rolesPage.new')}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void save()
      }}
    >
      <LeaveGuard changed={changed && !busy} />
      <div className={classes.names}>
        {(['en', 'ru'] as const).map(language => (
          <TextInput
            key={language}
            label={t('rolesPage.nameIn', { language: language === 'en' ? 'English' : 'русский' })}
            lang={language}
            maxLength={80}
            value={draft.name[language] ?? ''}
            onChange={event => set({ name: { ...draft.name, [language]: event.currentTarget.value } })}
            autoFocus={language === 'en'}
          />
        ))}
      </div>
      {me.role !== 'agent' && (
        <div className={classes.rank}>
          <span id="rank">{t('rolesPage.rank')}</span>
          <SegmentedControl
            aria-labelledby="rank"
            value={draft.rank}
            onChange={rank => set({ rank: rank as Draft['rank'] })}
            data={(['agent', 'manager'] as const).map(rank => ({ value: rank, label: t(`roles.${rank}`) }))}
          />
          <small>{t('rolesPage.rankHelp')}</small>
        </div>
      )}
      <fieldset className={classes.rights}>
        <legend>{t('rolesPage.rights')}</legend>
        {allRights.map(right => {
          const words = rightWords(right, t)
          const has = draft.rights.includes(right)
          const mine = me.rights.includes(right)
          return (
            <Checkbox
              key={right}
              label={words.name}
              description={mine || has ? words.text : `${words.text} ${t('rolesPage.notYours')}`}
              checked={has}
              disabled={!mine && !has}
              onChange={event =>
                set({
                  rights: event.currentTarget.checked ? [...draft.rights, right] : draft.rights.filter(one => one !== right),
                })
              }
            />
          )
        })}
      </fieldset>
      {theirs && (
        <StaleAlert
          name={nameOf(theirs.name)}
          onTheirs={() => {
            setDraft({ name: theirs.name, rank: theirs.rank, rights: theirs.rights })
            setVersion(theirs.version)
            setTheirs(undefined)
          }}
          onMine={() => {
            setVersion(theirs.version)
            setTheirs(undefined)
            void save(theirs.version)
          }}
        />
      )}
      <ProblemAlert problem={problem} />
      <div className={classes.actions}>
        <Button type="submit" loading={busy} disabled={!named}>
          {t(role ? 'rolesPage.save' : 'rolesPage.create')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
        {role && (
          <Button variant="subtle" color="red" ml="auto" disabled={role.members > 0} onClick={() => setDeleting(true)}>
            {t('rolesPage.delete')}
          </Button>
        )}
      </div>
      <Modal
        opened={deleting}
        onClose={() => setDeleting(false)}
        title={t('rolesPage.deleteTitle', { name: role ? nameOf(role.name) : '' })}
        size="sm"
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <p className={classes.words}>{t('rolesPage.deleteText')}</p>
        <div className={classes.actions}>
          <Button color="red" onClick={remove}>
            {t('rolesPage.delete')}
          </Button>
          <Button variant="default" onClick={() => setDeleting(false)} data-autofocus>
            {t('common.cancel')}
          </Button>
        </div>
      </Modal>
    </form>
  )
}
