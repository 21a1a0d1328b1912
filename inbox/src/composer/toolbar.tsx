/** The composer's tools, each drawn from the capabilities of this conversation's messenger. */
import type { Capabilities, ChannelView, EntityKind, Feature } from '@dragoman/api'
import { ActionIcon, Menu } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { localizedText } from '../i18n.ts'
import {
  IconAddressBook,
  IconBold,
  IconChartBar,
  IconCode,
  IconEye,
  IconEyeOff,
  IconItalic,
  IconLayoutList,
  IconLetterCase,
  IconLink,
  IconMapPin,
  IconMessageBolt,
  IconMoodSmile,
  IconPaperclip,
  IconStrikethrough,
  IconTemplate,
  IconUnderline,
} from '../icons.ts'
import classes from './composer.module.css'
import { ToolButton } from './tool-button.tsx'

export type Panel = 'emoji' | 'buttons' | 'template' | 'location' | 'contact' | 'poll' | 'link'

interface Props {
  channel: ChannelView
  capabilities: Capabilities
  note: boolean
  panel: Panel | null
  previewShown: boolean
  disabled: boolean
  onPanel(panel: Panel): void
  onFormat(kind: EntityKind): void
  onFiles(files: File[]): void
  onPreview(): void
  onReplies(): void
}

const formats = [
  ['bold', IconBold, 'Ctrl+B'],
  ['italic', IconItalic, 'Ctrl+I'],
  ['underline', IconUnderline, 'Ctrl+U'],
  ['strikethrough', IconStrikethrough, ''],
  ['code', IconCode, ''],
  ['spoiler', IconEyeOff, ''],
  ['link', IconLink, ''],
] as const satisfies readonly (readonly [EntityKind, unknown, string])[]

export function Toolbar({
  channel,
  capabilities,
  note,
  panel,
  previewShown,
  disabled,
  onPanel,
  onFormat,
  onFiles,
  onPreview,
  onReplies,
}: Props) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const { name } = channel.badge
  const why = (feature: Feature, what: string) => {
    if (note) return t('composer.notInNotes')
    if (feature.level !== 'none') return undefined
    return feature.note ? localizedText(feature.note) : t('composer.cannot', { name, what })
  }
  const anyMedia = Object.values(capabilities.media).some(limit => limit.level !== 'none')
  const buttons = [capabilities.buttons, capabilities.quickReplies, capabilities.list]
  const bestButtons = buttons.find(feature => feature.level !== 'none') ?? capabilities.buttons
  const shown = formats.filter(([kind]) => (note ? kind === 'bold' || kind === 'italic' : capabilities.text.entities.includes(kind)))
  return (
    <div className={classes.tools} role="toolbar" aria-label={t('composer.tools')} data-disabled={disabled}>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={event => {
          onFiles([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
        }}
      />
      <ToolButton
        icon={IconPaperclip}
        label={t('composer.attach')}
        reason={note || anyMedia ? undefined : t('composer.noFiles', { name })}
        onClick={() => input.current?.click()}
      />
      <ToolButton icon={IconMessageBolt} label={t('composer.saved_replies')} onClick={onReplies} />
      <ToolButton icon={IconMoodSmile} label={t('composer.emoji')} pressed={panel === 'emoji'} onClick={() => onPanel('emoji')} />
      <FormatMenu shown={shown} onFormat={onFormat} none={t('composer.cannot', { name, what: t('composer.format') })} />
      <ToolButton
        icon={IconLayoutList}
        label={t('composer.buttons')}
        reason={why(bestButtons, t('composer.buttons'))}
        pressed={panel === 'buttons'}
        onClick={() => onPanel('buttons')}
      />
      <ToolButton
        icon={IconTemplate}
        label={t('composer.template')}
        reason={why(capabilities.features.templates, t('composer.template'))}
        pressed={panel === 'template'}
        onClick={() => onPanel('template')}
      />
      <ToolButton
        icon={IconMapPin}
        label={t('composer.location')}
        reason={why(capabilities.structured.location, t('composer.location'))}
        pressed={panel === 'location'}
        onClick={() => onPanel('location')}
      />
      <ToolButton
        icon={IconAddressBook}
        label={t('composer.contact')}
        reason={why(capabilities.structured.contact_card, t('composer.contact'))}
        pressed={panel === 'contact'}
        onClick={() => onPanel('contact')}
      />
      <ToolButton
        icon={IconChartBar}
        label={t('composer.poll')}
        reason={why(capabilities.structured.poll, t('composer.poll'))}
        pressed={panel === 'poll'}
        onClick={() => onPanel('poll')}
      />
      {!note && <ToolButton icon={IconEye} label={t('composer.previewOf', { name })} pressed={previewShown} onClick={onPreview} />}
    </div>
  )
}

/** Formats act on the chosen words; the field keeps its selection while the menu is open. */
function FormatMenu({
  shown,
  onFormat,
  none,
}: {
  shown: readonly (typeof formats)[number][]
  onFormat(kind: EntityKind): void
  none: string
}) {
  const { t } = useTranslation()
  if (shown.length === 0) return <ToolButton icon={IconLetterCase} label={t('composer.format')} reason={none} onClick={() => undefined} />
  return (
    <Menu position="top-start" width={230} returnFocus={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={34} aria-label={t('composer.format')} title={t('composer.format')}>
          <IconLetterCase size={20} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('composer.formatHelp')}</Menu.Label>
        {shown.map(([kind, FormatIcon, keys]) => (
          <Menu.Item
            key={kind}
            leftSection={<FormatIcon size={17} />}
            rightSection={keys ? <small>{keys}</small> : undefined}
            onClick={() => onFormat(kind)}
          >
            {t(`entities.${kind}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
