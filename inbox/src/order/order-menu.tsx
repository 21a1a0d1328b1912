/** What else can be done with a conversation: the same acts as in the palette, with their keys. */
import type { ConversationView } from '@dragoman/api'
import { ActionIcon, Menu } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { actionById, keysOf } from '../actions/registry.ts'
import { IconDotsVertical } from '../icons.ts'
import { type AskedKind, ask } from '../shell/ui.ts'
import { useInbox } from '../store/desk.ts'

const kinds: readonly Exclude<AskedKind, 'close' | 'assign'>[] = ['snooze', 'labels', 'priority', 'macro', 'remind', 'spam']

export function OrderMenu({ conversation, large }: { conversation: ConversationView; large?: boolean }) {
  const { t } = useTranslation()
  const blocks = useInbox(state => state.me.rights.includes('contacts.block'))
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={large ? 44 : 36} aria-label={t('order.more')} title={t('order.more')}>
          <IconDotsVertical size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={icon('assign')} onClick={() => ask('assign', [conversation.id])}>
          {t('actions.handOver.label')}
        </Menu.Item>
        {kinds
          .filter(kind => kind !== 'spam' || blocks)
          .map(kind => {
            const shortcut = actionById(kind)?.shortcuts?.[0]
            return (
              <Menu.Item
                key={kind}
                leftSection={icon(kind)}
                rightSection={shortcut && <small>{keysOf(shortcut).join(' ')}</small>}
                onClick={() => ask(kind, [conversation.id])}
              >
                {kind === 'spam' && conversation.spam ? t('order.notSpam') : t(`actions.${kind}.label`)}
              </Menu.Item>
            )
          })}
      </Menu.Dropdown>
    </Menu>
  )
}

function icon(id: string) {
  const Icon = actionById(id)?.icon
  return Icon && <Icon size={16} stroke={1.6} />
}
