/** What the platform last said of this account: quality, limits, permissions. In its own words and figures, with the day. */
import type { AccountViewModel } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import { Section } from '../pieces/page.tsx'
import { exactTime } from '../text/time.ts'
import classes from './accounts.module.css'

export function AccountNews({ news }: { news: AccountViewModel['news'] }) {
  const { t, i18n } = useTranslation()
  if (news.length === 0) return null
  return (
    <Section title={t('accountNews.title')}>
      <ul className={classes.refused}>
        {news.map(({ what, detail, facts, at }) => (
          <li key={what}>
            <strong>{t(`accountNews.what.${what}`, { defaultValue: what })}</strong>
            {detail !== '' && <span>{detail}</span>}
            {facts && (
              <small>
                {Object.entries(facts)
                  .map(([name, value]) => `${name}: ${String(value)}`)
                  .join(' · ')}
              </small>
            )}
            <small>{exactTime(at, i18n.language)}</small>
          </li>
        ))}
      </ul>
    </Section>
  )
}
