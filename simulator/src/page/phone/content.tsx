/** What a message shows, kind by kind. Always holds: every kind of content is drawn, none is special to a messenger. */
import type { Content } from '@dragoman/core'
import { clock, dayName, money, t } from '../i18n.ts'
import { CardView, ContactRow, Place, Poll, Slip } from './card-views.tsx'
import { linkOf } from './media-link.ts'
import { Album, Caption, Clip, FileRow, Picture, Words } from './media-views.tsx'
import { Player } from './player.tsx'

export interface ContentProps {
  content: Content
  /** Steady for a message: what is invented for it stays the same. */
  seed: string
  vote?: ((options: number[]) => void) | undefined
}

/** Whether a content is a picture from edge to edge, without words under it: time and ticks then lie on the picture. */
export function isBare(content: Content): boolean {
  if (content.kind === 'sticker' || content.kind === 'location') return true
  return (content.kind === 'image' || content.kind === 'video') && !content.caption?.text
}

/** Whether it stands without a bubble. */
export function isFree(content: Content): boolean {
  return (
    content.kind === 'sticker' ||
    (content.kind === 'video' && content.style === 'note') ||
    (content.kind === 'text' && isFewEmoji(content.text.text))
  )
}

export function isFewEmoji(text: string): boolean {
  return (
    text.length <= 24 &&
    /^(?:\p{Extended_Pictographic}[\u{1F3FB}-\u{1F3FF}]?\uFE0F?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*){1,3}$/u.test(text.trim())
  )
}

export function ContentView({ content, seed, vote }: ContentProps) {
  switch (content.kind) {
    case 'text':
      return isFewEmoji(content.text.text) ? <span class="big-emoji">{content.text.text}</span> : <Words text={content.text} />
    case 'image':
      return (
        <>
          <Picture media={content.media} />
          <Caption text={content.caption} />
        </>
      )
    case 'video':
      return (
        <>
          <Clip media={content.media} style={content.style} />
          <Caption text={content.caption} />
        </>
      )
    case 'audio':
      return (
        <>
          <Player
            media={content.media}
            seed={seed}
            title={[content.performer, content.title].filter(Boolean).join(' – ') || content.media.name}
          />
          <Caption text={content.caption} />
        </>
      )
    case 'voice':
      return (
        <>
          <Player media={content.media} seed={seed} />
          <Caption text={content.caption} />
        </>
      )
    case 'file':
      return (
        <>
          <FileRow media={content.media} />
          <Caption text={content.caption} />
        </>
      )
    case 'sticker':
      return (
        <img
          class="sticker"
          src={linkOf(content.media)}
          alt={content.emoji ? `${t('kind.sticker')} ${content.emoji}` : t('kind.sticker')}
        />
      )
    case 'location':
      return (
        <Place
          latitude={content.latitude}
          longitude={content.longitude}
          name={content.name}
          address={content.address}
          live={content.liveUntil !== undefined}
        />
      )
    case 'contact_card':
      return (
        <>
          {content.contacts.map(contact => (
            <ContactRow
              key={contact.name}
              name={contact.name}
              phones={contact.phones}
              note={contact.own ? t('contact.own') : contact.organization}
            />
          ))}
        </>
      )
    case 'choice':
      return <Words text={{ text: content.title }} />
    case 'poll':
      return <Poll content={content} vote={vote} />
    case 'card':
      return <CardView card={content.card} />
    case 'carousel':
      return (
        <>
          {content.text && <Words text={content.text} />}
          <div class="carousel">
            {content.cards.map((card, index) => (
              <CardView key={index} card={card} />
            ))}
          </div>
        </>
      )
    case 'product':
      return (
        <Slip
          icon="cart"
          title={content.name ?? content.productId}
          lines={[content.price ? money(content.price) : '', content.text?.text ?? '']}
        />
      )
    case 'order':
      return (
        <Slip
          icon="cart"
          title={t('order.title', { count: content.items.length })}
          lines={[
            ...content.items.map(item => `${item.quantity} × ${item.name ?? item.productId}${item.price ? ` · ${money(item.price)}` : ''}`),
            content.text?.text ?? '',
          ]}
        />
      )
    case 'booking':
      return (
        <Slip
          icon="ticket"
          title={content.title}
          lines={[`${dayName(content.startsAt)}, ${clock(content.startsAt)}`, content.place ?? '', content.reference ?? '']}
        />
      )
    case 'ticket':
      return <Slip icon="ticket" title={content.title} lines={[content.reference]} />
    case 'template':
      return <Words text={{ text: content.preview ?? content.name }} />
    case 'album':
      return (
        <Album
          items={content.items.map(item => ({ kind: item.kind, media: item.media }))}
          caption={content.items.find(item => item.caption)?.caption}
        />
      )
    case 'story_reply':
      return (
        <>
          {content.media && <Picture media={content.media} />}
          <span class="aside">{t('story_reply')}</span>
          {content.text && <Words text={content.text} />}
        </>
      )
    case 'call':
      return (
        <Slip
          icon="phone"
          title={content.video ? t('call.video') : t('call.voice')}
          lines={[content.answered ? t('call.answered') : t('call.missed')]}
        />
      )
    case 'unsupported':
      return <span class="aside">{t('unsupported', { type: content.type })}</span>
  }
}

/** One line about a message, for quotes. */
export function previewOf(content: Content): string {
  switch (content.kind) {
    case 'text':
      return content.text.text
    case 'choice':
      return content.title
    case 'poll':
      return content.question
    case 'template':
      return content.preview ?? content.name
    case 'video':
      return content.caption?.text || t(content.style ? `kind.video:${content.style}` : 'kind.video')
    case 'image':
    case 'audio':
    case 'voice':
    case 'file':
      return content.caption?.text || t(`kind.${content.kind}`)
    case 'card':
      return content.card.title
    case 'booking':
    case 'ticket':
      return content.title
    case 'sticker':
    case 'location':
    case 'contact_card':
    case 'album':
    case 'order':
    case 'unsupported':
      return t(`kind.${content.kind}`)
    case 'carousel':
      return content.text?.text ?? content.cards[0]?.title ?? ''
    case 'product':
      return content.name ?? content.productId
    case 'story_reply':
      return content.text?.text ?? t('story_reply')
    case 'call':
      return t('call.voice')
  }
}
