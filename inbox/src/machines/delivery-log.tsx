/** The log of a webhook, newest first: each delivery opens to what was sent and what came back. */
import type { WebhookDeliveryView } from '@dragoman/api'
import { Button, SegmentedControl } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, problemOf } from '../client.ts'
import { IconChevronRight } from '../icons.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { useNow } from '../store/now.ts'
import { exactTime, soonTime } from '../text/time.ts'
import { DeliveryDetails } from './delivery-details.tsx'
import classes from './machines.module.css'

const filters = ['all', 'delivered', 'pending', 'failed'] as const

export function DeliveryLog({ webhookId }: { webhookId: string }) {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<(typeof filters)[number]>('all')
  const [open, setOpen] = useState<string>()
  const state = filter === 'all' ? undefined : filter
  const log = useInfiniteQuery({
    queryKey: ['deliveries', webhookId, 'log', filter],
    queryFn: ({ pageParam }) => call('webhookDeliveries', { params: { webhookId }, query: { state, cursor: pageParam, limit: 25 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => page.next ?? undefined,
    // What is under way comes to its end while one looks.
    refetchInterval: 4_000,
    staleTime: 0,
  })
  const deliveries = log.data?.pages.flatMap(page => page.deliveries) ?? []
  return (
    <section aria-label={t('webhooks.log')}>
      <div className={classes.logHead}>
        <h3 className={classes.subtitle}>{t('webhooks.log')}</h3>
        <SegmentedControl
          size="xs"
          aria-label={t('webhooks.filter')}
          value={filter}
          onChange={value => setFilter(value as typeof filter)}
          data={filters.map(value => ({ value, label: t(`webhooks.filters.${value}`) }))}
        />
      </div>
      <ProblemAlert problem={log.isError ? problemOf(log.error) : undefined} />
      {log.isSuccess && deliveries.length === 0 && (
        <p className={classes.faint}>{t(filter === 'all' ? 'webhooks.noDeliveries' : 'webhooks.noneOfState')}</p>
      )}
      <ul className={classes.log}>
        {deliveries.map(delivery => (
          <li key={delivery.id}>
            <DeliveryRow
              delivery={delivery}
              open={open === delivery.id}
              onToggle={() => setOpen(open === delivery.id ? undefined : delivery.id)}
            />
            {open === delivery.id && <DeliveryDetails delivery={delivery} />}
          </li>
        ))}
      </ul>
      {log.hasNextPage && (
        <Button size="sm" variant="default" loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('webhooks.older')}
        </Button>
      )}
    </section>
  )
}

const tones = { delivered: 'good', failed: 'bad', pending: 'quiet', sending: 'quiet' } as const

function DeliveryRow({ delivery, open, onToggle }: { delivery: WebhookDeliveryView; open: boolean; onToggle(): void }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const isRepeat = delivery.state === 'pending' && delivery.attempts > 0 && delivery.nextAt !== null && delivery.nextAt > now
  return (
    <button type="button" className={classes.delivery} aria-expanded={open} onClick={onToggle}>
      <IconChevronRight size={16} aria-hidden="true" className={classes.chevron} data-open={open} />
      <span className={classes.type}>{delivery.type}</span>
      <span className={classes.state} data-tone={isRepeat ? 'bad' : tones[delivery.state]}>
        {isRepeat
          ? t('webhooks.againAt', { time: soonTime(delivery.nextAt ?? now, now, i18n.language) })
          : t(`webhooks.states.${delivery.state}`)}
        {delivery.lastStatus !== null && <span className="number"> {delivery.lastStatus}</span>}
      </span>
      <span className={classes.faint}>{t('webhooks.tries', { count: delivery.attempts })}</span>
      <time className={classes.when} dateTime={new Date(delivery.eventAt).toISOString()}>
        {exactTime(delivery.eventAt, i18n.language)}
      </time>
    </button>
  )
}
