/** Invitations that wait or have expired: how their mail fared, a new link, taking back. */
import type { InvitationView } from '@dragoman/api'
import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { CopyField } from '../pieces/copy-field.tsx'
import { Section } from '../pieces/page.tsx'
import { roleName, useRoles } from '../roles/role-words.ts'
import { exactTime } from '../text/time.ts'
import classes from './members.module.css'

export function Invitations() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const roles = useRoles()
  const query = useQuery({ queryKey: ['catalogue', 'invitations'], queryFn: () => call('invitations') })
  const [renewed, setRenewed] = useState<{ id: string; url: string }>()
  const list = query.data?.invitations ?? []
  if (list.length === 0) return null
  const again = () => queries.invalidateQueries({ queryKey: ['catalogue', 'invitations'] })
  const revoke = (invitationId: string) => call('revokeInvitation', { params: { invitationId } }).then(again, tellProblem)
  const renew = (invitationId: string) =>
    call('sendInvitation', { params: { invitationId } }).then(answer => {
      setRenewed({ id: invitationId, url: new URL(answer.url, location.origin).href })
      void again()
    }, tellProblem)
  const state = (invitation: InvitationView) => {
    const time = exactTime(invitation.expiresAt, i18n.language)
    const valid = t(invitation.expired ? 'members.expiredOn' : 'members.validUntil', { time })
    const { mail } = invitation
    if (mail.state === 'none') return valid
    const said = t(`members.mail.${mail.state}`, {
      reason: mail.reason ?? '',
      time: mail.at === null ? '' : exactTime(mail.at, i18n.language),
    })
    return `${said}. ${valid}`
  }
  return (
    <Section title={t('members.waiting')}>
      <ul className={classes.members}>
        {list.map(invitation => (
          <li key={invitation.id} className={classes.member}>
            <span className={classes.text}>
              <span className={classes.name}>
                {[invitation.name, invitation.email].filter(Boolean).join(', ') || t('members.byLink')} ·{' '}
                {roleName(invitation.role, invitation.roleId, roles, t)}
              </span>
              <span className={classes.email} data-trouble={invitation.mail.state === 'failed' || invitation.expired}>
                {state(invitation)}
              </span>
            </span>
            <Button size="compact-sm" variant="default" onClick={() => void renew(invitation.id)}>
              {t(query.data?.canMail && invitation.email ? 'members.resend' : 'members.renew')}
            </Button>
            <Button size="compact-sm" variant="default" onClick={() => void revoke(invitation.id)}>
              {t('members.revoke')}
            </Button>
            {renewed?.id === invitation.id && (
              <div className={classes.linkWide} role="status">
                <CopyField label={t('members.link')} value={renewed.url} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  )
}
