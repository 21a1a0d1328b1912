/** Structured contents: places, people, choices, polls, cards, orders, bookings, tickets, calls. */
import type { Card, Content } from '@dragoman/api'
import { useTranslation } from 'react-i18next'
import {
  IconCalendar,
  IconCheck,
  IconExternalLink,
  IconInfoCircle,
  IconMapPin,
  IconPackage,
  IconPhone,
  IconPhoneIncoming,
  IconPhoneOutgoing,
  IconShoppingCart,
  IconTicket,
  IconUser,
  IconVideo,
} from '../icons.ts'
import { RichTextView } from '../text/rich-text-view.tsx'
import { duration, exactTime, money, regional } from '../text/time.ts'
import classes from './content.module.css'
import type { Files } from './content-view.tsx'
import { ImageView, VideoView } from './media-views.tsx'

type Of<Kind extends Content['kind']> = { content: Extract<Content, { kind: Kind }> }

/** A drawn map: no map service learns where the customer is unless the agent follows the link. */
export function LocationView({ content }: Of<'location'>) {
  const { t, i18n } = useTranslation()
  const { latitude, longitude } = content
  const coordinates = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`
  return (
    <div className={classes.place}>
      <svg viewBox="0 0 280 110" className={classes.placeMap} aria-hidden="true">
        <rect width="280" height="110" fill="var(--surface-sunk)" />
        <path d="M0 74 C60 60 90 92 150 78 S250 40 280 52 V110 H0Z" fill="color-mix(in oklab, var(--accent) 16%, transparent)" />
        <path
          d="M-10 30 L120 44 L290 12 M60 -10 L92 120 M200 -10 L176 120 M-10 96 L290 70"
          stroke="var(--line)"
          strokeWidth="6"
          fill="none"
        />
        <circle cx="140" cy="52" r="22" fill="color-mix(in oklab, var(--accent) 18%, transparent)" />
        <path d="M140 34a12 12 0 0 1 12 12c0 9-12 20-12 20s-12-11-12-20a12 12 0 0 1 12-12z" fill="var(--accent)" />
        <circle cx="140" cy="46" r="4.500" fill="var(--surface)" />
      </svg>
      <div className={classes.placeText}>
        <strong>{content.name ?? t(content.liveUntil ? 'thread.liveLocation' : 'kinds.location')}</strong>
        {content.address && <span>{content.address}</span>}
        {content.liveUntil && <span>{t('thread.liveUntil', { time: exactTime(content.liveUntil, i18n.language) })}</span>}
        <a
          href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`}
          target="_blank"
          rel="noopener noreferrer"
          className={classes.placeLink}
        >
          <IconMapPin size={14} aria-hidden="true" /> <span className="number">{coordinates}</span>{' '}
          <IconExternalLink size={13} aria-label={t('thread.openMap')} />
        </a>
      </div>
    </div>
  )
}

export function ContactCardView({ content }: Of<'contact_card'>) {
  const { t } = useTranslation()
  return (
    <div className={classes.stack}>
      {content.contacts.map(contact => (
        <div key={contact.name + contact.phones.join()} className={classes.thing}>
          <span className={classes.thingIcon}>
            <IconUser size={20} stroke={1.5} />
          </span>
          <div className={classes.thingText}>
            <strong>{contact.name}</strong>
            {contact.organization && <span>{contact.organization}</span>}
            {contact.phones.map(phone => (
              <a key={phone} href={`tel:${phone.replace(/[^\d+]/g, '')}`} className="number">
                {phone}
              </a>
            ))}
            {contact.emails?.map(email => (
              <a key={email} href={`mailto:${email}`}>
                {email}
              </a>
            ))}
            {contact.own && <small>{t('thread.ownNumber')}</small>}
          </div>
        </div>
      ))}
    </div>
  )
}

export function ChoiceView({ content }: Of<'choice'>) {
  const { t } = useTranslation()
  return (
    <div className={classes.choice}>
      <IconCheck size={16} aria-hidden="true" />
      <span>
        <span className="visually-hidden">{t('thread.chose')} </span>
        {content.title}
        {content.description && <small>{content.description}</small>}
      </span>
    </div>
  )
}

export function PollView({ content }: Of<'poll'>) {
  const { t } = useTranslation()
  const total = content.options.reduce((sum, option) => sum + (option.votes ?? 0), 0)
  return (
    <div className={classes.poll}>
      <strong>{content.question}</strong>
      <small>{t(content.multiple ? 'thread.pollMany' : 'thread.pollOne')}</small>
      {content.options.map(option => (
        <div key={option.text} className={classes.pollOption}>
          <span>{option.text}</span>
          <span className="number">{total > 0 ? `${Math.round(((option.votes ?? 0) / total) * 100)} %` : ''}</span>
          <span className={classes.pollBar}>
            <span style={{ width: `${total > 0 ? ((option.votes ?? 0) / total) * 100 : 0}%` }} />
          </span>
        </div>
      ))}
      <small className="number">{t('thread.votes', { count: total })}</small>
    </div>
  )
}

