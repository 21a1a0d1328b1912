/**
 * How long what is kept: rules for the firm, for a messenger or an account, and for traces. Always holds: before anything is saved its effect is shown in numbers,
 * counted by the hub with the very conditions by which it removes.
 */
import type { Retention } from '@dragoman/api'
import { Alert, Button, Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { SaveBar, useSettingForm } from '../answers/setting-form.tsx'
import { call, problemOf } from '../client.ts'
import { IconAlertTriangle, IconPlus, IconTrash } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { SettingsFrame } from '../settings/settings-frame.tsx'
import { useDesk, useInbox } from '../store/desk.ts'
import { exactTime, fileSize } from '../text/time.ts'
import classes from './retention.module.css'

const years = (count: number) => count * 365
const messageChoices = [30, 90, 180, years(1), years(2), years(3), years(5), years(6), years(10), null]

export function RetentionPage() {
  const { t } = useTranslation()
  const form = useSettingForm('retention')
  const accounts = useInbox(state => state.accounts)
  const channels = useDesk(state => state.channels)
  const { value } = form
  const change = (part: Partial<Retention>) => form.change(now => ({ ...now, ...part }))
  const setException = (at: number, part: Partial<Retention['exceptions'][number]>) =>
    form.change(now => ({ ...now, exceptions: now.exceptions.map((one, index) => (index === at ? { ...one, ...part } : one)) }))
  const keyOf = (one: Retention['exceptions'][number]) => (one.accountId ? `account:${one.accountId}` : `channel:${one.channel}`)
  const places = [
    ...[...new Set(Object.values(accounts).map(one => one.channel))].map(channel => ({
      value: `channel:${channel}`,
      label: t('retention.allOf', { channel: channels[channel]?.badge.name ?? channel }),
    })),
    ...Object.values(accounts).map(one => ({ value: `account:${one.id}`, label: one.name })),
  ]
  const placed = (key: string) =>
    key.startsWith('account:') ? { accountId: key.slice(8), channel: null } : { accountId: null, channel: key.slice(8) }
  const taken = (value?.exceptions ?? []).map(keyOf)
  const free = places.filter(place => !taken.includes(place.value))
  return (
    <SettingsFrame section="retention" title={t('retention.title')} intro={t('retention.intro')}>
      {value && (
        <>
          <Section title={t('retention.contents')} text={t('retention.contentsText')}>
            <div className={classes.row}>
              <Days
                label={t('retention.messages')}
                choices={messageChoices}
                days={value.messages}
                onChange={messages => change({ messages })}
              />
              <Days label={t('retention.files')} choices={messageChoices} days={value.files} onChange={files => change({ files })} />
            </div>
            {value.exceptions.map((one, index) => (
              <div className={classes.row} key={keyOf(one)}>
                <Select
                  className={classes.place}
                  label={t('retention.where')}
                  value={keyOf(one)}
                  data={places.filter(place => place.value === keyOf(one) || !taken.includes(place.value))}
                  allowDeselect={false}
                  onChange={key => key && setException(index, placed(key))}
                />
                <Days
                  label={t('retention.messages')}
                  choices={messageChoices}
                  days={one.messages}
                  onChange={messages => setException(index, { messages })}
                />
                <Days
                  label={t('retention.files')}
                  choices={messageChoices}
                  days={one.files}
                  onChange={files => setException(index, { files })}
                />
                <Button
                  variant="subtle"
                  color="red"
                  leftSection={<IconTrash size={16} />}
                  onClick={() => change({ exceptions: value.exceptions.filter((_, other) => other !== index) })}
                >
                  {t('answers.remove')}
                </Button>
              </div>
            ))}
            {free[0] && (
              <Button
                variant="default"
                leftSection={<IconPlus size={16} />}
                onClick={() =>
                  change({ exceptions: [...value.exceptions, { ...placed(free[0]!.value), messages: value.messages, files: value.files }] })
                }
              >
                {t('retention.addException')}
              </Button>
            )}
          </Section>
          <Effect value={value} changed={form.changed} />
          <Section title={t('retention.traces')} text={t('retention.tracesText')}>
            <div className={classes.row}>
              <Days label={t('retention.search')} choices={messageChoices} days={value.search} onChange={search => change({ search })} />
              <Days
                label={t('retention.audit')}
                choices={[years(1), years(2), years(3), years(5), years(10), null]}
                days={value.audit}
                onChange={audit => change({ audit })}
              />
              <Days
                label={t('retention.addresses')}
                choices={[7, 30, 90, 180, years(1)]}
                days={value.addresses}
                onChange={addresses => change({ addresses: addresses ?? 90 })}
              />
              <Days
                label={t('retention.deliveries')}
                choices={[3, 7, 14, 30, 90]}
                days={value.deliveries}
                onChange={deliveries => change({ deliveries: deliveries ?? 14 })}
              />
              <Days
                label={t('retention.setAside')}
                choices={[30, 90, years(1), years(3)]}
                days={value.setAside}
                onChange={setAside => change({ setAside: setAside ?? 365 })}
              />
            </div>
          </Section>
          <Section title={t('retention.law')}>
            <ul className={classes.law}>
              {['atMost', 'atLeast', 'backups', 'platforms'].map(key => (
                <li key={key}>{t(`retention.laws.${key}`)}</li>
              ))}
            </ul>
          </Section>
        </>
      )}
      <SaveBar form={form} />
    </SettingsFrame>
  )
}

/** A stretch of time out of a few; what somebody set by the API stands among them. */
function Days({
  label,
  choices,
  days,
  onChange,
}: {
  label: string
  choices: readonly (number | null)[]
  days: number | null
  onChange(days: number | null): void
}) {
  const { t } = useTranslation()
  const all = choices.includes(days) ? choices : [...choices, days].toSorted((a, b) => (a ?? Infinity) - (b ?? Infinity))
  return (
    <Select
      className={classes.days}
      label={label}
      allowDeselect={false}
      value={String(days)}
      data={all.map(one => ({ value: String(one), label: nameOf(one) }))}
      onChange={chosen => chosen !== null && onChange(chosen === 'null' ? null : Number(chosen))}
    />
  )
  function nameOf(one: number | null): string {
    if (one === null) return t('retention.forever')
    return one % 365 === 0 ? t('retention.years', { count: one / 365 }) : t('retention.days', { count: one })
  }
}

/** What the rules on the screen would remove now. */
function Effect({ value, changed }: { value: Retention; changed: boolean }) {
  const { t, i18n } = useTranslation()
  const preview = useQuery({
    queryKey: ['retention-preview', value],
    queryFn: () => call('previewRetention', { body: { value } }),
    staleTime: 60_000,
    placeholderData: before => before,
  })
  const found = preview.data
  if (preview.isError) return <ProblemAlert problem={problemOf(preview.error)} />
  if (!found) return null
  const { messages, files, last } = found
  const traces = found.search + found.audit + found.deliveries + found.setAside
  const nothing = messages.count + files.count + traces === 0
  const number = (count: number) => count.toLocaleString(i18n.language)
  return (
    <Alert
      className={classes.effect}
      color={nothing || !changed ? 'gray' : 'red'}
      variant="light"
      icon={nothing || !changed ? undefined : <IconAlertTriangle size={20} />}
      title={t(changed ? 'retention.effect' : 'retention.effectNow')}
      role="status"
      data-testid="retention-effect"
    >
      {nothing && <p>{t('retention.nothing')}</p>}
      {messages.count > 0 && (
        <p>
          {t('retention.willMessages', {
            count: messages.count,
            number: number(messages.count),
            conversations: number(messages.conversations),
            oldest: exactTime(messages.oldest ?? 0, i18n.language, undefined, 'short'),
          })}
        </p>
      )}
      {files.count > 0 && (
        <p>{t('retention.willFiles', { count: files.count, number: number(files.count), size: fileSize(files.bytes, i18n.language) })}</p>
      )}
      {traces > 0 && <p>{t('retention.willTraces', { count: traces, number: number(traces) })}</p>}
      {!nothing && changed && <p>{t('retention.forGood')}</p>}
      {last && (
        <p>
          {t('retention.last', {
            time: exactTime(last.at, i18n.language, undefined, 'short'),
            messages: number(last.messages),
            files: number(last.files),
          })}
        </p>
      )}
    </Alert>
  )
}
