/**
 * One canonical body → the type-dependent part of WhatsApp's message JSON.
 * Always holds: pure; files are pointers made before (`pointerOf`); what cannot be expressed is refused with a reason, never bent silently.
 */
import type { Button, ContactCardEntry, Content, Keyboard, Media, MessageBody, PermanentReason, RichText } from '@dragoman/core'
import { formatText } from './format.ts'
import { templatePayload } from './templates.ts'
import type { ContactWire, Interactive, InteractiveHeader, MediaPointer, MessagePayload } from './wire.ts'

export type Payload = { ok: true; payload: MessagePayload } | { ok: false; reason: PermanentReason; detail: string }

/** How a file is named to WhatsApp: undefined where it cannot be. */
export type PointerOf = (media: Media) => MediaPointer | undefined

/** Interactive messages demand words; a picture sent without any gets this. */
const wordlessBody = '👇'

const refuse = (reason: PermanentReason, detail: string): Payload => ({ ok: false, reason, detail })
const accept = (payload: MessagePayload): Payload => ({ ok: true, payload })

/** The payload for a body, or why there is none. */
export function payloadOf(body: MessageBody, pointerOf: PointerOf): Payload {
  return body.keyboard ? withKeyboard(body.content, body.keyboard, pointerOf) : plain(body.content, pointerOf)
}

function plain(content: Content, pointerOf: PointerOf): Payload {
  switch (content.kind) {
    case 'text': {
      const text = formatText(content.text).body
      if (text.trim() === '') return refuse('invalid', 'The text is empty')
      return accept({ type: 'text', text: { preview_url: /https?:\/\/\S/i.test(text), body: text } })
    }
    case 'image':
    case 'video': {
      const pointer = pointerOf(content.media)
      if (!pointer) return noFile()
      const file = { ...pointer, ...captionOf(content.caption) }
      return accept(content.kind === 'image' ? { type: 'image', image: file } : { type: 'video', video: file })
    }
    case 'audio':
    case 'voice': {
      const pointer = pointerOf(content.media)
      if (!pointer) return noFile()
      return accept({ type: 'audio', audio: content.kind === 'voice' ? { ...pointer, voice: true } : pointer })
    }
    case 'file': {
      const pointer = pointerOf(content.media)
      if (!pointer) return noFile()
      return accept({ type: 'document', document: { ...pointer, ...captionOf(content.caption), ...fileNameOf(content.media) } })
    }
    case 'sticker': {
      const pointer = pointerOf(content.media)
      return pointer ? accept({ type: 'sticker', sticker: pointer }) : noFile()
    }
    case 'location':
      return accept({
        type: 'location',
        location: {
          latitude: String(content.latitude),
          longitude: String(content.longitude),
          ...(content.name ? { name: content.name } : {}),
          ...(content.address ? { address: content.address } : {}),
        },
      })
    case 'contact_card':
      if (content.contacts.length === 0) return refuse('invalid', 'There is no contact in the card')
      return accept({ type: 'contacts', contacts: content.contacts.map(contactOf) })
    case 'product':
      if (!content.catalogId) return refuse('unsupported', 'A product needs the id of its catalogue')
      return accept({
        type: 'interactive',
        interactive: {
          type: 'product',
          ...(content.text?.text ? { body: { text: formatText(content.text).body } } : {}),
          action: { catalog_id: content.catalogId, product_retailer_id: content.productId },
        },
      })
    case 'template': {
      const payload = templatePayload(content, pointerOf)
      return payload ? accept(payload) : noFile()
    }
    default:
      return refuse('unsupported', `WhatsApp cannot send ${content.kind}`)
  }
}

function withKeyboard(content: Content, keyboard: Keyboard, pointerOf: PointerOf): Payload {
  const words = content.kind === 'text' ? content.text : 'caption' in content ? content.caption : undefined
  const header = headerOf(content, pointerOf)
  if (header === 'no_file') return noFile()
  if (header === 'unsupported') return refuse('unsupported', `WhatsApp shows no buttons under ${content.kind}`)
  const body = { text: (words && formatText(words).body) || wordlessBody }
  const head = header ? { header } : {}
  if (keyboard.kind === 'list') {
    if (header) return refuse('unsupported', 'A list stands under a text only')
    return accept({ type: 'interactive', interactive: listOf(keyboard, body) })
  }
  const buttons = keyboard.rows.flat()
  const [first] = buttons
  if (!first) return plain(content, pointerOf)
  if (first.kind === 'url' && buttons.length === 1) {
    const parameters = { display_text: first.title, url: first.url }
    return accept({ type: 'interactive', interactive: { type: 'cta_url', ...head, body, action: { name: 'cta_url', parameters } } })
  }
  const replies = buttons.filter((button): button is Extract<Button, { kind: 'reply' }> => button.kind === 'reply')
  if (replies.length !== buttons.length) return refuse('unsupported', 'WhatsApp takes up to three answers or one link, not both')
  return accept({
    type: 'interactive',
    interactive: {
      type: 'button',
      ...head,
      body,
      action: { buttons: replies.map(button => ({ type: 'reply', reply: { id: button.payload || button.title, title: button.title } })) },
    },
  })
}

function headerOf(content: Content, pointerOf: PointerOf): InteractiveHeader | undefined | 'no_file' | 'unsupported' {
  if (content.kind === 'text') return undefined
  if (content.kind !== 'image' && content.kind !== 'video' && content.kind !== 'file') return 'unsupported'
  const pointer = pointerOf(content.media)
  if (!pointer) return 'no_file'
  if (content.kind === 'image') return { type: 'image', image: pointer }
  if (content.kind === 'video') return { type: 'video', video: pointer }
  return { type: 'document', document: { ...pointer, ...fileNameOf(content.media) } }
}

function listOf(keyboard: Extract<Keyboard, { kind: 'list' }>, body: { text: string }): Interactive {
  return {
    type: 'list',
    body,
    action: {
      button: keyboard.button,
      sections: keyboard.sections.map(section => ({
        ...(section.title ? { title: section.title } : {}),
        rows: section.rows.map(row => ({
          id: row.payload || row.title,
          title: row.title,
          ...(row.description ? { description: row.description } : {}),
        })),
      })),
    },
  }
}

function contactOf(entry: ContactCardEntry): ContactWire {
  const [first, ...others] = entry.name.split(/\s+/).filter(Boolean)
  return {
    // One more part of the name is demanded beside the formatted one.
    name: { formatted_name: entry.name, first_name: first ?? entry.name, ...(others.length ? { last_name: others.join(' ') } : {}) },
    ...(entry.phones.length ? { phones: entry.phones.map(phone => ({ phone })) } : {}),
    ...(entry.emails?.length ? { emails: entry.emails.map(email => ({ email })) } : {}),
    ...(entry.organization ? { org: { company: entry.organization } } : {}),
  }
}

function captionOf(caption: RichText | undefined): { caption?: string } {
  const body = caption && formatText(caption).body
  return body ? { caption: body } : {}
}

function fileNameOf(media: Media): { filename?: string } {
  return media.name ? { filename: media.name } : {}
}

function noFile(): Payload {
  return refuse('media_unavailable', 'The file is not there any more')
}
