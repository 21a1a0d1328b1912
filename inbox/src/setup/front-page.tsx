/** The frame of the pages before the inbox: language first, then one form. */
import { SegmentedControl } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { changeLanguage, currentLanguage } from '../i18n.ts'
import classes from './front.module.css'

export function FrontPage({ title, intro, children }: { title: string; intro?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <main className={classes.page}>
      <div className={classes.column}>
        <div className={classes.top}>
          <span className={classes.brand}>
            <img src="/favicon.svg" width={36} height={36} alt="" /> Dragoman
          </span>
          <SegmentedControl
            aria-label={t('setup.language')}
            size="sm"
            value={currentLanguage()}
            onChange={value => void changeLanguage(value === 'ru' ? 'ru' : 'en')}
            data={[
              { value: 'en', label: <span lang="en">English</span> },
              { value: 'ru', label: <span lang="ru">Русский</span> },
            ]}
          />
        </div>
        <h1 className={classes.title}>{title}</h1>
        {intro && <p className={classes.intro}>{intro}</p>}
        {children}
      </div>
    </main>
  )
}
