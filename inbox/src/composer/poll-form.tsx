/** A question with answers to choose from; where a messenger has no polls, its note says what becomes of it. */
import { ActionIcon, Button, Switch, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { IconPlus, IconTrash } from '../icons.ts'
import { capabilitiesOf } from '../store/channels.ts'
import type { PanelProps } from './composer-panel.tsx'
import panels from './panels.module.css'

/** As many as the canonical model carries. */
const mostOptions = 12
let made = 0
const newOption = (text = '') => ({ key: ++made, text })

export function PollForm({ channel, compose, change, onClose }: PanelProps) {
  const { t } = useTranslation()
  const given = compose.special?.kind === 'poll' ? compose.special : undefined
  const [question, setQuestion] = useState(given?.question ?? compose.text.trim())
  const [options, setOptions] = useState(() => (given ? given.options.map(option => newOption(option.text)) : [newOption(), newOption()]))
  const [multiple, setMultiple] = useState(given?.multiple ?? false)
  const { note } = capabilitiesOf(channel).structured.poll
  const filled = options.map(option => option.text.trim()).filter(text => text !== '')
  const valid = question.trim() !== '' && filled.length >= 2 && new Set(filled).size === filled.length
  const apply = (event: FormEvent) => {
    event.preventDefault()
    if (!valid) return
    change(now => ({
      ...now,
      // The question was what stood in the field: it does not go twice.
      ...(now.text.trim() === question.trim() ? { text: '', entities: [] } : {}),
      special: { kind: 'poll', question: question.trim(), options: filled.map(text => ({ text })), multiple: multiple || undefined },
    }))
    onClose()
  }
  return (
    <form className={panels.panelForm} onSubmit={apply}>
      {note && <p className={panels.panelText}>{localizedText(note)}</p>}
      <TextInput
        size="sm"
        label={t('senders.question')}
        value={question}
        maxLength={300}
        onChange={event => setQuestion(event.currentTarget.value)}
        autoFocus
      />
      {options.map((option, index) => (
        <div key={option.key} className={panels.panelLine}>
          <TextInput
            size="sm"
            flex={1}
            label={t('senders.option', { number: index + 1 })}
            value={option.text}
            maxLength={100}
            onChange={event => {
              const { value } = event.currentTarget
              setOptions(now => now.map(one => (one.key === option.key ? { ...one, text: value } : one)))
            }}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('senders.removeOption', { number: index + 1 })}
            disabled={options.length <= 2}
            onClick={() => setOptions(now => now.filter(one => one.key !== option.key))}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </div>
      ))}
      <Switch
        size="sm"
        label={t('senders.severalAnswers')}
        checked={multiple}
        onChange={event => setMultiple(event.currentTarget.checked)}
      />
      <div className={panels.panelActions}>
        <Button type="submit" size="sm" disabled={!valid}>
          {t('senders.attach')}
        </Button>
        <Button
          size="sm"
          variant="default"
          leftSection={<IconPlus size={15} />}
          disabled={options.length >= mostOptions}
          onClick={() => setOptions(now => [...now, newOption()])}
        >
          {t('senders.addOption')}
        </Button>
      </div>
    </form>
  )
}
