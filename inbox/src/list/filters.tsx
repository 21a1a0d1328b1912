/** Filters of the list: they combine, stand in the address, and can be kept as a view. */
import { type ConversationFilter, combined, type Priority } from '@dragoman/api'
import { ActionIcon, Menu } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { languageName } from '../customer/locale-facts.ts'
import { IconBookmark, IconCheck, IconFilter, IconX } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { useUi } from '../shell/ui.ts'
import { useLabels, useTeams } from '../store/catalogues.ts'
import { useDesk, useInbox } from '../store/desk.ts'
import { type ListFilters, queryOf } from '../store/lists.ts'
import classes from './list.module.css'

export const priorities: readonly Priority[] = ['urgent', 'high', 'normal', 'low']

function useSetFilter(filters: ListFilters) {
  const navigate = useNavigate()
  return (part: ConversationFilter) => {
    const next = queryOf(combined(filters.extra, part))
    const cleared = Object.fromEntries([...Object.keys(filters.extra), ...Object.keys(part)].map(name => [name, undefined]))
    const gone = Object.entries(part).filter(([, value]) => value === undefined || (Array.isArray(value) && value.length === 0))
    void navigate({
      to: '.',
      search: previous => ({ ...previous, ...cleared, ...next, ...Object.fromEntries(gone.map(([name]) => [name, undefined])) }),
    })
  }
}

const toggled = <Item,>(list: readonly Item[] | undefined, item: Item): Item[] =>
  list?.includes(item) ? list.filter(one => one !== item) : [...(list ?? []), item]

