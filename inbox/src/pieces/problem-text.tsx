/** A problem of the API in the person's language: what happened, why, what can be done. */
import { Alert } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { ProblemOf } from '../client.ts'
import { localizedText } from '../i18n.ts'
import { IconAlertCircle } from '../icons.ts'

interface Reasoned {
  refusals?: { code: string; params?: Record<string, string | number> }[]
  reason?: string
  advice?: unknown
}

/** One or more sentences for a problem. */
export function describeProblem(problem: ProblemOf, t: TFunction): { title: string; text: string } {
  const more = problem as unknown as Reasoned
  const title = t(`problems.${problem.code}.title`, { defaultValue: problem.title })
  if (more.refusals?.length)
    return {
      title,
      text: more.refusals.map(refusal => t(`refusals.${refusal.code}`, { ...refusal.params, defaultValue: refusal.code })).join(' '),
    }
  if (problem.code === 'reply_not_allowed' && more.reason)
    return { title, text: t(`reasons.${more.reason}`, { defaultValue: problem.detail }) }
  const advice =
    typeof more.advice === 'object' && more.advice
      ? localizedText(more.advice as Record<string, string>)
      : t(`problems.${problem.code}.advice`, { defaultValue: problem.advice })
  const said =
    ['connection_refused', 'platform_error', 'not_supported_here', 'body_too_large', 'file_too_large', 'internal'].includes(problem.code) &&
    problem.detail !== problem.title
      ? problem.detail
      : ''
  const request = 'requestId' in problem && problem.code === 'internal' ? String(problem.requestId) : ''
  return { title, text: [said, advice, request].filter(Boolean).join(' · ') }
}

export function ProblemAlert({ problem }: { problem: ProblemOf | undefined | null }) {
  const { t } = useTranslation()
  if (!problem) return null
  const { title, text } = describeProblem(problem, t)
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle size={20} />} title={title} role="alert">
      {text}
    </Alert>
  )
}
