/** What the messenger will show: the parts as bubbles and a note on every loss, from the hub's own `fit`. */
import type { FitResult, MessageBody } from '@dragoman/api'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../client.ts'
import { IconAlertTriangle, IconInfoCircle } from '../icons.ts'
import { ContentView } from '../thread/content-view.tsx'
import { KeyboardView } from '../thread/keyboard-view.tsx'
import panels from './panels.module.css'

/** The preview of a body, asked for when the fingers rest. `fresh` says whether it is of this very body. */
export function useFit(conversationId: string, body: MessageBody | null, wanted: boolean): { fit: FitResult | undefined; fresh: boolean } {
  const key = body && wanted ? JSON.stringify(body) : ''
  const [rested, setRested] = useState(key)
  useEffect(() => {
    const timer = setTimeout(() => setRested(key), 350)
    return () => clearTimeout(timer)
  }, [key])
  const result = useQuery({
    queryKey: ['fit', conversationId, rested],
    enabled: rested !== '',
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 10_000,
    queryFn: ({ signal }) => call('fit', { params: { conversationId }, body: { body: JSON.parse(rested) as MessageBody } }, { signal }),
  })
  return { fit: key === '' ? undefined : result.data?.fit, fresh: rested === key && !result.isPlaceholderData }
}

export function FitNotes({ fit }: { fit: FitResult }) {
  const { t } = useTranslation()
  if (fit.kind === 'refused') {
    return (
      <ul className={panels.notes} data-tone="danger">
        {fit.refusals.map(refusal => (
          <li key={refusal.code}>
            <IconAlertTriangle size={15} aria-hidden="true" />{' '}
            {t(`refusals.${refusal.code}`, { ...refusal.params, defaultValue: refusal.code })}
          </li>
        ))}
      </ul>
    )
  }
  if (fit.notes.length === 0) return null
  return (
    <ul className={panels.notes}>
      {fit.notes.map(note => (
        <li key={note.code + JSON.stringify(note.params)}>
          <IconInfoCircle size={15} aria-hidden="true" />{' '}
          {t(`fitNotes.${note.code}`, { ...countParam(note.params), ...note.params, defaultValue: note.code })}
        </li>
      ))}
    </ul>
  )
}

/** Plurals want a number named `count`: the first number there is. */
function countParam(params: Record<string, string | number> | undefined): { count?: number } {
  const number = Object.values(params ?? {}).find(value => typeof value === 'number')
  return typeof number === 'number' ? { count: number } : {}
}

export function FitPreview({ fit, channelName }: { fit: FitResult | undefined; channelName: string }) {
  const { t } = useTranslation()
  return (
    <section className={panels.preview} aria-label={t('composer.previewOf', { name: channelName })}>
      <h3 className={panels.previewTitle}>{t('composer.previewOf', { name: channelName })}</h3>
      {fit === undefined && <p className={panels.previewEmpty}>{t('composer.previewEmpty')}</p>}
      {fit?.kind === 'parts' &&
        fit.parts.map((part, index) => (
          <div key={index} className={panels.previewPart}>
            <div className={panels.previewBubble}>
              <ContentView body={part.body} />
            </div>
            {part.body.keyboard && <KeyboardView keyboard={part.body.keyboard} side="out" />}
            <small className="number">
              {fit.parts.length > 1 && t('composer.partOf', { number: index + 1, of: fit.parts.length })}{' '}
              {part.length && `${part.length.used} / ${part.length.max}`}
            </small>
          </div>
        ))}
      {fit && <FitNotes fit={fit} />}
    </section>
  )
}
