/** Inviting one person: role and teams, a link that is shown once, and by e-mail where the hub can send any. */
import type { OperationResponse } from '@dragoman/api'
import { Button, Checkbox, MultiSelect, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconUserPlus } from '../icons.ts'
import { CopyField } from '../pieces/copy-field.tsx'
import { Section } from '../pieces/page.tsx'
import { roleChoices, roleOfChoice, useRoles } from '../roles/role-words.ts'
import { useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import classes from './members.module.css'

export function InviteForm() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const me = useInbox(state => state.me)
  const roles = useRoles()
  const choices = roleChoices(me, roles, t)
  const invitations = useQuery({ queryKey: ['catalogue', 'invitations'], queryFn: () => call('invitations') })
  const teams = useQuery({ queryKey: ['catalogue', 'teams'], queryFn: () => call('teams') })
  const canMail = invitations.data?.canMail ?? false
  const [email, setEmail] = useState('')
  const [choice, setChoice] = useState<string>()
  const [teamIds, setTeamIds] = useState<string[]>([])
  const [send, setSend] = useState(true)
  const [made, setMade] = useState<OperationResponse<'invite'> & { email: string }>()
  const chosen = choice ?? (choices.some(one => one.value === 'agent') ? 'agent' : choices[0]?.value)
  const sends = canMail && send && email.trim() !== ''
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!chosen) return
    const to = email.trim()
    await call('invite', { body: { email: to || undefined, ...roleOfChoice(chosen), teamIds, send: sends } }).then(answer => {
      setMade({ ...answer, url: new URL(answer.url, location.origin).href, email: to })
      setEmail('')
      void queries.invalidateQueries({ queryKey: ['catalogue', 'invitations'] })
    }, tellProblem)
  }
  return (
    <Section title={t('members.invite')} text={t('members.inviteText')}>
      <form onSubmit={submit} className={classes.invite}>
        <TextInput
          label={t('members.email')}
          type="email"
          value={email}
          onChange={event => setEmail(event.currentTarget.value)}
          flex="1 1 220px"
        />
        <Select
          label={t('members.role')}
          w={180}
          value={chosen ?? null}
          data={choices}
          allowDeselect={false}
          onChange={one => one && setChoice(one)}
        />
        {(teams.data?.teams.length ?? 0) > 0 && (
          <MultiSelect
            label={t('members.teamsOf')}
            flex="1 1 180px"
            value={teamIds}
            onChange={setTeamIds}
            data={teams.data?.teams.map(team => ({ value: team.id, label: team.name })) ?? []}
            searchable
          />
        )}
        <Button type="submit" leftSection={<IconUserPlus size={17} />}>
          {t(sends ? 'members.sendInvitation' : 'members.makeLink')}
        </Button>
      </form>
      {canMail ? (
        <Checkbox mt="sm" label={t('members.inviteByMail')} checked={send} onChange={event => setSend(event.currentTarget.checked)} />
      ) : (
        invitations.data && <p className={classes.hint}>{t('members.noMail')}</p>
      )}
      {made && (
        <div className={classes.link} role="status">
          <p>
            {made.sending
              ? t('members.willMail', { email: made.email })
              : t('members.linkOnce', { time: exactTime(made.expiresAt, i18n.language) })}
          </p>
          <CopyField label={t('members.link')} value={made.url} />
        </div>
      )}
    </Section>
  )
}
