/** Who works here: roles, teams, skills and shifts; inviting by link, by e-mail and from a list. */

import type { MemberView, OperationInput } from '@dragoman/api'
import { Badge, Button, Select, Switch, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconPencil, IconSearch, IconUpload } from '../icons.ts'
import { Page } from '../pieces/page.tsx'
import { Person } from '../pieces/person.tsx'
import { whenNeeded } from '../pieces/when-needed.ts'
import { StatusDot } from '../presence/status-items.tsx'
import { choiceOf, mayChangeAccess, roleChoices, roleName, roleOfChoice, useRoles } from '../roles/role-words.ts'
import { changeInbox, useDesk, useInbox } from '../store/desk.ts'
import { Invitations } from './invitations.tsx'
import { InviteForm } from './invite-form.tsx'
import classes from './members.module.css'

const MemberEditor = lazy(whenNeeded(() => import('./member-editor.tsx').then(module => ({ default: module.MemberEditor }))))
const ImportMembers = lazy(whenNeeded(() => import('./import-members.tsx').then(module => ({ default: module.ImportMembers }))))

/** From so many on a list needs a way to find somebody. */
const manyMembers = 8

export function MembersPage() {
  const { t } = useTranslation()
  const me = useInbox(state => state.me)
  const members = useInbox(state => state.members)
  const managesPeople = me.rights.includes('people.manage')
  const managesWork = managesPeople || me.rights.includes('routing.manage')
  const [wanted, setWanted] = useState('')
  const [editing, setEditing] = useState<string>()
  const [importing, setImporting] = useState(false)
  const shown = Object.values(members)
    .filter(member => `${member.name} ${member.email ?? ''}`.toLocaleLowerCase().includes(wanted.trim().toLocaleLowerCase()))
    .sort((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name))
  const edited = editing === undefined ? undefined : members[editing]
  return (
    <Page
      title={t('members.title')}
      intro={t('members.intro')}
      actions={
        managesPeople && (
          <Button variant="default" leftSection={<IconUpload size={17} />} onClick={() => setImporting(true)}>
            {t('members.import')}
          </Button>
        )
      }
    >
      {Object.keys(members).length > manyMembers && (
        <TextInput
          mb="md"
          maw={360}
          leftSection={<IconSearch size={16} />}
          aria-label={t('members.searchMembers')}
          placeholder={t('members.searchMembers')}
          value={wanted}
          onChange={event => setWanted(event.currentTarget.value)}
        />
      )}
      <ul className={classes.members}>
        {shown.map(member => (
          <MemberRow key={member.id} member={member} onEdit={managesWork ? () => setEditing(member.id) : undefined} />
        ))}
      </ul>
      {managesPeople && <InviteForm />}
      {managesPeople && <Invitations />}
      <Suspense fallback={null}>
        {edited && <MemberEditor key={edited.id} member={edited} onClose={() => setEditing(undefined)} />}
        {importing && <ImportMembers onClose={() => setImporting(false)} />}
      </Suspense>
    </Page>
  )
}

function MemberRow({ member, onEdit }: { member: MemberView; onEdit: (() => void) | undefined }) {
  const { t } = useTranslation()
  const me = useInbox(state => state.me)
  const online = useDesk(state => state.online.includes(member.id))
  const roles = useRoles()
  const teams = useQuery({ queryKey: ['catalogue', 'teams'], queryFn: () => call('teams') })
  const mine = teams.data?.teams.filter(team => team.memberIds.includes(member.id)).map(team => team.name) ?? []
  const mayChange = mayChangeAccess(me, member, roles)
  const choices = roleChoices(me, roles, t)
  const status = member.active ? (online ? member.availability : 'offline') : undefined
  const update = (body: OperationInput<'updateMember'>['body']) =>
    call('updateMember', { params: { memberId: member.id }, body }).then(
      changed => changeInbox(state => ({ ...state, members: { ...state.members, [changed.id]: changed } })),
      tellProblem,
    )
  const facts = [...mine, ...member.languages, ...member.skills]
  return (
    <li className={classes.member} data-off={!member.active}>
      <span className={classes.avatar}>
        <Person name={member.name} size={38} />
        {status && (
          <span className={classes.avatarStatus}>
            <StatusDot availability={status} />
          </span>
        )}
      </span>
      <span className={classes.text}>
        <span className={classes.name}>
          {member.name}{' '}
          {member.id === me.memberId && (
            <Badge size="sm" variant="light" tt="none">
              {t('members.you')}
            </Badge>
          )}{' '}
          <span className={classes.status} data-status={status}>
            {status ? t(`members.status.${status}`) : t('members.off')}
          </span>
        </span>
        {member.email && <span className={classes.email}>{member.email}</span>}
        {facts.length > 0 && <span className={classes.email}>{facts.join(' · ')}</span>}
      </span>
      {mayChange && member.id !== me.memberId ? (
        <>
          <Select
            w={170}
            size="sm"
            aria-label={t('members.roleOf', { name: member.name })}
            value={choiceOf(member.role, member.roleId)}
            data={choices}
            allowDeselect={false}
            disabled={!member.active}
            onChange={choice => choice && void update(roleOfChoice(choice))}
          />
          <Switch
            checked={member.active}
            onChange={event => void update({ active: event.currentTarget.checked })}
            label={t('members.active')}
            aria-label={t('members.activeOf', { name: member.name })}
          />
        </>
      ) : (
        <span className={classes.role}>{roleName(member.role, member.roleId, roles, t)}</span>
      )}
      {onEdit && (
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPencil size={15} />}
          aria-label={t('members.editOf', { name: member.name })}
          onClick={onEdit}
        >
          {t('members.edit')}
        </Button>
      )}
    </li>
  )
}
