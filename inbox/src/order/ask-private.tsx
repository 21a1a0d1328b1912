/** Takes the writer of a comment aside: words, then the direct conversation opens. What could not be sent stays in the field, with the reason. */
import { Button, Textarea } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, problemOf } from '../client.ts'
import { makeId } from '../ids.ts'
import { ProblemAlert } from '../pieces/problem-text.tsx'
import { useUi } from '../shell/ui.ts'
import classes from './order.module.css'

export function AskPrivate({ messageId, close }: { messageId: string; close(): void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<ReturnType<typeof problemOf>>()
  const [sending, setSending] = useState(false)
  const [clientId] = useState(() => makeId())
  const name = useUi(state => (state.asked?.kind === 'private' ? state.asked.name : ''))
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (text.trim() === '' || sending) return
    setSending(true)
    setProblem(undefined)
    try {
      const body = { content: { kind: 'text' as const, text: { text: text.trim() } } }
      const { conversationId } = await call('answerPrivately', { params: { messageId }, body: { clientId, body } })
      close()
      void navigate({ to: '/inbox/$view/$conversationId', params: { view: 'all', conversationId } })
    } catch (error) {
      setProblem(problemOf(error))
      setSending(false)
    }
  }
  return (
    <form className={classes.askForm} onSubmit={send}>
      <p className={classes.faint}>{t('comments.privateText', { name })}</p>
      <Textarea
        label={t('comments.privateField')}
        autosize
        minRows={3}
        maxRows={10}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
        data-autofocus
      />
      <ProblemAlert problem={problem} />
      <Button type="submit" disabled={text.trim() === ''} loading={sending}>
        {t('comments.privateSend')}
      </Button>
    </form>
  )
}
