/** Buttons under a message: of the kinds, and as many and as long, as this messenger has them. */
import type { ButtonLimit, Keyboard, ListLimit, Button as MessageButton } from '@dragoman/api'
import { measure } from '@dragoman/api'
import { ActionIcon, Button, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import { IconPlus, IconTrash } from '../icons.ts'
import { capabilitiesOf } from '../store/channels.ts'
import type { PanelProps } from './composer-panel.tsx'
import panels from './panels.module.css'

type Kind = Keyboard['kind']
interface Line {
  key: number
  kind: MessageButton['kind']
  title: string
  value: string
}

let made = 0
const newLine = (kind: Line['kind'] = 'reply'): Line => ({ key: ++made, kind, title: '', value: '' })

export function KeyboardEditor({ channel, compose, change, onClose }: PanelProps) {
  const { t } = useTranslation()
  const capabilities = capabilitiesOf(channel)
  const limits: Record<Kind, ButtonLimit | ListLimit> = {
    buttons: capabilities.buttons,
    quick_replies: capabilities.quickReplies,
    list: capabilities.list,
  }
  const kinds = (['buttons', 'quick_replies', 'list'] as const).filter(kind => limits[kind].level !== 'none')
  const given = compose.keyboard
  const [kind, setKind] = useState<Kind>(given?.kind ?? kinds[0] ?? 'buttons')
  const [lines, setLines] = useState<Line[]>(() => linesOf(given))
  const [listButton, setListButton] = useState(given?.kind === 'list' ? given.button : '')
  const limit = limits[kind]
  const most = 'maxRows' in limit ? limit.maxRows : limit.max
  const buttonKinds = 'kinds' in limit ? limit.kinds : (['reply'] as const)
  const filled = lines.filter(line => line.title.trim() !== '')
  const tooLong = (line: Line) => measure(line.title.trim(), limit.title.unit) > limit.title.max
  const valid =
    filled.length > 0 &&
    !filled.some(tooLong) &&
    (kind !== 'list' || listButton.trim() !== '') &&
    filled.every(line => !(line.kind === 'url' || line.kind === 'phone') || line.value.trim() !== '')
  const set = (key: number, part: Partial<Line>) => setLines(now => now.map(line => (line.key === key ? { ...line, ...part } : line)))
  const apply = () => {
    if (!valid) return
    const keyboard: Keyboard =
      kind === 'list'
        ? {
            kind,
            button: listButton.trim(),
            sections: [
              {
                rows: filled.map((line, index) => ({
                  title: line.title.trim(),
                  description: line.value.trim() || undefined,
                  payload: payloadOf(line, index),
                })),
              },
            ],
          }
        : { kind, rows: filled.map((line, index) => [buttonOf(line, index)]) }
    change(now => ({ ...now, keyboard }))
    onClose()
  }
  return (
    <div className={panels.panelForm}>
      {kinds.length > 1 && (
        <SegmentedControl
          value={kind}
          onChange={value => setKind(value as Kind)}
          data={kinds.map(one => ({ value: one, label: t(`keyboards.${one}`) }))}
          size="xs"
          aria-label={t('composer.buttons')}
        />
      )}
      {limit.note && <p className={panels.panelText}>{localizedText(limit.note)}</p>}
      {kind === 'list' && 'button' in limit && (
        <TextInput
          size="sm"
          label={t('keyboards.openList')}
          value={listButton}
          onChange={event => setListButton(event.currentTarget.value)}
          description={t('keyboards.atMost', { used: measure(listButton, limit.button.unit), max: limit.button.max })}
          error={measure(listButton, limit.button.unit) > limit.button.max ? t('keyboards.tooLong') : undefined}
        />
      )}
      {lines.map((line, index) => (
        <div key={line.key} className={panels.panelLine}>
          <TextInput
            size="sm"
            label={t('keyboards.title', { number: index + 1 })}
            value={line.title}
            autoFocus={index === lines.length - 1}
            onChange={event => set(line.key, { title: event.currentTarget.value })}
            error={
              tooLong(line)
                ? t('keyboards.atMost', { used: measure(line.title.trim(), limit.title.unit), max: limit.title.max })
                : undefined
            }
            onKeyDown={event => {
              if (event.key === 'Enter') {
                event.preventDefault()
                if (lines.length < most) setLines(now => [...now, newLine(line.kind)])
              }
            }}
          />
          {kind !== 'list' && buttonKinds.length > 1 && (
            <Select
              size="sm"
              w={130}
              aria-label={t('keyboards.kind')}
              value={line.kind}
              data={buttonKinds.map(one => ({ value: one, label: t(`keyboards.kinds.${one}`) }))}
              onChange={value => value && set(line.key, { kind: value as Line['kind'] })}
              allowDeselect={false}
            />
          )}
          {(kind === 'list' || line.kind === 'url' || line.kind === 'phone') && (
            <TextInput
              size="sm"
              flex={1}
              label={kind === 'list' ? t('keyboards.description') : t(`keyboards.kinds.${line.kind}`)}
              value={line.value}
              onChange={event => set(line.key, { value: event.currentTarget.value })}
              placeholder={line.kind === 'url' ? 'https://' : undefined}
            />
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={t('keyboards.remove', { number: index + 1 })}
            onClick={() => setLines(now => now.filter(one => one.key !== line.key))}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </div>
      ))}
      <div className={panels.panelActions}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconPlus size={15} />}
          disabled={lines.length >= most}
          onClick={() => setLines(now => [...now, newLine(buttonKinds[0])])}
        >
          {t('keyboards.add')}
        </Button>
        <span className={panels.count}>{t('keyboards.atMost', { used: lines.length, max: most })}</span>
        <span style={{ flex: 1 }} />
        <Button size="sm" onClick={apply} disabled={!valid}>
          {t('keyboards.apply')}
        </Button>
      </div>
    </div>
  )
}

function payloadOf(line: Line, index: number): string {
  const word = line.title
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 12)
  return `${word || 'choice'}-${index + 1}`
}

function buttonOf(line: Line, index: number): MessageButton {
  const title = line.title.trim()
  if (line.kind === 'url')
    return { kind: 'url', title, url: /^https?:\/\//.test(line.value.trim()) ? line.value.trim() : `https://${line.value.trim()}` }
  if (line.kind === 'phone') return { kind: 'phone', title, phone: line.value.trim() }
  if (line.kind === 'share_contact' || line.kind === 'share_location') return { kind: line.kind, title }
  return { kind: 'reply', title, payload: payloadOf(line, index) }
}

function linesOf(keyboard: Keyboard | undefined): Line[] {
  if (!keyboard) return [newLine()]
  if (keyboard.kind === 'list')
    return keyboard.sections.flatMap(section => section.rows.map(row => ({ ...newLine(), title: row.title, value: row.description ?? '' })))
  return keyboard.rows.flat().map(button => ({
    ...newLine(button.kind),
    title: button.title,
    value: button.kind === 'url' ? button.url : button.kind === 'phone' ? button.phone : '',
  }))
}
