/**
 * The live card: what the firm's own system says of this customer. Always holds: it is asked for beside everything else and nothing waits for it; one
 * that is old is said to be, with its time; one that is not there says why and when it is tried again.
 */
import type { CardView } from '@dragoman/api'
import { ActionIcon } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconRefresh } from '../icons.ts'
import { Later } from '../pieces/later.tsx'
import { onEvents } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { dateFormat } from '../text/formats.ts'
import { clock } from '../text/time.ts'
import { CardBody } from './card-body.tsx'
import classes from './live-card.module.css'

const againMs = 15_000

export function LiveCard({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const queryKey = ['card', conversationId]
  const card = useQuery({
    queryKey,
    queryFn: () => call('card', { params: { conversationId }, query: {} }),
    staleTime: 30_000,
    retry: false,
    refetchInterval: query => {
      const view = query.state.data
      if (!view || view.state === 'ok' || view.state === 'off') return false
      return view.retryAt === null ? againMs : Math.max(1_000, view.retryAt - Date.now() + 500)
    },
  })
  // Switched on, or to another address: what was asked before counts no more.
  useEffect(
    () =>
      onEvents(events => {
        if (events.some(event => event.kind === 'catalogue.changed' && event.catalogue === 'setting:live_card'))
          void queries.invalidateQueries({ queryKey: ['card'] })
      }),
    [queries],
  )
  const ask = async () => {
    await queries.cancelQueries({ queryKey })
    await queries.fetchQuery({
      queryKey,
      queryFn: () => call('card', { params: { conversationId }, query: { refresh: 'true' } }),
      staleTime: 0,
    })
  }
  const view = card.data
  if (view?.state === 'off' || card.isError) return null
  const title = view ? localizedText(view.title) || t('liveCard.title') : t('liveCard.title')
  return (
    <section className={classes.card} aria-label={title} aria-busy={card.isFetching}>
      {view === undefined ? (
        <Later>
          <div className={classes.skeleton} aria-hidden="true">
            <span />
            <span />
            <span />
          </div>
          <span className="visually-hidden" role="status">
            {t('liveCard.asking')}
          </span>
        </Later>
      ) : (
        <>
          <header className={classes.head}>
            <h3 className={classes.title}>{title}</h3>
            <AsOf view={view} />
            <ActionIcon
              variant="subtle"
              color="gray"
              size={28}
              aria-label={t('liveCard.refresh')}
              disabled={card.isFetching}
              onClick={() => void ask().catch(() => undefined)}
            >
              <IconRefresh size={16} />
            </ActionIcon>
          </header>
          {view.state !== 'ok' && <Trouble view={view} />}
          {view.card && (
            <div data-stale={view.state === 'stale'} className={classes.body}>
              <CardBody card={view.card} />
            </div>
          )}
        </>
      )}
    </section>
  )
}

function AsOf({ view }: { view: CardView }) {
  const { t, i18n } = useTranslation()
  if (view.asOf === null) return null
  return <span className={classes.asOf}>{t('liveCard.asOf', { time: clock(view.asOf, i18n.language) })}</span>
}

function Trouble({ view }: { view: CardView }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const again = view.retryAt !== null && view.retryAt > now
  return (
    <p className={classes.trouble} role="status">
      {t(`liveCard.reasons.${view.reason ?? 'no_answer'}`)}{' '}
      {again ? t('liveCard.againAt', { time: exactClock(view.retryAt ?? now, i18n.language) }) : t('liveCard.again')}
    </p>
  )
}

/** With seconds: half a minute is the span spoken of. */
function exactClock(at: number, language: string): string {
  return dateFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(at)
}
