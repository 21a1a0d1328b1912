/** What a message shows, kind by kind. Always holds: every kind of content is drawn, none is special to a messenger. */
import type { Card, Content, Media, RichText } from '@dragoman/core'
import { useState } from 'preact/hooks'
import { clock, dayName, fileSize, money, t } from '../i18n.ts'
import { Icon, type IconName } from '../pieces/icons.tsx'
import { initialsOf, tintOf } from './look.ts'
import { linkOf } from './media-link.ts'
import { Player } from './player.tsx'
import { Rich } from './rich-text.tsx'

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
        <Sheet
          icon="cart"
          title={content.name ?? content.productId}
          lines={[content.price ? money(content.price) : '', content.text?.text ?? '']}
        />
      )
    case 'order':
      return (
        <Sheet
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
        <Sheet
          icon="ticket"
          title={content.title}
          lines={[`${dayName(content.startsAt)}, ${clock(content.startsAt)}`, content.place ?? '', content.reference ?? '']}
        />
      )
    case 'ticket':
      return <Sheet icon="ticket" title={content.title} lines={[content.reference]} />
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
        <Sheet
          icon="phone"
          title={content.video ? t('call.video') : t('call.voice')}
          lines={[content.answered ? t('call.answered') : t('call.missed')]}
        />
      )
    case 'unsupported':
      return <span class="aside">{t('unsupported', { type: content.type })}</span>
  }
}

export function Words({ text }: { text: RichText }) {
  return (
    <span class="words">
      <Rich text={text} />
    </span>
  )
}
function Caption({ text }: { text: RichText | undefined }) {
  return text?.text ? (
    <div class="caption">
      <Words text={text} />
    </div>
  ) : null
}

function Picture({ media }: { media: Media }) {
  const link = linkOf(media)
  if (!link) return <Missing icon="image" />
  return (
    <a class="picture" href={link} target="_blank" rel="noreferrer">
      <img src={link} alt={media.name ?? t('kind.image')} loading="lazy" />
    </a>
  )
}

function Clip({ media, style }: { media: Media; style: 'note' | 'animation' | undefined }) {
  const link = linkOf(media)
  const still = matchMedia('(prefers-reduced-motion: reduce)').matches
  if (!link) return <Missing icon="video" />
  if (style === 'note')
    return (
      <div class="round-clip">
        <video src={link} loop muted playsInline autoplay={!still} controls={still} aria-label={t('kind.video:note')} />
      </div>
    )
  if (style === 'animation')
    return (
      <div class="clip">
        <video src={link} loop muted playsInline autoplay={!still} aria-label={t('kind.video:animation')} />
        <span class="clip-mark">GIF</span>
      </div>
    )
  return (
    <div class="clip">
      {/* biome-ignore lint/a11y/useMediaCaption: what people send each other has no captions */}
      <video src={link} controls playsInline preload="metadata" aria-label={t('kind.video')} />
    </div>
  )
}

function Missing({ icon }: { icon: IconName }) {
  return (
    <div class="missing">
      <Icon name={icon} size={28} />
      <span>{t('media.missing')}</span>
    </div>
  )
}

function FileRow({ media }: { media: Media }) {
  const ending = /\.(\w{1,4})$/.exec(media.name ?? '')?.[1] ?? ''
  return (
    <a class="file-row" href={linkOf(media)} target="_blank" rel="noreferrer" download={media.name}>
      <span class="file-mark">{ending ? ending.toUpperCase() : <Icon name="file" />}</span>
      <span class="file-words">
        <b>{media.name ?? t('kind.file')}</b>
        <small>{media.sizeBytes === undefined ? '\u00a0' : fileSize(media.sizeBytes)}</small>
      </span>
    </a>
  )
}

