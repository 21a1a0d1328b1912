/** What goes along with the text: buttons under it, or a place or person in its stead. */
import type { Keyboard } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconAddressBook, IconLayoutList, IconMapPin, IconX } from '../icons.ts'
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

export function SpecialSummary({ content, onRemove }: { content: NonNullable<Compose['special']>; onRemove(): void }) {
  const { t } = useTranslation()
  const text =
    content.kind === 'location'
      ? [content.name ?? t('kinds.location'), `${content.latitude}, ${content.longitude}`].join(' · ')
      : content.contacts.map(contact => [contact.name, ...contact.phones].join(' · ')).join('; ')
  return (
    <div className={classes.summary}>
      {content.kind === 'location' ? <IconMapPin size={17} aria-hidden="true" /> : <IconAddressBook size={17} aria-hidden="true" />}
      <span className={classes.summaryText}>{text}</span>
      <button type="button" className={classes.drop} aria-label={t('common.remove')} onClick={onRemove}>
        <IconX size={18} />
      </button>
    </div>
  )
}
