/** What somebody who writes now would get: on which account, in which language, of what is on the screen and not kept yet. */
import type { AutomaticAnswers } from '@dragoman/api'
import { Checkbox, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { languageName } from '../customer/locale-facts.ts'
import { useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import classes from './answers.module.css'
import { useNames } from './automatic-page.tsx'

export function AutomaticPreview({ value }: { value: AutomaticAnswers }) {
  const { t, i18n } = useTranslation()
  const { accounts, teams } = useNames()
  const languages = useInbox(state => state.workspace.languages)
  const [accountId, setAccountId] = useState<string | null>(null)
  const [teamId, setTeamId] = useState<string | null>(null)
  const [language, setLanguage] = useState(languages[0] ?? 'en')
  const [firstTime, setFirstTime] = useState(true)
  const account = accountId ?? accounts[0]?.id
  const [shown] = useDebouncedValue(value, 300)
  const times = useQuery({ queryKey: ['reply-times'], queryFn: () => call('replyTimes') })
  const preview = useQuery({
    queryKey: ['automatic-preview', account, teamId, language, firstTime, shown],
    queryFn: () => call('previewAutomaticAnswer', { body: { accountId: account!, teamId, language, firstTime, value: shown } }),
    enabled: account !== undefined,
    placeholderData: before => before,
    retry: false,
  })
  if (account === undefined) return <p className={classes.faint}>{t('automatic.noAccounts')}</p>
  const time = times.data?.times.find(one => one.accountId === account)
  return (
    <div className={classes.preview}>
      <div className={classes.line}>
        <Select
          label={t('automatic.account')}
          value={account}
          data={accounts.map(one => ({ value: one.id, label: one.name }))}
          onChange={setAccountId}
          allowDeselect={false}
        />
        {teams.length > 0 && (
          <Select
            label={t('automatic.team')}
            value={teamId}
            data={teams.map(one => ({ value: one.id, label: one.name }))}
            placeholder={t('automatic.noTeam')}
            onChange={setTeamId}
            clearable
          />
        )}
        <Select
          label={t('automatic.language')}
          value={language}
          data={[...new Set([...languages, 'en', 'ru', 'de'])].map(tag => ({ value: tag, label: languageName(tag, i18n.language) }))}
          onChange={tag => tag && setLanguage(tag)}
          allowDeselect={false}
        />
        <Checkbox
          mb={10}
          label={t('automatic.firstTime')}
          checked={firstTime}
          onChange={event => setFirstTime(event.currentTarget.checked)}
        />
      </div>
      <div aria-live="polite">
        {preview.data?.answers.length === 0 && <p className={classes.faint}>{t('automatic.nothing')}</p>}
        {preview.data?.answers.map(answer => (
          <div key={answer.kind}>
            <p className={classes.bubble} lang={answer.language}>
              {answer.text}
            </p>
            <p className={classes.faint}>
              {t(`automatic.kinds.${answer.kind}`)} ·{' '}
              {answer.afterSeconds === 0 ? t('automatic.atOnce') : t('automatic.afterSoMany', { count: answer.afterSeconds })}
              {answer.language.split('-')[0] !== language.split('-')[0] &&
                ` · ${t('automatic.fallback', { wanted: languageName(language, i18n.language), language: languageName(answer.language, i18n.language) })}`}
              {answer.promisedAt !== null && ` · ${t('automatic.promised', { when: exactTime(answer.promisedAt, i18n.language) })}`}
            </p>
          </div>
        ))}
      </div>
      <p className={classes.faint}>
        {time ? t('automatic.replyTime', { words: time.words[i18n.language] ?? '', count: time.cases }) : t('automatic.noReplyTime')}
      </p>
    </div>
  )
}
