/** One phone, drawn from its theme: status bar, header, thread and composer or the public posts, and the sheet over them. Always holds: a refusal is told on the phone itself. */
import type { PhoneMessage, PhoneView } from '@dragoman/channel-kit/simulator/types'
import { useEffect, useRef, useState } from 'preact/hooks'
import { clock, dayName, pick, t } from '../i18n.ts'
import { Icon } from '../pieces/icons.tsx'
import { act } from '../store.ts'
import { useScheme } from '../theme.ts'
import type { ChannelView, PageAction, UploadBody } from '../wire.ts'
import { Composer } from './composer.tsx'
import { MenuSheet } from './entrance.tsx'
import { initialsOf, lookOf, themeIn, tintOf } from './look.ts'
import { PostsView } from './posts.tsx'
import { sendables } from './samples.ts'
import { AttachSheet, ListSheet, MessageSheet, MoreSheet } from './sheets.tsx'
import { Thread } from './thread.tsx'

type Opened =
  | { sheet: 'message' | 'list'; messageId: string }
  | { sheet: 'attach'; caption: string }
  | { sheet: 'more' | 'menu' }
  | undefined

const noticeMs = 6_000

export function Phone({ channel, view }: { channel: ChannelView; view: PhoneView }) {
  const scheme = useScheme()
  const theme = themeIn(channel.theme, scheme)
  const [opened, setOpened] = useState<Opened>()
  const [reference, setReference] = useState<{ kind: 'reply' | 'edit'; message: PhoneMessage }>()
  const [away, setAway] = useState(false)
  const [notice, setNotice] = useState<string>()
  const [round, setRound] = useState(0)
  const [place, setPlace] = useState<'chat' | 'posts'>('chat')
  const hasPosts = (view.posts?.length ?? 0) > 0 || (channel.hasPosts && (view.abilities.comment ?? false))
  const isChat = !hasPosts || place === 'chat'
  const unread = useReadMark(channel.id, view, away || !isChat)

  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => setNotice(undefined), noticeMs)
    return () => clearTimeout(timer)
  }, [notice])

  const perform = async (action: PageAction, uploads?: UploadBody[]): Promise<boolean> => {
    const result = await act(channel.id, view.customerId, action, uploads)
    setNotice(result.ok ? undefined : result.reason)
    return result.ok
  }
  const close = () => setOpened(undefined)
  const find = (id: string) => view.messages.find(message => message.id === id)
  const openedMessage = opened && 'messageId' in opened ? find(opened.messageId) : undefined
  const subtitle = theme.header.subtitle ? pick(theme.header.subtitle) : ''
  const canSpeak = view.abilities.kinds.includes('voice')

  return (
    <article
      class="phone"
      id={phoneId(channel.id, view.customerId)}
      aria-label={t('phone.label', { customer: view.customerName, account: view.accountName })}
    >
      <header class="phone-caption">
        <span class="phone-owner">
          <b>{view.customerName}</b>
          <small>{view.customerPhone ?? t('phone.no_number')}</small>
        </span>
        {view.hidesReceipts && <span class="phone-mark">{t('phone.hides')}</span>}
        <button type="button" class="quiet" aria-pressed={away} onClick={() => setAway(!away)} title={t('pocket.note')}>
          <Icon name="pocket" size={16} />
          {away ? t('pocket.out') : t('pocket.in')}
        </button>
      </header>
      <div class="device" style={lookOf(theme)}>
        <div class="screen" inert={opened !== undefined || away}>
          <div class="status-bar" aria-hidden="true">
            <span>{clock(Date.now())}</span>
            <span class="island" />
            <span class="battery">
              <i />
            </span>
          </div>
          {view.frameUrl ? (
            <iframe
              class="phone-frame"
              src={view.frameUrl}
              title={t('phone.label', { customer: view.customerName, account: view.accountName })}
            />
          ) : (
            <>
              <div class={`phone-header ${theme.header.layout}`}>
                <span class="header-back" aria-hidden="true">
                  <Icon name="back" size={22} />
                </span>
                <span class="round" style={{ background: tintOf(view.accountName) }} aria-hidden="true">
                  {initialsOf(view.accountName)}
                </span>
                <span class="header-words">
                  <b>{view.accountName}</b>
                  <small class={view.businessTyping ? 'typing' : ''} aria-live="polite">
                    {view.businessTyping ? t('typing') : subtitle}
                  </small>
                </span>
                <button
                  type="button"
                  class="round-button"
                  onClick={() => setOpened({ sheet: 'more' })}
                  aria-haspopup="dialog"
                  aria-label={t('more')}
                >
                  <Icon name="more" />
                </button>
              </div>
              {hasPosts && (
                <PlaceTabs
                  place={place}
                  unread={unread}
                  choose={next => {
                    setPlace(next)
                    setNotice(undefined)
                  }}
                />
              )}
              {isChat ? (
                <Thread
                  view={view}
                  theme={theme}
                  round={round}
                  open={message => setOpened({ sheet: 'message', messageId: message.id })}
                  openList={message => setOpened({ sheet: 'list', messageId: message.id })}
                  perform={perform}
                />
              ) : (
                <PostsView view={view} perform={perform} tell={setNotice} />
              )}
              {notice && (
                <p class="notice" role="status">
                  {notice}
                </p>
              )}
              {isChat && (
                <Composer
                  view={view}
                  theme={theme}
                  reference={reference}
                  drop={() => setReference(undefined)}
                  attach={caption => setOpened({ sheet: 'attach', caption })}
                  openMenu={() => setOpened({ sheet: 'menu' })}
                  speak={canSpeak ? () => void sendVoice(perform) : undefined}
                  perform={async action => {
                    const done = await perform(action)
                    if (done) setRound(round + 1)
                    return done
                  }}
                />
              )}
            </>
          )}
          <div class="home-bar" aria-hidden="true">
            <i />
          </div>
        </div>
        {opened?.sheet === 'message' && openedMessage && (
          <MessageSheet
            view={view}
            message={openedMessage}
            close={close}
            perform={perform}
            refer={kind => {
              close()
              setReference({ kind, message: openedMessage })
            }}
          />
        )}
        {opened?.sheet === 'list' && openedMessage && <ListSheet view={view} message={openedMessage} close={close} perform={perform} />}
        {opened?.sheet === 'attach' && (
          <AttachSheet
            view={view}
            close={close}
            perform={perform}
            caption={opened.caption}
            replyTo={reference?.kind === 'reply' ? reference.message.id : undefined}
            sent={() => setReference(undefined)}
          />
        )}
        {opened?.sheet === 'menu' && <MenuSheet view={view} close={close} perform={perform} />}
        {opened?.sheet === 'more' && <MoreSheet view={view} close={close} perform={perform} />}
        {away && (
          <button type="button" class="away" onClick={() => setAway(false)}>
            <span class="away-clock">{clock(Date.now())}</span>
            <span>{dayName(Date.now())}</span>
            {unread > 0 ? (
              <span class="away-note">
                <b>{view.accountName}</b>
                {t('pocket.unread', { count: unread })}
              </span>
            ) : (
              <span class="away-hint">{t('pocket.nothing')}</span>
            )}
          </button>
        )}
      </div>
    </article>
  )
}

