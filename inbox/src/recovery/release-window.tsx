/** What is held since the hub was brought back, to choose from; and letting sending go on. The choice covers what was shown; the rest is not sent. */
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { showToast } from '../shell/toasts.tsx'
import { exactTime } from '../text/time.ts'
import classes from './recovered.module.css'

export function ReleaseWindow({ onClose }: { onClose(): void }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [busy, setBusy] = useState(false)
  const held = useInfiniteQuery({
    queryKey: ['catalogue', 'recovery', 'held'],
    queryFn: ({ pageParam }) => call('heldMessages', { query: pageParam === null ? {} : { after: pageParam } }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
  const messages = held.data?.pages.flatMap(page => page.messages) ?? []
  const choose = (id: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(id)
    else next.delete(id)
    setChosen(next)
  }
  async function release(): Promise<void> {
    setBusy(true)
    try {
      await call('releaseRecovery', {
        body: chosen.size > 0 ? { send: 'chosen', messageIds: [...chosen] } : { send: 'none' },
      })
      await queries.invalidateQueries({ queryKey: ['catalogue', 'recovery'] })
      showToast(t('recovered.released'))
      onClose()
    } catch (error) {
      tellProblem(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={t('recovered.title')} size="lg">
      <Stack gap="sm">
        {messages.length > 0 && <Text size="sm">{t('recovered.how')}</Text>}
        <Text size="sm">{t('recovered.other')}</Text>
        {messages.length > 0 && (
          <>
            <Checkbox
              label={t('recovered.all')}
              checked={messages.every(one => chosen.has(one.messageId))}
              onChange={event => setChosen(new Set(event.currentTarget.checked ? messages.map(one => one.messageId) : []))}
            />
            <ul className={classes.list}>
              {messages.map(one => (
                <li key={one.messageId}>
                  <Checkbox
                    aria-label={t('recovered.choose', { name: one.contact })}
                    checked={chosen.has(one.messageId)}
                    onChange={event => choose(one.messageId, event.currentTarget.checked)}
                  />
                  <span className={classes.words}>
                    <Link to="/inbox/$view/$conversationId" params={{ view: 'all', conversationId: one.conversationId }} onClick={onClose}>
                      {one.contact}
                    </Link>
                    : {one.preview}
                    <br />
                    <small>
                      {one.author}, {exactTime(one.writtenAt, i18n.language)}, {t(`recovered.was.${one.was}`)}
                      {one.dueAt !== null && `, ${t('recovered.due', { time: exactTime(one.dueAt, i18n.language) })}`}
                    </small>
                  </span>
                </li>
              ))}
            </ul>
            {held.hasNextPage && (
              <Button variant="default" loading={held.isFetchingNextPage} onClick={() => void held.fetchNextPage()}>
                {t('recovered.more')}
              </Button>
            )}
          </>
        )}
        <Group justify="flex-end">
          <Button loading={busy} disabled={held.isPending} onClick={() => void release()}>
            {chosen.size > 0 ? t('recovered.releaseChosen', { count: chosen.size }) : t('recovered.releaseNone')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
