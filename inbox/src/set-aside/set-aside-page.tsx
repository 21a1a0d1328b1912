/** What came in and could not be applied: nothing is lost; each has its reason and can be tried again. */
import type { SetAsideView } from '@dragoman/api'
import { Button, SegmentedControl } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { IconCircleCheck, IconRefresh } from '../icons.ts'
import { ChannelBadge } from '../pieces/channel-badge.tsx'
import { EmptyState } from '../pieces/empty-state.tsx'
import { Page } from '../pieces/page.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import classes from './set-aside.module.css'

export function SetAsidePage() {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const [open, setOpen] = useState<'true' | 'false'>('true')
  const channels = useDesk(state => state.channels)
  const accounts = useInbox(state => state.accounts)
  const count = useInbox(state => state.setAsideOpen)
  const list = useQuery({ queryKey: ['set-aside', open, count], queryFn: () => call('setAside', { query: { open } }) })
  const [busy, setBusy] = useState<string>()
  const replay = async (item: SetAsideView) => {
    setBusy(item.id)
    try {
      const answer = await call('replaySetAside', { params: { setAsideId: item.id } })
      showToast(
        answer.resolvedAt === null ? t('setAside.stillNot', { reason: answer.reason }) : t('setAside.applied'),
        answer.resolvedAt === null ? { tone: 'danger' } : {},
      )
      await queries.invalidateQueries({ queryKey: ['set-aside'] })
    } catch (error) {
      tellProblem(error)
    }
    setBusy(undefined)
  }
  const items = list.data?.items ?? []
  return (
    <Page
      title={t('setAside.title')}
      intro={t('setAside.intro')}
      actions={
        <SegmentedControl
          value={open}
          onChange={value => setOpen(value === 'false' ? 'false' : 'true')}
          data={[
            { value: 'true', label: t('setAside.open') },
            { value: 'false', label: t('setAside.all') },
          ]}
          aria-label={t('setAside.which')}
        />
      }
    >
      {list.isError && (
        <EmptyState title={t('list.failed')} text={t('list.failedText')}>
          <Button variant="default" onClick={() => void list.refetch()}>
            {t('common.tryAgain')}
          </Button>
        </EmptyState>
      )}
      {list.data && items.length === 0 && (
        <EmptyState icon={<IconCircleCheck size={36} stroke={1.3} />} title={t('setAside.none')} text={t('setAside.noneText')} />
      )}
      <ul className={classes.items}>
        {items.map(item => (
          <li key={item.id} className={classes.item}>
            <div className={classes.top}>
              <ChannelBadge channel={channels[item.channel]} />
              <span>{item.accountId ? accounts[item.accountId]?.name : t('setAside.noAccount')}</span>
              <time>{exactTime(item.at, i18n.language)}</time>
              <span className={classes.attempts}>{t('setAside.attempts', { count: item.attempts })}</span>
            </div>
            <p className={classes.reason}>
              {t(`setAsideReasons.${item.reason}`, { defaultValue: item.reason })}
              {item.kind && <small> {item.kind}</small>}
            </p>
            {item.preview && (
              <details>
                <summary>{t('setAside.show')}</summary>
                <pre className={classes.preview}>{item.preview}</pre>
              </details>
            )}
            {item.resolvedAt === null ? (
              <Button
                size="compact-sm"
                variant="default"
                loading={busy === item.id}
                leftSection={<IconRefresh size={15} />}
                onClick={() => void replay(item)}
              >
                {t('setAside.replay')}
              </Button>
            ) : (
              <span className={classes.done}>{t('setAside.resolved', { time: exactTime(item.resolvedAt, i18n.language) })}</span>
            )}
          </li>
        ))}
      </ul>
    </Page>
  )
}