function Place(place: { latitude: number; longitude: number; name?: string | undefined; address?: string | undefined; live: boolean }) {
  const coordinates = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`
  return (
    <div class="place">
      <svg viewBox="0 0 240 130" role="img" aria-label={`${t('kind.location')}: ${coordinates}`}>
        <rect width="240" height="130" fill="#dfe8dc" />
        <path d="M0 92q60-28 120-12t120-26v76H0z" fill="#b9d9ea" />
        <path d="M20 12h54v34H20zM92 8h46v30H92zM160 14h60v26h-60z" fill="#cfdcc6" />
        <path d="M-8 62l256-34M52-8l36 150M176-8l-22 146M-8 108l256-52" stroke="#fff" stroke-width="7" fill="none" />
        <path d="M-8 62l256-34" stroke="#f4d98b" stroke-width="4" />
        <path d="M120 88s-17-16-17-29a17 17 0 1 1 34 0c0 13-17 29-17 29z" fill="#d8382e" />
        <circle cx="120" cy="59" r="6.5" fill="#fff" />
      </svg>
      <div class="place-words">
        {place.name && <b>{place.name}</b>}
        <small>
          {place.address ?? coordinates}
          {place.live ? ` · ${t('location.live')}` : ''}
        </small>
      </div>
    </div>
  )
}

function ContactRow({ name, phones, note }: { name: string; phones: readonly string[]; note: string | undefined }) {
  return (
    <div class="contact-row">
      <span class="round" style={{ background: tintOf(name) }} aria-hidden="true">
        {initialsOf(name)}
      </span>
      <span>
        <b>{name}</b>
        <small>{phones.join(', ')}</small>
        {note && <small>{note}</small>}
      </span>
    </div>
  )
}

function Poll({ content, vote }: { content: Extract<Content, { kind: 'poll' }>; vote: ContentProps['vote'] }) {
  const [chosen, setChosen] = useState<readonly number[]>([])
  const total = content.options.reduce((sum, option) => sum + (option.votes ?? 0), 0)
  const isOver = total > 0
  const choose = (index: number) => {
    if (!vote) return
    if (content.multiple) return setChosen(chosen.includes(index) ? chosen.filter(one => one !== index) : [...chosen, index])
    setChosen([index])
    vote([index])
  }
  return (
    <div class="poll">
      <b>{content.question}</b>
      <small>{content.multiple ? t('poll.many') : t('poll.one')}</small>
      {content.options.map((option, index) => {
        const share = total > 0 ? Math.round(((option.votes ?? 0) / total) * 100) : 0
        return (
          <button
            key={index}
            type="button"
            class="poll-option"
            disabled={!vote}
            aria-pressed={chosen.includes(index)}
            onClick={() => choose(index)}
          >
            <span class={`poll-mark ${chosen.includes(index) ? 'on' : ''}`}>
              {isOver ? `${share}%` : chosen.includes(index) ? <Icon name="check" size={12} /> : ''}
            </span>
            <span>{option.text}</span>
            <span class="poll-bar" style={{ width: isOver ? `${share}%` : '0' }} />
          </button>
        )
      })}
      {vote && content.multiple && chosen.length > 0 && (
        <button type="button" class="poll-vote" onClick={() => vote([...chosen])}>
          {t('poll.vote')}
        </button>
      )}
      {isOver && (
        <small>
          {t('poll.votes', { count: total })}
          {vote && (
            <>
              {' '}
              ·{' '}
              <button
                type="button"
                class="plain-link"
                onClick={() => {
                  setChosen([])
                  vote([])
                }}
              >
                {t('poll.retract')}
              </button>
            </>
          )}
        </small>
      )}
    </div>
  )
}

function CardView({ card }: { card: Card }) {
  return (
    <div class="card">
      {card.media && (card.mediaKind === 'video' ? <Clip media={card.media} style={undefined} /> : <Picture media={card.media} />)}
      <b>{card.title}</b>
      {card.text && <span>{card.text}</span>}
      {card.price && <span class="price">{money(card.price)}</span>}
    </div>
  )
}

function Sheet({ icon, title, lines }: { icon: IconName; title: string; lines: readonly string[] }) {
  return (
    <div class="slip">
      <span class="slip-mark">
        <Icon name={icon} />
      </span>
      <span>
        <b>{title}</b>
        {lines.filter(Boolean).map(line => (
          <small key={line}>{line}</small>
        ))}
      </span>
    </div>
  )
}

export function Album({
  items,
  caption,
}: {
  items: readonly { kind: 'image' | 'video' | 'audio' | 'file'; media: Media }[]
  caption: RichText | undefined
}) {
  return (
    <>
      <div class={`album album-${Math.min(items.length, 4)}`}>
        {items.map((item, index) =>
          item.kind === 'video' ? (
            <Clip key={index} media={item.media} style={undefined} />
          ) : item.kind === 'image' ? (
            <Picture key={index} media={item.media} />
          ) : (
            <FileRow key={index} media={item.media} />
          ),
        )}
      </div>
      <Caption text={caption} />
    </>
  )
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
