/** What is drawn as a card inside a bubble: a place, a person, a poll, a product, an order. */
import type { Card, Content } from '@dragoman/core'
import { useState } from 'preact/hooks'
import { money, t } from '../i18n.ts'
import { Icon, type IconName } from '../pieces/icons.tsx'
import { initialsOf, tintOf } from './look.ts'
import { Clip, Picture } from './media-views.tsx'

export function Place(place: {
  latitude: number
  longitude: number
  name?: string | undefined
  address?: string | undefined
  live: boolean
}) {
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

export function ContactRow({ name, phones, note }: { name: string; phones: readonly string[]; note: string | undefined }) {
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

export function Poll({ content, vote }: { content: Extract<Content, { kind: 'poll' }>; vote: ((options: number[]) => void) | undefined }) {
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

export function CardView({ card }: { card: Card }) {
  return (
    <div class="card">
      {card.media && (card.mediaKind === 'video' ? <Clip media={card.media} style={undefined} /> : <Picture media={card.media} />)}
      <b>{card.title}</b>
      {card.text && <span>{card.text}</span>}
      {card.price && <span class="price">{money(card.price)}</span>}
    </div>
  )
}

export function Slip({ icon, title, lines }: { icon: IconName; title: string; lines: readonly string[] }) {
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
