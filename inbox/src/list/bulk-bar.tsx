/** What is done to the chosen conversations together: one request, one undo. */
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { closeConversations, tellProblem } from '../actions/conversation-acts.ts'
import { changeConversations, whom } from '../actions/desk-acts.ts'
import { call } from '../client.ts'
import { IconBolt, IconCheck, IconDots, IconFlag, IconMail, IconTag, IconUserPlus, IconX, IconZzz } from '../icons.ts'
import { type AskedKind, ask } from '../shell/ui.ts'
import { changeInbox, useInbox, withPage } from '../store/desk.ts'
import { type ListFilters, queryOf } from '../store/lists.ts'
import { chooseAll, chooseNone, mostChosen, useSelection } from '../store/selection.ts'
import classes from './list.module.css'

export function BulkBar({ filters }: { filters: ListFilters }) {
  const { t } = useTranslation()
  const ids = useSelection(state => state.ids)
  const blocks = useInbox(state => state.me.rights.includes('contacts.block'))
  const [busy, setBusy] = useState(false)
  const none = ids.length === 0
  const tool = (kind: AskedKind, label: string, icon: React.ReactNode) => (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" size={32} aria-label={label} disabled={none} onClick={() => ask(kind, ids)}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
  const all = async () => {
    setBusy(true)
    try {
      const found: string[] = []
      let cursor: string | undefined
      do {
        const page = await call('conversations', { query: { ...queryOf(filters.filter), sort: filters.sort, limit: 100, cursor } })
        changeInbox(state => withPage(state, page))
        found.push(...page.conversations.map(conversation => conversation.id))
        cursor = page.next ?? undefined
      } while (cursor && found.length < mostChosen)
      chooseAll(found)
    } catch (error) {
      tellProblem(error)
    }
    setBusy(false)
  }
  return (
    <div className={classes.bulk} role="toolbar" aria-label={t('order.bulk')}>
      <div className={classes.bulkHead}>
        <strong aria-live="polite">{t('order.chosen', { count: ids.length })}</strong>
        <Button size="compact-sm" variant="subtle" loading={busy} onClick={() => void all()}>
          {t('order.chooseAll')}
        </Button>
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('order.chooseNone')} onClick={chooseNone} ml="auto">
          <IconX size={16} />
        </ActionIcon>
      </div>
      <div className={classes.bulkTools}>
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconCheck size={15} />}
          disabled={none}
          onClick={() => void closeConversations(ids)}
        >
          {t('thread.close')}
        </Button>
        {tool('assign', t('actions.assign.label'), <IconUserPlus size={18} />)}
        {tool('labels', t('actions.labels.label'), <IconTag size={18} />)}
        {tool('priority', t('actions.priority.label'), <IconFlag size={18} />)}
        {tool('snooze', t('actions.snooze.label'), <IconZzz size={18} />)}
        {tool('macro', t('actions.macro.label'), <IconBolt size={18} />)}
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" size={32} aria-label={t('order.more')} disabled={none}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              leftSection={<IconMail size={16} />}
              onClick={() =>
                void changeConversations({ ids, actions: [{ kind: 'read' }], done: t('order.markedRead', { who: whom(ids) }) })
              }
            >
              {t('order.markRead')}
            </Menu.Item>
            <Menu.Item
              onClick={() =>
                void changeConversations({
                  ids,
                  actions: [{ kind: 'reopen' }],
                  done: t('acts.reopened', { name: whom(ids) }),
                  look: () => ({ state: 'open' }),
                })
              }
            >
              {t('thread.reopen')}
            </Menu.Item>
            {blocks && <Menu.Item onClick={() => ask('spam', ids)}>{t('actions.spam.label')}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  )
}
