/** What opens above the field: emoji, buttons, templates, a link’s address, a place, a person, a poll. Loaded when first asked for. */
import type { ChannelView, ConversationView } from '@dragoman/api'
import { CloseButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Compose } from './compose.ts'
import { EmojiPanel } from './emoji-panel.tsx'
import { KeyboardEditor } from './keyboard-editor.tsx'
import { LinkForm, type TextRange } from './link-form.tsx'
import panels from './panels.module.css'
import { PollForm } from './poll-form.tsx'
import { ContactSender, LocationSender } from './senders.tsx'
import { TemplatePicker } from './template-picker.tsx'
import type { Panel } from './toolbar.tsx'

export interface PanelProps {
  conversation: ConversationView
  channel: ChannelView
  compose: Compose
  /** The words that were chosen in the field. */
  range: TextRange
  change(next: (compose: Compose) => Compose): void
  insert(text: string): void
  onClose(): void
}

export function ComposerPanel({ panel, ...props }: PanelProps & { panel: Panel }) {
  const { t } = useTranslation()
  const inside: Record<Panel, ReactNode> = {
    emoji: <EmojiPanel {...props} />,
    buttons: <KeyboardEditor {...props} />,
    template: <TemplatePicker {...props} />,
    location: <LocationSender {...props} />,
    contact: <ContactSender {...props} />,
    poll: <PollForm {...props} />,
    link: <LinkForm {...props} />,
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Esc inside closes the panel, as its button does
    <div
      className={panels.panel}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          event.stopPropagation()
          props.onClose()
        }
      }}
    >
      <div className={panels.panelHead}>
        <h3 className={panels.panelTitle}>{t(`composer.${panel}`)}</h3>
        <CloseButton aria-label={t('common.close')} onClick={props.onClose} />
      </div>
      {inside[panel]}
    </div>
  )
}