/** Two places of the same messenger: the chat, and what the business posts for all. */
function PlaceTabs({
  place,
  unread,
  choose,
}: {
  place: 'chat' | 'posts'
  /** Of the chat, while one looks at posts. */
  unread: number
  choose(place: 'chat' | 'posts'): void
}) {
  return (
    <fieldset class="places" aria-label={t('places')}>
      {(['chat', 'posts'] as const).map(name => (
        <button key={name} type="button" aria-pressed={place === name} onClick={() => choose(name)}>
          {t(`place.${name}`)}
          {name === 'chat' && unread > 0 && (
            <span class="count">
              {unread}
              <span class="hidden-words">{t('pocket.unread', { count: unread })}</span>
            </span>
          )}
        </button>
      ))}
    </fieldset>
  )
}

export function phoneId(channel: string, customer: string): string {
  return `${channel}/${customer}`
}

async function sendVoice(perform: (action: PageAction, uploads: UploadBody[]) => Promise<boolean>): Promise<void> {
  const content = sendables.voice?.make('', [])
  if (content) await perform({ act: 'send', content }, (await sendables.voice?.upload?.()) ?? [])
}

/** Tells the messenger that the chat is open whenever something new stands in it; counts what came while the phone was away. */
function useReadMark(channel: string, view: PhoneView, away: boolean): number {
  const seen = useRef('')
  const newest = view.messages.findLast(message => message.from === 'business')?.id ?? ''
  useEffect(() => {
    if (away || newest === '' || seen.current === newest) return
    const read = () => {
      if (document.visibilityState !== 'visible') return
      seen.current = newest
      void act(channel, view.customerId, { act: 'read' })
    }
    read()
    document.addEventListener('visibilitychange', read)
    return () => document.removeEventListener('visibilitychange', read)
  }, [newest, away])
  if (!away) return 0
  const known = view.messages.findIndex(message => message.id === seen.current)
  return view.messages.slice(known + 1).filter(message => message.from === 'business').length
}
