/** Rows between messages: where the thread begins, a day, the «New» divider, what the system did. */
import { type ConversationView, type MessageView, plainText } from '@dragoman/api'
import { Popover } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useInbox } from '../store/desk.ts'
import { useNow } from '../store/now.ts'
import { clock, dayName, exactTime } from '../text/time.ts'
import classes from './thread.module.css'

export function StartRow({ conversation }: { conversation: ConversationView }) {
  const { t, i18n } = useTranslation()
  return (
    <p className={classes.start}>
      {t('thread.start', { name: conversation.contact.name, time: exactTime(conversation.createdAt, i18n.language) })}
      {conversation.removedBefore !== undefined && (
        <span className={classes.removedBefore}>
          {t('thread.removedBefore', {
            day: new Date(conversation.removedBefore).toLocaleDateString(i18n.language, { day: 'numeric', month: 'long', year: 'numeric' }),
          })}
        </span>
      )}
    </p>
  )
}

/** The day's name; pressing it lets one go to another day. */
export function DayRow({ at, onJump }: { at: number; onJump(at: number): void }) {
  const { t, i18n } = useTranslation()
  const now = useNow()
  const [open, setOpen] = useState(false)
  const day = new Date(at)
  const value = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, '0')}-${String(day.getDate()).padStart(2, '0')}`
  return (
    <div className={classes.day}>
      <Popover opened={open} onChange={setOpen} trapFocus withArrow={false}>
        <Popover.Target>
          <button type="button" className={classes.dayName} onClick={() => setOpen(shown => !shown)} title={t('thread.toDay')}>
            {dayName(at, now, i18n.language)}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <label className={classes.dayJump}>
            {t('thread.toDay')}
            <input
              type="date"
              defaultValue={value}
              max={new Date().toISOString().slice(0, 10)}
              onChange={event => {
                const chosen = event.currentTarget.valueAsDate
                if (!chosen) return
                setOpen(false)
                onJump(new Date(chosen.getUTCFullYear(), chosen.getUTCMonth(), chosen.getUTCDate()).getTime())
              }}
            />
          </label>
        </Popover.Dropdown>
      </Popover>
    </div>
  )
}

export function NewRow() {
  const { t } = useTranslation()
  return (
    <div className={classes.newRow} data-new-divider>
      <span>{t('thread.new')}</span>
    </div>
  )
}

/** What happened, in words of the screen; an unknown happening is named as it came. */
export function SystemRow({ message }: { message: MessageView }) {
  const { t, i18n } = useTranslation()
  const members = useInbox(state => state.members)
  const { system } = message
  if (!system) return null
  const named = Object.fromEntries(
    Object.entries(system.params).map(([key, value]) => [
      key,
      key === 'until' && Number(value) > 0
        ? exactTime(Number(value), i18n.language, undefined, 'short')
        : key === 'priority'
          ? t(`order.priorities.${value}`, { defaultValue: value })
          : (members[value]?.name ?? value),
    ]),
  )
  const who = message.author.kind === 'member' ? message.author.name : ''
  const params: Record<string, string> = { by: who, ...named }
  const text = plainText(message.body.content)
  return (
    <p className={classes.system} title={exactTime(message.at, i18n.language)} data-system={system.what}>
      {t(`system.${system.what.replaceAll('.', '_')}`, { ...params, context: params.by ? 'by' : undefined, defaultValue: system.what })} ·{' '}
      <time>{clock(message.at, i18n.language)}</time>
      {text && <q className={classes.systemText}>{text}</q>}
    </p>
  )
}

/** Several happenings in a row: the first ones fold away behind their number. */
export function TrailRow({ messages }: { messages: readonly MessageView[] }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const shown = open ? messages : messages.slice(-1)
  return (
    <div className={classes.trail}>
      <button type="button" className={classes.trailFold} aria-expanded={open} onClick={() => setOpen(now => !now)}>
        {open ? t('order.foldTrail') : t('order.unfoldTrail', { count: messages.length - 1 })}
      </button>
      {shown.map(message => (
        <SystemRow key={message.id} message={message} />
      ))}
    </div>
  )
}
