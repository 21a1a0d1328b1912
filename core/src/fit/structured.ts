/** Locations, cards, polls and the like: native where the messenger has them, else the nearest thing that it has. */
import type { Button, Card, Content, Keyboard, MessageBody, Money } from '../content.ts'
import type { RichText } from '../rich-text.ts'
import { type FitContext, isTooLong, note, refuse } from './context.ts'

type Structured = Extract<Content, { kind: 'location' | 'contact_card' | 'poll' | 'card' | 'carousel' | 'product' | 'booking' | 'ticket' }>

/** Bodies that say the same with what this messenger has; `undefined` where it has the thing itself. Each body is fitted again by the caller. */
export function convertStructured(context: FitContext, content: Structured, keyboard: Keyboard | undefined): MessageBody[] | undefined {
  if (content.kind === 'location' && !isPlace(content)) return refuse(context, 'invalid_location')
  if (content.kind === 'contact_card' && content.contacts.some(contact => !contact.name.trim() || contact.phones.length === 0))
    return refuse(context, 'invalid_contact')
  if (context.capabilities.structured[content.kind].level === 'native') return undefined
  switch (content.kind) {
    case 'location':
      note(context, 'location_to_text')
      return text(
        lines(
          content.name,
          content.address,
          `https://www.openstreetmap.org/?mlat=${content.latitude}&mlon=${content.longitude}#map=17/${content.latitude}/${content.longitude}`,
        ),
        keyboard,
      )
    case 'contact_card':
      note(context, 'contact_to_text')
      return text(
        content.contacts
          .map(contact => lines(contact.name, contact.organization, ...contact.phones, ...(contact.emails ?? [])))
          .join('\n\n'),
        keyboard,
      )
    case 'poll':
      return convertPoll(context, content)
    case 'card':
      note(context, 'card_to_message')
      return [cardBody(content.card, keyboard)]
    case 'carousel':
      return convertCarousel(context, content, keyboard)
    case 'product':
      note(context, 'product_to_text')
      return text(lines(content.name ?? content.productId, content.text?.text, content.price && money(content.price)), keyboard)
    case 'booking':
      note(context, 'booking_to_text')
      return text(
        lines(content.title, period(content.startsAt, content.endsAt), content.place, content.reference && `№ ${content.reference}`),
        keyboard,
      )
    case 'ticket': {
      note(context, 'ticket_to_text')
      const words: RichText = {
        text: lines(content.title, `№ ${content.reference}`, content.validAt === undefined ? undefined : period(content.validAt)),
      }
      if (!content.media) return [{ content: { kind: 'text', text: words }, keyboard }]
      return [
        {
          content: { kind: content.media.mimeType?.startsWith('image/') ? 'image' : 'file', media: content.media, caption: words },
          keyboard,
        },
      ]
    }
  }
}

function isPlace(content: { latitude: number; longitude: number }): boolean {
  return Math.abs(content.latitude) <= 90 && Math.abs(content.longitude) <= 180
}

function convertPoll(context: FitContext, content: Extract<Content, { kind: 'poll' }>): MessageBody[] {
  const { buttons, list } = context.capabilities
  const options = content.options.map(
    (option, index): Extract<Button, { kind: 'reply' }> => ({ kind: 'reply', title: option.text, payload: `poll:${index}` }),
  )
  const question: RichText = { text: content.question }
  if (
    !content.multiple &&
    buttons.level === 'native' &&
    options.length <= buttons.max &&
    options.every(option => !isTooLong(option.title, buttons.title))
  ) {
    note(context, 'poll_to_buttons', { count: options.length })
    return [{ content: { kind: 'text', text: question }, keyboard: { kind: 'buttons', rows: options.map(option => [option]) } }]
  }
  if (
    !content.multiple &&
    list.level === 'native' &&
    options.length <= list.maxRows &&
    options.every(option => !isTooLong(option.title, list.title))
  ) {
    note(context, 'poll_to_list', { count: options.length })
    return [
      {
        content: { kind: 'text', text: question },
        keyboard: { kind: 'list', button: '☰', sections: [{ rows: options.map(({ title, payload }) => ({ title, payload })) }] },
      },
    ]
  }
  note(context, 'poll_to_text', { count: options.length })
  return text(`${content.question}\n${options.map((option, index) => `${index + 1}. ${option.title}`).join('\n')}`, undefined)
}

function convertCarousel(
  context: FitContext,
  content: Extract<Content, { kind: 'carousel' }>,
  keyboard: Keyboard | undefined,
): MessageBody[] {
  const intro: MessageBody[] = content.text?.text ? [{ content: { kind: 'text', text: content.text } }] : []
  const pictures = content.cards.every(card => card.media !== undefined)
  const { album } = context.capabilities
  if (
    pictures &&
    album.level !== 'none' &&
    content.cards.length >= album.min &&
    content.cards.length <= album.max &&
    content.cards.every(card => (card.buttons ?? []).length === 0)
  ) {
    note(context, 'carousel_to_album', { count: content.cards.length })
    return [
      ...intro,
      {
        content: {
          kind: 'album',
          items: content.cards.map(card => ({ kind: card.mediaKind ?? 'image', media: card.media!, caption: { text: cardText(card) } })),
        },
        keyboard,
      },
    ]
  }
  note(context, 'carousel_to_messages', { count: content.cards.length })
  return [...intro, ...content.cards.map((card, index) => cardBody(card, index === content.cards.length - 1 ? keyboard : undefined))]
}

function cardBody(card: Card, keyboard: Keyboard | undefined): MessageBody {
  const caption = boldTitle(card)
  const own: Keyboard | undefined = card.buttons?.length ? { kind: 'buttons', rows: card.buttons.map(button => [button]) } : keyboard
  if (!card.media) return { content: { kind: 'text', text: caption }, keyboard: own }
  return { content: { kind: card.mediaKind ?? 'image', media: card.media, caption }, keyboard: own }
}

function boldTitle(card: Card): RichText {
  return { text: cardText(card), entities: [{ kind: 'bold', offset: 0, length: card.title.length }] }
}

function cardText(card: Card): string {
  return lines(card.title, card.text, card.price && money(card.price))
}

function money(price: Money): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency: price.currency }).format(price.amountMinor / 100)
}

function period(from: number, until?: number): string {
  const show = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
  return until === undefined ? `${show(from)} UTC` : `${show(from)} – ${show(until)} UTC`
}

function text(words: string, keyboard: Keyboard | undefined): MessageBody[] {
  return [{ content: { kind: 'text', text: { text: words } }, keyboard }]
}

function lines(...words: (string | undefined)[]): string {
  return words.filter(Boolean).join('\n')
}
