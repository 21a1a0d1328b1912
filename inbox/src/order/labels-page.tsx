/** Labels of the firm: names and colours; merging two, putting one away. */
import { type LabelView, labelColors } from '@dragoman/api'
import { ActionIcon, Button, Menu, Modal, Select, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call, problemOf } from '../client.ts'
import { IconDots, IconPlus, IconTag } from '../icons.ts'
import { EmptyState } from '../pieces/empty-state.tsx'
import { StaleAlert } from '../pieces/stale.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { showToast } from '../shell/toasts.tsx'
import { LabelChip } from './label-chip.tsx'
import classes from './pages.module.css'

type Counted = LabelView & { conversations: number }
type Color = LabelView['color']

export function LabelsPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const labels = useQuery({ queryKey: ['catalogue', 'labels'], queryFn: () => call('labels') })
  const [editing, setEditing] = useState<string>()
  const [leaving, setLeaving] = useState<{ label: Counted; into: boolean }>()
  const list = labels.data?.labels ?? []
  const refresh = () => queries.invalidateQueries({ queryKey: ['catalogue', 'labels'] })
  return (
    <SettingsFrame
      section="labels"
      title={t('settingsSections.labels')}
      intro={t('order.labelsIntro')}
      actions={
        <Button leftSection={<IconPlus size={17} />} onClick={() => setEditing('new')} disabled={editing === 'new'}>
          {t('order.addLabel')}
        </Button>
      }
    >
      {editing === 'new' && <LabelForm label={undefined} onDone={() => setEditing(undefined)} onSaved={refresh} />}
      {labels.isSuccess && list.length === 0 && editing !== 'new' && (
        <EmptyState icon={<IconTag size={36} stroke={1.3} />} title={t('order.noLabelsYet')} text={t('order.noLabelsYetText')} />
      )}
      <ul className={classes.list}>
        {list.map(label =>
          editing === label.id ? (
            <li key={label.id}>
              <LabelForm label={label} onDone={() => setEditing(undefined)} onSaved={refresh} />
            </li>
          ) : (
            <li key={label.id} className={classes.row}>
              <LabelChip label={label} />
              <span className={classes.faint}>{t('order.conversations', { count: label.conversations })}</span>
              <Menu position="bottom-end" width={220}>
                <Menu.Target>
                  <ActionIcon variant="subtle" color="gray" size={32} ml="auto" aria-label={t('order.moreFor', { name: label.name })}>
                    <IconDots size={18} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setEditing(label.id)}>{t('common.edit')}</Menu.Item>
                  <Menu.Item disabled={list.length < 2} onClick={() => setLeaving({ label, into: true })}>
                    {t('order.mergeLabel')}
                  </Menu.Item>
                  <Menu.Item color="red" onClick={() => setLeaving({ label, into: false })}>
                    {t('order.archiveLabel')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </li>
          ),
        )}
      </ul>
      {leaving && (
        <Leave
          {...leaving}
          others={list.filter(one => one.id !== leaving.label.id)}
          onDone={() => setLeaving(undefined)}
          onSaved={refresh}
        />
      )}
    </SettingsFrame>
  )
}

function LabelForm({ label, onDone, onSaved }: { label: LabelView | undefined; onDone(): void; onSaved(): Promise<void> }) {
  const { t } = useTranslation()
  const [name, setName] = useState(label?.name ?? '')
  const [color, setColor] = useState<Color>(label?.color ?? 'teal')
  const [version, setVersion] = useState(label?.version ?? 0)
  const [theirs, setTheirs] = useState<LabelView>()
  const [error, setError] = useState('')
  const save = async (over: number) => {
    setError('')
    try {
      const body = { name: name.trim(), color }
      if (label) await call('updateLabel', { params: { labelId: label.id }, body: { ...body, version: over } })
      else await call('createLabel', { body })
      await onSaved()
      onDone()
    } catch (failed) {
      const problem = problemOf(failed)
      if (problem.code === 'stale_version' && 'current' in problem) setTheirs(problem.current as LabelView)
      else if (problem.code === 'name_taken') setError(t('problems.name_taken.title'))
      else tellProblem(failed)
    }
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (name.trim()) void save(version)
      }}
    >
      {theirs && (
        <StaleAlert
          onTheirs={() => {
            setName(theirs.name)
            setColor(theirs.color)
            setVersion(theirs.version)
            setTheirs(undefined)
          }}
          onMine={() => void save(theirs.version)}
        />
      )}
      <TextInput
        label={t('order.labelName')}
        value={name}
        onChange={event => setName(event.currentTarget.value)}
        maxLength={80}
        required
        error={error}
        autoFocus
      />
      <div role="radiogroup" aria-label={t('order.color')} className={classes.colors}>
        {labelColors.map(one => (
          // biome-ignore lint/a11y/useSemanticElements: a swatch that is its own label
          <button
            key={one}
            type="button"
            role="radio"
            aria-checked={color === one}
            aria-label={t(`order.colors.${one}`)}
            title={t(`order.colors.${one}`)}
            data-color={one}
            className={classes.swatch}
            onClick={() => setColor(one)}
          />
        ))}
        <LabelChip label={{ name: name.trim() || t('order.labelName'), color }} />
      </div>
      <div className={classes.actions}>
        <Button type="submit">{t('common.save')}</Button>
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  )
}

interface LeaveProps {
  label: Counted
  into: boolean
  others: readonly Counted[]
  onDone(): void
  onSaved(): Promise<void>
}

/** What it touches is said in numbers before it is done. */
function Leave({ label, into, others, onDone, onSaved }: LeaveProps) {
  const { t } = useTranslation()
  const [target, setTarget] = useState<string | null>(null)
  const perform = async () => {
    try {
      if (into && target) {
        const answer = await call('mergeLabel', { params: { labelId: label.id }, body: { into: target } })
        showToast(t('order.merged', { count: answer.conversations, name: answer.label.name }))
      } else {
        const { conversations } = await call('archiveLabel', { params: { labelId: label.id } })
        showToast(t('order.archived', { count: conversations, name: label.name }))
      }
      await onSaved()
      onDone()
    } catch (error) {
      tellProblem(error)
    }
  }
  return (
    <Modal
      opened
      onClose={onDone}
      title={t(into ? 'order.mergeTitle' : 'order.archiveTitle', { name: label.name })}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <p>{t(into ? 'order.mergeText' : 'order.archiveText', { count: label.conversations })}</p>
      {into && (
        <Select
          label={t('order.mergeInto')}
          value={target}
          onChange={setTarget}
          data={others.map(one => ({ value: one.id, label: one.name }))}
          searchable
          data-autofocus
        />
      )}
      <div className={classes.actions}>
        <Button color="red" disabled={into && !target} onClick={() => void perform()}>
          {t(into ? 'order.mergeLabelNow' : 'order.archiveLabel')}
        </Button>
        <Button variant="default" onClick={onDone}>
          {t('common.cancel')}
        </Button>
      </div>
    </Modal>
  )
}
