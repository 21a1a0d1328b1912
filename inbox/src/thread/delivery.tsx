/** The ladder of a sent message: icon and word; behind it the times of each part, why it failed, what can be done. */
import type { MessageView, PartView } from '@dragoman/api'
import { Button, Popover } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { canCompose } from '../composer/compose.ts'
import { editAgain, retryMessage, settleMessage } from '../composer/send.ts'
import { localizedText } from '../i18n.ts'
import { DeliveryMark } from '../pieces/delivery-mark.tsx'
import { clock, exactTime } from '../text/time.ts'
import details from './delivery.module.css'
import classes from './message.module.css'

export function Delivery({ message, awake }: { message: MessageView; awake: boolean }) {
  const { t } = useTranslation()
  const loud = message.state === 'failed' || message.state === 'uncertain' || message.state === 'unknown'
  const button = (
    <button
      type="button"
      className={classes.metaButton}
      data-loud={loud}
      title={t(`delivery.${message.state}`)}
      aria-label={t('delivery.details', { state: t(`delivery.${message.state}`) })}
      data-delivery={message.state}
    >
      <DeliveryMark state={message.state} size={16} silent />
      <span className={loud ? undefined : classes.metaWord}>{t(`delivery.${message.state}`)}</span>
    </button>
  )
  if (!awake) return button
  return (
    <Popover width={340} position="top-end" withinPortal>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown>
        <h3 className={details.popTitle}>{t(`delivery.${message.state}`)}</h3>
        <p className={details.popText}>{t(`deliveryText.${message.state}`)}</p>
        {message.parts.map(part => (
          <PartLadder key={part.id} part={part} of={message.parts.length} />
        ))}
        <Remedies message={message} />
      </Popover.Dropdown>
    </Popover>
  )
}

function PartLadder({ part, of }: { part: PartView; of: number }) {
  const { t, i18n } = useTranslation()
  const steps = [
    ['sent', part.sentAt],
    ['delivered', part.deliveredAt],
    ['read', part.readAt],
  ] as const
  return (
    <div className={details.part}>
      {of > 1 && (
        <h4 className={details.partTitle}>
          {t('delivery.part', { number: part.index + 1, of })} · {t(`delivery.${part.state}`)}
        </h4>
      )}
      <dl className={details.ladder}>
        {steps.map(
          ([step, at]) =>
            at !== null && (
              <div key={step}>
                <dt>
                  <DeliveryMark state={step} size={15} silent /> {t(`delivery.${step}`)}
                </dt>
                <dd title={exactTime(at, i18n.language)}>{clock(at, i18n.language)}</dd>
              </div>
            ),
        )}
      </dl>
      {part.failure && (
        <div className={details.failure}>
          <p>{t(`failures.${part.failure.reason ?? part.failure.kind}`, { defaultValue: part.failure.detail })}</p>
          {part.failure.advice && <p>{localizedText(part.failure.advice)}</p>}
          <p className={details.failureCode}>
            {part.failure.detail} · {part.failure.code}
          </p>
        </div>
      )}
    </div>
  )
}

/** What can be done now: beside the message too, for whoever does not look behind the icon. */
export function Remedies({ message }: { message: MessageView }) {
  const { t } = useTranslation()
  if (message.state === 'failed') {
    return (
      <div className={details.remedies}>
        <Button size="compact-sm" variant="light" onClick={() => void retryMessage(message)}>
          {t('common.retry')}
        </Button>
        {canCompose(message.body.content) && (
          <Button size="compact-sm" variant="default" onClick={() => editAgain(message)}>
            {t('common.edit')}
          </Button>
        )}
      </div>
    )
  }
  if (message.state === 'uncertain' || message.state === 'unknown') {
    return (
      <div className={details.remedies}>
        <Button size="compact-sm" variant="default" onClick={() => void settleMessage(message, true)}>
          {t('delivery.itArrived')}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => void settleMessage(message, false)}>
          {t('delivery.itDidNot')}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => void retryMessage(message, true)}>
          {t('delivery.sendAgain')}
        </Button>
      </div>
    )
  }
  return null
}

/** A message in trouble says so under itself: the reason, the advice, and what can be done. */
export function Trouble({ message }: { message: MessageView }) {
  const { t } = useTranslation()
  if (message.direction !== 'out' || !['failed', 'uncertain', 'unknown'].includes(message.state)) return null
  const failure = message.parts.find(part => part.failure !== null && part.state === message.state)?.failure
  const reason =
    message.state === 'failed' && failure
      ? t(`failures.${failure.reason ?? failure.kind}`, { defaultValue: failure.detail })
      : t(`deliveryText.${message.state}`)
  return (
    <div className={details.trouble} data-state={message.state}>
      <p>
        {reason} {message.state === 'failed' && failure?.advice && localizedText(failure.advice)}
      </p>
      <Remedies message={message} />
    </div>
  )
}
