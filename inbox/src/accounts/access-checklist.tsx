/** Leads through an application for access at the vendor: steps in order, how long each takes, what is done, and a note for whoever goes on. Always holds: it is kept at once, for everybody. */
import type { ChannelView } from '@dragoman/api'
import { Checkbox, Textarea } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconExternalLink } from '../icons.ts'
import { Section } from '../pieces/page.tsx'
import { useInbox } from '../store/desk.ts'
import { exactTime } from '../text/time.ts'
import classes from './accounts.module.css'

export function AccessChecklist({ channel }: { channel: ChannelView }) {
  const { t, i18n } = useTranslation()
  const queries = useQueryClient()
  const members = useInbox(state => state.members)
  const queryKey = ['catalogue', `access:${channel.id}`]
  const { data } = useQuery({ queryKey, queryFn: () => call('accessProgress', { params: { channel: channel.id } }) })
  const [note, setNote] = useState<string>()
  const steps = channel.config.access ?? []
  if (!data || steps.length === 0) return null
  const save = async (change: { done?: Record<string, boolean>; note?: string }) => {
    try {
      queries.setQueryData(
        queryKey,
        await call('saveAccessProgress', { params: { channel: channel.id }, body: { version: data.version, ...change } }),
      )
    } catch (error) {
      tellProblem(error)
      void queries.invalidateQueries({ queryKey })
    }
  }
  const done = steps.filter(step => data.steps[step.id]).length
  return (
    <Section
      title={t('accessSteps.title', { name: channel.badge.name })}
      text={t('accessSteps.text')}
      aside={<span className="number">{t('accessSteps.progress', { done, all: steps.length })}</span>}
    >
      <ol className={classes.access}>
        {steps.map(step => {
          const ticked = data.steps[step.id]
          return (
            <li key={step.id}>
              <Checkbox
                checked={ticked !== undefined}
                onChange={event => void save({ done: { [step.id]: event.currentTarget.checked } })}
                label={localizedText(step.title)}
                description={
                  <>
                    {localizedText(step.help)}
                    {step.takesDays && (
                      <> {t('accessSteps.takes', { from: step.takesDays[0], to: step.takesDays[1], count: step.takesDays[1] })}</>
                    )}
                  </>
                }
              />
              <small className={classes.accessFoot}>
                {step.url && (
                  <a href={step.url} target="_blank" rel="noreferrer noopener">
                    {t('accessSteps.open')} <IconExternalLink size={13} aria-hidden="true" />
                  </a>
                )}
                {ticked && [members[ticked.by]?.name, exactTime(ticked.at, i18n.language)].filter(Boolean).join(' · ')}
              </small>
            </li>
          )
        })}
      </ol>
      <Textarea
        label={t('accessSteps.note')}
        description={t('accessSteps.noteHelp')}
        autosize
        minRows={2}
        maxRows={8}
        value={note ?? data.note}
        onChange={event => setNote(event.currentTarget.value)}
        onBlur={() => note !== undefined && note !== data.note && void save({ note })}
      />
    </Section>
  )
}
