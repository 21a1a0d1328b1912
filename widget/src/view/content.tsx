/** What a message says, kind by kind, and what can be pressed under it. Always holds: every kind of the model is drawn or named, none is left blank. */
import type { Button, Card, Content, Keyboard, VisitorMessage } from '@dragoman/api'
import { useState } from 'preact/hooks'
import type { Chat } from '../chat-state.ts'
import { language, t, type Word } from '../words.ts'
import { Icon } from './icons.tsx'
import { FileRow, Picture, Player } from './media.tsx'
import { Link, RichText } from './rich-text.tsx'

export interface Shown {
  chat: Chat
  message: VisitorMessage
  enlarge(fileId: string, label: string): void
}

export function ContentView({ chat, message, enlarge }: Shown) {
  const { content } = message.body
  const fileOf = (media: { ref: { from: string; fileId?: string } }) => message.files[media.ref.fileId ?? '']
  switch (content.kind) {
    case 'text':
      return <RichText text={content.text} />
    case 'choice':
      return <span class="words">{content.title}</span>
    case 'image':
    case 'sticker':
    case 'video':
    case 'audio':
    case 'voice':
    case 'file': {
      const label = t(kindWord(content.kind))
      const piece = { chat, media: content.media, file: fileOf(content.media), label, enlarge }
      const caption = 'caption' in content ? content.caption : undefined
      return (
        <>
          {content.kind === 'image' || content.kind === 'sticker' ? (
            <Picture {...piece} />
          ) : content.kind === 'file' ? (
            <FileRow {...piece} />
          ) : (
            <Player {...piece} kind={content.kind === 'video' ? 'video' : 'audio'} />
          )}
          {caption?.text && <RichText text={caption} />}
        </>
      )
    }
    case 'location':
      return (
        <span class="row">
          <Icon name="place" />
          <span>
            {content.name || t('location')}
            {content.address && <small>{content.address}</small>}
            <Link
              to={`https://www.openstreetmap.org/?mlat=${content.latitude}&mlon=${content.longitude}#map=17/${content.latitude}/${content.longitude}`}
            >
              {t('map')}
            </Link>
          </span>
        </span>
      )
    case 'contact_card':
      return (
        <>
          {content.contacts.map(contact => (
            <span class="row" key={contact.name}>
              <Icon name="person" />
              <span>
                {contact.name}
                {contact.organization && <small>{contact.organization}</small>}
                {contact.phones.map(phone => (
                  <Link key={phone} to={`tel:${phone.replace(/[^\d+]/g, '')}`}>
                    {phone}
                  </Link>
                ))}
                {contact.emails?.map(email => (
                  <Link key={email} to={`mailto:${email}`}>
                    {email}
                  </Link>
                ))}
              </span>
            </span>
          ))}
        </>
      )
    case 'card':
      return <CardView chat={chat} message={message} enlarge={enlarge} card={content.card} />
    case 'carousel':
      return (
        <>
          {content.text?.text && <RichText text={content.text} />}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and without a pointer only what has the focus can be scrolled */}
          <ul class="carousel" aria-label={t('cards')} tabIndex={0}>
            {content.cards.map((card, index) => (
              <li key={index}>
                <CardView chat={chat} message={message} enlarge={enlarge} card={card} />
              </li>
            ))}
          </ul>
        </>
      )
    default:
      return <span class="missing">{t('unknown')}</span>
  }
}

function CardView({ chat, message, enlarge, card }: Shown & { card: Card }) {
  const file = card.media?.ref.from === 'file' ? message.files[card.media.ref.fileId] : undefined
  const { price } = card
  return (
    <div class="card">
      {card.media && card.mediaKind !== 'video' && (
        <Picture chat={chat} media={card.media} file={file} label={card.title} enlarge={enlarge} />
      )}
      {card.media && card.mediaKind === 'video' && <Player chat={chat} media={card.media} file={file} label={card.title} kind="video" />}
      <strong>{card.title}</strong>
      {card.text && <span class="words">{card.text}</span>}
      {price && (
        <span class="price">
          {new Intl.NumberFormat(language, { style: 'currency', currency: price.currency }).format(price.amountMinor / 100)}
        </span>
      )}
      {card.buttons && card.buttons.length > 0 && <Buttons chat={chat} of={message.id} rows={card.buttons.map(button => [button])} />}
    </div>
  )
}

/** Buttons or a list under a message; quick replies stand above the composer. */
export function KeyboardView({ chat, message }: { chat: Chat; message: VisitorMessage }) {
  const { keyboard } = message.body
  if (!keyboard || keyboard.kind === 'quick_replies') return null
  if (keyboard.kind === 'buttons') return <Buttons chat={chat} of={message.id} rows={keyboard.rows} />
  return <List chat={chat} of={message.id} list={keyboard} />
}

export function Buttons({ chat, of, rows }: { chat: Chat; of: string; rows: readonly (readonly Button[])[] }) {
  return (
    <div class="buttons">
      {rows.map((row, index) => (
        <div key={index}>
          {row.map(button =>
            button.kind === 'url' ? (
              <Link key={button.title} to={button.url} class="press">
                {button.title}
              </Link>
            ) : button.kind === 'phone' ? (
              <Link key={button.title} to={`tel:${button.phone.replace(/[^\d+]/g, '')}`} class="press">
                {button.title}
              </Link>
            ) : (
              <button
                key={button.title}
                type="button"
                class="press"
                onClick={() => chat.choose(of, button.title, button.kind === 'reply' ? button.payload : undefined)}
              >
                {button.title}
              </button>
            ),
          )}
        </div>
      ))}
    </div>
  )
}

function List({ chat, of, list }: { chat: Chat; of: string; list: Extract<Keyboard, { kind: 'list' }> }) {
  const [open, setOpen] = useState(false)
  return (
    <div class="buttons">
      <div>
        <button type="button" class="press" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="list" />
          {list.button === '☰' ? t('cards') : list.button}
        </button>
      </div>
      {open &&
        list.sections.map((section, index) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
          <div class="section" key={index} role="group" aria-label={section.title ?? list.button}>
            {section.title && <small>{section.title}</small>}
            {section.rows.map(row => (
              <button
                key={row.payload}
                type="button"
                class="press"
                onClick={() => {
                  setOpen(false)
                  chat.choose(of, row.title, row.payload)
                }}
              >
                {row.title}
                {row.description && <small>{row.description}</small>}
              </button>
            ))}
          </div>
        ))}
    </div>
  )
}

/** The word for a kind of content, where it has no words of its own. */
export function kindWord(kind: Content['kind']): Word {
  switch (kind) {
    case 'image':
      return 'picture'
    case 'video':
    case 'audio':
    case 'voice':
    case 'file':
    case 'sticker':
    case 'location':
      return kind
    case 'contact_card':
      return 'contact'
    case 'card':
    case 'carousel':
      return 'cards'
    default:
      return 'unknown'
  }
}
