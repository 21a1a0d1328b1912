/** Invites a person to another messenger: a link that says who comes, put into the reply that is being written. Nothing is sent unasked. */
import { Button, Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconLink } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { ReachNote } from '../pieces/reach-note.tsx'
import { focusComposer } from '../shell/ui.ts'
import { capabilitiesOf } from '../store/channels.ts'
import { useDesk, useInbox } from '../store/desk.ts'
import { changeDraft } from '../store/drafts.ts'
import classes from './person.module.css'

export function InviteElsewhere({ conversationId, present }: { conversationId: string; present: readonly string[] }) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  const offered = Object.values(accounts).filter(account => {
    const channel = channels[account.channel]
    return (
      account.status === 'active' &&
      !present.includes(account.id) &&
      channel !== undefined &&
      capabilitiesOf(channel).features.deep_link?.level !== 'none'
    )
  })
  if (offered.length === 0) return null
  const invite = async (accountId: string) => {
    setBusy(true)
    try {
      const { url } = await call('makeMovingLink', { params: { conversationId }, body: { accountId } })
      const name = channels[accounts[accountId]?.channel ?? '']?.badge.name ?? ''
      const words = t('onePerson.inviteWords', { name, url, interpolation: { escapeValue: false } })
      changeDraft(conversationId, 'reply', compose => ({
        ...compose,
        text: compose.text.trim() === '' ? words : `${compose.text.trimEnd()}\n${words}`,
      }))
      focusComposer('reply')
    } catch (error) {
      tellProblem(error)
    }
    setBusy(false)
  }
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <Button size="compact-sm" variant="default" leftSection={<IconLink size={15} />} loading={busy}>
          {t('onePerson.invite')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {offered.map(account => (
          <Menu.Item
            key={account.id}
            leftSection={<ChannelBadge channel={channels[account.channel]} label="hidden" />}
            onClick={() => void invite(account.id)}
          >
            <span className={classes.placeText}>
              <span>{account.name}</span>
              <ReachNote channel={channels[account.channel]} compact />
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
