/** One macro: its name, who has it, and its actions in their order. Always holds: what was typed stays when somebody else has saved meanwhile. */
import { type ConversationAction, type MacroView, macroKinds } from '@dragoman/api'
import { ActionIcon, Button, Checkbox, Menu, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '../icons.ts'
import { makeId } from '../ids.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { useInbox } from '../store/desk.ts'
import { MacroStep } from './macro-step.tsx'
import classes from './pages.module.css'

interface Step {
  key: string
  action: ConversationAction
}

const fresh: Record<(typeof macroKinds)[number], ConversationAction> = {
  reply: { kind: 'reply', text: '' },
  note: { kind: 'note', text: '' },
  labels: { kind: 'labels', add: [], remove: [] },
  assign: { kind: 'assign', to: 'me' },
  team: { kind: 'team', teamId: null },
  priority: { kind: 'priority', priority: 'high' },
  snooze: { kind: 'snooze', phrase: '' },
  close: { kind: 'close', fields: {} },
}

export function MacroForm({ macro, onDone }: { macro: MacroView | undefined; onDone(): void }) {
  const { t } = useTranslation()
  const manages = useInbox(state => state.me.rights.includes('desk.manage'))
  const [name, setName] = useState(macro?.name ?? '')
  const [shared, setShared] = useState(macro?.shared ?? false)
  const [steps, setSteps] = useState<Step[]>(() => (macro?.actions ?? []).map(action => ({ key: makeId(), action })))
  const [version, setVersion] = useState(macro?.version ?? 0)
  const [theirs, setTheirs] = useState<MacroView>()
  const [problem, setProblem] = useState<ProblemOf>()
  const save = async (over: number) => {
    setProblem(undefined)
    try {
      const body = { name: name.trim(), shared, actions: steps.map(step => step.action) }
      if (macro) await call('updateMacro', { params: { macroId: macro.id }, body: { ...body, version: over } })
      else await call('createMacro', { body })
      onDone()
    } catch (error) {
      const failed = problemOf(error)
      if (failed.code === 'stale_version' && 'current' in failed) setTheirs(failed.current as MacroView)
      else setProblem(failed)
    }
  }
  const move = (index: number, by: 1 | -1) =>
    setSteps(now => {
      const next = [...now]
      const [step] = next.splice(index, 1)
      if (step) next.splice(index + by, 0, step)
      return next
    })
  const offered = macroKinds.filter(kind => kind === 'labels' || kind === 'note' || !steps.some(step => step.action.kind === kind))
  return (
    <form
      className={classes.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (name.trim() && steps.length > 0) void save(version)
      }}
    >
      {theirs && (
        <StaleAlert
          onTheirs={() => {
            setName(theirs.name)
            setShared(theirs.shared)
            setSteps(theirs.actions.map(action => ({ key: makeId(), action })))
            setVersion(theirs.version)
            setTheirs(undefined)
          }}
          onMine={() => void save(theirs.version)}
        />
      )}
      <ProblemAlert problem={problem} />
      <TextInput
        label={t('order.macroName')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        required
        maxLength={80}
        autoFocus
      />
      {steps.map((step, index) => (
        <fieldset key={step.key} className={classes.step} aria-label={t(`order.actionKinds.${step.action.kind}`)}>
          <div className={classes.stepHead}>
            <strong>{t(`order.actionKinds.${step.action.kind}`)}</strong>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              disabled={index === 0}
              aria-label={t('order.earlier')}
              onClick={() => move(index, -1)}
            >
              <IconArrowUp size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              disabled={index === steps.length - 1}
              aria-label={t('order.laterStep')}
              onClick={() => move(index, 1)}
            >
              <IconArrowDown size={16} />
            </ActionIcon>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label={t('order.dropStep')}
              onClick={() => setSteps(now => now.filter(one => one !== step))}
            >
              <IconX size={16} />
            </ActionIcon>
          </div>
          <MacroStep action={step.action} onChange={action => setSteps(now => now.map(one => (one === step ? { ...one, action } : one)))} />
        </fieldset>
      ))}
      <Menu position="bottom-start" width={240}>
        <Menu.Target>
          <Button variant="default" leftSection={<IconPlus size={16} />} w="max-content">
            {t('order.addAction')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {offered.map(kind => (
            <Menu.Item key={kind} onClick={() => setSteps(now => [...now, { key: makeId(), action: fresh[kind] }])}>
              {t(`order.actionKinds.${kind}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {manages && <Checkbox label={t('order.shareMacro')} checked={shared} onChange={event => setShared(event.currentTarget.checked)} />}
      <div className={classes.actions}>
        <Button type="submit" disabled={name.trim() === '' || steps.length === 0}>
          {t('common.save')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}
