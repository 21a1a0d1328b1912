/** One member: what routing asks of him (languages, skills, limit, shifts, teams) and what he may see. Always holds: what was typed stays when somebody else was faster. */
import type { MemberView, Shifts } from '@dragoman/api'
import { Button, Drawer, MultiSelect, NumberInput, Select, TagsInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { choiceOf, mayChangeAccess, roleChoices, roleName, roleOfChoice, useRoles } from '../roles/role-words.ts'
import { showToast } from '../shell/toasts.tsx'
import { changeInbox, useInbox } from '../store/desk.ts'
import classes from './members.module.css'
import { ShiftsEditor } from './shifts-editor.tsx'

interface Draft {
  languages: string[]
  skills: string[]
  capacity: number | null
  shifts: Shifts | null
  zone: string | null
  choice: string
  accountIds: string[] | null
  teamIds: string[] | undefined
}

const draftOf = (member: MemberView): Draft => ({
  languages: member.languages,
  skills: member.skills,
  capacity: member.capacity,
  shifts: member.shifts,
  zone: member.zone,
  choice: choiceOf(member.role, member.roleId),
  accountIds: member.accountIds,
  teamIds: undefined,
})

export function MemberEditor({ member, onClose }: { member: MemberView; onClose(): void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const me = useInbox(state => state.me)
  const members = useInbox(state => state.members)
  const accounts = useInbox(state => state.accounts)
  const roles = useRoles()
  const teams = useQuery({ queryKey: ['catalogue', 'teams'], queryFn: () => call('teams') })
  // What stands in the form began from this; the list behind may move on meanwhile.
  const [begun] = useState(member)
  const [draft, setDraft] = useState<Draft>(() => draftOf(member))
  const [version, setVersion] = useState(member.version)
  const [theirs, setTheirs] = useState<MemberView>()
  const [problem, setProblem] = useState<ProblemOf>()
  const [busy, setBusy] = useState(false)
  const set = (part: Partial<Draft>) => setDraft(before => ({ ...before, ...part }))
  const mayAccess = mayChangeAccess(me, member, roles)
  const isMe = member.id === me.memberId
  const inTeams = teams.data?.teams.filter(team => team.memberIds.includes(member.id)).map(team => team.id) ?? []
  const skillsInUse = useMemo(() => [...new Set(Object.values(members).flatMap(one => one.skills))].sort(), [members])
  const languagesInUse = useMemo(
    () => [...new Set([...Object.values(members).flatMap(one => one.languages), 'en', 'ru'])].sort(),
    [members],
  )
  const save = async (over = version) => {
    setBusy(true)
    setProblem(undefined)
    const before = draftOf(begun)
    const changed = <Key extends keyof Draft>(key: Key) => JSON.stringify(draft[key]) !== JSON.stringify(before[key])
    try {
      const answer = await call('updateMember', {
        params: { memberId: member.id },
        body: {
          version: over,
          languages: draft.languages,
          skills: draft.skills,
          capacity: draft.capacity,
          shifts: draft.shifts,
          zone: draft.zone,
          ...(draft.teamIds === undefined ? {} : { teamIds: draft.teamIds }),
          ...(mayAccess && !isMe && changed('choice') ? roleOfChoice(draft.choice) : {}),
          ...(mayAccess && changed('accountIds') ? { accountIds: draft.accountIds } : {}),
        },
      })
      changeInbox(state => ({ ...state, members: { ...state.members, [answer.id]: answer } }))
      void queries.invalidateQueries({ queryKey: ['catalogue', 'teams'] })
      showToast(t('common.saved'))
      onClose()
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version' && 'current' in failed) setTheirs(failed.current as MemberView)
      else setProblem(failed)
      setBusy(false)
    }
  }
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={460}
      title={t('members.editOf', { name: member.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <form
        className={classes.editor}
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          void save()
        }}
      >
        <h3 className={classes.editorTitle}>{t('members.work')}</h3>
        <MultiSelect
          label={t('members.teamsOf')}
          value={draft.teamIds ?? inTeams}
          onChange={teamIds => set({ teamIds })}
          data={teams.data?.teams.map(team => ({ value: team.id, label: team.name })) ?? []}
          nothingFoundMessage={t('members.noTeams')}
          searchable
        />
        <TagsInput
          label={t('members.languages')}
          description={t('members.languagesHelp')}
          value={draft.languages}
          onChange={languages =>
            set({
              languages: languages.map(one => one.trim().toLowerCase()).filter(one => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/.test(one)),
            })
          }
          data={languagesInUse}
        />
        <TagsInput
          label={t('members.skills')}
          description={t('members.skillsHelp')}
          value={draft.skills}
          onChange={skills => set({ skills: skills.map(one => one.trim().slice(0, 60)).filter(one => one !== '') })}
          data={skillsInUse}
        />
        <NumberInput
          label={t('members.capacity')}
          description={t('members.capacityHelp')}
          value={draft.capacity ?? ''}
          min={1}
          max={100}
          allowDecimal={false}
          clampBehavior="blur"
          onChange={value => set({ capacity: typeof value === 'number' ? value : null })}
          w={220}
        />
        <ShiftsEditor shifts={draft.shifts} zone={draft.zone} onChange={set} />
        <h3 className={classes.editorTitle}>{t('members.access')}</h3>
        {mayAccess ? (
          <>
            {isMe ? (
              <p className={classes.hint}>{roleName(member.role, member.roleId, roles, t)}</p>
            ) : (
              <Select
                label={t('members.role')}
                value={draft.choice}
                data={roleChoices(me, roles, t)}
                allowDeselect={false}
                onChange={choice => choice && set({ choice })}
              />
            )}
            <MultiSelect
              label={t('members.accounts')}
              placeholder={draft.accountIds === null ? t('members.allAccounts') : undefined}
              value={draft.accountIds ?? []}
              onChange={accountIds => set({ accountIds: accountIds.length > 0 ? accountIds : null })}
              data={Object.values(accounts).map(account => ({ value: account.id, label: account.name }))}
              searchable
              clearable
            />
            <MemberSessions member={member} />
          </>
        ) : (
          <p className={classes.hint}>{t(member.role === 'owner' ? 'members.onlyOwners' : 'members.mayNotTouch')}</p>
        )}
        {theirs && (
          <StaleAlert
            name={theirs.name}
            onTheirs={() => {
              setDraft(draftOf(theirs))
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
        <div className={classes.editorActions}>
          <Button type="submit" loading={busy}>
            {t('common.save')}
          </Button>
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
        </div>
      </form>
    </Drawer>
  )
}

function MemberSessions({ member }: { member: MemberView }) {
  const { t } = useTranslation()
  const security = useQuery({ queryKey: ['member-security'], queryFn: () => call('memberSecurity'), staleTime: 0 })
  const one = security.data?.members.find(row => row.memberId === member.id)
  if (!one) return null
  const end = () =>
    call('endMemberSessions', { params: { memberId: member.id } }).then(({ ended }) => {
      showToast(t('members.signedOut', { count: ended }))
      void security.refetch()
    }, tellProblem)
  return (
    <div className={classes.sessions}>
      <span>
        {t(one.totp || one.passkeys > 0 ? 'members.factor.on' : 'members.factor.off')}
        {' · '}
        {one.sessions > 0 ? t('members.sessions', { count: one.sessions }) : t('members.noSessions')}
      </span>
      {one.sessions > 0 && (
        <Button size="compact-sm" variant="default" onClick={() => void end()}>
          {t('members.signOut')}
        </Button>
      )}
    </div>
  )
}
