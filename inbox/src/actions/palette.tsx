/** The command palette: actions and conversations in one search, recent ones first, each with its keys, so that it teaches them. */
import { Kbd } from '@mantine/core'
import { createSpotlight, Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.layer.css'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconMessageCircle, IconSearch } from '../icons.ts'
import { useUi } from '../shell/ui.ts'
import { useInbox } from '../store/desk.ts'
import { rememberAction, usePreferences } from '../store/preferences.ts'
import classes from './palette.module.css'
import { scoreOf } from './palette-search.ts'
import { type ActionContext, actions, keysOf } from './registry.ts'

const [store, spotlight] = createSpotlight()

export function Palette({ context }: { context: () => ActionContext }) {
  const { t } = useTranslation()
  const asked = useUi(state => state.paletteOpen)
  const [query, setQuery] = useState('')
  useEffect(() => {
    if (asked) {
      setQuery('')
      spotlight.open()
    } else spotlight.close()
  }, [asked])
  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      radius="lg"
      size={620}
      maxHeight={460}
      scrollable
      onSpotlightClose={() => useUi.setState({ paletteOpen: false })}
      transitionProps={{ duration: 100 }}
      classNames={{ content: classes.content, action: classes.action }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      yOffset="14vh"
      centered={false}
    >
      <Spotlight.Search placeholder={t('palette.search')} aria-label={t('palette.search')} leftSection={<IconSearch size={18} />} />
      {asked && <Found query={query} context={context} />}
    </Spotlight.Root>
  )
}

function Found({ query, context }: { query: string; context: () => ActionContext }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const recent = usePreferences(state => state.recentActions)
  const conversations = useInbox(state => state.conversations)
  const now = context()
  const found = useMemo(
    () =>
      actions
        .filter(action => action.id !== 'palette' && (action.available?.(now) ?? true))
        .map(action => {
          const texts = [
            t(`actions.${action.id}.label`),
            ...t(`actions.${action.id}.synonyms`)
              .split(',')
              .map(word => word.trim()),
          ]
          const place = recent.indexOf(action.id)
          return { action, score: scoreOf(query, texts) + (query === '' && place >= 0 ? 10 - place : 0) }
        })
        .filter(one => one.score > 0)
        .sort((a, b) => b.score - a.score),
    [query, recent, now, t],
  )
  const people = useMemo(
    () =>
      query.trim() === ''
        ? []
        : Object.values(conversations)
            .map(conversation => ({ conversation, score: scoreOf(query, [conversation.contact.name]) }))
            .filter(one => one.score >= 30)
            .sort((a, b) => b.score - a.score || b.conversation.lastActivityAt - a.conversation.lastActivityAt)
            .slice(0, 5),
    [conversations, query],
  )
  return (
    <Spotlight.ActionsList>
      {found.map(({ action }) => (
        <Spotlight.Action
          key={action.id}
          onClick={() => {
            rememberAction(action.id)
            useUi.setState({ paletteOpen: false })
            setTimeout(() => action.perform(context()), 0)
          }}
        >
          <span className={classes.row}>
            <action.icon size={18} stroke={1.6} />
            <span className={classes.label}>{t(`actions.${action.id}.label`)}</span>
            {action.shortcuts?.[0] && <Keys keys={keysOf(action.shortcuts[0])} />}
          </span>
        </Spotlight.Action>
      ))}
      {people.map(({ conversation }) => (
        <Spotlight.Action
          key={conversation.id}
          onClick={() => {
            useUi.setState({ paletteOpen: false })
            void navigate({
              to: '/inbox/$view/$conversationId',
              params: { view: conversation.state === 'closed' ? 'closed' : 'all', conversationId: conversation.id },
            })
          }}
        >
          <span className={classes.row}>
            <IconMessageCircle size={18} stroke={1.6} />
            <span className={classes.label}>{conversation.contact.name}</span>
          </span>
        </Spotlight.Action>
      ))}
      {found.length === 0 && people.length === 0 && <Spotlight.Empty>{t('palette.nothing')}</Spotlight.Empty>}
    </Spotlight.ActionsList>
  )
}

export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className={classes.keys}>
      {keys.map(key => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
    </span>
  )
}
