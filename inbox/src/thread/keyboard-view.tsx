/** What can be pressed under a message, as the customer has it: shown, not pressed here. */
import type { Button, Keyboard } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconArrowBackUp, IconExternalLink, IconLayoutList, IconMapPin, IconPhone, IconUser } from '../icons.ts'
import classes from './message.module.css'

const icons = {
  reply: IconArrowBackUp,
  url: IconExternalLink,
  phone: IconPhone,
  share_contact: IconUser,
  share_location: IconMapPin,
} as const

export function KeyboardView({ keyboard, side }: { keyboard: Keyboard; side: 'in' | 'out' }) {
  const { t } = useTranslation()
  if (keyboard.kind === 'list') {
    return (
      <details className={classes.keyboard} data-side={side}>
        <summary className={classes.key}>
          <IconLayoutList size={15} aria-hidden="true" /> {keyboard.button}
        </summary>
        {keyboard.sections.map((section, index) => (
          <ul key={section.title ?? index} className={classes.listRows}>
            {section.title && <li className={classes.listTitle}>{section.title}</li>}
            {section.rows.map(row => (
              <li key={row.payload + row.title}>
                <span>{row.title}</span>
                {row.description && <small>{row.description}</small>}
              </li>
            ))}
          </ul>
        ))}
      </details>
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what can be filled in; these are shown only
    <div
      className={classes.keyboard}
      data-side={side}
      data-kind={keyboard.kind}
      role="group"
      aria-label={t(keyboard.kind === 'buttons' ? 'thread.buttons' : 'thread.quickReplies')}
    >
      {keyboard.rows.map((row, index) => (
        <div key={index} className={classes.keyRow}>
          {row.map(button => (
            <Key key={`${button.kind}-${button.title}`} button={button} />
          ))}
        </div>
      ))}
    </div>
  )
}

function Key({ button }: { button: Button }) {
  const Icon = icons[button.kind]
  const target = button.kind === 'url' ? button.url : button.kind === 'phone' ? button.phone : undefined
  return (
    <span className={classes.key} title={target}>
      <Icon size={14} aria-hidden="true" /> {button.title}
    </span>
  )
}
