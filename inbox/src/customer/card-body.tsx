/** The contents of a live card: sections with tags, facts and tables. Always holds: all of it is text; a link opens a tab of its own that knows nothing of us. */
import type { CardAnswer } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { IconExternalLink } from '../icons.ts'
import classes from './live-card.module.css'

type Section = CardAnswer['sections'][number]

export function CardBody({ card }: { card: CardAnswer }) {
  const { t } = useTranslation()
  return (
    <>
      {card.title && <p className={classes.cardTitle}>{card.title}</p>}
      {card.sections.length === 0 && <p className={classes.none}>{t('liveCard.nothing')}</p>}
      {card.sections.map((section, index) => (
        <CardSection key={index} section={section} />
      ))}
    </>
  )
}

function CardSection({ section }: { section: Section }) {
  return (
    <div className={classes.section}>
      {section.title && <h4 className={classes.sectionTitle}>{section.title}</h4>}
      {section.tags && section.tags.length > 0 && (
        <ul className={classes.tags}>
          {[...new Set(section.tags)].map(tag => (
            <li key={tag}>{tag}</li>
          ))}
        </ul>
      )}
      {section.fields && section.fields.length > 0 && (
        <dl className={classes.fields}>
          {section.fields.map((field, index) => (
            <div key={index}>
              <dt>{field.label}</dt>
              <dd>{field.link ? <OutsideLink href={field.link} text={field.value} /> : field.value}</dd>
            </div>
          ))}
        </dl>
      )}
      {section.table && <CardTable table={section.table} label={section.title} />}
    </div>
  )
}

function OutsideLink({ href, text }: { href: string; text: string }) {
  const { t } = useTranslation()
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {text || href}
      <IconExternalLink size={13} aria-hidden="true" />
      <span className="visually-hidden"> {t('liveCard.newTab')}</span>
    </a>
  )
}

function CardTable({ table, label }: { table: NonNullable<Section['table']>; label: string | undefined }) {
  const { t } = useTranslation()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section className={classes.scroll} tabIndex={0} aria-label={label ?? t('liveCard.table')}>
      <table className={classes.table}>
        <thead>
          <tr>
            {table.columns.map((column, index) => (
              <th key={index} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {table.columns.map((_column, at) => (
                <td key={at}>{row[at] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
