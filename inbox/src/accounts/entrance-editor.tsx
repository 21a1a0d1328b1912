/** What a customer meets before the first word: greeting, first questions, a menu; in the firm's languages, within what this messenger has. Always holds: it is saved when the platform has taken it. */
import type { AccountViewModel, ChannelView, Entrance } from '@dragoman/api'
import { ActionIcon, Button, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type ProblemOf, problemOf } from '../client.ts'
import { IconPlus, IconTrash } from '../icons.ts'
import { makeId } from '../ids.ts'
import { Section } from '../pieces/page.tsx'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { showToast } from '../shell/toasts.tsx'
import { useInbox } from '../store/desk.ts'
import classes from './accounts.module.css'

type Max = NonNullable<ChannelView['entranceMax']>
type Texts = Record<string, string>

export function EntranceEditor({ account, max }: { account: AccountViewModel; max: Max }) {
  const { t } = useTranslation()
  const queryKey = ['entrance', account.id]
  const { data } = useQuery({ queryKey, queryFn: () => call('entrance', { params: { accountId: account.id } }) })
  return (
    <Section title={t('entrance.title')} text={t('entrance.text')}>
      {data && <Form key={account.id} account={account} max={max} kept={data.entrance} queryKey={queryKey} />}
    </Section>
  )
}

function Form({ account, max, kept, queryKey }: { account: AccountViewModel; max: Max; kept: Entrance; queryKey: string[] }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const languages = useInbox(state => state.workspace.languages)
  const [entrance, setEntrance] = useState(kept)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<ProblemOf>()
  const names = new Intl.DisplayNames(i18n.language, { type: 'language' })
  const change = (next: Partial<Entrance>) => setEntrance(present => ({ ...present, ...next }))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      const saved = await call('saveEntrance', { params: { accountId: account.id }, body: withoutEmpty(entrance) })
      setEntrance(saved.entrance)
      queries.setQueryData(queryKey, saved)
      showToast(t('common.saved'))
    } catch (error) {
      setProblem(problemOf(error))
    }
    setBusy(false)
  }
  const texts = (values: Texts, label: string, most: number, onChange: (next: Texts) => void) =>
    languages.map(language => (
      <TextInput
        key={language}
        label={`${label} (${names.of(language)})`}
        value={values[language] ?? ''}
        maxLength={most}
        onChange={event => onChange({ ...values, [language]: event.currentTarget.value })}
      />
    ))
  return (
    <form className={classes.form} onSubmit={save}>
      {max.greeting > 0 &&
        languages.map(language => (
          <Textarea
            key={language}
            label={`${t('entrance.greeting')} (${names.of(language)})`}
            description={t('entrance.most', { count: max.greeting })}
            autosize
            minRows={2}
            maxLength={max.greeting}
            value={entrance.greeting?.[language] ?? ''}
            onChange={event => change({ greeting: { ...entrance.greeting, [language]: event.currentTarget.value } })}
          />
        ))}
      {max.starters > 0 && (
        <fieldset className={classes.entranceList}>
          <legend>{t('entrance.starters')}</legend>
          {entrance.starters.map((starter, index) => (
            <div key={starter.payload} className={classes.entranceRow}>
              <div className={classes.form}>
                {texts(starter.title, t('entrance.question', { number: index + 1 }), max.starterTitle, title =>
                  change({ starters: entrance.starters.map((one, at) => (at === index ? { ...one, title } : one)) }),
                )}
              </div>
              <Remove
                label={t('entrance.remove', { number: index + 1 })}
                onClick={() => change({ starters: entrance.starters.filter((_, at) => at !== index) })}
              />
            </div>
          ))}
          {entrance.starters.length < max.starters && (
            <Add
              label={t('entrance.addStarter')}
              onClick={() => change({ starters: [...entrance.starters, { title: {}, payload: `start_${makeId().slice(0, 8)}` }] })}
            />
          )}
        </fieldset>
      )}
      {max.menu > 0 && (
        <fieldset className={classes.entranceList}>
          <legend>{t('entrance.menu')}</legend>
          {entrance.menu.map((row, index) => (
            <div key={index} className={classes.entranceRow}>
              <div className={classes.form}>
                {texts(row.title, t('entrance.item', { number: index + 1 }), max.menuTitle, title =>
                  change({ menu: entrance.menu.map((one, at) => (at === index ? { ...one, title } : one)) }),
                )}
                <TextInput
                  label={t('entrance.url')}
                  description={t('entrance.urlHelp')}
                  type="url"
                  value={row.url ?? ''}
                  onChange={event => {
                    const url = event.currentTarget.value.trim()
                    change({
                      menu: entrance.menu.map((one, at) =>
                        at === index ? { title: one.title, ...(url ? { url } : { payload: one.payload ?? `menu_${index + 1}` }) } : one,
                      ),
                    })
                  }}
                />
              </div>
              <Remove
                label={t('entrance.remove', { number: index + 1 })}
                onClick={() => change({ menu: entrance.menu.filter((_, at) => at !== index) })}
              />
            </div>
          ))}
          {entrance.menu.length < max.menu && (
            <Add
              label={t('entrance.addItem')}
              onClick={() => change({ menu: [...entrance.menu, { title: {}, payload: `menu_${makeId().slice(0, 8)}` }] })}
            />
          )}
        </fieldset>
      )}
      <ProblemAlert problem={problem} />
      <div>
        <Button type="submit" size="sm" loading={busy}>
          {t('entrance.save')}
        </Button>
      </div>
    </form>
  )
}

/** Texts that were left empty are not sent; a row without any title is no row. */
function withoutEmpty(entrance: Entrance): Entrance {
  const filled = (texts: Texts | undefined) =>
    Object.fromEntries(
      Object.entries(texts ?? {})
        .map(([language, text]) => [language, text.trim()] as const)
        .filter(([, text]) => text !== ''),
    )
  const greeting = filled(entrance.greeting)
  const titled = <Row extends { title: Texts }>(rows: readonly Row[]) =>
    rows.map(row => ({ ...row, title: filled(row.title) })).filter(row => Object.keys(row.title).length > 0)
  return { ...(Object.keys(greeting).length > 0 ? { greeting } : {}), starters: titled(entrance.starters), menu: titled(entrance.menu) }
}

function Remove({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size={36} aria-label={label} onClick={onClick}>
      <IconTrash size={18} />
    </ActionIcon>
  )
}

function Add({ label, onClick }: { label: string; onClick(): void }) {
  return (
    <Button size="compact-sm" variant="default" leftSection={<IconPlus size={15} />} onClick={onClick}>
      {label}
    </Button>
  )
}
