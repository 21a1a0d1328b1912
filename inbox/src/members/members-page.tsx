/** Who works here: roles, inviting by a link that is shown once, switching a member off. */

import type { MemberView, Role } from '@dragoman/api'
import { Badge, Button, Select, Switch, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconUserPlus } from '../icons.ts'
import { CopyField } from '../pieces/copy-field.tsx'
import { Page, Section } from '../pieces/page.tsx'
import { Person } from '../pieces/person.tsx'
import { changeInbox, useDesk, useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import classes from './members.module.css'

const roles: readonly Role[] = ['owner', 'manager', 'agent']

export function MembersPage() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const me = useInbox(state => state.me)
  const members = useInbox(state => state.members)
  const online = useDesk(state => state.online)
  const manages = me.role !== 'agent'
  const invitations = useQuery({ queryKey: ['invitations'], queryFn: () => call('invitations'), enabled: manages })
  const update = (member: MemberView, body: { role?: Role; active?: boolean }) =>
    call('updateMember', { params: { memberId: member.id }, body }).then(
      changed => changeInbox(state => ({ ...state, members: { ...state.members, [changed.id]: changed } })),
      tellProblem,
    )
  const revoke = (invitationId: string) =>
    call('revokeInvitation', { params: { invitationId } }).then(() => queries.invalidateQueries({ queryKey: ['invitations'] }), tellProblem)
  const given = me.role === 'owner' ? roles : roles.filter(role => role !== 'owner')
  return (
    <Page title={t('members.title')} intro={t('members.intro')}>
      <ul className={classes.members}>
        {Object.values(members)
          .sort((a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name))
          .map(member => (
            <li key={member.id} className={classes.member} data-off={!member.active}>
              <Person name={member.name} size={38} />
              <span className={classes.text}>
                <span className={classes.name}>
                  {member.name}{' '}
                  {member.id === me.memberId && (
                    <Badge size="sm" variant="light" tt="none">
                      {t('members.you')}
                    </Badge>
                  )}{' '}
                  {online.includes(member.id) && <span className={classes.online}>{t('members.online')}</span>}
                </span>
                {member.email && <span className={classes.email}>{member.email}</span>}
              </span>
              {manages && member.id !== me.memberId && (me.role === 'owner' || member.role !== 'owner') ? (
                <>
                  <Select
                    w={150}
                    size="sm"
                    aria-label={t('members.roleOf', { name: member.name })}
                    value={member.role}
                    data={given.map(role => ({ value: role, label: t(`roles.${role}`) }))}
                    allowDeselect={false}
                    disabled={!member.active}
                    onChange={role => role && void update(member, { role: role as Role })}
                  />
                  <Switch
                    checked={member.active}
                    onChange={event => void update(member, { active: event.currentTarget.checked })}
                    label={t('members.active')}
                    aria-label={t('members.activeOf', { name: member.name })}
                  />
                </>
              ) : (
                <span className={classes.role}>{t(`roles.${member.role}`)}</span>
              )}
            </li>
          ))}
      </ul>
      {manages && <Invite roles={given} />}
      {manages && (invitations.data?.invitations.length ?? 0) > 0 && (
        <Section title={t('members.waiting')}>
          <ul className={classes.members}>
            {invitations.data?.invitations.map(invitation => (
              <li key={invitation.id} className={classes.member}>
                <span className={classes.text}>
                  <span className={classes.name}>
                    {invitation.email ?? t('members.byLink')} · {t(`roles.${invitation.role}`)}
                  </span>
                  <span className={classes.email}>{t('members.validUntil', { time: exactTime(invitation.expiresAt, i18n.language) })}</span>
                </span>
                <Button size="compact-sm" variant="default" onClick={() => void revoke(invitation.id)}>
                  {t('members.revoke')}
                </Button>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  )
}

function Invite({ roles: given }: { roles: readonly Role[] }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('agent')
  const [link, setLink] = useState<{ url: string; expiresAt: number }>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    await call('invite', { body: { email: email.trim() || undefined, role } }).then(answer => {
      setLink({ url: new URL(answer.url, location.origin).href, expiresAt: answer.expiresAt })
      setEmail('')
      void queries.invalidateQueries({ queryKey: ['invitations'] })
    }, tellProblem)
  }
  return (
    <Section title={t('members.invite')} text={t('members.inviteText')}>
      <form onSubmit={submit} className={classes.invite}>
        <TextInput label={t('members.email')} type="email" value={email} onChange={event => setEmail(event.currentTarget.value)} flex={1} />
        <Select
          label={t('members.role')}
          w={170}
          value={role}
          data={given.map(one => ({ value: one, label: t(`roles.${one}`) }))}
          allowDeselect={false}
          onChange={one => one && setRole(one as Role)}
        />
        <Button type="submit" leftSection={<IconUserPlus size={17} />}>
          {t('members.makeLink')}
        </Button>
      </form>
      {link && (
        <div className={classes.link} role="status">
          <p>{t('members.linkOnce', { time: exactTime(link.expiresAt, i18n.language) })}</p>
          <CopyField label={t('members.link')} value={link.url} />
        </div>
      )}
    </Section>
  )
}
