/** The head of a thread: who it is, on which account, who answers, and closing it. */
import type { ConversationView } from '@dragoman/api'
import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { closeConversation, reopenConversation } from '../actions/conversation-acts.ts'
import { AssignMenu } from '../customer/assign-menu.tsx'
import { IconArrowLeft, IconCheck, IconInfoCircle, IconLayoutSidebarRightCollapse, IconRefresh } from '../icons.ts'
import { OrderMenu } from '../order/order-menu.tsx'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { Person } from '../pieces/person.tsx'
import { useChannel } from '../store/channels.ts'
import { useInbox } from '../store/desk.ts'
import { usePreferences } from '../store/preferences.ts'
import { useTypingIn } from '../store/typing.ts'
import { HeadLookers } from './lookers.tsx'
import classes from './thread.module.css'

export function ThreadHead({ conversation }: { conversation: ConversationView }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const channel = useChannel(conversation.channel)
  const account = useInbox(state => state.accounts[conversation.accountId])
  const typing = useTypingIn(conversation.id).includes('customer')
  const small = useMediaQuery('(max-width: 1100px)', false, { getInitialValueInEffect: false })
  const narrow = useMediaQuery('(max-width: 760px)', false, { getInitialValueInEffect: false })
  const shown = usePreferences(state => state.customerShown)
  const toggle = () => {
    if (small) void navigate({ to: '.', search: previous => ({ ...previous, pane: previous.pane ? undefined : ('customer' as const) }) })
    else usePreferences.setState({ customerShown: !shown })
  }
  const closed = conversation.state === 'closed'
  return (
    <header className={classes.head}>
      {narrow && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={44}
          aria-label={t('actions.back.label')}
          onClick={() =>
            navigate({
              to: '/inbox/$view',
              params: previous => ({ view: previous.view ?? 'all' }),
              search: previous => ({ ...previous, message: undefined, pane: undefined }),
            })
          }
        >
          <IconArrowLeft size={22} />
        </ActionIcon>
      )}
      <button type="button" className={classes.headWho} onClick={toggle} title={t('thread.about', { name: conversation.contact.name })}>
        <Person name={conversation.contact.name} fileId={conversation.contact.avatarFileId} size={36} />
        <span className={classes.headText}>
          <bdi className={classes.headName}>{conversation.contact.name}</bdi>
          <span className={classes.headSub}>
            {typing ? (
              <span className={classes.typing}>{t('list.typing')}</span>
            ) : (
              <>
                <ChannelBadge channel={channel} size={13} />
                {account && <span className={classes.headAccount}>{account.name}</span>}
              </>
            )}
            {conversation.standing !== 'open' && <span className={classes.standing}>{t(`standing.${conversation.standing}`)}</span>}
          </span>
        </span>
      </button>
      <HeadLookers conversationId={conversation.id} />
      <AssignMenu conversation={conversation} compact={narrow} />
      <OrderMenu conversation={conversation} large={narrow} />
      {narrow ? (
        <ActionIcon
          variant="default"
          size={44}
          aria-label={t(closed ? 'actions.reopen.label' : 'actions.close.label')}
          onClick={() => (closed ? reopenConversation(conversation) : closeConversation(conversation))}
        >
          {closed ? <IconRefresh size={20} /> : <IconCheck size={20} />}
        </ActionIcon>
      ) : (
        <Tooltip label={`${t(closed ? 'actions.reopen.label' : 'actions.close.label')} (E)`}>
          <Button
            variant="default"
            size="sm"
            leftSection={closed ? <IconRefresh size={16} /> : <IconCheck size={16} />}
            onClick={() => (closed ? reopenConversation(conversation) : closeConversation(conversation))}
          >
            {t(closed ? 'thread.reopen' : 'thread.close')}
          </Button>
        </Tooltip>
      )}
      {!narrow && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={t('actions.toggleCustomer.label')}
          title={`${t('actions.toggleCustomer.label')} ( ] )`}
          aria-pressed={shown}
          onClick={toggle}
        >
          {small ? <IconInfoCircle size={20} /> : <IconLayoutSidebarRightCollapse size={20} />}
        </ActionIcon>
      )}
    </header>
  )
}
