/** What goes along with the text: buttons under it, or a place, person or poll in its stead. */
import type { Keyboard } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconAddressBook, IconChartBar, IconLayoutList, IconMapPin, IconX } from '../icons.ts'
import type { Compose } from './compose.ts'
import classes from './composer.module.css'
import panels from './panels.module.css'

export function KeyboardSummary({ keyboard, onEdit, onRemove }: { keyboard: Keyboard; onEdit(): void; onRemove(): void }) {
  const { t } = useTranslation()
  const titles =
    keyboard.kind === 'list'
      ? [keyboard.button, ...keyboard.sections.flatMap(section => section.rows.map(row => row.title))]
      : keyboard.rows.flat().map(button => button.title)
  return (
    <div className={classes.summary}>
      <IconLayoutList size={17} aria-hidden="true" />
      <button type="button" className={classes.summaryText} onClick={onEdit} aria-label={t('composer.editButtons')}>
        {titles.map((title, index) => (
          <span key={`${title}-${index.toString()}`} className={panels.chip}>
            {title}
          </span>
        ))}
      </button>
      <button type="button" className={classes.drop} aria-label={t('composer.dropButtons')} onClick={onRemove}>
        <IconX size={18} />
      </button>
    </div>
  )
}

const icons = { location: IconMapPin, contact_card: IconAddressBook, poll: IconChartBar }

export function SpecialSummary({ content, onRemove }: { content: NonNullable<Compose['special']>; onRemove(): void }) {
  const { t } = useTranslation()
  const Icon = icons[content.kind]
  return (
    <div className={classes.summary}>
      <Icon size={17} aria-hidden="true" />
      <span className={classes.summaryText}>{wordsOf(content, t('kinds.location'))}</span>
      <button type="button" className={classes.drop} aria-label={t('common.remove')} onClick={onRemove}>
        <IconX size={18} />
      </button>
    </div>
  )
}

function wordsOf(content: NonNullable<Compose['special']>, nameless: string): string {
  switch (content.kind) {
    case 'location':
      return [content.name ?? nameless, `${content.latitude}, ${content.longitude}`].join(' · ')
    case 'contact_card':
      return content.contacts.map(contact => [contact.name, ...contact.phones].join(' · ')).join('; ')
    case 'poll':
      return [content.question, ...content.options.map(option => option.text)].join(' · ')
  }
}
