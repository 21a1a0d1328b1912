/** Who answers: me, anyone, nobody. Shortcut A opens it, I takes the conversation. */
import type { ConversationView } from '@dragoman/api'
import { Button, Menu } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { assign } from '../actions/conversation-acts.ts'
import { IconCheck, IconUserCheck, IconUserOff, IconUserPlus } from '../icons.ts'
import { Person } from '../pieces/person.tsx'
import { useUi } from '../shell/ui.ts'
import { useDesk, useInbox } from '../store/desk.ts'

export function AssignMenu({ conversation, compact, wide }: { conversation: ConversationView; compact?: boolean; wide?: boolean }) {
  const { t } = useTranslation()
  const me = useInbox(state => state.me)
  const members = useInbox(state => state.members)
  const online = useDesk(state => state.online)
  const asked = useUi(state => state.assignOpen)
  const assignee = conversation.assigneeId ? members[conversation.assigneeId] : undefined
  const others = Object.values(members)
    .filter(member => member.active && member.id !== me.memberId)
    .sort((a, b) => a.name.localeCompare(b.name))
  const label = assignee ? (assignee.id === me.memberId ? t('list.me') : assignee.name) : t('thread.nobody')
  return (
    <Menu
      position="bottom-end"
      width={260}
      opened={wide ? undefined : asked}
      onChange={opened => !wide && useUi.setState({ assignOpen: opened })}
    >
      <Menu.Target>
        <Button
          variant="default"
          size="sm"
          fullWidth={wide}
          justify={wide ? 'flex-start' : undefined}
          h={compact ? 44 : undefined}
          px={compact ? 8 : undefined}
          aria-label={t('thread.assignedTo', { name: label })}
          leftSection={compact ? undefined : assignee ? <Person name={assignee.name} size={20} /> : <IconUserPlus size={16} />}
          maw={wide ? undefined : 190}
        >
          {compact ? assignee ? <Person name={assignee.name} size={24} /> : <IconUserPlus size={20} /> : label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={400} style={{ overflowY: 'auto' }}>
        <Menu.Label>{t('thread.whoAnswers')}</Menu.Label>
        <Menu.Item
          leftSection={<IconUserCheck size={18} />}
          rightSection={assignee?.id === me.memberId ? <IconCheck size={16} /> : <small>I</small>}
          onClick={() => assign(conversation, me.memberId)}
        >
          {t('actions.assignToMe.label')}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconUserOff size={18} />}
          rightSection={assignee === undefined && <IconCheck size={16} />}
          onClick={() => assign(conversation, null)}
        >
          {t('thread.nobody')}
        </Menu.Item>
        {others.length > 0 && <Menu.Divider />}
        {others.map(member => (
          <Menu.Item
            key={member.id}
            leftSection={<Person name={member.name} size={22} />}
            rightSection={
              assignee?.id === member.id ? (
                <IconCheck size={16} />
              ) : online.includes(member.id) ? (
                <small>{t('members.online')}</small>
              ) : undefined
            }
            onClick={() => assign(conversation, member.id)}
          >
            {member.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
