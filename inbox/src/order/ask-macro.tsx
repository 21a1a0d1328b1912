/** A macro: chosen, shown what it will do, and run: all of it on all of them, or nothing. */
import type { ActionResult, ConversationAction, MacroView } from '@dragoman/api'
import { Alert, Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { reasonsOf, runMacro, whom } from '../actions/desk-acts.ts'
import { scoreOf } from '../actions/palette-search.ts'
import { IconBolt } from '../icons.ts'
import { useLabels, useMacros, useTeams } from '../store/catalogues.ts'
import { useInbox } from '../store/desk.ts'
import type { AskProps } from './asked-window.tsx'
import { Options } from './options.tsx'
import classes from './order.module.css'

export function AskMacro({ ids, close }: AskProps) {
  const { t } = useTranslation()
  const { data, isSuccess } = useMacros()
  const [query, setQuery] = useState('')
  const [chosen, setChosen] = useState<MacroView>()
  const [refused, setRefused] = useState<readonly ActionResult[]>([])
  const [busy, setBusy] = useState(false)
  const say = useSaid()
  const run = async (on: readonly string[]) => {
    if (!chosen) return
    setBusy(true)
    const outcome = await runMacro(chosen.id, chosen.name, on)
    setBusy(false)
    if (outcome.ok) close()
    else setRefused(outcome.results?.filter(result => !result.ok) ?? [])
  }
  if (chosen) {
    const possible = ids.filter(id => !refused.some(result => result.conversationId === id))
    return (
      <>
        <strong>
          <bdi>{chosen.name}</bdi>
        </strong>
        <ol className={classes.steps}>
          {chosen.actions.map((action, index) => (
            <li key={`${index} ${action.kind}`}>{say(action)}</li>
          ))}
        </ol>
        {ids.length > 100 && (
          <p className={classes.understood} data-wrong="true">
            {t('order.macroMost')}
          </p>
        )}
        {refused.length > 0 && (
          <Alert
            color="red"
            variant="light"
            mt="md"
            role="alert"
            title={t('order.macroRefused', { who: whom(refused.map(result => result.conversationId)) })}
          >
            {reasonsOf(refused)}
          </Alert>
        )}
        <div className={classes.actions}>
          {refused.length === 0 && (
            <Button data-autofocus autoFocus loading={busy} disabled={ids.length > 100} onClick={() => void run(ids)}>
              {t('order.runOn', { who: whom(ids) })}
            </Button>
          )}
          {refused.length > 0 && possible.length > 0 && (
            <Button loading={busy} onClick={() => void run(possible)}>
              {t('order.runOnOthers', { count: possible.length })}
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => {
              setChosen(undefined)
              setRefused([])
            }}
          >
            {t('order.otherMacro')}
          </Button>
        </div>
      </>
    )
  }
  const macros = data?.macros ?? []
  return (
    <Options
      label={t('order.findMacro')}
      query={query}
      onQuery={setQuery}
      options={macros
        .map(macro => ({ macro, score: scoreOf(query, [macro.name]) }))
        .filter(one => one.score > 0)
        .sort((a, b) => b.score - a.score)
        .map(({ macro }) => ({
          id: macro.id,
          content: (
            <span className={classes.labels}>
              <IconBolt size={16} aria-hidden="true" /> <bdi>{macro.name}</bdi>
            </span>
          ),
          aside: t('order.steps', { count: macro.actions.length }),
          perform: () => setChosen(macro),
        }))}
    >
      {isSuccess && macros.length === 0 && (
        <p className={classes.faint}>
          {t('order.noMacros')}{' '}
          <Link to="/settings/macros" onClick={close}>
            {t('order.makeMacro')}
          </Link>
        </p>
      )}
    </Options>
  )
}

/** An action in words. */
export function useSaid(): (action: ConversationAction) => string {
  const { t } = useTranslation()
  const labels = useLabels()
  const teams = useTeams()
  const members = useInbox(state => state.members)
  const named = (ids: readonly string[]) => ids.map(id => labels.find(label => label.id === id)?.name ?? t('order.goneLabel')).join(', ')
  return action => {
    switch (action.kind) {
      case 'reply':
        return t('order.will.reply', { text: action.text })
      case 'note':
        return t('order.will.note', { text: action.text })
      case 'labels':
        return [
          action.add.length > 0 && t('order.will.label', { names: named(action.add) }),
          action.remove.length > 0 && t('order.will.unlabel', { names: named(action.remove) }),
        ]
          .filter(Boolean)
          .join('; ')
      case 'assign':
        return action.to === 'me'
          ? t('order.will.assignMe')
          : action.to === 'nobody'
            ? t('order.will.assignNobody')
            : t('order.will.assign', { name: members[action.to]?.name ?? '' })
      case 'team':
        return action.teamId === null
          ? t('order.will.noTeam')
          : t('order.will.assign', { name: teams.find(team => team.id === action.teamId)?.name ?? '' })
      case 'priority':
        return t('order.will.priority', { priority: t(`order.priorities.${action.priority}`) })
      case 'snooze':
        return t('order.will.snooze', { phrase: action.phrase ?? '' })
      case 'close':
        return t('order.will.close')
      default:
        return t(`order.will.${action.kind}`)
    }
  }
}
