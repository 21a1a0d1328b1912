/** What can be done with one message: answer, react, copy, edit, delete. What this messenger cannot do is greyed, with the reason. */
import type { ConversationView, MessageView } from '@dragoman/api'
import { plainText } from '@dragoman/api'
import { ActionIcon, Menu } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { tellProblem } from '../actions/conversation-acts.ts'
import { call } from '../client.ts'
import { beginEdit, isOwn, quote } from '../composer/send.ts'
import { localizedText } from '../i18n.ts'
import { IconArrowBackUp, IconCopy, IconDots, IconEye, IconEyeOff, IconLink, IconLock, IconPencil, IconTrash } from '../icons.ts'
import { showToast } from '../shell/toasts.tsx'
import { useUi } from '../shell/ui.ts'
import { capabilitiesOf, useSurface } from '../store/channels.ts'
import { putMessage } from '../store/desk.ts'
import classes from './message.module.css'

const usualEmojis = ['👍', '❤️', '😁', '🔥', '👏', '🙏', '😢']

interface Props {
  message: MessageView
  conversation: ConversationView
  awake: boolean
}

export function MessageTools({ message, conversation, awake }: Props) {
  const { t } = useTranslation()
  if (awake) return <AwakeTools message={message} conversation={conversation} />
  if (message.deletedAt !== null) return <span className={classes.tools} />
  return (
    <span className={classes.tools}>
      {message.direction !== 'note' && <button type="button" className={classes.asleep} aria-label={t('thread.replyTo')} />}
      <button type="button" className={classes.asleep} aria-label={t('thread.moreFor')} />
    </span>
  )
}

function AwakeTools({ message, conversation }: Omit<Props, 'awake'>) {
  const { t } = useTranslation()
  const channel = useSurface(conversation)
  if (!channel || message.deletedAt !== null) return <span className={classes.tools} />
  const capabilities = capabilitiesOf(channel)
  const { features } = capabilities
  const sent = message.direction === 'out' && ['sent', 'delivered', 'read'].includes(message.state)
  const age = Date.now() - message.at
  const why = (feature: { level: string; note?: { en: string; ru: string } }, within: number | undefined) => {
    if (feature.level === 'none') return feature.note ? localizedText(feature.note) : t('thread.cannot', { name: channel.badge.name })
    return within !== undefined && age > within ? t('thread.tooLate') : undefined
  }
  const noEdit = why(features.edit, capabilities.editWithinMs)
  const noDelete = why(features.delete, capabilities.deleteWithinMs)
  const noReaction = why(features.react, undefined)
  const mine = message.reactions.find(reaction => reaction.by === 'member')
  const react = (emoji: string) =>
    call('react', { params: { messageId: message.id }, body: { emoji: mine?.emoji === emoji ? null : emoji } }).then(
      answer => putMessage(answer.message),
      tellProblem,
    )
  const remove = () => call('deleteMessage', { params: { messageId: message.id } }).then(answer => putMessage(answer.message), tellProblem)
  const emojis = (capabilities.reactionEmojis?.length ? capabilities.reactionEmojis : usualEmojis).slice(0, 7)
  const words = plainText(message.body.content)
  const isNote = message.direction === 'note'
  const comment = conversation.place !== null && message.direction === 'in'
  const has = (extra: string) => channel.extras.includes(extra)
  const put = (answer: { message: MessageView }) => putMessage(answer.message)
  const params = { messageId: message.id }
  return (
    <span className={classes.tools}>
      {!isNote && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label={t('thread.replyTo')}
          title={t('thread.replyTo')}
          onClick={() => quote(message)}
        >
          <IconArrowBackUp size={17} />
        </ActionIcon>
      )}
      <Menu width={260} position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('thread.moreFor')} title={t('thread.moreFor')}>
            <IconDots size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {!isNote &&
            (noReaction ? (
              <Menu.Item disabled className={classes.reasoned}>
                {t('thread.react')}
                <small>{noReaction}</small>
              </Menu.Item>
            ) : (
              // biome-ignore lint/a11y/useSemanticElements: a row of menu items is no form
              <div className={classes.emojiRow} role="group" aria-label={t('thread.react')}>
                {emojis.map(emoji => (
                  <Menu.Item
                    key={emoji}
                    className={classes.emoji}
                    data-mine={mine?.emoji === emoji}
                    aria-label={t('thread.reactWith', { emoji })}
                    onClick={() => void react(emoji)}
                  >
                    {emoji}
                  </Menu.Item>
                ))}
              </div>
            ))}
          {!isNote && (
            <Menu.Item leftSection={<IconArrowBackUp size={16} />} onClick={() => quote(message)}>
              {t('thread.replyTo')}
            </Menu.Item>
          )}
          {words && (
            <Menu.Item
              leftSection={<IconCopy size={16} />}
              onClick={() => void navigator.clipboard.writeText(words).then(() => showToast(t('common.copied')))}
            >
              {t('thread.copyText')}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconLink size={16} />}
            onClick={() => {
              const link = new URL(location.href)
              link.searchParams.set('message', message.id)
              void navigator.clipboard.writeText(link.href).then(() => showToast(t('acts.linkCopied')))
            }}
          >
            {t('thread.copyLink')}
          </Menu.Item>
          {comment && has('answerPrivately') && (
            <Menu.Item
              leftSection={<IconLock size={16} />}
              onClick={() => useUi.setState({ asked: { kind: 'private', messageId: message.id, name: message.author.name } })}
            >
              {t('comments.private')}
            </Menu.Item>
          )}
          {comment && has('hide') && (
            <Menu.Item
              leftSection={message.hiddenAt === null ? <IconEyeOff size={16} /> : <IconEye size={16} />}
              onClick={() => void call('hideComment', { params, body: { hidden: message.hiddenAt === null } }).then(put, tellProblem)}
            >
              {t(message.hiddenAt === null ? 'comments.hide' : 'comments.show')}
            </Menu.Item>
          )}
          {comment && has('removeComment') && (
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              color="red"
              onClick={() => void call('removeComment', { params }).then(put, tellProblem)}
            >
              {t('comments.remove')}
            </Menu.Item>
          )}
          {sent && (
            <Menu.Item
              leftSection={<IconPencil size={16} />}
              disabled={Boolean(noEdit) || !isOwn(message)}
              className={classes.reasoned}
              onClick={() => beginEdit(message)}
            >
              {t('common.edit')}
              {(noEdit || !isOwn(message)) && <small>{noEdit ?? t('thread.notYours')}</small>}
            </Menu.Item>
          )}
          {sent && (
            <Menu.Item
              leftSection={<IconTrash size={16} />}
              color="red"
              disabled={Boolean(noDelete)}
              className={classes.reasoned}
              onClick={() => void remove()}
            >
              {t('thread.deleteForAll')}
              {noDelete && <small>{noDelete}</small>}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
    </span>
  )
}