export function FilterMenu({ filters }: { filters: ListFilters }) {
  const { t, i18n } = useTranslation()
  const set = useSetFilter(filters)
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  const members = useInbox(state => state.members)
  const conversations = useInbox(state => state.conversations)
  const labels = useLabels()
  const teams = useTeams()
  const { extra } = filters
  const used = [...new Set(Object.values(accounts).map(account => account.channel))]
  const languages = [...new Set(Object.values(conversations).flatMap(one => one.contact.language ?? []))].sort()
  const sources = [...new Set(Object.values(conversations).flatMap(one => one.source?.source ?? []))].sort()
  const active = Object.keys(extra).length > 0
  const item = (key: string, label: React.ReactNode, on: boolean, part: ConversationFilter, icon?: React.ReactNode) => (
    <Menu.Item
      key={key}
      closeMenuOnClick={false}
      onClick={() => set(part)}
      leftSection={icon}
      rightSection={
        on && (
          <>
            <IconCheck size={16} aria-hidden="true" />
            <span className="visually-hidden">{t('order.on')}</span>
          </>
        )
      }
    >
      {label}
    </Menu.Item>
  )
  const one = <Name extends keyof ConversationFilter>(
    name: Name,
    value: ConversationFilter[Name],
    label: React.ReactNode,
    icon?: React.ReactNode,
  ) => item(`${name} ${value}`, label, extra[name] === value, { [name]: extra[name] === value ? undefined : value }, icon)
  return (
    <Menu position="bottom-end" width={280}>
      <Menu.Target>
        <ActionIcon
          variant={active ? 'light' : 'subtle'}
          color={active ? 'teal' : 'gray'}
          size={36}
          aria-label={t('list.filter')}
          title={t('list.filter')}
        >
          <IconFilter size={19} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="min(70vh, 560px)" style={{ overflowY: 'auto' }}>
        <Menu.Label>{t('order.byState')}</Menu.Label>
        {one('waiting', 'yes', t('views.unanswered'))}
        {one('due', 'overdue', t('order.overdue'))}
        {one('unread', 'yes', t('views.unread'))}
        {one('draft', 'yes', t('order.withDraft'))}
        {one('mentioned', 'any', t('order.mentioned'))}
        {one('snoozed', 'yes', t('views.snoozed'))}
        {one('state', 'any', t('order.anyState'))}
        {one('place', 'public', t('views.comments'))}
        {one('place', 'direct', t('comments.direct'))}
        <Menu.Label>{t('order.byPriority')}</Menu.Label>
        {priorities.map(priority =>
          item(priority, t(`order.priorities.${priority}`), extra.priority?.includes(priority) ?? false, {
            priority: toggled(extra.priority, priority),
          }),
        )}
        {labels.length > 0 && <Menu.Label>{t('order.byLabel')}</Menu.Label>}
        {labels.map(label =>
          item(
            label.id,
            label.name,
            extra.labels?.includes(label.id) ?? false,
            { labels: toggled(extra.labels, label.id) },
            <span className={classes.dot} data-color={label.color} />,
          ),
        )}
        {(extra.labels?.length ?? 0) > 0 &&
          (['any', 'all', 'none'] as const).map(match =>
            item(`match ${match}`, t(`order.match.${match}`), (extra.labelMatch ?? 'any') === match, { labelMatch: match }),
          )}
        <Menu.Label>{t('list.byMember')}</Menu.Label>
        {one('assignee', 'me', t('list.me'))}
        {one('assignee', 'none', t('thread.nobody'))}
        {Object.values(members)
          .filter(member => member.active)
          .map(member => one('assignee', member.id, member.name))}
        {teams.length > 0 && <Menu.Label>{t('order.byTeam')}</Menu.Label>}
        {teams.length > 0 && one('team', 'mine', t('order.myTeams'))}
        {teams.map(team => one('team', team.id, team.name))}
        <Menu.Label>{t('list.byMessenger')}</Menu.Label>
        {used.map(channel => one('channel', channel, <ChannelBadge channel={channels[channel]} />))}
        <Menu.Label>{t('list.byAccount')}</Menu.Label>
        {Object.values(accounts).map(account =>
          one('account', account.id, account.name, <ChannelBadge channel={channels[account.channel]} label="hidden" />),
        )}
        {languages.length > 1 && <Menu.Label>{t('order.byLanguage')}</Menu.Label>}
        {languages.length > 1 && languages.map(language => one('language', language, languageName(language, i18n.language)))}
        {sources.length > 0 && <Menu.Label>{t('order.bySource')}</Menu.Label>}
        {sources.map(source => one('source', source, source))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** `forSearch`: a search cannot be kept as a view. */
export function FilterChips({ filters, forSearch }: { filters: ListFilters; forSearch?: boolean }) {
  const { t, i18n } = useTranslation()
  const set = useSetFilter(filters)
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  const members = useInbox(state => state.members)
  const labels = useLabels()
  const teams = useTeams()
  const { extra } = filters
  const chips: { key: string; name: string; drop: ConversationFilter }[] = []
  const add = (key: keyof ConversationFilter, name: string | undefined, drop: ConversationFilter = { [key]: undefined }) => {
    if (name) chips.push({ key: `${key} ${name}`, name, drop })
  }
  add('state', extra.state && t(`order.states.${extra.state}`))
  add('waiting', extra.waiting && t(extra.waiting === 'yes' ? 'views.unanswered' : 'order.answered'))
  add('due', extra.due && t('order.overdue'))
  add('unread', extra.unread && t(extra.unread === 'yes' ? 'views.unread' : 'order.read'))
  add('draft', extra.draft && t(extra.draft === 'yes' ? 'order.withDraft' : 'order.withoutDraft'))
  add('mentioned', extra.mentioned && t('order.mentioned'))
  add('place', extra.place && t(extra.place === 'public' ? 'views.comments' : 'comments.direct'))
  add('standing', extra.standing && t(`standing.${extra.standing}`))
  add('snoozed', extra.snoozed && t(`order.snoozedOr.${extra.snoozed}`))
  add('spam', extra.spam === 'yes' ? t('views.spam') : undefined)
  for (const priority of extra.priority ?? [])
    add('priority', t(`order.priorities.${priority}`), { priority: extra.priority!.filter(one => one !== priority) })
  for (const id of extra.labels ?? []) {
    const left = extra.labels!.filter(one => one !== id)
    const name = labels.find(one => one.id === id)?.name
    add(
      'labels',
      name && (extra.labelMatch === 'none' ? t('order.without', { name }) : name),
      left.length > 0 ? { labels: left } : { labels: undefined, labelMatch: undefined },
    )
  }
  add(
    'assignee',
    extra.assignee &&
      (extra.assignee === 'me' ? t('list.me') : extra.assignee === 'none' ? t('thread.nobody') : members[extra.assignee]?.name),
  )
  add(
    'team',
    extra.team &&
      (extra.team === 'mine'
        ? t('order.myTeams')
        : extra.team === 'none'
          ? t('order.noTeam')
          : teams.find(team => team.id === extra.team)?.name),
  )
  add('channel', extra.channel && channels[extra.channel]?.badge.name)
  add('account', extra.account && accounts[extra.account]?.name)
  add('language', extra.language && languageName(extra.language, i18n.language))
  add('source', extra.source)
  if (chips.length === 0) return null
  return (
    <div className={classes.chips}>
      {chips.map(chip => (
        <button
          key={chip.key}
          type="button"
          className={classes.chip}
          aria-label={t('list.dropFilter', { name: chip.name })}
          onClick={() => set(chip.drop)}
        >
          {chip.name}
          <IconX size={14} aria-hidden="true" />
        </button>
      ))}
      {!forSearch && (
        <button
          type="button"
          className={classes.chip}
          data-quiet="true"
          onClick={() => useUi.setState({ asked: { kind: 'saveView', filter: filters.filter, sort: filters.sort } })}
        >
          <IconBookmark size={14} aria-hidden="true" />
          {t('order.saveView')}
        </button>
      )}
    </div>
  )
}