export function CardView({ card, files }: { card: Card; files: Files }) {
  const { i18n } = useTranslation()
  return (
    <div className={classes.card}>
      {card.media &&
        (card.mediaKind === 'video' ? <VideoView media={card.media} files={files} /> : <ImageView media={card.media} files={files} />)}
      <div className={classes.cardText}>
        <strong>{card.title}</strong>
        {card.text && <span>{card.text}</span>}
        {card.price && <span className={classes.price}>{money(card.price, i18n.language)}</span>}
      </div>
      {card.buttons?.map(button => (
        <span key={button.title} className={classes.cardButton}>
          {button.title}
        </span>
      ))}
    </div>
  )
}

export function CarouselView({ content, files }: Of<'carousel'> & { files: Files }) {
  const { t } = useTranslation()
  return (
    <div>
      {content.text && <RichTextView text={content.text} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a row that scrolls must be reachable by keyboard */}
      <section className={classes.carousel} tabIndex={0} aria-label={t('kinds.carousel')}>
        {content.cards.map(card => (
          <CardView key={card.title + (card.text ?? '')} card={card} files={files} />
        ))}
      </section>
    </div>
  )
}

export function ProductView({ content }: Of<'product'>) {
  const { t, i18n } = useTranslation()
  return (
    <div className={classes.thing}>
      <span className={classes.thingIcon}>
        <IconPackage size={20} stroke={1.5} />
      </span>
      <div className={classes.thingText}>
        <strong>{content.name ?? t('thread.productId', { id: content.productId })}</strong>
        {content.price && <span className={classes.price}>{money(content.price, i18n.language)}</span>}
        {content.text && <RichTextView text={content.text} />}
      </div>
    </div>
  )
}

export function OrderView({ content }: Of<'order'>) {
  const { t, i18n } = useTranslation()
  return (
    <div className={classes.order}>
      <div className={classes.orderHead}>
        <IconShoppingCart size={18} aria-hidden="true" /> <strong>{t('thread.order', { count: content.items.length })}</strong>
      </div>
      <table>
        <tbody>
          {content.items.map(item => (
            <tr key={item.productId}>
              <td>{item.name ?? item.productId}</td>
              <td className="number">{item.quantity} ×</td>
              <td className="number">{item.price ? money(item.price, i18n.language) : ''}</td>
            </tr>
          ))}
        </tbody>
        {content.total && (
          <tfoot>
            <tr>
              <td colSpan={2}>{t('thread.total')}</td>
              <td className="number">{money(content.total, i18n.language)}</td>
            </tr>
          </tfoot>
        )}
      </table>
      {content.text && <RichTextView text={content.text} />}
    </div>
  )
}

export function BookingView({ content }: Of<'booking'>) {
  const { i18n } = useTranslation()
  const format = new Intl.DateTimeFormat(regional(i18n.language), { dateStyle: 'full', timeStyle: 'short' })
  return (
    <div className={classes.thing}>
      <span className={classes.thingIcon}>
        <IconCalendar size={20} stroke={1.5} />
      </span>
      <div className={classes.thingText}>
        <strong>{content.title}</strong>
        <span>{content.endsAt ? format.formatRange(content.startsAt, content.endsAt) : format.format(content.startsAt)}</span>
        {content.place && <span>{content.place}</span>}
        {content.reference && <small className="number">{content.reference}</small>}
      </div>
    </div>
  )
}

export function TicketView({ content, files }: Of<'ticket'> & { files: Files }) {
  const { t, i18n } = useTranslation()
  return (
    <div className={classes.stack}>
      {content.media && <ImageView media={content.media} files={files} />}
      <div className={classes.thing}>
        <span className={classes.thingIcon}>
          <IconTicket size={20} stroke={1.5} />
        </span>
        <div className={classes.thingText}>
          <strong>{content.title}</strong>
          <span className="number">{content.reference}</span>
          {content.validAt && <small>{t('thread.validAt', { time: exactTime(content.validAt, i18n.language) })}</small>}
        </div>
      </div>
    </div>
  )
}

export function CallView({ content }: Of<'call'>) {
  const { t } = useTranslation()
  const Icon = content.video ? IconVideo : content.direction === 'in' ? IconPhoneIncoming : content.answered ? IconPhoneOutgoing : IconPhone
  return (
    <div className={classes.thing}>
      <span className={classes.thingIcon} data-missed={!content.answered}>
        <Icon size={20} stroke={1.5} />
      </span>
      <div className={classes.thingText}>
        <strong>
          {t(
            content.direction === 'in'
              ? content.answered
                ? 'thread.callIn'
                : 'thread.callMissed'
              : content.answered
                ? 'thread.callOut'
                : 'thread.callUnanswered',
          )}
        </strong>
        {content.durationMs !== undefined && <span className="number">{duration(content.durationMs)}</span>}
      </div>
    </div>
  )
}

export function UnsupportedView({ content }: Of<'unsupported'>) {
  const { t } = useTranslation()
  return (
    <div className={classes.unsupported}>
      <IconInfoCircle size={18} aria-hidden="true" />
      <span>
        {t('thread.unsupported', { type: content.type })}
        {content.detail && <small>{content.detail}</small>}
      </span>
    </div>
  )
}
